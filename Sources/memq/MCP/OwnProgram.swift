// ⚠ unsafe: posix_spawn takes C strings and descriptors that live for the call; read() fills an
// array within its count.
import Glibc

/// Runs this program again, so that one question cannot harm the process that serves many.
enum OwnProgram {
  /// What a run wrote, and how it ended.
  struct Outcome {
    /// Standard output, cut at the limit.
    var output: [UInt8]
    /// Bytes of output beyond the limit.
    var omitted: Int
    /// Standard error, cut at the limit.
    var messages: [UInt8]
    /// The exit status; -1 when a signal ended it.
    var status: Int32
  }

  /// Runs the program with arguments; its standard input is empty.
  ///
  /// - Parameters:
  ///   - arguments: the command line after the program's name.
  ///   - limit: bytes of output that are kept; the rest is read and counted.
  /// - Returns: what it wrote.
  /// - Throws: A failure when it cannot be started.
  static func run(_ arguments: [String], limit: Int) throws(Failure) -> Outcome {
    let output = try pipe()
    let messages = try pipe()
    let child = try spawn(arguments, output: output.write, messages: messages.write)
    close(output.write)
    close(messages.write)
    var drained = Drain(output.read, messages.read, limit: limit)
    drained.run()
    close(output.read)
    close(messages.read)
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
    return Outcome(
      output: drained.kept[0], omitted: drained.omitted, messages: drained.kept[1],
      status: status & 0x7F == 0 ? (status >> 8) & 0xFF : -1)
  }

  private static func pipe() throws(Failure) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard unsafe Glibc.pipe(&ends) == 0 else {
      throw Failure("cannot make a pipe: \(Terminal.systemMessage(errno))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func spawn(
    _ arguments: [String], output: Int32, messages: Int32
  ) throws(Failure) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, messages, STDERR_FILENO)
    var words = unsafe (["memq"] + arguments).map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { unsafe words.forEach { word in unsafe free(word) } }
    var child: pid_t = 0
    let code = unsafe posix_spawn(&child, "/proc/self/exe", &actions, nil, words, environ)
    guard code == 0 else {
      throw Failure("cannot start memq again: \(Terminal.systemMessage(code))")
    }
    return child
  }
}

/// Two pipes read to their ends, whichever has something.
private struct Drain {
  var kept: [[UInt8]] = [[], []]
  var omitted = 0
  private var open: [Int32]
  private let limit: Int
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  init(_ output: Int32, _ messages: Int32, limit: Int) {
    open = [output, messages]
    self.limit = limit
  }

  mutating func run() {
    while open.contains(where: { $0 >= 0 }) {
      // poll() passes over descriptors below zero.
      var waits = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard unsafe poll(&waits, nfds_t(waits.count), -1) >= 0 || errno == EINTR else { return }
      for (side, wait) in waits.enumerated() where wait.revents != 0 { take(side) }
    }
  }

  private mutating func take(_ side: Int) {
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe read(open[side], bytes.baseAddress, bytes.count)
    }
    if count < 0, errno == EINTR { return }
    guard count > 0 else {
      open[side] = -1
      return
    }
    let fits = min(count, limit - kept[side].count)
    kept[side] += buffer[..<fits]
    if side == 0 { omitted += count - fits }
  }
}
