/// Numbers the identities of objects in the order in which they are met, in open addressing.
///
/// Cost: one cache miss an identity (benchmark: import of object graphs).
struct IdentitySlots: ~Copyable {
  private var keys = Buffer<UInt64>()
  private var table = Buffer<UInt32>(repeating: 0, count: 1 << 12)

  /// Number of identities.
  var count: Int { keys.count }

  /// The number of an identity, new or known.
  mutating func number(of key: UInt64) -> UInt32 {
    let mask = table.count &- 1
    var place = Int(truncatingIfNeeded: spread(key) &>> 20) & mask
    while true {
      let slot = table[place]
      if slot == 0 { break }
      if keys[Int(slot &- 1)] == key { return slot &- 1 }
      place = (place &+ 1) & mask
    }
    let number = UInt32(keys.count)
    keys.append(key)
    table[place] = number &+ 1
    if keys.count &* 2 > table.count { grow() }
    return number
  }

  private mutating func grow() {
    let larger = Buffer<UInt32>(repeating: 0, count: table.count &* 2)
    let mask = larger.count &- 1
    for number in 0..<keys.count {
      var place = Int(truncatingIfNeeded: spread(keys[number]) &>> 20) & mask
      while larger[place] != 0 { place = (place &+ 1) & mask }
      larger[place] = UInt32(number) &+ 1
    }
    table = larger
  }
}
