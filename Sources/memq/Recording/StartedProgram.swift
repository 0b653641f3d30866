// ⚠ unsafe: the spawn attributes, signal sets and C strings live here and are freed where they were
// made; waitpid fills what lives here.
import Glibc

/// How a program ended.
enum ProgramEnding: Equatable {
  case exited(Int32)
  case killed(signal: Int32)

  /// The number that a shell has for it.
  var status: Int32 {
    switch self {
    case .exited(let status): status
    case .killed(let signal): 128 + signal
    }
  }

  /// Such as `ended with status 3`.
  var words: String {
    switch self {
    case .exited(0): "ended"
    case .exited(let status): "ended with status \(status)"
    case .killed(let signal): unsafe "was ended by \(String(cString: strsignal(signal)))"
    }
  }
}

/// A program that memq started in its own place: same terminal, same streams, same process group.
///
/// Ctrl-C reaches it from the terminal, as it reaches memq. A signal that somebody sends to memq
/// alone is passed on.
final class StartedProgram {
  let processID: pid_t
  private let signals: HeldSignals
  /// How it ended, once that was seen: nobody tells it twice.
  private var known: ProgramEnding?

  /// How long a program has to end by the signal that its whole group was sent.
  private static let patience = timespec(tv_sec: 0, tv_nsec: 500_000_000)

  /// How often there is something to do meanwhile.
  private static let rhythm = timespec(tv_sec: 0, tv_nsec: 50_000_000)

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - words: Its path and its arguments.
  ///   - streams: Descriptors that stand for its standard streams; all others stay memq's.
  /// - Throws: Why it cannot be started.
  init(_ words: [String], streams: [Int32: Int32] = [:]) throws(Failure) {
    signals = HeldSignals()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // What memq ignores for itself; and what it holds back while it waits.
    var defaults = sigset_t()
    unsafe sigemptyset(&defaults)
    unsafe sigaddset(&defaults, SIGPIPE)
    unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
    var mask = signals.before
    unsafe posix_spawnattr_setsigmask(&attributes, &mask)
    let flags = Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
    unsafe posix_spawnattr_setflags(&attributes, flags)
    var process: pid_t = 0
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (stream, descriptor) in streams {
      unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, stream)
    }
    let code = unsafe posix_spawn(&process, words[0], &actions, &attributes, &arguments, environ)
    guard code == 0 else {
      signals.release()
      throw Failure("cannot run \(words[0]): \(Terminal.systemMessage(code))")
    }
    processID = process
  }

  /// Runs a program to its end.
  static func run(_ words: [String]) throws(Failure) -> ProgramEnding {
    try StartedProgram(words).wait()
  }

  /// Waits for the end; signals that came for memq alone go to the program.
  ///
  /// - Parameter work: Done now and then until it ends; nil for nothing.
  /// - Returns: How it ended.
  func wait(doing work: (() -> Void)? = nil) -> ProgramEnding {
    defer { signals.release() }
    while true {
      if let ending { return ending }
      work?()
      let signal = signals.next(within: work == nil ? nil : Self.rhythm)
      guard let signal, signal.number != SIGCHLD, !signal.isOfGroup else { continue }
      // Who sends one to the whole group has sent it to the program too.
      if let child = signals.next(within: Self.patience), child.number == SIGCHLD,
        let ending
      {
        return ending
      }
      kill(processID, signal.number)
    }
  }

  /// How it ended; nil while it runs.
  var ending: ProgramEnding? {
    if known == nil { known = newEnding }
    return known
  }

  /// Sends it a signal.
  func send(_ signal: Int32) { if ending == nil { kill(processID, signal) } }

  private var newEnding: ProgramEnding? {
    var status: Int32 = 0
    let found = unsafe waitpid(processID, &status, WNOHANG)
    if found == 0 || (found < 0 && errno == EINTR) { return nil }
    guard found > 0 else { return .exited(127) }
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
  }
}
