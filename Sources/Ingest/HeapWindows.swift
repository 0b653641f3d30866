import Store

/// The heap's running total, the ticks that sample it, and the greatest heap between them.
///
/// A window is the time from a tick's state up to the next tick; window 0 precedes the first
/// tick (design: the clock).
struct HeapWindows: ~Copyable {
  /// Live bytes plus bytes kept by reused addresses.
  private(set) var heap: UInt64 = 0
  private var greatest: UInt64 = 0
  private var greatestState: UInt32 = 0
  private var isGreatestByEvent = false
  /// Greatest heap so far, and the last state that an event left with it.
  private(set) var peak: UInt64 = 0
  private(set) var peakState: UInt32 = 0

  var tickStates = Buffer<UInt32>()
  var tickMilliseconds = Buffer<Int64>()
  var tickRSS = Buffer<UInt64>()
  var tickHeap = Buffer<UInt64>()
  var windowPeaks = Buffer<UInt64>()
  var windowPeakStates = Buffer<UInt32>()

  init() {}

  /// A tick's time, cut down to what can be added and subtracted without a thought.
  static func clamped(milliseconds: Int64) -> Int64 {
    max(-millisecondsLimit, min(milliseconds, millisecondsLimit))
  }

  /// Some 280,000 years.
  private static let millisecondsLimit: Int64 = 1 << 53

  /// Adds an allocation whose instant leaves `state`.
  @inline(__always) mutating func grow(by bytes: UInt64, state: UInt32) {
    heap &+= bytes
    touch(state: state)
  }

  /// Takes freed bytes off; no state between instants can be a maximum.
  @inline(__always) mutating func shrink(by bytes: UInt64) { heap &-= bytes }

  /// Lets an instant that changed no bytes take the maximum over (`memray.md` §9.2).
  @inline(__always) mutating func touch(state: UInt32) {
    if heap >= greatest {
      greatest = heap
      greatestState = state
      isGreatestByEvent = true
    }
  }

  /// Ends a window at a tick.
  mutating func tick(state: UInt32, milliseconds: Int64, rss: UInt64) {
    endWindow()
    tickStates.append(state)
    tickMilliseconds.append(milliseconds)
    tickRSS.append(rss)
    tickHeap.append(heap)
    greatest = heap
    greatestState = state
    isGreatestByEvent = false
  }

  /// The greatest heap up to now.
  var peakSoFar: UInt64 { max(peak, greatest) }

  /// Ends the last window.
  mutating func finish() { endWindow() }

  /// What there was before a window was ended for a while.
  struct OpenWindow {
    fileprivate var peak: UInt64
    fileprivate var peakState: UInt32
  }

  /// Ends the last window as if the events ended here, until `reopen`.
  mutating func endForNow() -> OpenWindow {
    let open = OpenWindow(peak: peak, peakState: peakState)
    endWindow()
    return open
  }

  /// Goes on with the last window.
  mutating func reopen(_ window: OpenWindow) {
    windowPeaks.removeLast()
    windowPeakStates.removeLast()
    (peak, peakState) = (window.peak, window.peakState)
  }

  private mutating func endWindow() {
    windowPeaks.append(greatest)
    windowPeakStates.append(greatestState)
    // A tick is no event: at equal heights it must not take the peak from an earlier state.
    if greatest > peak || (greatest == peak && isGreatestByEvent) {
      peak = greatest
      peakState = greatestState
    }
  }
}
