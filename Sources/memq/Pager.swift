// ⚠ unsafe: popen's stream is closed once, where it is used; C strings cross for one call.
import Glibc
import Interruption

/// A program that shows text page by page.
@safe struct Pager: ~Copyable {
  private let process: UnsafeMutablePointer<FILE>

  /// `less` where there is one.
  static let defaultCommand = "command -v less >/dev/null 2>&1 && exec less -R; exec cat"

  /// Starts `command` through the shell; nil when that fails.
  ///
  /// Until it ends Ctrl-C is for the pager alone.
  init?(command: String) {
    // less: quit when everything fits, keep colours, leave the text on the screen.
    unsafe setenv("LESS", "FRX", 0)
    guard let process = unsafe popen(command, "w") else { return nil }
    unsafe self.process = unsafe process
    Interruption.pause(true)
  }

  /// Shows a text until the person leaves; false when there is no such program.
  consuming func show(_ bytes: [UInt8]) -> Bool {
    // Whoever leaves early has seen enough: a short count is none of our business.
    _ = write(bytes)
    return finish()
  }

  /// Hands a part of a text on; false when nobody takes more.
  borrowing func write(_ bytes: [UInt8]) -> Bool {
    unsafe fwrite(bytes, 1, bytes.count, process) == bytes.count
  }

  /// Waits until the person leaves; false when there is no such program.
  consuming func finish() -> Bool {
    let status = unsafe pclose(process)
    Interruption.pause(false)
    // The shell's word for a command it cannot find or run.
    return status >> 8 != 127 && status >> 8 != 126
  }
}
