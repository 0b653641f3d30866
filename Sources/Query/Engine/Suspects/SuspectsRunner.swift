import Columns
import Store

/// Answers `suspects`: places whose memory grows for good, fastest first, each with evidence.
///
/// A line is a suspect when its floor (what is never given back) rises evenly to the end of the
/// work, or when blocks that outlive their peers gather under a sawtooth. Work ends where a program
/// begins to let go: what it frees then was held until then.
struct SuspectsRunner {
  private let context: QueryContext
  /// The other side of `vs`.
  private let base: QueryContext?
  /// As it was asked.
  private let query: Query

  /// Finds the capture asked.
  init(store: Store, query: Query) throws(EngineError) {
    self.query = query
    guard let versus = query.versus else {
      context = try QueryContext(store: store, query: try Self.ofLines(query, store))
      base = nil
      return
    }
    var (left, right) = query.sides(of: versus)
    // Each side is followed over its own time or marks.
    (left.per, right.per) = (query.per, query.per)
    context = try QueryContext(store: store, query: try Self.ofLines(left, store))
    base = try QueryContext(store: store, query: try Self.ofLines(right, store))
  }

  /// Lines are those of people's own code, Python's where there are native frames too.
  private static func ofLines(_ asked: Query, _ store: Store) throws(EngineError) -> Query {
    var query = asked
    if !query.hides.contains(.libraries) { query.hides.append(.libraries) }
    let captures = try CaptureFinder(store: store).captures(query.captures)
    if captures.contains(where: { $0.hasNativeTraces == 1 }), !query.hides.contains(.native) {
      query.hides.insert(.native, at: 0)
    }
    return query
  }

  /// What one side of the question finds.
  private struct Side {
    var found: [(capture: String, suspect: Suspect)] = []
    var notes: [String] = []
    var titles: [String] = []
  }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    var side = try side(of: context)
    var rates: [Double]?
    if let base {
      let comparison = SuspectComparison(base: base, scale: scale, sizes: context.sizes)
      let (kept, baseRates, notes) = try comparison.keepingNew(side.found)
      (side.found, rates) = (kept, baseRates)
      side.notes = notes + side.notes
    }
    if let limit = context.limit(default: nil) {
      side.found = Array(side.found.prefix(limit))
      rates = rates.map { Array($0.prefix(limit)) }
    }
    var table = context.emptyTable(population: side.titles.joined(separator: ", "))
    table.query = query.questionText
    table.columns = columns(side.found, rates)
    table.notes += side.notes
    return Answer(content: .table(table), verb: .suspects, output: query.output, limit: nil)
  }

  private func side(of context: QueryContext) throws(EngineError) -> Side {
    var side = Side()
    for data in context.captures {
      guard data.info.holdsEvents else {
        throw .query(
          .cannotAnswer(
            "\(data.info.name) holds totals at one moment, which say nothing of growth",
            wayOut: "`top by lineno of new vs old`, or `growth of` three captures or more",
            at: query.verb.range))
      }
      let end = try Self.end(of: data, context)
      let context = context.judging(end)
      let scan = try SuspectScan(context: context, data: data)
      let rules = SuspectRules(context: context, scan: scan, scale: scale)
      let lines = try scan.lines()
      let suspects = rules.fold(try rules.suspects(lines), &side.notes)
      side.found += suspects.map { (data.info.name, $0) }
      side.notes += try SuspectNotes(
        rules: rules, lines: lines, scale: scale, context: context, end: end
      ).notes(suspects)
      side.titles.append("live\(scan.points.title)")
    }
    side.found.sort { ($0.suspect.rate, $1.capture) > ($1.suspect.rate, $0.capture) }
    return side
  }

  /// The end of the work of a capture; nil where the question says what to look at.
  static func end(of data: CaptureData, _ context: QueryContext) throws(EngineError) -> LettingGo? {
    guard context.query.range == nil else { return nil }
    return try reading(try LettingGo(data: data))
  }

  private var scale: RateScale { RateScale(query.per?.value, isOfBlocks: false) }

  private func columns(
    _ found: [(capture: String, suspect: Suspect)], _ baseRates: [Double]?
  ) -> [ResultColumn] {
    let suspects = found.map(\.suspect)
    func rates(_ name: String, _ value: (Suspect) -> Double) -> ResultColumn {
      ResultColumn(
        name: name, role: .measure, unit: scale.unit,
        values: .reals(suspects.map { value($0) * scale.factor }))
    }
    func texts(_ name: String, _ values: [String?], role: ColumnRole = .key) -> ResultColumn {
      ResultColumn(name: name, role: role, unit: .none, values: .texts(values))
    }
    var columns = [
      ResultColumn(
        name: "rank", role: .key, unit: .none,
        values: .integers(suspects.indices.map { Int64($0 + 1) })),
      texts("lineno", suspects.map(\.lineno)),
      ResultColumn(
        name: "traceback", role: .key, unit: .none, values: .stacks(suspects.map(\.stack))),
      texts("shape", suspects.map(\.group.trend.shape.rawValue)),
      rates("rate", \.rate), rates("rate_low", \.low),
      rates("rate_high", \.high),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes,
        values: .integers(suspects.map(\.bytes))),
      texts("evidence", suspects.map { $0.evidence.joined(separator: " ") }, role: .prose),
      texts("query", suspects.map(\.query), role: .prose),
    ]
    if let baseRates {
      columns.insert(
        ResultColumn(
          name: "base_rate", role: .measure, unit: scale.unit,
          values: .reals(baseRates.map { $0 * scale.factor })), at: 7)
    }
    if context.captures.count > 1 {
      columns.insert(texts("capture", found.map(\.capture)), at: 1)
    }
    return columns
  }
}
