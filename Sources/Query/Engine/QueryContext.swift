import CaptureModel
import Columns
import Store

/// A question with its captures found and its defaults filled in.
struct QueryContext {
  var query: Query
  let captures: [CaptureData]
  /// The population, default filled in.
  let population: Located<Population>

  /// A question of captures that were found before.
  init(query: Query, captures: [CaptureData], population: Located<Population>) {
    self.query = query
    self.captures = captures
    self.population = population
  }

  /// Finds the captures of a question.
  init(store: Store, query: Query) throws(EngineError) {
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
    let first = try data.first.map { (data) throws(EngineError) in
      try Self.standardPopulation(of: data, query)
    }
    population = query.population ?? first ?? Located(.peak, query.verb.range)
    try refuseUnanswered()
  }

  /// Whether a question is about stacks, or about types.
  private static func wantsStacks(
    _ query: Query, _ data: CaptureData
  ) throws(EngineError) -> Bool? {
    guard let facts = try reading(try data.profile()) else { return nil }
    let isOfStacks = [.flame, .tree].contains(query.verb.value) || query.fromFrame != nil
    let keys = query.keys.isEmpty ? [data.standardKey(facts)] : query.keys.map(\.value)
    if isOfStacks || keys.contains(where: \.isOfStacks) { return true }
    return keys.contains(.type) ? false : nil
  }

  /// The population that a capture is asked for when none is named.
  private static func standardPopulation(
    of data: CaptureData, _ query: Query
  ) throws(EngineError) -> Located<Population> {
    if let facts = try reading(try data.profile()) {
      return Located(ProfilePopulations.standard(facts), query.verb.range)
    }
    let fallback: Population =
      switch query.verb.value {
      case .stats: .allocated
      case .timeline, .growth, .suspects: .live(at: nil)
      case .top, .list, .hist, .flame, .tree, .source, .paths:
        switch query.measures.first?.value {
        case .objects: .leaked
        case .rate: .live(at: nil)
        default: .peak
        }
      }
    return Located(fallback, query.verb.range)
  }

  /// The population asked of one capture.
  func population(of data: CaptureData) throws(EngineError) -> Located<Population> {
    guard let named = query.population else {
      return try Self.standardPopulation(of: data, query)
    }
    return named
  }

  /// Keys asked, default filled in.
  func keys() throws(EngineError) -> [Key] {
    if !query.keys.isEmpty { return query.keys.map(\.value) }
    guard let data = captures.first, let facts = try reading(try data.profile()) else {
      return [.lineno]
    }
    return [data.standardKey(facts)]
  }

  /// Measures asked, default filled in.
  func measures() throws(EngineError) -> [Measure] {
    if !query.measures.isEmpty { return query.measures.map(\.value) }
    guard let data = captures.first, let facts = try reading(try data.profile()) else {
      return [.size, .count]
    }
    return try measures(of: data, facts)
  }

  /// The measures of a capture of another tool when none is named.
  func measures(of data: CaptureData, _ facts: StoredProfile) throws(EngineError) -> [Measure] {
    if try reading(try data.tellsLines(facts)) { return facts.lineMeasures }
    return facts.standardMeasures(
      try population(of: data).value, isNamed: query.population != nil)
  }

  /// Whether `assert rate` asks.
  private var answersRates: Bool { query.measures.contains { $0.value == .rate } }

  /// `having avg lifetime > 10s`: of groups, lifetimes are counted in allocations only.
  private func refuseTimesOfGroups() throws(EngineError) {
    guard let (measure, range) = query.having?.lifetimeInTime else { return }
    throw .query(
      .cannotAnswer(
        "`\(measure.name)` of a group is a number of allocations",
        wayOut: "`having \(measure.name) > 1000`, or `where lifetime > 10s` for single records",
        at: range))
  }

  private func refuseUnanswered() throws(EngineError) {
    try refuseTimesOfGroups()
    for amount in query.having?.amounts(of: .samples) ?? [] {
      try SampleWeights(self).check(amount)
    }
    if let per = query.per, ![.growth, .suspects].contains(query.verb.value), !answersRates {
      throw .query(
        .cannotAnswer(
          "a rate is of what grows, or of two sides", wayOut: "`growth`, or `top … vs … per …`",
          at: per.range))
    }
    for data in captures {
      if let facts = try reading(try data.profile()) {
        try ProfileRefusals(data: data, facts: facts, isAlone: captures.count == 1).check(query)
      } else if query.verb.value != .timeline || captures.count == 1 {
        try refuseUnrecorded(of: data)
      }
    }
  }

