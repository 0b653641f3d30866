// ⚠ unsafe: the work's handle is owned here and released once; its body is retained until its
// thread has taken it.
import CInterruption

/// Work on a thread of its own that can be given up: whoever waits for it waits no longer.
@safe package final class InterruptibleWork {
  private final class Body {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// As much as a main thread has.
  private static let stackBytes: UInt = 8 << 20

  private let handle: OpaquePointer

  /// Starts the work; nil when there is no thread to be had.
  package init?(_ run: @escaping @Sendable () -> Void) {
    let body = unsafe Unmanaged.passRetained(Body(run))
    let started = unsafe memq_work_start(
      { context in
        guard let context = unsafe context else { return }
        unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
      }, body.toOpaque(), Self.stackBytes)
    guard let started = unsafe started else {
      unsafe body.release()
      return nil
    }
    unsafe handle = started
  }

  deinit { unsafe memq_work_release(handle) }

  /// Waits for the end, at most so long; whether it has come.
  package func wait(milliseconds: Int32) -> Bool {
    unsafe memq_work_wait(handle, milliseconds)
  }

  /// Tells the work to stop, for good: `Interruption.isRequested` stays true on its thread.
  package func giveUp() { unsafe memq_work_give_up(handle) }
}
