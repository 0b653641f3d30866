import CaptureModel
import Results
import Language
import Planning
import Store

/// A question with its captures found and its defaults filled in.
struct QueryContext {
  var query: Query
  let captures: [CaptureData]
  /// What each of them holds.
  let capabilities: [Capabilities]
  /// The population, default filled in.
  let population: Located<Population>

  /// A part of a question that was checked before.
  init(
    query: Query, captures: [CaptureData], capabilities: [Capabilities],
    population: Located<Population>
  ) {
    self.query = query
    self.captures = captures
    self.capabilities = capabilities
    self.population = population
  }

  /// Finds the captures of a question.
  ///
  /// - Parameters:
  ///   - store: holds them.
  ///   - query: the question.
  ///   - isCompared: whether it is one side of a comparison.
  /// - Throws: what the captures cannot answer.
  init(store: Store, query: Query, isCompared: Bool = false) throws(EngineError) {
    self.query = query
    var data: [CaptureData] = []
    for info in try CaptureFinder(store: store).captures(query.captures) {
      data.append(
        CaptureData(
          store: store, info: info, hidesNative: query.hides.contains(.native),
          frameMarks: query.frameMarks))
    }
    captures = data
    var types = try SampleTypes(data)
    self.query = try types.resolve(query)
    for data in captures { data.wantsStacks = try Self.wantsStacks(query, data) }
    let needs = CapabilityCheck.needs(of: self.query)
    var capabilities: [Capabilities] = []
    for data in captures { capabilities.append(try reading(try data.capabilities(for: needs))) }
    self.capabilities = capabilities
    population =
      self.query.population
      ?? Located(capabilities.first?.standardPopulation(self.query) ?? .peak, query.verb.range)
    do throws(QueryError) {
      try CapabilityCheck(self.query, capabilities, isCompared: isCompared).check()
    } catch {
      throw .query(error)
    }
    for limit in query.having?.leaves ?? [] where limit.measure.value == .samples {
      try SampleWeights(self).check(limit.amount)
    }
  }

  /// Whether a question is about stacks, or about types.
  private static func wantsStacks(
    _ query: Query, _ data: CaptureData
  ) throws(EngineError) -> Bool? {
    guard try reading(try data.profile()) != nil else { return nil }
    let isOfStacks =
      query.verb.value.isOfStacks || query.verb.value == .peek || query.fromFrame != nil
    let standard = try reading(try data.capabilities()).standardKey
    let keys = query.keys.isEmpty ? [standard] : query.keys.map(\.value)
    if isOfStacks || keys.contains(where: \.isOfStacks) { return true }
    return keys.contains(.type) ? false : nil
  }

  /// The side as plans know it.
  var side: Side { Side(query: query, captures: capabilities, population: population) }

  /// The population asked of one capture.
  func population(of data: CaptureData) throws(EngineError) -> Located<Population> {
    if let named = query.population { return named }
    return side.population(of: try reading(try data.capabilities()))
  }

  /// Keys asked, default filled in.
  var keys: [Key] { side.keys }

  /// Measures asked, default filled in.
  var measures: [Measure] { side.measures }

  /// The measures of a capture when none is named.
  func standardMeasures(of data: CaptureData) throws(EngineError) -> [Measure] {
    side.standardMeasures(of: try reading(try data.capabilities()))
  }

  /// How many rows are shown; nil means all.
  var limit: Int? { query.shownRows }

  /// The number of rows that was typed; nil means all.
  var typedLimit: Int? { query.typedRows }

  /// Names of the captures asked.
  var names: [String] { captures.map(\.info.name) }

  /// How sizes are written: the family typed, decimal by default.
  var sizes: SizeFamily { query.typedSizes == .binary ? .binary : .decimal }

  /// The canonical question, without where the answer goes.
  var questionText: String { query.questionText }

  /// A table with everything but columns filled in.
  func emptyTable(population: String) -> ResultTable {
    var table = ResultTable(
      query: questionText, captures: names, population: population)
    table.header = header
    table.notes = estimates + notesOnLines + cutNotes
    table.isEstimated = !estimates.isEmpty
    table.sizes = sizes
    table.hasRecords = captures.allSatisfy(\.info.holdsEvents)
    return table
  }

  /// What must stand on every answer from samples that were scaled up.
  var estimates: [String] {
    captures.compactMap { data in
      guard let facts = try? data.profile(), facts.isEstimated else { return nil }
      let isRounded = facts.properties.contains { $0.name == "rounded" }
      return isRounded
        ? "sizes of \(data.info.name) are rounded, as they were printed"
        : "numbers of \(data.info.name) are estimates from samples"
    }
  }

