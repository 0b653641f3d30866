/// Finds objects by their identities, in open addressing that is at most half full.
///
/// Built once all objects are known, so that neither building nor asking waits for the look-up
/// before: the processor has several cache misses under way. Cost: some 30 ns an identity and
/// 8 to 16 bytes an object (benchmark: import of object graphs).
struct IdentityIndex: ~Copyable {
  /// Object plus 1; 0 is free.
  private var slots: Buffer<UInt32>
  private let mask: Int
  /// Objects with the identity of an earlier one, rising.
  private(set) var repeated: [Int] = []

  /// Indexes objects by their numbers.
  init(_ identities: borrowing Buffer<UInt64>) {
    var length = 16
    while length < identities.count &* 2 { length &*= 2 }
    slots = Buffer(repeating: 0, count: length)
    mask = length &- 1
    for object in 0..<identities.count {
      let key = identities[object]
      var place = self.place(key)
      while slots[place] != 0, identities[Int(slots[place] &- 1)] != key {
        place = (place &+ 1) & mask
      }
      if slots[place] == 0 { slots[place] = UInt32(object) &+ 1 } else { repeated.append(object) }
    }
  }

  /// The first object with an identity, plus 1; 0 when there is none.
  @inline(__always)
  func object(_ key: UInt64, _ identities: borrowing Buffer<UInt64>) -> UInt32 {
    var place = self.place(key)
    while true {
      let slot = slots[place]
      if slot == 0 || identities[Int(slot &- 1)] == key { return slot }
      place = (place &+ 1) & mask
    }
  }

  @inline(__always)
  private func place(_ key: UInt64) -> Int { Int(truncatingIfNeeded: spread(key) &>> 20) & mask }
}
