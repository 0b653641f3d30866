import Columns
import Store

/// Answers `explain`: the canonical query and the plan; with `analyze` what it read and how long
/// each stage took.
struct ExplainRunner {
  let store: Store
  let session: Session
  /// Answers a question whole, for the time it takes.
  let answer: (Query) throws(EngineError) -> Answer

  /// The answer: one text column, a line a step.
  func answer(_ statement: Statement, analyze: Bool) throws(EngineError) -> Answer {
    let text = session.canonicalText(of: statement)
    var lines = [text]
    var query: Query?
    var testsTotal = false
    switch statement {
    case .query(let inner): query = inner
    case .assert(let assertion):
      query = assertion.query
      testsTotal = assertion.query.keys.isEmpty
    default: break
    }
    var output = Output()
    if let query {
      output = query.output
      lines += try plan(query, analyze: analyze)
      // Without keys an assertion is about the total.
      if testsTotal { lines.removeLast(2) }
      if analyze, case .query = statement {
        var stages = Stages()
        _ = try stages.measure("whole answer") { () throws(EngineError) in try answer(query) }
        lines += stages.lines
      }
    }
    var table = ResultTable(query: "explain " + (analyze ? "analyze " : "") + text)
    table.columns = [
      ResultColumn(name: "plan", role: .key, unit: .none, values: .texts(lines))
    ]
    return Answer(content: .table(table), verb: nil, output: output, limit: nil)
  }

  // MARK: Sides

  /// The steps of a question, of both sides when it compares.
  private func plan(_ query: Query, analyze: Bool) throws(EngineError) -> [String] {
    guard let versus = query.versus else { return try side(query, analyze: analyze) }
    let (left, other) = query.sides(of: versus)
    var right = other
    if [.hist, .timeline].contains(query.verb.value) {
      right = AxisComparison.base(right, try AxisComparison.pairing(query, versus))
    }
    var lines = ["left:"] + (try side(left, analyze: analyze)).map { "  " + $0 }
    lines += ["right, the base:"] + (try side(right, analyze: analyze)).map { "  " + $0 }
    return lines
  }

  private func side(_ query: Query, analyze: Bool) throws(EngineError) -> [String] {
    let context = try QueryContext(store: store, query: query)
    let keys = try context.keys()
    let measures = try context.measures()
    var lines: [String] = []
    for data in context.captures {
      lines += try capture(data, context, keys, measures, analyze: analyze)
    }
    if [.top, .growth, .source].contains(query.verb.value) {
      lines.append("group by " + keys.map(\.name).joined(separator: ", "))
      let standard =
        query.verb.value == .growth
        ? ["rate desc", "growth desc"] : measures.map { $0.name + " desc" }
      let order = query.order.map(\.canonicalText) + standard
      lines.append("order by " + order.joined(separator: ", ") + ", then the keys")
    }
    return lines
  }

  private func capture(
    _ data: CaptureData, _ context: QueryContext, _ keys: [Key], _ measures: [Measure],
    analyze: Bool
  ) throws(EngineError) -> [String] {
    var stages = Stages()
    let resolver = try reading(try PopulationResolver(data: data))
    let population = try context.population(of: data)
    // Of what is alive, `in` is the stretch looked at.
    let isStretch =
      [.timeline, .growth, .suspects, .stats].contains(context.query.verb.value)
      && population.value.flow == .alive
    let selection = try resolver.selection(population, range: isStretch ? nil : context.query.range)
    let view = try stages.measure("stacks, hides and conditions") { () throws(EngineError) in
      try context.view(of: data)
    }
    let needs = try needs(context, resolver, keys, measures)
    let scan = try reading(
      try PopulationScan(data: data, selection: selection, condition: view.condition, needs: needs))
    var lines = [
      "\(data.info.name): \(isStretch ? population.value.canonicalText : selection.title)"
    ]
    if view.isFiltered { lines.append("  " + (try filterText(view, data))) }
    if context.query.verb.value == .timeline, !data.isTotals,
      !LiveSeries.needsRows(context.query, population.value)
    {
      lines.append("  read ticks, no segment")
      return lines
    }
    lines.append("  read " + scan.path.words)
    guard analyze else {
      if scan.path.readsSegments {
        let planned = try reading(try scan.plannedSegments())
        lines.append("  " + Self.segments(planned.count, of: scan, rows: planned.rows))
      }
      return lines
    }
    var sums = GroupSums()
    let statistics = try stages.measure("scan") { () throws(EngineError) in
      try reading(try scan.run { sums.add($0) })
    }
    if scan.path.readsSegments {
      lines.append(
        "  " + Self.segments(statistics.segmentsRead, of: scan, rows: statistics.rowsRead))
    }
    lines.append("  found \(sums.count) records, \(sums.bytes) bytes")
    return lines + stages.lines.map { "  " + $0 }
  }

