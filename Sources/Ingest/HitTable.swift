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
/// What was noted last is in a small table that stays in the cache and now and then moves to a
/// large one, in the order of its places; what does not fit an entry lies in a dictionary.
/// Cost: about 10 ns (benchmark: five threads).
struct HitTable: ~Copyable {
  /// A place that no entry can hold: with a size, or beyond 48 bits or 2^15 threads.
  private struct Place: Hashable {
    var address: UInt64
    var size: UInt64
    var thread: UInt32
  }

  private static let hitBit: UInt64 = 1
  /// Entries that the small table grows to: 256 KiB, part of a core's own cache.
  private static let greatestYoung = 1 << 14
  private var young = HitEntries(ignoring: hitBit)
  private var old = HitEntries(ignoring: hitBit)
  private var others: [Place: HitCandidate] = [:]

  /// Whether no row was noted.
  var isEmpty: Bool { young.filled == 0 && old.filled == 0 && others.isEmpty }

  /// Bytes that the entries take.
  var byteCount: Int { young.byteCount &+ old.byteCount }

  /// Notes the newest row of `thread` at `address` and `size`, replacing an older one.
  mutating func note(
    _ candidate: HitCandidate, address: UInt64, size: UInt64 = 0, thread: UInt32
  ) {
    guard let key = Self.key(address, size, thread) else {
      others[Place(address: address, size: size, thread: thread)] = candidate
      return
    }
    let entry = HitEntries.Entry(
      key: key | (candidate.wasHit ? Self.hitBit : 0), row: candidate.row,
      sequence: candidate.sequence)
    if young.replace(entry) { return }
    if young.mustGrow, young.capacity >= Self.greatestYoung { young.move(to: &old) }
    young.put(entry)
  }

  /// The newest row of `thread` at `address` and `size`.
  func candidate(address: UInt64, size: UInt64 = 0, thread: UInt32) -> HitCandidate? {
    guard let key = Self.key(address, size, thread) else {
      return others[Place(address: address, size: size, thread: thread)]
    }
    guard let entry = young.entry(key) ?? old.entry(key) else { return nil }
    return HitCandidate(
      row: entry.row, sequence: entry.sequence, wasHit: entry.key & Self.hitBit != 0)
  }

  @inline(__always)
  private static func key(_ address: UInt64, _ size: UInt64, _ thread: UInt32) -> UInt64? {
    // The greatest address and thread would make the key of a free entry.
    guard size == 0, address < (1 << 48) - 1, thread < 1 << 15 else { return nil }
    return address &<< 16 | UInt64(thread) &<< 1
  }
}
