// ⚠ unsafe: slots are reached through a masked hash only, and the table is never full.

/// Dense indices for things a file identifies by three numbers, such as (code, offset, entry).
///
/// Open addressing with linear probing, at most half full. Used once per push record.
@safe
final class IdentityTable {
  /// One entry; `index` 0 marks a free slot, else it is the dense index plus one.
  struct Slot {
    var first: UInt64 = 0
    var second: UInt64 = 0
    var third: UInt32 = 0
    var index: UInt32 = 0
  }

  private var slots: UnsafeMutablePointer<Slot>
  private var mask: Int
  private(set) var count = 0

  init() {
    mask = 1023
    unsafe slots = Self.emptySlots(1024)
  }

  deinit { unsafe slots.deallocate() }

  /// The index given to an identity; nil if there is none.
  @inline(__always)
  func index(_ first: UInt64, _ second: UInt64 = 0, _ third: UInt32 = 0) -> UInt32? {
    let slot = unsafe slots[place(first, second, third)]
    return slot.index == 0 ? nil : slot.index &- 1
  }

  /// Gives an identity an index, in place of an earlier one.
  func set(_ first: UInt64, _ second: UInt64 = 0, _ third: UInt32 = 0, to index: UInt32) {
    let place = place(first, second, third)
    if unsafe slots[place].index == 0 { count += 1 }
    unsafe slots[place] = Slot(first: first, second: second, third: third, index: index &+ 1)
    if count * 2 > mask { grow() }
  }

  /// The slot that holds the identity, or the free one where it would be put.
  @inline(__always)
  private func place(_ first: UInt64, _ second: UInt64, _ third: UInt32) -> Int {
    let mixed =
      (first &* 0x9E37_79B9_7F4A_7C15) ^ ((second &* 2 &+ UInt64(third)) &* 0xD6E8_FEB8_6659_FD93)
    var place = Int(truncatingIfNeeded: mixed ^ mixed &>> 32) & mask
    let slots = unsafe slots
    while true {
      let slot = unsafe slots[place]
      if slot.index == 0
        || slot.first == first && slot.second == second && slot.third == third
      {
        return place
      }
      place = (place &+ 1) & mask
    }
  }

  private func grow() {
    let old = unsafe slots
    let oldCount = mask + 1
    mask = oldCount * 2 - 1
    unsafe slots = Self.emptySlots(oldCount * 2)
    for index in 0..<oldCount {
      let slot = unsafe old[index]
      if slot.index != 0 {
        unsafe slots[place(slot.first, slot.second, slot.third)] = slot
      }
    }
    unsafe old.deallocate()
  }

  private static func emptySlots(_ count: Int) -> UnsafeMutablePointer<Slot> {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
    unsafe slots.initialize(repeating: Slot(), count: count)
    return unsafe slots
  }
}