  private func needs(
    _ context: QueryContext, _ resolver: PopulationResolver, _ keys: [Key], _ measures: [Measure]
  ) throws(EngineError) -> ScanNeeds {
    let verb = context.query.verb.value
    let gatherer = GroupGatherer(context: context, keys: keys, measures: measures)
    var needs = gatherer.needs(
      windows: verb == .top ? try gatherer.windows(of: resolver) : nil)
    if verb == .hist { needs.recordSizes = true }
    // These look at single rows.
    if [.list, .growth, .timeline].contains(verb) { needs.lifetimes = true }
    return needs
  }

  private func filterText(_ view: CaptureView, _ data: CaptureData) throws(EngineError) -> String {
    let count = Int(data.info.sites)
    var passing = 0
    var undecided = 0
    for site in 0..<count {
      switch view.condition.answer(site: site) {
      case true: passing += 1
      case false: continue
      case nil: undecided += 1
      }
    }
    return "where: of \(count) sites \(passing) pass whole, \(undecided) by size or row, "
      + "\(count - passing - undecided) not at all"
  }

  private static func segments(_ read: Int, of scan: PopulationScan, rows: Int) -> String {
    let all = Int(scan.data.info.segments)
    let scanned = scan.path == .dictionaries ? "no rows" : "\(rows) rows"
    return "segments: \(read) read, \(max(0, all - read)) pruned; \(scanned)"
  }
}

/// Stages of an answer and how long each took.
private struct Stages {
  private(set) var lines: [String] = []

  mutating func measure<Value>(
    _ name: String, _ body: () throws(EngineError) -> Value
  ) throws(EngineError) -> Value {
    let clock = ContinuousClock()
    let start = clock.now
    let value = try body()
    let (seconds, attoseconds) = (clock.now - start).components
    let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    lines.append("time: \(name) \(microseconds) us")
    return value
  }
}

extension PopulationScan.Path {
  /// What is read, in words.
  fileprivate var words: String {
    switch self {
    case .siteTotals: "totals kept per site, no segment"
    case .classTotals: "totals kept per site and size, no segment"
    case .dictionaries: "dictionaries of classes"
    case .liveCounts: "what lives in one state: long lists, and rows of segments near it"
    case .rows: "rows"
    }
  }

  /// Whether it looks into segments.
  fileprivate var readsSegments: Bool { self != .siteTotals && self != .classTotals }
}

extension Condition {
  /// The answer for every row of a site; nil when it depends on the size or the row.
  fileprivate func answer(site: Int) -> Bool? {
    switch self {
    case .constant(let value): return value
    case .sites(let passes): return passes[site]
    case .size, .sizeClass, .lifetime, .duration, .births: return nil
    case .not(let part): return part.answer(site: site).map { !$0 }
    case .and(let parts):
      let answers = parts.map { $0.answer(site: site) }
      return answers.contains(false) ? false : answers.contains(nil) ? nil : true
    case .or(let parts):
      let answers = parts.map { $0.answer(site: site) }
      return answers.contains(true) ? true : answers.contains(nil) ? nil : false
    }
  }
}
