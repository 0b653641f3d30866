import Language
import Results
import Planning
import Store

/// Answers `explain`: the canonical question and the plan that answers it.
///
/// The plan is run: its scans say what they read, under the node that they belong to. Without
/// `analyze` they read nothing more than they need to say so, and with it what was read is counted by
/// the store, node by node.
struct Explanation {
  let store: Store
  /// The canonical statement.
  let text: String
  let analyzes: Bool

  /// The answer: one text column, a line a node or a detail of it.
  ///
  /// - Parameters:
  ///   - statement: what is explained.
  ///   - planned: makes its plan; nil for what has none.
  /// - Returns: The answer.
  /// - Throws: Why the question has no answer, or the store's errors.
  func answer(
    _ statement: Statement, _ planned: (Statement) throws(EngineError) -> PlannedQuestion?
  ) throws(EngineError) -> Answer {
    var lines = [text]
    let log = ScanLog(isDry: !analyzes, reads: store.reads)
    store.scanLog = log
    defer { store.scanLog = nil }
    let clock = ContinuousClock()
    let start = clock.now
    let question = try planned(statement)
    if let question {
      do throws(EngineError) { _ = try question.run() } catch {
        // A scan that read nothing may leave later nodes nothing to work with.
        guard log.isDry, !log.steps.isEmpty, case .query = error else { throw error }
      }
      log.enter(ScanLog.planning)
      lines += self.lines(of: question, log)
    }
    if analyzes, question != nil {
      lines.append("time: \(Self.microseconds(clock.now - start)) us")
      lines.append("store: " + Self.words(log.total))
    }
    var table = ResultTable(query: "explain " + (analyzes ? "analyze " : "") + text)
    table.columns = [
      .key("plan", .texts(lines))
    ]
    return Answer(
      content: .table(table), verb: nil, output: Self.output(of: statement).ofPlan, limit: nil)
  }

  private static func output(of statement: Statement) -> Output {
    switch statement {
    case .query(let query): query.output
    case .assert(let assertion): assertion.query.output
    case .explain(let inner, _): output(of: inner)
    case .show, .letDefinition, .markOnFrame: Output()
    }
  }

  private static func microseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }

  // MARK: Nodes

  private func lines(of question: PlannedQuestion, _ log: ScanLog) -> [String] {
    var lines: [String] = []
    if analyzes, let counts = log.counted[ScanLog.planning], counts.reads > 0 {
      lines.append("counted before: " + Self.words(counts))
    }
    for node in question.plan.lines(question.executor.question.planned) {
      let indent = String(repeating: "  ", count: node.depth)
      lines.append(indent + node.text)
      lines += Self.details(log.steps.filter { $0.node == node.number }).map { indent + "  " + $0 }
      if analyzes, let counts = log.counted[node.number], counts.reads > 0 {
        lines.append(indent + "  counted: " + Self.words(counts))
      }
    }
    return lines
  }

  /// Steps that are done more than once stand once.
  private static func details(_ steps: [ScanLog.Step]) -> [String] {
    var distinct: [(step: ScanLog.Step, count: Int)] = []
    for step in steps {
      if let known = distinct.firstIndex(where: { $0.step == step }) {
        distinct[known].count += 1
      } else {
        distinct.append((step, 1))
      }
    }
    var lines: [String] = []
    var title: String?
    for (step, count) in distinct {
      if step.title != title {
        title = step.title
        lines.append(step.title)
      }
      for (index, detail) in step.details.enumerated() {
        let isLast = index == step.details.count - 1
        lines.append("  \(detail)" + (isLast && count > 1 ? " (\(count) times)" : ""))
      }
    }
    return lines
  }

  private static func words(_ counts: ReadCounter.Counts) -> String {
    "\(counts.reads) columns read, \(counts.bytes) bytes; rows of \(counts.rowSegments.count) "
      + "segments, dictionaries of \(counts.dictionaries.count)"
  }
}

extension Output {
  /// Where the plan of a question with this output goes: shown, and in its format if tables have it.
  fileprivate var ofPlan: Output {
    var output = self
    output.path = nil
    if let format, format.value.definition.holds != .rows {
      output.format = nil
    }
    return output
  }
}
