// ⚠ unsafe: signal sets live here; sigtimedwait fills what lives here.
import Glibc

/// Signals that are taken one by one while a program runs or a screen is shown, instead
/// of ending memq.
struct HeldSignals {
  /// What the thread held back before.
  let before: sigset_t

  /// What ends a program, and the news of its end.
  private static var held: sigset_t {
    var held = sigset_t()
    unsafe sigemptyset(&held)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD] { unsafe sigaddset(&held, number) }
    return held
  }

  /// Holds them back from now on.
  init() {
    // A shell may have left it ignored: then nobody would hear of the end.
    signal(SIGCHLD, SIG_DFL)
    var held = Self.held
    var before = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, &held, &before)
    self.before = before
  }

  /// Lets them do again what they did.
  func release() {
    var before = before
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
  }

  /// Waits for the next that comes.
  ///
  /// - Parameter time: How long to wait; nil is for ever.
  /// - Returns: Its number and whether it was sent to the whole group; nil when none came in time.
  func next(within time: timespec?) -> (number: Int32, isOfGroup: Bool)? {
    var held = Self.held
    var info = unsafe siginfo_t()
    let number: Int32
    if var time {
      number = unsafe sigtimedwait(&held, &info, &time)
    } else {
      number = unsafe sigwaitinfo(&held, &info)
    }
    guard number > 0 else { return nil }
    // Terminals send to whole groups, and the kernel says it was it: more than SI_USER.
    return unsafe (number, info.si_code > 0)
  }
}
