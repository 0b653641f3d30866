// ⚠ unsafe: 16 words, always reached through a 4-bit index.

/// The 15 addresses missed last, newest first, in units of 8 bytes (`memray.md` §6.3).
///
/// Kept as a ring of 16, so that a miss moves one index and not 15 words.
@safe
struct MemrayAddressCache: ~Copyable {
  /// Place of slot 0 and the running value of the deltas; held apart to lie in registers.
  struct State {
    var head = 0
    var last: UInt64 = 0
  }

  private let ring: UnsafeMutablePointer<UInt64>

  init() {
    unsafe ring = .allocate(capacity: 16)
    unsafe ring.initialize(repeating: 0, count: 16)
  }

  deinit { unsafe ring.deallocate() }

  /// The address in `slot`, or after a miss the one whose delta follows.
  @inline(__always)
  func read(_ slot: Int, _ state: inout State, _ cursor: inout RunCursor) -> UInt64 {
    if slot != MemrayLayout.Record12.cacheMiss {
      return unsafe ring[(state.head &+ slot) & 15] &<< MemrayLayout.Record12.addressShift
    }
    state.last = state.last &+ cursor.readSignedWideVarint()
    state.head = (state.head &- 1) & 15
    unsafe ring[state.head] = state.last
    return state.last &<< MemrayLayout.Record12.addressShift
  }
}
