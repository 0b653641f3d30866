// ⚠ unsafe: C fills an array's own buffer within its count.
import CScreen
import Glibc

/// The terminal while it shows a screen; given back on every way out.
struct ScreenTerminal: ~Copyable {
  /// Takes the terminal; nil where there is none.
  init?() {
    guard screen_terminal_enter() else { return nil }
  }

  deinit { screen_terminal_leave() }

  /// Its size in cells.
  var size: (width: Int, height: Int) { (Terminal.width ?? 80, Terminal.height ?? 24) }

  /// What was typed, waiting for it at most so long; nil when the terminal is gone.
  func read(milliseconds: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = unsafe screen_terminal_read(&bytes, Int32(bytes.count), milliseconds)
    return count < 0 ? nil : Array(bytes.prefix(Int(count)))
  }

  /// Stops the process as Ctrl-Z does, with the terminal as it was; returns when it goes on.
  func suspend() {
    screen_terminal_leave()
    raise(SIGTSTP)
    _ = screen_terminal_enter()
  }
}
