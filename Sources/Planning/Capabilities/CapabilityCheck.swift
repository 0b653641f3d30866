package import Language
import CaptureModel

/// Compares what a question needs with what its captures hold.
///
/// The one place that says why a capture cannot answer; what lies beyond its end or has another
/// name is seen only when the question runs.
package struct CapabilityCheck: Sendable {
  /// The question.
  let query: Query
  /// Its captures.
  let captures: [Capabilities]
  /// Whether it is one side of a comparison, so that one moment is enough.
  let isCompared: Bool

  /// A question that cannot be answered.
  struct Refusal {
    /// Why, on one line.
    var reason: String
    /// What it is about.
    var range: SourceRange?
    /// What to record instead; empty without advice.
    var advice = ""
    /// Takes out of a question what cannot be answered.
    var mend: (inout Query) -> Void
  }

  /// A question and what its captures hold.
  package init(_ query: Query, _ captures: [Capabilities], isCompared: Bool = false) {
    self.query = query
    self.captures = captures
    self.isCompared = isCompared
  }

  /// Lets a question pass that its captures can answer.
  ///
  /// - Throws: `cannotAnswer` with the reason, a question that they can answer, and the place.
  package func check() throws(QueryError) {
    guard let refusal else { return }
    let hint = [suggestion(refusal), refusal.advice].filter { !$0.isEmpty }.joined(separator: "; ")
    throw .cannotAnswer(refusal.reason, suggestion: hint, at: refusal.range)
  }

  /// Whether the captures can answer.
  package var isAnswered: Bool { refusal == nil }

  /// Everything that a question needs, for what must be looked up before it is checked.
  package static func needs(of query: Query) -> Set<Need> {
    Set(query.capabilityParts.flatMap(\.needs))
  }

  var verb: Verb { query.verb.value }
  /// Whether values of the process are asked, and not those of groups.
  var isOfProcess: Bool { query.measures.contains { $0.value.isSeries } }
  /// Whether `assert rate` asks.
  var isOfRate: Bool { verb == .top && query.measures.contains { $0.value == .rate } }
  private var isOverlaid: Bool { verb == .timeline && captures.count > 1 }

  /// The first thing that cannot be answered.
  var refusal: Refusal? {
    if let refusal = meaning { return refusal }
    for capture in captures {
      if let refusal = timeline(capture) { return refusal }
      // Over each other, captures show what each has.
      let refusal =
        isOverlaid
        ? parts(capture)
        : verb(capture) ?? population(capture) ?? stretch(capture) ?? parts(capture)
      if let refusal { return refusal }
    }
    return together
  }

  func refused(
    _ capture: Capabilities?, _ reason: String, at range: SourceRange?,
    _ mend: @escaping (inout Query) -> Void
  ) -> Refusal {
    Refusal(reason: reason, range: range, advice: capture?.advice ?? "", mend: mend)
  }

  // MARK: Keys, measures, fields

  /// What the parts of a question need and a capture lacks.
  private func parts(_ capture: Capabilities) -> Refusal? {
    for part in query.capabilityParts where isAsked(part, of: capture) {
      guard let lack = part.needs.first(where: { !capture.holds($0) }) else { continue }
      return refused(capture, lack.reason(part.word, capture), at: part.range) { [query] in
        part.mend(&$0)
        if case .series = lack, query.measures.count == 1, let known = capture.knownSeries.first {
          $0.measures = [Located(.series(known), query.verb.range)]
        }
        if case .label(let label) = lack,
          let near = NearestWord.matches(for: label.name, in: capture.labels.map(\.name)).first
        {
          $0.keys.append(Located(.label(SampleLabel(near)), query.verb.range))
        } else if part.isKeyOfGroup, $0.keys.isEmpty, !$0.verb.value.isOfStacks,
          !capture.values.isEmpty
        {
          $0.keys = [Located(capture.standardKey, query.verb.range)]
        }
      }
    }
    return nil
  }

  /// Whether a part is asked of a capture; of the process, keys are not.
  private func isAsked(_ part: CapabilityPart, of capture: Capabilities) -> Bool {
    guard isOverlaid else { return !(part.isKeyOfGroup && isOfProcess) }
    if case .recorded = capture.moments, !capture.values.isEmpty, part.isKeyOfGroup {
      return part.needs != [.recorded(.pid)] && query.measures.contains { !$0.value.isSeries }
        || query.measures.isEmpty
    }
    return false
  }

  /// Objects are listed with objects, allocations with allocations.
  private var together: Refusal? {
    guard verb == .list, captures.contains(where: \.hasObjects),
      let other = captures.first(where: { !$0.hasObjects })
    else { return nil }
    return refused(nil, "\(other.name) holds no objects", at: query.captures.first?.range) {
      [query, captures] in
      $0.captures = captures.filter(\.hasObjects).map { capture in
        .name(Pattern(text: capture.name, form: .word, range: query.verb.range))
      }
    }
  }

  // MARK: Stretches and rates

  private func stretch(_ capture: Capabilities) -> Refusal? {
    guard capture.moments != .everyInstant else { return nil }
    let follows = [.timeline, .growth, .suspects].contains(verb)
    if let range = query.range, !follows, !isOfProcess {
      return refused(capture, Need.allocations.reason("in", capture), at: range.range) {
        $0.range = nil
      }
    }
    if let windows = query.windows, !follows {
      return refused(
        capture, "a window needs every allocation; \(capture.name) holds \(capture.content)",
        at: windows.range
      ) {
        $0.windows = nil
        $0.keys.removeAll { $0.value == .window }
      }
    }
    guard let per = query.per, captures.count == 1, [.growth, .suspects].contains(verb),
      !capture.clock.isOfTime
    else { return nil }
    if case .mark = per.value { return nil }
    return refused(
      capture,
      "\(capture.name) records no times, so nothing grows `per \(per.value.canonicalText)`",
      at: per.range
    ) { $0.per = nil }
  }

  // MARK: What means nothing whatever a capture holds

  private var meaning: Refusal? {
    if let (measure, range) = query.having?.lifetimeInTime {
      return refused(
        nil,
        "`\(measure.name)` of a group is a number of allocations, as in `having \(measure.name) > 1000`; "
          + "of single records `where lifetime` takes a time", at: range
      ) { $0.having = nil }
    }
    if let per = query.per, ![.growth, .suspects].contains(verb), !isOfRate {
      return refused(
        nil, "a rate is of what grows (`growth`), or of two sides (`top … vs … per …`)",
        at: per.range
      ) { $0.per = nil }
    }
    return ofProcess ?? ofRows ?? ofObjects
  }

  /// Values of groups and of the process have no rows in common.
  private var ofProcess: Refusal? {
    guard verb == .top, let series = query.measures.first(where: { $0.value.isSeries }),
      let other = query.measures.first(where: { !$0.value.isSeries })
    else { return nil }
    return refused(
      nil, "`\(other.value.name)` is of groups, `\(series.value.name)` of the process",
      at: other.range
    ) { $0.measures.removeAll { !$0.value.isSeries } }
  }

  /// Lifetimes, stretches of time and rates, which single rows have.
  private var ofRows: Refusal? {
    if asksFor(.leaked), captures.allSatisfy({ $0.moments == .everyInstant }),
      let measure = query.measures.first(where: { $0.value.needsLifetimes })
    {
      return refused(
        nil, "leaked blocks are never freed, so they have no lifetime", at: measure.range
      ) { $0.population = Located(.freed, measure.range) }
    }
    if let mark = query.keys.first(where: { $0.value == .mark }),
      query.keys.contains(where: { $0.value == .window })
    {
      return refused(nil, "a birth lies in one stretch of time", at: mark.range) {
        $0.keys.removeAll { $0.value == .window }
        $0.windows = nil
      }
    }
    if isOfRate, captures.count != 1 || captures[0].moments != .everyInstant {
      return refused(
        nil, "a rate is tested in one capture of single allocations",
        at: query.measures.first?.range
      ) { $0.measures = [] }
    }
    guard captures.count == 1, captures[0].moments == .everyInstant, verb == .growth || isOfRate,
      let key = query.keys.first(where: { $0.value.needsRows })
    else { return nil }
    return refused(
      nil,
      "growth follows groups that a place in the program makes; `where` and `per mark(…)` "
        + "know rows", at: key.range
    ) { $0.keys.removeAll { $0.value.needsRows } }
  }

  /// Surviving Python objects belong to the end, and have no size.
  private var ofObjects: Refusal? {
    guard let objects = query.capabilityParts.first(where: { $0.needs == [.survivingObjects] }),
      captures.allSatisfy({ $0.moments == .everyInstant })
    else { return nil }
    if !(asksFor(.leaked) || asksFor(.live(at: nil)) || asksForEnd) || query.range != nil {
      return refused(nil, "surviving objects belong to the end", at: objects.range) {
        $0.population = Located(.leaked, objects.range)
        $0.range = nil
      }
    }
    guard let field = query.filter?.fields.first(where: \.value.isOfRows) else { return nil }
    return refused(nil, "surviving objects have no size and no lifetime here", at: field.range) {
      $0.filter = $0.filter?.without(field.range)
    }
  }

  private var asksForEnd: Bool {
    if case .live(let time?) = query.population?.value {
      time.value == TimePoint(base: .end)
    } else {
      false
    }
  }

  /// Whether a population is asked for, be it because none is named.
  private func asksFor(_ population: Population) -> Bool {
    (query.population?.value ?? captures.first?.standardPopulation(query)) == population
  }
}
