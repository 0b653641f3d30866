import Analysis
import CaptureModel
import Results
import Language
import Planning
import Store

/// Finds what grows in captures that hold totals or values over time, from moment to moment or from
/// capture to capture, and what two moments differ by.
struct ProfileFindings {
  let store: Store
  /// As it was asked.
  let query: Query

  /// What a group holds at two moments.
  private struct Pair {
    var place: String?
    var before: Double
    var after: Double
    var more: Double { after - before }
  }

  /// The answer; nil where single allocations answer better.
  func answer() throws(EngineError) -> Answer? {
    if let versus = query.versus { return try differences(versus) }
    let context = try QueryContext(store: store, query: query.asGrowth)
    let first = context.captures[0]
    guard context.captures.contains(where: { !$0.info.holdsEvents }) else { return nil }
    if context.captures.count == 1 {
      guard let facts = try reading(try first.profile()) else { return nil }
      let series = try reading(try first.seriesNames())
      guard facts.moments >= 2 || !series.isEmpty else { return nil }
      if let tables = try differences(ofTables: context, facts) {
        return tables.answer(query, context)
      }
    } else if context.captures.count < 3 {
      return nil
    }
    guard let trends = try rows(query.asGrowth)?.0 as? Trends else { return nil }
    return growing(trends, context).answer(query, context)
  }

  /// The rows of another question, in the order of its plan.
  private func rows(_ asked: Query) throws(EngineError) -> (any RowSet, Question)? {
    let question = try Question(store: store, query: asked)
    // Its scans are those below the findings.
    let executor = Executor(store: store, question: question, firstNumber: -1)
    let planner = Planner(query: question.query, sides: question.planned)
    guard case .rows(let plan) = try asking(try planner.plan()) else { return nil }
    return (try executor.rows(plan, 0), question)
  }

  // MARK: What grows

  private func growing(_ trends: Trends, _ context: QueryContext) -> Findings {
    let shown = trends.rows.prefix(trends.shownCount).map { trends.groups[$0] }
    let unit = trends.columns[0].unit ?? trends.unit(of: shown)
    let key = trends.keys.first ?? nil
    var findings = Findings(
      keyName: key?.name ?? "series", keyMeaning: key?.meaning ?? .other,
      scale: trends.scale(of: unit), valueUnit: unit,
      title: trends.title,
      found: shown.compactMap { group in
        guard group.trend.isGrowing, group.rate > 0, group.fit.low > 0 else {
          return nil
        }
        return finding(group, key, trends, unit, context)
      }, notes: trends.notes.filter { $0 != Trends.nothingGrows })
    if findings.found.isEmpty {
      findings.notes.insert("nothing grows for good: no leak is suspected", at: 0)
    }
    return findings
  }

  private func finding(
    _ group: Trends.Group, _ key: Key?, _ trends: Trends, _ unit: Unit, _ context: QueryContext
  ) -> Finding {
    let place = (group.key.first ?? nil)?.text
    let scale = trends.scale(of: unit)
    let words = words(group.rate * scale.factor, unit, scale, trends.pace, context)
    var asked = context.query
    var evidence: [String]
    if key == nil {
      if let series = place.flatMap({ Series(rawValue: $0) }) {
        asked.measures = [Located(.series(series), query.verb.range)]
      }
      evidence = [
        "\(place ?? "It") of the process only grows: \(words).",
        "A series does not tell which line: record with `memray run` and ask `suspects`.",
      ]
    } else {
      if let place, key == .lineno { asked.restrict(to: place) }
      evidence = ["\(place ?? "It") only grows from moment to moment: \(words)."]
    }
    if unit == .bytes { evidence.append("It ends at \(context.sizes.text(group.last)).") }
    return Finding(
      place: place, shape: group.trend.shape, fit: group.fit, last: group.last, evidence: evidence,
      query: asked.questionText)
  }

  /// A rate, with what it is per where that is not known from the question.
  private func words(
    _ rate: Double, _ unit: Unit, _ scale: RateScale, _ pace: Trends.Pace, _ context: QueryContext
  ) -> String {
    let amount =
      unit == .bytes ? context.sizes.text(rate) : "\((rate * 1000).rounded() / 1000)"
    return switch pace {
    case .per: unit == .bytes ? amount + scale.suffix : amount
    case .step: amount + scale.suffix
    case .runs: amount
    }
  }

  // MARK: Differences

