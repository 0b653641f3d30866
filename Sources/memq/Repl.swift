import Glibc
import Interruption
import Language
import Execution

/// Reads lines and answers each: questions, and commands that begin with a dot.
final class Repl {
  var session: QuerySession
  /// Conditions and edits that every question gets.
  var sticky = StickyParts()
  /// Where answers go instead of the terminal.
  var output: AnswersFile?
  /// Whether each answer says how long it took.
  var tellsTime = false
  private let isOnTerminal = Terminal.readsFromTerminal && Terminal.writesToTerminal
  private(set) var isDone = false
  /// The first that is no success, for the exit status of piped input.
  private var status = ExitStatus.success
  /// Lines that were read ahead.
  private var waiting: [String] = []

  init(session: QuerySession) {
    self.session = session
  }

  /// Reads to the end; on a terminal every failure is forgiven.
  func run() -> ExitStatus {
    guard isOnTerminal else {
      runPiped()
      return status
    }
    runOnTerminal()
    return .success
  }

  private func runPiped() {
    while !isDone, let statement = statement(reading: { Swift.readLine() }, hasMore: { true }) {
      answer(statement)
    }
  }

  private func runOnTerminal() {
    // While a line is edited Ctrl-C is a key; while a question runs it stops that one.
    Interruption.set(.tells)
    let source = CompletionSource { [unowned self] in self.session }
    guard let editor = LineEditor(historyPath: historyPath, completing: source.choice) else {
      return runPiped()
    }
    report("\(Version.current)  .help for help, .quit or Ctrl-D to leave")
    while !isDone {
      switch read(editor) {
      case .line(let line):
        if line.contains(where: { !$0.isWhitespace }) { editor.remember(line) }
        answer(line)
      case .interrupted:
        waiting = []
        continue
      case .end:
        report("")
        return
      }
    }
  }

  // MARK: Reading

  /// A statement from the terminal: lines as long as it is unfinished, or pasted with its rest.
  private func read(_ editor: borrowing LineEditor) -> LineEditor.Outcome {
    var text: String
    if waiting.isEmpty {
      switch editor.readLine(prompt: prompt) {
      case .line(let line): text = line
      case let other: return other
      }
    } else {
      text = waiting.removeFirst()
    }
    while !isComplete(text) || editor.hasMore {
      let isOpen = !isComplete(text)
      guard case .line(let next) = editor.readLine(prompt: isOpen ? "   …> " : "") else {
        return .interrupted
      }
      guard isOpen || StatementLines.continues(next) else {
        waiting.append(next)
        break
      }
      text = Self.joined(text, next)
    }
    return .line(text)
  }

  private func isComplete(_ text: String) -> Bool {
    text.trimmingBlanks().hasPrefix(".") || !StatementLines.isUnfinished(text)
  }

  /// The next statement of lines that come one after the other; nil at their end.
  private func statement(reading next: () -> String?, hasMore: () -> Bool) -> String? {
    guard var text = waiting.isEmpty ? next() : waiting.removeFirst() else { return nil }
    while hasMore(), let line = next() {
      let isOpen = !isComplete(text)
      guard isOpen || (StatementLines.continues(line) && !text.trimmingBlanks().isEmpty) else {
        waiting.append(line)
        break
      }
      text = Self.joined(text, line)
    }
    return text
  }

  private static func joined(_ text: String, _ next: String) -> String {
    let first = text.trimmingBlanks()
    return (first.hasSuffix("\\") ? String(first.dropLast()) : text) + " " + next
  }

  private var prompt: String {
    let parts = [session.usedCapture, sticky.words].compactMap(\.self).filter { !$0.isEmpty }
    return parts.isEmpty ? "memq> " : "memq [\(parts.joined(separator: "; "))]> "
  }

  // MARK: Answering

  /// Answers a line, and says what goes wrong.
  func answer(_ line: String) {
    let text = line.trimmingBlanks()
    do {
      if text.isEmpty { return }
      if let command = ShellCommand(text) {
        if command.isEnd { isDone = true } else { try command.run(in: self) }
        return
      }
      ask(text)
      // Nobody reads on: go quietly.
      if session.isClosed { isDone = true }
    } catch OutputError.closedPipe {
      // Nobody reads on: go quietly.
      isDone = true
    } catch {
      let failure = DiagnosticPrinter.failure(for: error) ?? Failure("\(error)")
      DiagnosticPrinter.report(failure)
      note(failure.status)
    }
  }

  /// Asks a question; on a terminal one that Ctrl-C stops.
  func ask(_ typed: String) {
    let text = sticky.isEmpty ? typed : sticky.applied(to: typed)
    let start = ContinuousClock.now
    defer { if tellsTime { report("\(ContinuousClock.now - start)") } }
    guard isOnTerminal else { return note(session.ask(text)) }
    let definitions = session.definitions
    switch StoppableQuestion.ask(text, of: session) {
    case .answered(let status): note(status)
    case .stopped(let isOver):
      // What goes on by itself keeps its session.
      if !isOver { session = session.successor(knowing: definitions) }
      report("\nstopped")
    }
  }

  func note(_ status: ExitStatus) {
    if self.status == .success { self.status = status }
  }

  // MARK: History

  /// Where lines are kept; nowhere when that would be the store.
  private var historyPath: String? {
    guard let path = Self.usualHistoryPath, !session.delivery.guarding.isStore(path) else {
      return nil
    }
    return path
  }

  private static var usualHistoryPath: String? {
    if let path = Terminal.environment("MEMQ_HISTORY") { return path }
    return Terminal.environment("HOME").map { $0 + "/.memq_history" }
  }
}

extension String {
  /// Without spaces and tabs at both ends.
  func trimmingBlanks() -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
    var text = self[...].drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return String(text)
  }
}
