// ⚠ unsafe: 16 words, always reached through a 4-bit index.

/// The 15 addresses missed last, newest first, in units of 8 bytes (`memray.md` §6.3).
///
/// Kept as a ring of 16, so that a miss moves one index and not 15 words.
@safe
struct MemrayAddressCache: ~Copyable {
  private struct State {
    /// Place of slot 0.
    var head = 0
    /// Running value of the deltas.
    var last: UInt64 = 0
  }

  private let ring: UnsafeMutablePointer<UInt64>
  private let state: UnsafeMutablePointer<State>

  init() {
    unsafe ring = .allocate(capacity: 16)
    unsafe ring.initialize(repeating: 0, count: 16)
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: State())
  }

  deinit {
    unsafe ring.deallocate()
    unsafe state.deallocate()
  }

  /// The address in `slot`, or after a miss the one whose delta follows.
  @inline(__always)
  func read(_ slot: Int, _ cursor: inout RunCursor) -> UInt64 {
    let head = unsafe state.pointee.head
    if slot != MemrayLayout.Record12.cacheMiss {
      return unsafe ring[(head &+ slot) & 15] &<< MemrayLayout.Record12.addressShift
    }
    let address = unsafe state.pointee.last &+ cursor.readSignedWideVarint()
    let next = (head &- 1) & 15
    unsafe state.pointee.last = address
    unsafe state.pointee.head = next
    unsafe ring[next] = address
    return address &<< MemrayLayout.Record12.addressShift
  }
}
