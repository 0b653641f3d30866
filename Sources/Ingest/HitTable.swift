/// A row that a free may still hit as temporary.
struct HitCandidate: Equatable {
  var row: UInt32
  /// How many allocations its thread had made before it.
  var sequence: UInt32
  var wasHit: Bool
}

/// Per thread, the newest row at an address (or at an address with a size).
///
/// Holds what `LiveBlocks` cannot: rows of a thread whose address another thread has used
/// since, and mappings. Bounded by addresses times threads, not by the file's length.
/// Open addressing, 32 bytes an entry (benchmark: five threads).
struct HitTable: ~Copyable {
  // Not private: the compiler cannot place a generic buffer of a private type (Swift 6.3).
  struct Entry: BitwiseCopyable {
    var address: UInt64
    var size: UInt64
    var row: UInt32
    var sequence: UInt32
    /// Thread number shifted left by one, hit bit below; all ones when free.
    var tag: UInt64
  }

  private static let free = UInt64.max
  private static let vacant = Entry(address: 0, size: 0, row: 0, sequence: 0, tag: free)
  private var entries = Buffer<Entry>(repeating: vacant, count: 1 << 8)
  private(set) var count = 0

  /// Notes the newest row of `thread` at `address` and `size`, replacing an older one.
  mutating func note(
    _ candidate: HitCandidate, address: UInt64, size: UInt64 = 0, thread: UInt32
  ) {
    let place = find(address, size, thread)
    if entries[place].tag == Self.free {
      count &+= 1
      if count &* 2 > entries.count {
        grow()
        count &-= 1
        return note(candidate, address: address, size: size, thread: thread)
      }
    }
    entries[place] = Entry(
      address: address, size: size, row: candidate.row, sequence: candidate.sequence,
      tag: UInt64(thread) &<< 1 | (candidate.wasHit ? 1 : 0))
  }

  /// The newest row of `thread` at `address` and `size`.
  func candidate(address: UInt64, size: UInt64 = 0, thread: UInt32) -> HitCandidate? {
    guard count > 0 else { return nil }
    let entry = entries[find(address, size, thread)]
    guard entry.tag != Self.free else { return nil }
    return HitCandidate(row: entry.row, sequence: entry.sequence, wasHit: entry.tag & 1 == 1)
  }

  private func find(_ address: UInt64, _ size: UInt64, _ thread: UInt32) -> Int {
    let mask = entries.count &- 1
    var place = Self.hash(address, size, thread) & mask
    while true {
      let entry = entries[place]
      if entry.tag == Self.free { return place }
      if entry.address == address, entry.size == size, entry.tag &>> 1 == UInt64(thread) {
        return place
      }
      place = (place &+ 1) & mask
    }
  }

  private mutating func grow() {
    let larger = Buffer(repeating: Self.vacant, count: entries.count &* 2)
    let mask = larger.count &- 1
    for index in 0..<entries.count where entries[index].tag != Self.free {
      let entry = entries[index]
      let thread = UInt32(truncatingIfNeeded: entry.tag &>> 1)
      var place = Self.hash(entry.address, entry.size, thread) & mask
      while larger[place].tag != Self.free { place = (place &+ 1) & mask }
      larger[place] = entry
    }
    entries = larger
  }

  private static func hash(_ address: UInt64, _ size: UInt64, _ thread: UInt32) -> Int {
    let key = spread(address) ^ spread(size &+ UInt64(thread) &<< 40)
    return Int(truncatingIfNeeded: spread(key) &>> 20)
  }
}
