/// What changes at a point: bytes and blocks; kept ones; of this age, freed blocks.
struct PointChange {
  var point: UInt32
  var freedAges: UInt32 = 0
  var bytes: Int64 = 0
  var blocks: Int64 = 0
  var kept: Int64 = 0
  var keptBlocks: Int64 = 0

  /// Adds bytes and blocks, which may be kept.
  @inline(__always) mutating func add(_ bytes: Int64, _ blocks: Int64, isKept: Bool) {
    self.bytes &+= bytes
    self.blocks &+= blocks
    guard isKept else { return }
    kept &+= bytes
    keptBlocks &+= blocks
  }

  fileprivate mutating func add(_ other: PointChange) {
    freedAges &+= other.freedAges
    bytes &+= other.bytes
    blocks &+= other.blocks
    kept &+= other.kept
    keptBlocks &+= other.keptBlocks
  }
}

/// Changes at points, of sites or of what their callers hold together.
struct PointChanges: Summable {
  /// The changes, their points rising.
  private(set) var all: [PointChange]

  /// Fewer changes than this are put in one by one.
  private static let few = 4

  /// No change.
  init() { all = [] }

  /// Changes whose points rise.
  init(_ changes: [PointChange]) { all = changes }

  /// Adds changes.
  ///
  /// Cost: some 5 ns for each of both, unless one side has few.
  mutating func add(_ other: PointChanges) {
    if all.isEmpty {
      all = other.all
    } else if other.all.count <= Self.few {
      for change in other.all { add(change) }
    } else {
      merge(other.all)
    }
  }

  /// Adds a change.
  mutating func add(_ change: PointChange) {
    var (low, high) = (0, all.count)
    while low < high {
      let middle = (low + high) / 2
      if all[middle].point < change.point { low = middle + 1 } else { high = middle }
    }
    if low < all.count, all[low].point == change.point {
      all[low].add(change)
    } else {
      all.insert(change, at: low)
    }
  }

  private mutating func merge(_ other: [PointChange]) {
    var merged: [PointChange] = []
    merged.reserveCapacity(max(all.count, other.count))
    var (mine, its) = (0, 0)
    while mine < all.count || its < other.count {
      guard mine < all.count, its < other.count, all[mine].point == other[its].point else {
        let isMine = its == other.count || (mine < all.count && all[mine].point < other[its].point)
        merged.append(isMine ? all[mine] : other[its])
        if isMine { mine += 1 } else { its += 1 }
        continue
      }
      all[mine].add(other[its])
      merged.append(all[mine])
      (mine, its) = (mine + 1, its + 1)
    }
    all = merged
  }
}
