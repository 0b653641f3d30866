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
/// Open addressing, 16 bytes an entry, at most three quarters full and never less than half
/// once it has grown; what does not fit an entry lies in a dictionary. Cost: about 10 ns
/// (benchmark: five threads).
struct HitTable: ~Copyable {
  // Not private: the compiler cannot place a generic buffer of a private type (Swift 6.3).
  struct Entry: BitwiseCopyable {
    /// Address, thread and hit bit from the top; all ones when free.
    var key: UInt64
    var row: UInt32
    var sequence: UInt32
  }

  /// A place that no entry can hold: with a size, or beyond 48 bits or 2^15 threads.
  private struct Place: Hashable {
    var address: UInt64
    var size: UInt64
    var thread: UInt32
  }

  private static let free = UInt64.max
  private static let vacant = Entry(key: free, row: 0, sequence: 0)
  private static let hitBit: UInt64 = 1
  private var entries = Buffer<Entry>(repeating: vacant, count: 1 << 8)
  private var filled = 0
  private var others: [Place: HitCandidate] = [:]

  var count: Int { filled &+ others.count }

  /// Bytes that the entries take.
  var byteCount: Int { entries.count &* MemoryLayout<Entry>.stride }

  /// Notes the newest row of `thread` at `address` and `size`, replacing an older one.
  mutating func note(
    _ candidate: HitCandidate, address: UInt64, size: UInt64 = 0, thread: UInt32
  ) {
    guard let key = Self.key(address, size, thread) else {
      others[Place(address: address, size: size, thread: thread)] = candidate
      return
    }
    var place = find(key)
    if entries[place].key == Self.free {
      filled &+= 1
      if filled &* 4 > entries.count &* 3 {
        grow()
        place = find(key)
      }
    }
    entries[place] = Entry(
      key: key | (candidate.wasHit ? Self.hitBit : 0), row: candidate.row,
      sequence: candidate.sequence)
  }

  /// The newest row of `thread` at `address` and `size`.
  func candidate(address: UInt64, size: UInt64 = 0, thread: UInt32) -> HitCandidate? {
    guard let key = Self.key(address, size, thread) else {
      return others[Place(address: address, size: size, thread: thread)]
    }
    guard filled > 0 else { return nil }
    let entry = entries[find(key)]
    guard entry.key != Self.free else { return nil }
    return HitCandidate(
      row: entry.row, sequence: entry.sequence, wasHit: entry.key & Self.hitBit != 0)
  }

  @inline(__always)
  private static func key(_ address: UInt64, _ size: UInt64, _ thread: UInt32) -> UInt64? {
    // The greatest address and thread would make the key of a free entry.
    guard size == 0, address < (1 << 48) - 1, thread < 1 << 15 else { return nil }
    return address &<< 16 | UInt64(thread) &<< 1
  }

  /// The key's place, or the free one where it would be put.
  @inline(__always) private func find(_ key: UInt64) -> Int {
    var place = Self.home(key, among: entries.count)
    while true {
      let found = entries[place].key
      if found == Self.free || found & ~Self.hitBit == key { return place }
      place &+= 1
      if place == entries.count { place = 0 }
    }
  }

  /// Makes the table half as large again, in place.
  ///
  /// Homes are fractions of the table, so that entries keep their order and move backwards:
  /// from the last on, each finds its place among those that have moved. The few whose place would
  /// lie among those that have not wait until all have.
  private mutating func grow() {
    let old = entries.count
    entries.extend(repeating: Self.vacant, count: old / 2)
    var waiting: [Entry] = []
    for index in stride(from: old &- 1, through: 0, by: -1)
    where entries[index].key != Self.free {
      let entry = entries[index]
      entries[index] = Self.vacant
      var place = Self.home(entry.key & ~Self.hitBit, among: entries.count)
      let isBehind = place > index
      while isBehind, place < entries.count, entries[place].key != Self.free { place &+= 1 }
      if isBehind, place < entries.count {
        entries[place] = entry
      } else {
        waiting.append(entry)
      }
    }
    for entry in waiting { entries[find(entry.key & ~Self.hitBit)] = entry }
  }

  /// The hash as a fraction of the table, whose size is no power of two.
  @inline(__always) private static func home(_ key: UInt64, among count: Int) -> Int {
    Int(truncatingIfNeeded: spread(key).multipliedFullWidth(by: UInt64(count)).high)
  }
}
