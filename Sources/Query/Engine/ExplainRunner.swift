import Columns
import Language
import Store

/// Answers `explain`: the canonical question and the steps that answer it.
///
/// The question itself is run: its scans say what they read. Without `analyze` they read nothing
/// more than they need to say so, and with it what was read is counted by the store.
struct ExplainRunner {
  let store: Store
  let session: Session
  /// Answers a question or an assertion.
  let run: (Statement) throws(EngineError) -> Void

  /// The answer: one text column, a line a step.
  func answer(_ statement: Statement, analyze: Bool) throws(EngineError) -> Answer {
    let text = session.canonicalText(of: statement)
    var lines = [text]
    var output = Output()
    if let (query, isAssertion) = Self.question(statement) {
      output = query.output.ofPlan
      lines += try steps(statement, analyze: analyze)
      lines += try grouping(query, isAssertion: isAssertion)
      if analyze { lines += counted }
    }
    var table = ResultTable(query: "explain " + (analyze ? "analyze " : "") + text)
    table.columns = [
      ResultColumn(name: "plan", role: .key, unit: .none, values: .texts(lines))
    ]
    return Answer(content: .table(table), verb: nil, output: output, limit: nil)
  }

  private static func question(_ statement: Statement) -> (query: Query, isAssertion: Bool)? {
    switch statement {
    case .query(let query): (query, false)
    case .assert(let assertion): (assertion.query, true)
    default: nil
    }
  }

  // MARK: Steps

  private func steps(_ statement: Statement, analyze: Bool) throws(EngineError) -> [String] {
    let log = ScanLog(isDry: !analyze)
    store.reads.reset()
    store.scanLog = log
    defer { store.scanLog = nil }
    let clock = ContinuousClock()
    let start = clock.now
    do throws(EngineError) { try run(statement) } catch {
      // A scan that read nothing may leave later steps nothing to work with.
      guard log.isDry, !log.steps.isEmpty, case .query = error else { throw error }
    }
    let lines = Self.lines(log.steps)
    return analyze ? lines + ["time: \(Self.microseconds(clock.now - start)) us"] : lines
  }

  private static func microseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }

  /// Steps that are done more than once stand once.
  private static func lines(_ steps: [ScanLog.Step]) -> [String] {
    var distinct: [(step: ScanLog.Step, count: Int)] = []
    for step in steps {
      if let known = distinct.firstIndex(where: { $0.step == step }) {
        distinct[known].count += 1
      } else {
        distinct.append((step, 1))
      }
    }
    var lines: [String] = []
    var section = ""
    var title: String?
    for (step, count) in distinct {
      let indent = step.section.isEmpty ? "" : "  "
      if step.section != section {
        (section, title) = (step.section, nil)
        if !section.isEmpty { lines.append("\(section):") }
      }
      if step.title != title {
        title = step.title
        lines.append(indent + step.title)
      }
      for (index, detail) in step.details.enumerated() {
        let isLast = index == step.details.count - 1
        lines.append("\(indent)  \(detail)" + (isLast && count > 1 ? " (\(count) times)" : ""))
      }
    }
    return lines
  }

  /// What the store counted.
  private var counted: [String] {
    let counts = store.reads.counts
    return [
      "store: \(counts.reads) columns read, \(counts.bytes) bytes; rows of "
        + "\(counts.rowSegments.count) segments, dictionaries of \(counts.dictionaries.count)"
    ]
  }

  // MARK: Groups

  private func grouping(_ query: Query, isAssertion: Bool) throws(EngineError) -> [String] {
    // Without keys an assertion is about the total.
    guard [.top, .growth, .source].contains(query.verb.value),
      !isAssertion || !query.keys.isEmpty,
      !query.measures.contains(where: \.value.isSeries)
    else { return [] }
    var left = query
    if let versus = query.versus { left = query.sides(of: versus).left }
    left.measures.removeAll { [.sizeDifference, .countDifference].contains($0.value) }
    let context = try QueryContext(store: store, query: left)
    let names = try context.measures().map(\.name)
    let standard =
      query.verb.value == .growth
      ? ["rate desc", "growth desc"]
      : query.versus == nil
        ? names.map { "\($0) desc" }
        : names.flatMap { ["greatest change of \($0)", "\($0) desc"] }
    let order = query.order.map(\.canonicalText) + standard
    return [
      "group by " + (try context.keys()).map(\.rawValue).joined(separator: ", "),
      "order by " + order.joined(separator: ", ") + ", then the keys",
    ]
  }
}

extension Output {
  /// Where the plan of a question with this output goes: shown, and in its format if tables have it.
  fileprivate var ofPlan: Output {
    var output = self
    output.path = nil
    if let format, ![.table, .csv, .json, .jsonl, .markdown].contains(format.value) {
      output.format = nil
    }
    return output
  }
}