  /// What one side of `vs` holds more than the other; nil where both hold single allocations.
  private func differences(_ versus: Versus) throws(EngineError) -> Answer? {
    var asked = query.asGrowth
    asked.verb.value = .top
    asked.versus = versus
    asked.limit = Located(.all, query.verb.range)
    let (left, right) = asked.sides(of: versus)
    let sides = try [left, right].map { (side) throws(EngineError) in
      try QueryContext(store: store, query: side)
    }
    guard sides.contains(where: { $0.captures.contains(where: { !$0.info.holdsEvents }) }),
      let (found, question) = try rows(asked), let groups = found as? Groups
    else { return nil }
    let key = groups.keys.indices.first { groups.keys[$0] != .capture }
    let measure = groups.measures[0]
    let pairs = groups.rows.compactMap { row -> Pair? in
      let held = groups.sides(row)
      guard let after = groups.value(measure, held), let more = groups.difference(measure, held)
      else { return nil }
      let place = key.flatMap { groups.key(at: $0, of: row) }?.text
      return Pair(place: place, before: after - more, after: after)
    }
    let unit = groups.unit(of: measure)
    let context = question.left
    let least = LeakRules.leastDifference(pairs.map(\.more), areBytes: unit == .bytes)
    let findings = findings(
      pairs.filter { $0.more >= least }, key: key.map { groups.keys[$0] }, measure, unit,
      title: groups.title, than: "in \(question.sides[1].names.joined(separator: ", "))",
      here: "here", context
    ) { place in
      var single = query
      single.verb.value = .top
      single.limit = nil
      single.output = Output()
      single.suppressions = []
      if let place, key.map({ groups.keys[$0] }) == .lineno { single.restrict(to: place) }
      return single.questionText
    }
    return findings.answer(query, context)
  }

  /// What the later of two tables, such as two prints of growth, holds more; nil where there are no
  /// two.
  private func differences(
    ofTables context: QueryContext, _ facts: StoredProfile
  ) throws(EngineError) -> Findings? {
    let data = context.captures[0]
    guard facts.moments >= 2, query.per == nil, query.measures.allSatisfy({ !$0.value.isSeries })
    else { return nil }
    let keys = context.keys
    guard keys.count == 1 else { return nil }
    let moments = try ProfileMoments(context: context, data: data, facts: facts, keys: keys)
    guard moments.moments.count == 2 else { return nil }
    let measure: Measure =
      facts.index(population: .live, measure: .size) == nil ? .count : .size
    let printed =
      measure == .count && keys == [.type] ? try PrintedGrowth(data, facts) : nil
    var pairs: [Pair] = []
    var unknown = 0
    for group in 0..<moments.groupCount {
      let wasKnown = moments.isKnown(group, moment: 0)
      guard moments.isKnown(group, moment: 1),
        let after = moments.sums[1][group].value(of: measure)
      else {
        unknown += wasKnown ? 1 : 0
        continue
      }
      let key = moments.keys(of: group)[0]
      let listed = wasKnown ? moments.sums[0][group].value(of: measure) : nil
      guard let before = listed ?? printed?.before(after, key, moment: 1) else {
        unknown += 1
        continue
      }
      pairs.append(Pair(place: key?.text, before: before, after: after))
    }
    let least = measure == .size ? LeakRules.leastRise : 1
    var findings = findings(
      pairs.filter { $0.more >= least }, key: keys[0], measure, measure.unit,
      title: "live, the second table less the first", than: "in the first table",
      here: "in the second", context
    ) { _ in query.asGrowth.questionText }
    if unknown > 0 {
      findings.notes.append(
        "\(unknown) that only one of the tables lists are left out: what the other held of them "
          + "is unknown")
    }
    return findings
  }

  private func findings(
    _ pairs: [Pair], key: Key?, _ measure: Measure, _ unit: Unit, title: String, than base: String,
    here: String, _ context: QueryContext, asking question: (String?) -> String
  ) -> Findings {
    func text(_ number: Double) -> String {
      unit == .bytes ? context.sizes.text(number) : "\(Int64(nearest: number))"
    }
    let found = pairs.sorted { $0.more > $1.more }.map { pair in
      Finding(
        place: pair.place, difference: pair.more,
        evidence: [
          "\(pair.place ?? "It") holds \(text(pair.more)) more than \(base): "
            + "\(text(pair.before)) there, \(text(pair.after)) \(here)."
        ], query: question(pair.place))
    }
    return Findings(
      keyName: key?.name ?? "lineno", keyMeaning: key?.meaning ?? .place,
      valueName: "\(measure.columnName)_diff", isDifference: true, valueUnit: unit,
      title: title, found: found,
      notes: (found.isEmpty ? ["nothing holds more: no leak is suspected"] : []) + [
        "two moments make a difference, no rate: it may be a warm-up; `growth of` three "
          + "or more tells"
      ])
  }
}