  /// What captures of memray cannot answer.
  private func refuseUnrecorded(of data: CaptureData) throws(EngineError) {
    for measure in query.measures { try refuseUnrecorded(measure) }
    for key in query.keys {
      switch key.value {
      case .domain:
        throw .query(
          .cannotAnswer(
            "these captures record no domains", wayOut: "`by allocator`", at: key.range))
      case .type:
        throw .query(
          .cannotAnswer(
            "these captures record no types", wayOut: "`by lineno` or `by function`",
            at: key.range))
      case .label:
        throw .query(
          .cannotAnswer(
            "these captures record no labels", wayOut: "`by thread` or `by function`",
            at: key.range))
      case .mark where query.keys.contains { $0.value == .window }:
        throw .query(
          .cannotAnswer(
            "a birth lies in one stretch of time", wayOut: "`by mark` or `by window`",
            at: key.range))
      default: break
      }
    }
    guard !data.info.holdsEvents else { return }
    let population = try population(of: data)
    try TotalsRefusals(name: data.info.name, population: population).check(query)
  }

  private func refuseUnrecorded(_ measure: Located<Measure>) throws(EngineError) {
    switch measure.value {
    case .retainedSize, .deepSize:
      throw .query(
        .cannotAnswer(
          "`\(measure.value.name)` needs a graph of objects; these captures hold allocations",
          wayOut: "`size`", at: measure.range))
    case .samples:
      throw .query(
        .cannotAnswer(
          "these captures hold allocations, no samples", wayOut: "`count`", at: measure.range))
    case .series where query.keys.allSatisfy { [.pid, .capture].contains($0.value) }: break
    case .series(let series) where ![.timeline, .growth].contains(query.verb.value):
      throw .query(
        .cannotAnswer(
          "`\(series.rawValue)` belongs to the process, not to lines",
          wayOut: "`timeline \(series.rawValue)`", at: measure.range))
    default: break
    }
  }

  /// The verb's number of rows; nil means all.
  func limit(default rows: Int?) -> Int? {
    switch query.limit?.value {
    case .rows(let count): count
    case .all: nil
    case nil: rows
    }
  }

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

  /// What must stand on an answer about both sides of `vs`.
  static func estimates(_ left: QueryContext, _ right: QueryContext?) -> [String] {
    left.estimates + (right?.estimates ?? []).filter { !left.estimates.contains($0) }
  }

  /// What of the stretches asked lies outside of the recordings of either side of `vs`.
  static func cutNotes(_ left: QueryContext, _ right: QueryContext?) -> [String] {
    let notes = left.cutNotes
    return notes + (right?.cutNotes ?? []).filter { !notes.contains($0) }
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

  /// Warnings of either side of `vs`, each once.
  static func headers(_ left: QueryContext, _ right: QueryContext?) -> [String] {
    let header = left.header
    return header + (right?.header ?? []).filter { !header.contains($0) }
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

extension Limits {
  /// What a measure is compared with.
  fileprivate func amounts(of wanted: Measure) -> [Located<Amount>] {
    switch self {
    case .and(let parts), .or(let parts): parts.flatMap { $0.amounts(of: wanted) }
    case .not(let part): part.amounts(of: wanted)
    case .compare(let measure, _, let amount): measure.value == wanted ? [amount] : []
    }
  }

  /// A lifetime of a group that is compared with a time, and where that time stands.
  fileprivate var lifetimeInTime: (measure: Measure, range: SourceRange)? {
    switch self {
    case .and(let parts), .or(let parts): return parts.lazy.compactMap(\.lifetimeInTime).first
    case .not(let part): return part.lifetimeInTime
    case .compare(let measure, _, let amount):
      guard measure.value.needsLifetimes, case .duration = amount.value else { return nil }
      return (measure.value, amount.range)
    }
  }
}
