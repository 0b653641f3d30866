import Glibc
import Interruption
import Language
import Execution

/// Reads lines and answers each: queries, and commands that begin with a dot.
final class Repl {
  private var session: QuerySession
  private let isOnTerminal = Terminal.readsFromTerminal && Terminal.writesToTerminal
  private var isDone = false
  /// The first that is no success, for the exit status of piped input.
  private var status = ExitStatus.success

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
    while !isDone, let line = readLine() { answer(line) }
  }

  private func runOnTerminal() {
    // While a line is edited Ctrl-C is a key; while a question runs it stops that one.
    Interruption.set(.tells)
    guard let editor = LineEditor(words: Self.completions, historyPath: historyPath) else {
      return runPiped()
    }
    report("\(Version.current)  .help for help, .quit or Ctrl-D to leave")
    while !isDone {
      switch editor.readLine(prompt: "memq> ") {
      case .line(let line):
        if line.contains(where: { !$0.isWhitespace }) { editor.remember(line) }
        answer(line)
      case .interrupted: continue
      case .end:
        report("")
        return
      }
    }
  }

  private func answer(_ line: String) {
    let text = line.trimmingBlanks()
    do {
      if text.isEmpty { return }
      if text.hasPrefix(".") { return try command(text) }
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
  private func ask(_ text: String) {
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

  private func note(_ status: ExitStatus) {
    if self.status == .success { self.status = status }
  }

  // MARK: Commands

  private func command(_ text: String) throws {
    let words = text.split(separator: " ").map(String.init)
    switch (words[0], words.dropFirst().first) {
    case (".quit", nil), (".exit", nil): isDone = true
    case (".help", nil): try DescriptorStream.standardOutput.write(Self.help)
    case (".captures", nil): ask("show captures")
    case (".mode", nil):
      report("mode \((session.delivery.preferred ?? .table).rawValue)")
    case (".mode", let name?): try setMode(name)
    default: throw Self.unknown(words[0])
    }
  }

  private func setMode(_ name: String) throws {
    guard let mode = OutputFormat(rawValue: name) else {
      let near = NearestWord.matches(for: name, in: OutputFormat.allCases.map(\.rawValue)).first
      throw Failure("there is no mode \(name)" + (near.map { "; did you mean \($0)?" } ?? ""))
    }
    session.delivery.preferred = mode
  }

  private static func unknown(_ word: String) -> Failure {
    let near = NearestWord.matches(for: word, in: dotCommands).first
    return Failure(
      "there is no \(word); " + (near.map { "did you mean \($0)?" } ?? "see .help"))
  }

  private static let dotCommands = [".help", ".mode", ".captures", ".quit", ".exit"]

  private static let help = """
    QUERY                 ask, such as: top 10 by lineno where size>1MB
    .captures             list the captures
    .mode FORMAT          write results as table, csv, json, jsonl, markdown
    .help                 this text
    .quit                 leave (or Ctrl-D)

    """

  // MARK: Editing

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

  private static var completions: [String] { dotCommands + Vocabulary.words.sorted() }
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
