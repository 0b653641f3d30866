// ⚠ unsafe: getenv's text is copied at once; ioctl, readlink and strerror fill or return what
// lives here.
import Glibc

/// What surrounds the process: terminals, their size, the environment, the clock.
enum Terminal {
  /// Whether standard input is a terminal.
  static var readsFromTerminal: Bool { isatty(STDIN_FILENO) == 1 }
  /// Whether standard output is a terminal.
  static var writesToTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  /// Whether standard error is a terminal.
  static var reportsToTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// An environment variable; nil when unset or empty.
  static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  /// Whether to write colours on terminals: where they can, unless `NO_COLOR` is set.
  static var allowsColor: Bool {
    environment("NO_COLOR") == nil && environment("TERM") != "dumb"
  }

  /// Whether characters beyond ASCII can be shown: false where the locale says so.
  static var showsUnicode: Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment($0) }.first
    guard let name = locale?.lowercased() else { return true }
    return name.contains("utf-8") || name.contains("utf8")
  }

  /// The file that standard output was sent to by the shell; nil for terminals and pipes.
  static var outputFile: String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/fd/1", &buffer, buffer.count - 1)
    guard count > 0 else { return nil }
    let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.hasPrefix("/") && !path.hasPrefix("/dev/") ? path : nil
  }

  /// Columns of the terminal; nil when there is none.
  static var width: Int? { size.flatMap { $0.ws_col > 0 ? Int($0.ws_col) : nil } }
  /// Rows of the terminal; nil when there is none.
  static var height: Int? { size.flatMap { $0.ws_row > 0 ? Int($0.ws_row) : nil } }

  private static var size: winsize? {
    var size = winsize()
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      if unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 { return size }
    }
    return nil
  }

  /// Wall clock, seconds since 1970 UTC.
  static var now: Int64 { Int64(time(nil)) }

  /// The operating system's words for an errno, such as `No such file or directory`.
  static func systemMessage(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}