  /// What numbers of reports of lines mean, where groups are shown.
  private var notesOnLines: [String] {
    guard [.top, .stats, .source].contains(query.verb.value) else { return [] }
    return captures.compactMap { data in
      guard let facts = try? data.profile(), (try? data.tellsLines(facts)) == true else {
        return nil
      }
      return "max_size is the memory of the process behind a line, the most of all calls; size is "
        + "its increments, added up"
    }
  }

  /// Lines about this side and the other of `vs`, each once.
  func lines(_ lines: (QueryContext) -> [String], with other: QueryContext?) -> [String] {
    let own = lines(self)
    return own + (other.map(lines) ?? []).filter { !own.contains($0) }
  }

  /// What of the stretch asked lies outside of a recording.
  ///
  /// Captures laid over each other share one axis; their timeline says itself what it cut.
  var cutNotes: [String] {
    let isShared = query.verb.value == .timeline && captures.count > 1 && hasProfile
    guard !isShared else { return [] }
    var spans = query.range.map { [$0] } ?? []
    if case .survived(let span) = population.value { spans.append(span) }
    spans += query.filter?.timeSpans ?? []
    return captures.flatMap { data in
      spans.compactMap { span in
        if let facts = try? data.profile() {
          return (try? ProfileTimes(data: data, facts: facts).cutNote(span)) ?? nil
        }
        guard let timeline = try? data.timeline() else { return nil }
        return (try? TimeResolver(data: data, timeline: timeline).cutNote(span)) ?? nil
      }
    }
  }

  private var hasProfile: Bool {
    captures.contains { data in ((try? data.profile()) ?? nil) != nil }
  }

  /// Warnings of captures that ended early, where the answer could be another had they not.
  var header: [String] {
    captures.compactMap { data in
      guard Completeness(context: self, data: data).isTouched else { return nil }
      return Self.endedEarly(data.info)
    }
  }

  /// Says that a capture ended early, and why.
  static func endedEarly(_ info: CaptureInfo) -> String {
    "\(info.name) is \(info.ending.rawValue): \(info.endingReason) (byte \(info.endingOffset)); "
      + "what came before is complete"
  }

  /// What a scan needs of one capture.
  func view(of data: CaptureData) throws(EngineError) -> CaptureView {
    try CaptureView(data: data, query: query)
  }
}

extension Query {
  /// The canonical question, without where the answer goes.
  var questionText: String {
    var question = self
    question.output = Output()
    let lets = verb.value == .suspects ? suppressions.compactMap(\.definitionText) : []
    return (frameMarkTexts + lets + [question.canonicalText]).joined(separator: "; ")
  }

  /// The statements that define its marks.
  var frameMarkTexts: [String] { frameMarks.map { "mark on frame \($0.canonicalText)" } }
}

/// One capture as a question sees it: stacks edited, predicate ready.
struct CaptureView {
  let data: CaptureData
  let keys: SiteKeys
  let condition: Condition
  /// Rows that `where` and `from frame` let pass are a part only.
  let isFiltered: Bool

  /// The same stacks, every row let pass.
  var unfiltered: CaptureView {
    CaptureView(data: data, keys: keys, condition: .constant(true), isFiltered: false)
  }

  private init(data: CaptureData, keys: SiteKeys, condition: Condition, isFiltered: Bool) {
    (self.data, self.keys) = (data, keys)
    (self.condition, self.isFiltered) = (condition, isFiltered)
  }

  /// Prepares a capture for a question.
  init(data: CaptureData, query: Query) throws(EngineError) {
    self.data = data
    let timeline = try reading(try data.timeline())
    let edits = try StackEdits(data: data, query: query, stacks: try reading(try data.stacks()))
    let times = try reading(try TimeResolver(data: data, timeline: timeline))
    let keys = SiteKeys(data: data, edits: edits)
    let report =
      query.verb.value == .stats
      ? try MemrayReportKeys(data: data, query: query, edits: edits) : nil
    self.keys = SiteKeys(data: data, edits: edits, report: report)
    let compiler = ConditionCompiler(data: data, keys: keys, times: times)
    var parts: [Condition] = []
    if let filter = query.filter { parts.append(try compiler.compile(filter)) }
    if let frame = query.fromFrame { parts.append(try compiler.compile(.stackHas([frame]))) }
    isFiltered = !parts.isEmpty
    condition = parts.isEmpty ? .constant(true) : parts.count == 1 ? parts[0] : .and(parts)
  }
}
