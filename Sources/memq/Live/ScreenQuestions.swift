import CaptureFormats
import Execution
import Interruption
import Language
import Render
import Results
import Screen
import Store

/// The answer to a question, as the screen shows it.
struct ScreenAnswer {
  let question: String
  let body: ScreenBody
}

/// Asks the store for the screen, on a thread of its own: keys never wait for an answer.
final class ScreenQuestions {
  /// Everything that one asking needs, and what it found; handed over when its thread has ended.
  private final class Asking: @unchecked Sendable {
    let path: String
    let capture: Int64
    let question: String
    let style: TerminalStyle
    var definitions: Session
    var found: ScreenAnswer?

    init(
      path: String, capture: Int64, question: String, style: TerminalStyle, definitions: Session
    ) {
      self.path = path
      self.capture = capture
      self.question = question
      self.style = style
      self.definitions = definitions
    }
  }

  private let path: String
  private var running: (work: InterruptibleWork, asking: Asking)?
  private var definitions = Session()

  /// Asks the store at a path.
  init(path: String) { self.path = path }

  /// Whether an answer is on its way.
  var isAsking: Bool { running != nil }

  /// Begins to ask; what was asked before is given up.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - capture: Number of the capture that it is about where it names none.
  ///   - width: Cells that the answer has.
  func ask(_ question: String, of capture: Int64, width: Int) {
    giveUp()
    let asking = Asking(
      path: path, capture: capture, question: question,
      style: TerminalStyle(width: width, isTerminal: true), definitions: definitions)
    let work = InterruptibleWork { asking.found = Self.answer(asking) }
    if let work { running = (work, asking) }
  }

  /// The answer, once it is there.
  func take() -> ScreenAnswer? {
    guard let running, running.work.wait(milliseconds: 0) else { return nil }
    self.running = nil
    definitions = running.asking.definitions
    return running.asking.found
  }

  /// Waits no longer for what was asked.
  func giveUp() {
    running?.work.giveUp()
    running = nil
  }

  // MARK: On the thread

  private static func answer(_ asking: Asking) -> ScreenAnswer {
    do {
      let store = try Store(path: asking.path, mode: .read)
      store.standardCapture = asking.capture
      let formats = FormatRegistry.formats.map { FormatLine(name: $0.name, summary: $0.summary) }
      let engine = Engine(store: store, formats: formats, session: asking.definitions)
      engine.pointBudget = { _ in
        PointBudget(points: 40, wayToAll: "`over N windows` has as many as you like")
      }
      let body = try body(asking, engine)
      asking.definitions = engine.session
      return ScreenAnswer(question: asking.question, body: body)
    } catch {
      return ScreenAnswer(
        question: asking.question, body: .failure(lines(of: error, asking.question)))
    }
  }

  private static func body(_ asking: Asking, _ engine: Engine) throws -> ScreenBody {
    let question = asking.question
    var last: Answer?
    do throws(EngineError) {
      try engine.run(question) { last = $0 }
    } catch {
      if case .query(let error) = error {
        return .failure(split(error.render(source: question)))
      }
      throw error
    }
    guard let answer = last else { return .text(["defined"]) }
    guard answer.verb != .flame else {
      return .failure(["a flamegraph is a page: memq \"\(question) to flame.html\"; `tree` is text"]
      )
    }
    if case .table(let table) = answer.content, answer.verb == .top,
      let rows = ScreenRows(table, inclusive: try inclusive(question, engine))
    {
      return .rows(rows)
    }
    var bytes: [UInt8] = []
    let writer = AnswerWriter(format: .table, style: asking.style, isWhole: false)
    try writer.write(answer) { bytes += $0 }
    var lines = split(String(decoding: bytes, as: UTF8.self))
    // The question stands above already.
    if let first = lines.first, first == question || answer.verb != nil { lines.removeFirst() }
    return .text(lines)
  }

  /// The same groups with what they called; nil where that says nothing more.
  private static func inclusive(
    _ question: String, _ engine: Engine
  ) throws(EngineError) -> ResultTable? {
    guard let text = QuestionChange.inclusive(question) else { return nil }
    return try table(text, engine)
  }

  private static func table(_ text: String, _ engine: Engine) throws(EngineError) -> ResultTable? {
    var found: ResultTable?
    try engine.run(text) { answer in
      if case .table(let table) = answer.content { found = table }
    }
    return found
  }

  private static func split(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private static func lines(of error: any Error, _ question: String) -> [String] {
    switch error {
    case EngineError.query(let error): split(error.render(source: question))
    case EngineError.store(let error):
      split(DiagnosticPrinter.failure(for: error)?.message ?? "\(error)")
    default: split(DiagnosticPrinter.failure(for: error)?.message ?? "\(error)")
    }
  }
}
