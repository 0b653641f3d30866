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
struct StartedProgram {
  let processID: pid_t
  private let signals: HeldSignals

  /// How long a program has to end by the signal that its whole group was sent.
  private static let patience = timespec(tv_sec: 0, tv_nsec: 500_000_000)

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - words: Its path and its arguments.
  ///   - variables: Of the environment, to be set there beside memq's own.
  /// - Throws: Why it cannot be started.
  init(_ words: [String], adding variables: [String: String] = [:]) throws(Failure) {
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
    for (name, value) in variables { unsafe setenv(name, value, 1) }
    let code = unsafe posix_spawn(&process, words[0], nil, &attributes, &arguments, environ)
    for name in variables.keys { unsafe unsetenv(name) }
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
  func wait() -> ProgramEnding {
    defer { signals.release() }
    while true {
      if let ending { return ending }
      guard let signal = signals.next(within: nil), signal.number != SIGCHLD, !signal.isOfGroup
      else { continue }
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
    var status: Int32 = 0
    let found = unsafe waitpid(processID, &status, WNOHANG)
    if found == 0 || (found < 0 && errno == EINTR) { return nil }
    guard found > 0 else { return .exited(127) }
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
  }
}
