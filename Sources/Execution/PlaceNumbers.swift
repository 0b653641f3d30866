import Language
/// Dense numbers for pairs of 32-bit numbers, in the order in which they are first met.
///
/// Open addressing, at most half full. A pair lies near the others with nearly the same upper
/// number if there is room, so that the children of nodes made one after the other share lines
/// of the cache; else where its hash says. Places near make long full runs, so that a search by
/// hash goes on in strides of its own and not to the next place. Nothing is ever taken out, so
/// that a free place ends a search. Cost: about 4 ns a pair (benchmark: flamegraph of a million
/// stacks).
struct PlaceNumbers {
  /// Places near a pair's upper number: two lines of the cache.
  private static let nearPlaces = 16

  /// Number of a pair plus one, 0 for a free place.
  private var table = [UInt32](repeating: 0, count: 1 << 12)
  /// The pairs by their number, the upper number in the upper half.
  private(set) var keys: [UInt64] = []

  /// The number of a pair; `keys.count` before the call when it is new.
  @inline(__always) mutating func number(of key: UInt64) -> Int {
    let place = place(of: key)
    if table[place] != 0 { return Int(table[place]) &- 1 }
    keys.append(key)
    table[place] = UInt32(truncatingIfNeeded: keys.count)
    if keys.count &* 2 > table.count { grow(to: table.count &* 2) }
    return keys.count &- 1
  }

  /// The place of a pair, or the free one where it belongs.
  @inline(__always) private func place(of key: UInt64) -> Int {
    var ignored = 0
    return place(of: key, looks: &ignored)
  }

  /// The same; adds how many places were looked at.
  @inline(__always) func place(of key: UInt64, looks: inout Int) -> Int {
    let mask = table.count &- 1
    let near = Int(truncatingIfNeeded: key &>> 32) &* 2
    for step in 0..<Self.nearPlaces {
      looks &+= 1
      let place = (near &+ step) & mask
      let found = table[place]
      if found == 0 || keys[Int(found) &- 1] == key { return place }
    }
    let hash = Self.hash(key)
    var place = Int(truncatingIfNeeded: hash &>> 32) & mask
    // Odd, so that it comes by every place of a table whose size is a power of two.
    let stride = Int(truncatingIfNeeded: hash &>> 20) | 1
    looks &+= 1
    while table[place] != 0, keys[Int(table[place]) &- 1] != key {
      place = (place &+ stride) & mask
      looks &+= 1
    }
    return place
  }

  /// Makes room for so many pairs at once.
  mutating func reserve(_ count: Int) {
    keys.reserveCapacity(count)
    var places = table.count
    while places < count &* 2 { places &*= 2 }
    if places > table.count { grow(to: places) }
  }

  private mutating func grow(to places: Int) {
    table = Array(repeating: 0, count: places)
    for number in keys.indices {
      table[place(of: keys[number])] = UInt32(truncatingIfNeeded: number &+ 1)
    }
  }

  private static func hash(_ key: UInt64) -> UInt64 {
    (key ^ key &>> 32) &* 0x9E37_79B9_7F4A_7C15
  }
}
