/// Blocks of one size, traceback and domain.
struct TracedBlocks: Equatable {
  var size: Int64
  var node: UInt32
  var domain: UInt32 = 0
  var hasDomain = false
  /// Whether the traceback limit cut the traceback.
  var isCut = false
  /// How many there are in the list.
  var count: Int64 = 0

  fileprivate func isSame(as other: TracedBlocks) -> Bool {
    size == other.size && node == other.node && domain == other.domain
      && hasDomain == other.hasDomain && isCut == other.isCut
  }

  fileprivate var hash: UInt64 {
    let place = UInt64(node) &<< 32 ^ UInt64(domain) &<< 2 ^ (isCut ? 1 : 0)
    let mixed = (UInt64(bitPattern: size) &* 0x9E37_79B9_7F4A_7C15) ^ place
    return (mixed ^ mixed &>> 32) &* 0xD6E8_FEB8_6659_FD93
  }
}

/// The different traces of a snapshot, each once, with the number of its blocks.
///
/// Open addressing with linear probing, at most half full; used once per tuple. A slot holds part
/// of the hash, so that an entry is fetched only when it is the one looked for.
struct TraceTable {
  private(set) var entries: [TracedBlocks] = []
  /// Indices of entries plus one in the low half, the hash's high half above; 0 is a free slot.
  private var slots = [UInt64](repeating: 0, count: 1024)

  private static let tagMask: UInt64 = 0xFFFF_FFFF_0000_0000

  var count: Int { entries.count }

  /// Index of a trace, whose count is left out.
  mutating func intern(_ trace: TracedBlocks) -> UInt32 {
    let mask = slots.count - 1
    let hash = trace.hash
    let tag = hash & Self.tagMask
    var place = Int(truncatingIfNeeded: hash &>> 16) & mask
    while slots[place] != 0 {
      if slots[place] & Self.tagMask == tag {
        let index = UInt32(truncatingIfNeeded: slots[place]) &- 1
        if entries[Int(index)].isSame(as: trace) { return index }
      }
      place = (place &+ 1) & mask
    }
    entries.append(trace)
    slots[place] = tag | UInt64(entries.count)
    if entries.count * 2 > slots.count { grow() }
    return UInt32(entries.count - 1)
  }

  /// One more block of a trace.
  mutating func count(_ index: UInt32) { entries[Int(index)].count += 1 }

  private mutating func grow() {
    slots = [UInt64](repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (index, entry) in entries.enumerated() {
      let hash = entry.hash
      var place = Int(truncatingIfNeeded: hash &>> 16) & mask
      while slots[place] != 0 { place = (place &+ 1) & mask }
      slots[place] = hash & Self.tagMask | UInt64(index + 1)
    }
  }
}
