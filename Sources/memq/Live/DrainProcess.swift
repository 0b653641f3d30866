// ⚠ unsafe: spawn actions and C strings live here and are freed where they were made; waitpid() and
// pipe() fill what lives here; read() fills an array within its count.
import CaptureFormats
import Glibc

/// A process of memq's own that takes a stream from a socket and writes it to a file, and does
/// nothing else: it goes on also while memq is stopped, as by Ctrl-Z, so that no program ever waits.
///
/// Ends with the stream, when it is told to, and when memq ends.
final class DrainProcess: Sendable {
  /// How it ended.
  enum Ending: Equatable {
    /// The stream ended, or it was told to.
    case done
    case unreadable(code: Int32)
    case unwritable(code: Int32)
    /// Somebody ended it.
    case killed
  }

  private static let unwritableBit: Int32 = 128
  private let process: pid_t
  /// Closed when the process is to end.
  private let control: Int32

  /// Starts it; nil when there is no process to be had.
  ///
  /// - Parameters:
  ///   - socket: where the stream comes from; may be closed afterwards.
  ///   - file: where it goes, from the place where the file stands.
  init?(from socket: Int32, to file: Int32) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { return nil }
    defer { close(ends[0]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, socket, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, file, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[0], 3)
    let arguments: [String] = ["memq", DrainCommand.word]
    var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var number: pid_t = 0
    let code = unsafe posix_spawn(
      &number, "/proc/self/exe", &actions, nil, &words, environ)
    guard code == 0 else {
      close(ends[1])
      return nil
    }
    process = number
    control = ends[1]
  }

  deinit { close(control) }

  /// Tells it to end.
  func stop() {
    let word: [UInt8] = [0]
    _ = unsafe Glibc.write(control, word, 1)
  }

  /// How it ended; nil while it runs.
  ///
  /// Not asked again once it has ended.
  var ending: Ending? {
    var status: Int32 = 0
    let found = unsafe waitpid(process, &status, WNOHANG)
    if found == 0 || found < 0 && errno == EINTR { return nil }
    guard found > 0, status & 0x7f == 0 else { return .killed }
    let code = (status >> 8) & 0xff
    if code == 0 { return .done }
    return code & Self.unwritableBit != 0
      ? .unwritable(code: code & ~Self.unwritableBit) : .unreadable(code: code)
  }

  // MARK: In the process

  /// Copies until the stream or memq ends; the status that the process ends with.
  static func drain() -> Int32 {
    // A session of its own: the terminal's signals are not for it.
    setsid()
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      var requests = [
        pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
        pollfd(fd: 3, events: Int16(POLLIN), revents: 0),
      ]
      guard unsafe poll(&requests, 2, -1) >= 0 else {
        if errno == EINTR { continue }
        return status(errno)
      }
      // Also when memq is gone.
      if requests[1].revents != 0 { return 0 }
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(0, $0.baseAddress, $0.count) }
      if count == 0 { return 0 }
      if count < 0 {
        if errno == EAGAIN || errno == EINTR { continue }
        return status(errno)
      }
      if let code = write(chunk[..<count]) { return status(code) | unwritableBit }
    }
  }

  /// An error's number as the status of a process can have it.
  private static func status(_ code: Int32) -> Int32 { code & (unwritableBit - 1) }

  private static func write(_ bytes: ArraySlice<UInt8>) -> Int32? {
    unsafe bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = unsafe Glibc.write(1, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return errno }
        done += count
      }
      return nil
    }
  }
}
