import Analysis
import Results
import Language
import Store

/// Answers `suspects`: places whose memory grows for good, fastest first, each with evidence.
///
/// A line is a suspect when its floor (what is never given back) rises evenly to the end of the
/// work, or when blocks that outlive their peers gather under a sawtooth. Work ends where a program
/// begins to let go: what it frees then was held until then. Captures without single allocations
/// tell what grows from moment to moment, and what two of them differ by.
struct SuspectsRunner {
  let store: Store
  /// As it was asked.
  let query: Query
  /// Called before a side is scanned, with its number.
  let enter: (Int) -> Void

  /// A question, as it was asked.
  init(store: Store, query: Query, enter: @escaping (Int) -> Void) {
    (self.store, self.query, self.enter) = (store, query, enter)
  }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    if let answer = try ProfileFindings(store: store, query: query).answer() { return answer }
    guard let versus = query.versus else {
      let context = try QueryContext(store: store, query: try ofLines(query))
      return try findings(context).answer(query, context)
    }
    var (left, right) = query.sides(of: versus)
    // Each side is followed over its own time or marks.
    (left.per, right.per) = (query.per, query.per)
    let context = try QueryContext(store: store, query: try ofLines(left))
    let base = try QueryContext(store: store, query: try ofLines(right))
    var findings = try findings(context)
    enter(1)
    try SuspectComparison(base: base, scale: scale, sizes: context.sizes).keepNew(&findings)
    return findings.answer(query, context)
  }

  /// Lines are those of people's own code, Python's where there are native frames too.
  private func ofLines(_ asked: Query) throws(EngineError) -> Query {
    var query = asked
    if !query.hides.contains(.libraries) { query.hides.append(.libraries) }
    let captures = try CaptureFinder(store: store).captures(query.captures)
    if captures.contains(where: { $0.hasNativeTraces == 1 }), !query.hides.contains(.native) {
      query.hides.insert(.native, at: 0)
    }
    return query
  }

  private var scale: RateScale { RateScale(query.per?.value, of: .bytes) }

  private func findings(_ context: QueryContext) throws(EngineError) -> Findings {
    var all = Findings(keyName: "lineno", hasStacks: true, scale: scale, title: "", found: [])
    var titles: [String] = []
    for data in context.captures {
      let end = try Self.end(of: data, context)
      let context = context.judging(end)
      let lines = try LineFindings(
        scan: try SuspectScan(context: context, data: data), scale: scale)
      let found = try lines.found(&all.notes)
      all.found += found.map { finding in
        var finding = finding
        finding.capture = data.info.name
        return finding
      }
      all.notes += try SuspectNotes(lines: lines, end: end).notes(found)
      titles.append("live\(lines.scan.points.title)")
    }
    all.title = titles.joined(separator: ", ")
    all.found.sort { ($0.rate, $1.capture) > ($1.rate, $0.capture) }
    return all
  }

  /// The end of the work of a capture; nil where the question says what to look at.
  static func end(of data: CaptureData, _ context: QueryContext) throws(EngineError) -> LettingGo? {
    guard context.query.range == nil else { return nil }
    return try reading(try LettingGo(data: data))
  }
}
