import Glibc
import Interruption

/// Waiting for a program or a file to be there: until Ctrl-C, and said once.
final class LiveWait {
  private let start = ContinuousClock.now
  private let tell: () -> Void
  private let isWanted: () -> Bool
  private var hasTold = false
  /// Shorter waits are no news.
  private static let patience = Duration.milliseconds(300)

  /// A wait that calls `tell` once when it takes longer.
  init(_ tell: @escaping () -> Void, while isWanted: @escaping () -> Bool = { true }) {
    self.tell = tell
    self.isWanted = isWanted
  }

  /// Whether to go on.
  func goesOn() -> Bool {
    if Interruption.hasCome || !isWanted() { return false }
    if !hasTold, ContinuousClock.now - start > Self.patience {
      hasTold = true
      tell()
    }
    return true
  }

  /// Does nothing for a while.
  static func sleep(milliseconds: UInt32) { usleep(milliseconds * 1000) }
}
