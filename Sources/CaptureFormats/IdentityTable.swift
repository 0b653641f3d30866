// ⚠ unsafe: slots are reached through a shifted hash only, and the table is never full.

/// Dense indices for the 64-bit numbers that a file identifies its things by.
///
/// Open addressing with linear probing, at most half full, 16 bytes a slot: a thousand frames lie
/// in the nearest cache. Used once per frame entered, in headers 12 and later only when a stack is new.
@safe
final class IdentityTable {
  /// One entry; `index` 0 marks a free slot, else it is the dense index plus one.
  private struct Slot {
    var key: UInt64 = 0
    var index: UInt32 = 0
  }

  private static let firstBits: UInt64 = 10

  private var slots: UnsafeMutablePointer<Slot>
  /// How far a 64-bit hash is shifted to become a place.
  private var shift: UInt64
  private(set) var count = 0

  init() {
    shift = 64 - Self.firstBits
    unsafe slots = Self.emptySlots(1 << Int(Self.firstBits))
  }

  deinit { unsafe slots.deallocate() }

  private var mask: Int { 1 &<< Int(64 &- shift) &- 1 }

  /// The index given to a key; nil if there is none.
  @inline(__always)
  func index(_ key: UInt64) -> UInt32? {
    let slot = unsafe slots[place(key)]
    return slot.index == 0 ? nil : slot.index &- 1
  }

  /// Gives a key an index, in place of an earlier one.
  func set(_ key: UInt64, to index: UInt32) {
    let place = place(key)
    if unsafe slots[place].index == 0 { count += 1 }
    unsafe slots[place] = Slot(key: key, index: index &+ 1)
    if count * 2 > mask { grow() }
  }

  /// The slot that holds the key, or the free one where it would be put.
  @inline(__always)
  private func place(_ key: UInt64) -> Int {
    let slots = unsafe slots
    let mask = mask
    var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> shift)
    while unsafe slots[place].key != key && slots[place].index != 0 {
      place = (place &+ 1) & mask
    }
    return place
  }

  private func grow() {
    let old = unsafe slots
    let oldCount = mask + 1
    shift -= 1
    unsafe slots = Self.emptySlots(oldCount * 2)
    for index in 0..<oldCount {
      let slot = unsafe old[index]
      if slot.index != 0 { unsafe slots[place(slot.key)] = slot }
    }
    unsafe old.deallocate()
  }

  private static func emptySlots(_ count: Int) -> UnsafeMutablePointer<Slot> {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
    unsafe slots.initialize(repeating: Slot(), count: count)
    return unsafe slots
  }
}
