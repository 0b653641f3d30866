import Store

/// Sums of a segment's rows per class and row key, where lifetimes or keys of rows are asked.
///
/// Cost: about 8 ns a row (benchmark: `avg lifetime`).
struct RowSums {
  private let dictionary: SegmentDictionary
  private let rowKey: RowKey?
  private var places = PlaceNumbers()
  /// Index of the sum of each class and key plus one, where there is room for all of them.
  private var dense: [UInt32]
  private let keyCount: Int
  private static let denseLimit = 1 << 18
  /// What was added, each class and key once.
  private(set) var sums: [Contribution] = []

  init(dictionary: SegmentDictionary, rowKey: RowKey?) {
    self.dictionary = dictionary
    self.rowKey = rowKey
    keyCount = rowKey?.count ?? 1
    let count = dictionary.count * keyCount
    dense = count <= Self.denseLimit ? [UInt32](repeating: 0, count: count) : []
  }

  /// Adds the rows of a segment that pass.
  mutating func add(_ buffers: RowBuffers, mask: [UInt8]) {
    let (lifetimes, births, classes) = (buffers.lifetimes, buffers.births, buffers.classes)
    let windows = rowKey?.windows ?? []
    var window = 0
    for row in mask.indices where mask[row] != 0 {
      let lifetime = lifetimes.isEmpty ? UInt32.max : lifetimes[row]
      var key = 0
      if let rowKey {
        // Rows come in the order of their births.
        if !windows.isEmpty {
          while window < windows.count, windows[window] <= births[row] { window += 1 }
        }
        key = rowKey.number(window: window, lifetime: lifetime)
      }
      add(number: classes[row], key: key, lifetime: lifetime)
    }
  }

  @inline(__always)
  private mutating func add(number: UInt32, key: Int, lifetime: UInt32) {
    let index = place(number, key)
    let size = Int64(bitPattern: dictionary.sizes[Int(number)])
    sums[index].bytes &+= size
    sums[index].count &+= 1
    guard lifetime != .max else { return }
    sums[index].lifetimeSum &+= Int64(lifetime)
    sums[index].freedCount &+= 1
    sums[index].greatestLifetime = max(sums[index].greatestLifetime, lifetime)
  }

  /// Index of the sum of a class and key, made when it is new.
  @inline(__always)
  private mutating func place(_ number: UInt32, _ key: Int) -> Int {
    let index: Int
    if dense.isEmpty {
      index = places.number(of: UInt64(number) &<< 32 | UInt64(key))
    } else {
      let slot = Int(number) &* keyCount &+ key
      if dense[slot] == 0 { dense[slot] = UInt32(truncatingIfNeeded: sums.count &+ 1) }
      index = Int(dense[slot]) &- 1
    }
    if index == sums.count {
      sums.append(
        Contribution(
          site: Int(dictionary.sites[Int(number)]), recordSize: dictionary.sizes[Int(number)],
          bytes: 0, count: 0, rowKey: key))
    }
    return index
  }
}
