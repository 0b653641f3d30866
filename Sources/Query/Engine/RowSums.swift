import Store

/// Sums of a segment's rows per class and row key, where lifetimes or keys of rows are asked.
///
/// Open addressing, at most half full. Cost: about 5 ns a row (benchmark: `avg lifetime`).
struct RowSums {
  private let dictionary: SegmentDictionary
  private let rowKey: RowKey?
  /// Index of a sum plus one, 0 for a free place.
  private var table = [UInt32](repeating: 0, count: 1 << 12)
  private var places: [UInt64] = []
  /// What was added, each class and key once.
  private(set) var sums: [Contribution] = []

  init(dictionary: SegmentDictionary, rowKey: RowKey?) {
    self.dictionary = dictionary
    self.rowKey = rowKey
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
    let wanted = UInt64(key) &<< 32 | UInt64(number)
    let mask = table.count &- 1
    var slot = Self.hash(wanted) & mask
    while table[slot] != 0 {
      let index = Int(table[slot]) &- 1
      if places[index] == wanted { return index }
      slot = (slot &+ 1) & mask
    }
    places.append(wanted)
    sums.append(
      Contribution(
        site: Int(dictionary.sites[Int(number)]), recordSize: dictionary.sizes[Int(number)],
        bytes: 0, count: 0, rowKey: key))
    table[slot] = UInt32(truncatingIfNeeded: places.count)
    if places.count &* 2 > table.count { grow() }
    return sums.count &- 1
  }

  private mutating func grow() {
    table = Array(repeating: 0, count: table.count &* 2)
    let mask = table.count &- 1
    for index in places.indices {
      var slot = Self.hash(places[index]) & mask
      while table[slot] != 0 { slot = (slot &+ 1) & mask }
      table[slot] = UInt32(truncatingIfNeeded: index &+ 1)
    }
  }

  private static func hash(_ place: UInt64) -> Int {
    Int(truncatingIfNeeded: (place &* 0x9E37_79B9_7F4A_7C15) &>> 40)
  }
}
