// ⚠ unsafe: C strings cross to libedit and back; each is copied before the next call.
import CLineEditor

/// Line editing with history and completion on a terminal; one per process.
struct LineEditor: ~Copyable {
  /// What reading a line gave.
  enum Outcome {
    case line(String)
    /// Ctrl-C: the line is given up.
    case interrupted
    /// Ctrl-D, or the terminal is gone.
    case end
  }

  private static let historySize: Int32 = 1000
  private let historyPath: String?

  /// Sets the terminal up; nil when it cannot be.
  init?(words: [String], historyPath: String?) {
    let list = words.joined(separator: "\n")
    guard unsafe line_editor_open("memq", list, Self.historySize) else { return nil }
    self.historyPath = historyPath
    if let historyPath { unsafe line_editor_load_history(historyPath) }
  }

  deinit { line_editor_close() }

  /// Reads a line after `prompt`.
  func readLine(prompt: String) -> Outcome {
    var text: UnsafePointer<CChar>?
    let outcome = unsafe line_editor_read(prompt, &text)
    switch outcome {
    case LINE_EDITOR_LINE: return unsafe text.map { unsafe .line(String(cString: $0)) } ?? .end
    case LINE_EDITOR_INTERRUPTED: return .interrupted
    default: return .end
    }
  }

  /// Keeps a line in the history and its file, which a killed session then has too.
  func remember(_ line: String) {
    unsafe line_editor_remember(line)
    if let historyPath { _ = unsafe line_editor_save_history(historyPath) }
  }
}
