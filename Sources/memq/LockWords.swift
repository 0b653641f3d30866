import Render
import SQLite

/// Who holds a store, in words.
enum LockWords {
  /// From now on a wait that takes over a second says for whom.
  static func tellOfWaits() {
    LockWait.listen { notice in
      report("memq: waiting for \(holders(notice.holders)) to be done with \(notice.path)")
    }
  }

  /// The processes that hold a lock, such as `process 812 (memq import out.bin)`.
  static func holders(_ holders: [LockWait.Holder]) -> String {
    guard let first = holders.first else { return "another process" }
    let command = SafeText.shown(String(first.command.prefix(mostCharacters)))
    let cut = first.command.count > mostCharacters ? "…" : ""
    let rest = holders.count - 1
    return "process \(first.process)" + (command.isEmpty ? "" : " (\(command)\(cut))")
      + (rest > 0 ? " and \(rest) more" : "")
  }

  /// Of a command line: enough to know the program by.
  private static let mostCharacters = 60
}
