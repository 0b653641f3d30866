/// A hash table of 16 bytes an entry that grows in place.
///
/// Open addressing, at most three quarters full and never less than half once it has grown.
struct HitEntries: ~Copyable {
  // Not private: the compiler cannot place a generic buffer of a private type (Swift 6.3).
  struct Entry: BitwiseCopyable {
    /// What is looked for, and the bits that are ignored in that; all ones when free.
    var key: UInt64
    var row: UInt32
    var sequence: UInt32
  }

  /// How many places ahead of the one that moves the other table is asked for.
  private static let lookAhead = 16
  private static let free = UInt64.max
  private static let vacant = Entry(key: free, row: 0, sequence: 0)
  private var entries = Buffer<Entry>(repeating: vacant, count: 1 << 8)
  private let ignored: UInt64
  /// Number of entries.
  private(set) var filled = 0

  /// An empty table whose keys say more than what is looked for in the bits of `ignored`.
  init(ignoring ignored: UInt64) { self.ignored = ignored }

  /// Number of places.
  var capacity: Int { entries.count }

  /// Bytes that the places take.
  var byteCount: Int { entries.count &* MemoryLayout<Entry>.stride }

  /// Whether another entry makes the table grow.
  var mustGrow: Bool { (filled &+ 1) &* 4 > entries.count &* 3 }

  /// The entry of a key without ignored bits.
  @inline(__always)
  func entry(_ key: UInt64) -> Entry? {
    guard filled > 0 else { return nil }
    let entry = entries[find(key)]
    return entry.key == Self.free ? nil : entry
  }

  /// Takes the place of an entry with the same key; false when there is none.
  @inline(__always)
  func replace(_ entry: Entry) -> Bool {
    let place = find(entry.key & ~ignored)
    if entries[place].key == Self.free { return false }
    entries[place] = entry
    return true
  }

  /// Adds an entry, or takes the place of one with the same key.
  mutating func put(_ entry: Entry) {
    if mustGrow { grow() }
    let place = find(entry.key & ~ignored)
    if entries[place].key == Self.free { filled &+= 1 }
    entries[place] = entry
  }

  /// Moves everything to another table, in the order of its places there.
  mutating func move(to other: inout HitEntries) {
    // Room first: the entries come sorted, and would crowd at the beginning of a smaller table.
    while filled &* 4 > other.entries.count &* 3 { other.grow() }
    for index in 0..<entries.count {
      let ahead = index &+ Self.lookAhead
      if ahead < entries.count {
        other.entries.prefetch(
          Self.home(entries[ahead].key & ~ignored, among: other.entries.count))
      }
      if entries[index].key != Self.free { other.put(entries[index]) }
    }
    entries.fill(Self.vacant)
    filled = 0
  }

  /// The key's place, or the free one where it would be put.
  @inline(__always)
  private func find(_ key: UInt64) -> Int {
    var place = Self.home(key, among: entries.count)
    while true {
      let found = entries[place].key
      if found == Self.free || found & ~ignored == key { return place }
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
      var place = Self.home(entry.key & ~ignored, among: entries.count)
      let isBehind = place > index
      while isBehind, place < entries.count, entries[place].key != Self.free { place &+= 1 }
      if isBehind, place < entries.count {
        entries[place] = entry
      } else {
        waiting.append(entry)
      }
    }
    for entry in waiting { entries[find(entry.key & ~ignored)] = entry }
  }

  /// The hash as a fraction of the table, whose size is no power of two.
  @inline(__always) private static func home(_ key: UInt64, among count: Int) -> Int {
    Int(truncatingIfNeeded: spread(key).multipliedFullWidth(by: UInt64(count)).high)
  }
}
