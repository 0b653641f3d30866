// ⚠ unsafe: C strings cross to libedit and back; each is copied before the next call, and the
// text of completions is freed by the editor.
import CLineEditor
import Glibc

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

  /// What stands before the cursor becomes one of these words.
  struct Choice {
    /// Bytes before the cursor that a word takes the place of.
    var typed: Int
    var words: [String]
  }

  private static let historySize: Int32 = 1000
  /// libedit calls a function without a context: there is one editor, on one thread.
  nonisolated(unsafe) private static var completer: ((String) -> Choice)?
  private let historyPath: String?

  /// Sets the terminal up; nil when it cannot be.
  init?(historyPath: String?, completing complete: @escaping (String) -> Choice) {
    unsafe Self.completer = complete
    let opened = unsafe line_editor_open(
      "memq",
      { text, length in
        guard let text = unsafe text, let complete = unsafe LineEditor.completer else {
          return nil
        }
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: length)
        let choice = complete(unsafe String(decoding: bytes, as: UTF8.self))
        guard !choice.words.isEmpty else { return nil }
        let lines = ["\(choice.typed)"] + choice.words
        return unsafe strdup(lines.joined(separator: "\n"))
      }, Self.historySize)
    guard opened else { return nil }
    self.historyPath = historyPath
    if let historyPath { unsafe line_editor_load_history(historyPath) }
  }

  deinit { line_editor_close() }

  /// Whether more lines were pasted.
  var hasMore: Bool { line_editor_has_more() }

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
    if let historyPath {
      _ = unsafe line_editor_append_history(historyPath, line, Self.historySize)
    }
  }
}
