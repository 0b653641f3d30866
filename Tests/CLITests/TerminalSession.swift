// ⚠ unsafe: the terminal's descriptor is ours, and read and write stay within their arrays.
import Foundation
import Glibc

/// memq on a terminal of its own, typed at and read like a person would.
final class TerminalSession {
  private let process = Process()
  private let terminal: Int32
  /// What came and was not waited for yet.
  private var screen = ""
  /// Everything that came.
  private(set) var history = ""

  /// Starts memq on a terminal of 24 rows and 100 columns.
  init(_ place: Workplace, _ arguments: [String], variables: [String: String] = [:]) throws {
    var parent: Int32 = -1
    var child: Int32 = -1
    var size = winsize(ws_row: 24, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0)
    guard unsafe openpty(&parent, &child, nil, nil, &size) == 0 else {
      throw POSIXError(.ENODEV)
    }
    terminal = parent
    // Inherited by the child, the parent's side would keep the terminal alive.
    _ = fcntl(parent, F_SETFD, FD_CLOEXEC)
    let handle = FileHandle(fileDescriptor: child, closeOnDealloc: true)
    process.executableURL = Memq.binary
    process.arguments = arguments
    process.currentDirectoryURL = place.url
    process.environment = Memq.environment(home: place.url, adding: variables)
    process.standardInput = handle
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
  }

  deinit {
    if process.isRunning { process.terminate() }
    close(terminal)
  }

  /// Types text; `\r` is Enter, `\u{3}` Ctrl-C.
  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe write(terminal, bytes, bytes.count)
  }

  /// Sends what a terminal sends for Ctrl-C outside of editing.
  func interrupt() { kill(process.processIdentifier, SIGINT) }

  /// Reads until `text` has come; false when it does not come in ten seconds.
  ///
  /// What came before and with it is forgotten, so that the next wait sees only what is new.
  func waits(for text: String) -> Bool {
    let deadline = Date.now + 10
    while Date.now < deadline {
      if let range = screen.range(of: text) {
        screen = String(screen[range.upperBound...])
        return true
      }
      guard readMore(milliseconds: 100) else { break }
    }
    return screen.contains(text)
  }

  /// Waits for the end; the exit status, or nil when it does not come.
  func status() -> Int32? {
    let deadline = Date.now + 10
    while process.isRunning, Date.now < deadline { _ = readMore(milliseconds: 50) }
    return process.isRunning ? nil : process.terminationStatus
  }

  /// Reads what there is; false at the end of the terminal.
  private func readMore(milliseconds: Int32) -> Bool {
    var request = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&request, 1, milliseconds) > 0 else { return true }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe read(terminal, &bytes, bytes.count)
    guard count > 0 else { return false }
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    screen += text
    history += text
    return true
  }
}
