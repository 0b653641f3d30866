import Language
import Store

/// Sums of a segment's rows per class and row key, where lifetimes or keys of rows are asked.
///
/// Cost: about 4 ns a row (benchmarks: `hist allocated lifetime`, `avg lifetime`).
struct RowSums: Sendable {
  /// What is asked of lifetimes besides their class.
  private struct Lives {
    var sum: Int64 = 0
    var freed: UInt32 = 0
    var greatest: UInt32 = 0

    @inline(__always) mutating func add(_ lifetime: UInt32) {
      sum &+= Int64(lifetime)
      freed &+= 1
      greatest = max(greatest, lifetime)
    }
  }

  /// Classes of 32-bit lifetimes, and one of rows never freed.
  private static let lifetimeClasses = 34
  private static let neverFreed = lifetimeClasses - 1
  /// More sums than this are kept for the pairs met alone: 2^21 counts take 8 MiB.
  private static let denseLimit = 1 << 21

  private let dictionary: SegmentDictionary
  private let classCount: Int
  private let rowKey: RowKey?
  /// Windows that the rows are born in, and how many keys there are in each.
  private var windows: ClosedRange<Int>
  private let keysPerWindow: Int
  private let isDense: Bool
  /// Class and key of each sum, where there is no room for all of them.
  private var places = PlaceNumbers()
  /// Rows of each sum; all classes of a key, then those of the next.
  private var counts: [UInt32]
  /// The same for lifetimes; empty when they are not asked.
  private var lives: [Lives]

  /// Adds up the rows of a segment that pass.
  init(of buffers: RowBuffers, mask: [UInt8], _ dictionary: SegmentDictionary, _ needs: ScanNeeds) {
    self.dictionary = dictionary
    classCount = dictionary.count
    rowKey = needs.rowKey
    windows = Self.windows(of: buffers, rowKey)
    keysPerWindow = rowKey?.byLifetime == true ? Self.lifetimeClasses : 1
    let (width, overflows) = (windows.count * keysPerWindow)
      .multipliedReportingOverflow(by: classCount)
    isDense = !overflows && width <= Self.denseLimit
    counts = Array(repeating: 0, count: isDense ? width : 0)
    lives = needs.lifetimes ? Array(repeating: Lives(), count: counts.count) : []
    var (counts, lives): ([UInt32], [Lives]) = ([], [])
    swap(&counts, &self.counts)
    swap(&lives, &self.lives)
    if isDense {
      addDense(buffers, mask, &counts, &lives)
    } else {
      addSparse(buffers, mask, &counts, &lives)
    }
    swap(&counts, &self.counts)
    swap(&lives, &self.lives)
  }

  /// The windows from that of the first row to that of the last.
  private static func windows(of buffers: RowBuffers, _ rowKey: RowKey?) -> ClosedRange<Int> {
    guard let rowKey, rowKey.windows != nil, let first = buffers.births.first,
      let last = buffers.births.last
    else { return 0...0 }
    let lowest = rowKey.window(birth: first)
    return lowest...max(lowest, rowKey.window(birth: last))
  }

  private func addDense(
    _ buffers: RowBuffers, _ mask: [UInt8], _ counts: inout [UInt32], _ lives: inout [Lives]
  ) {
    let sumsLives = !lives.isEmpty
    var counts = counts.mutableSpan
    var lives = lives.mutableSpan
    forEachRow(buffers, mask) { number, key, lifetime in
      let index = key &* classCount &+ Int(number)
      counts[index] &+= 1
      if sumsLives, lifetime != .max { lives[index].add(lifetime) }
    }
  }

  private mutating func addSparse(
    _ buffers: RowBuffers, _ mask: [UInt8], _ counts: inout [UInt32], _ lives: inout [Lives]
  ) {
    var places = PlaceNumbers()
    forEachRow(buffers, mask) { number, key, lifetime in
      let index = places.number(of: UInt64(number) &<< 32 | UInt64(key))
      if index == counts.count {
        counts.append(0)
        lives.append(Lives())
      }
      counts[index] &+= 1
      if lifetime != .max { lives[index].add(lifetime) }
    }
    self.places = places
  }

  /// Calls `body` with class, key and lifetime of each row that passes.
  @inline(__always)
  private func forEachRow(
    _ buffers: RowBuffers, _ mask: [UInt8], _ body: (UInt32, Int, UInt32) -> Void
  ) {
    let (lifetimes, births, classes) = (buffers.lifetimes, buffers.births, buffers.classes)
    let ends = windows.count > 1 ? rowKey?.windows ?? [] : []
    let byLifetime = keysPerWindow > 1
    var window = windows.lowerBound
    for row in mask.indices where mask[row] != 0 {
      // Rows come in the order of their births.
      if !ends.isEmpty {
        while window < windows.upperBound, ends[window] <= births[row] { window += 1 }
      }
      let lifetime = lifetimes.isEmpty ? UInt32.max : lifetimes[row]
      var key = (window &- windows.lowerBound) &* keysPerWindow
      if byLifetime {
        key &+= lifetime == .max ? Self.neverFreed : 32 &- lifetime.leadingZeroBitCount
      }
      body(classes[row], key, lifetime)
    }
  }

  /// Calls `body` with every sum that has rows, each class and key once.
  func forEach(_ body: (PartialAggregate) -> Void) {
    for index in counts.indices where counts[index] > 0 {
      let pair = isDense ? nil : places.keys[index]
      let number = pair.map { Int($0 >> 32) } ?? index % classCount
      let key = pair.map { Int($0 & 0xffff_ffff) } ?? index / classCount
      var partial = PartialAggregate(
        site: dictionary.sites[number], size: dictionary.sizes[number], count: counts[index])
      partial.rowKey = rowNumber(key)
      if !lives.isEmpty {
        partial.sums.lifetimeSum = lives[index].sum
        partial.sums.freedCount = Int64(lives[index].freed)
        partial.sums.greatestLifetime = lives[index].greatest
      }
      body(partial)
    }
  }

  /// A key as `RowKey` numbers it.
  private func rowNumber(_ key: Int) -> Int {
    guard let rowKey else { return 0 }
    let lifetimeClass = key % keysPerWindow
    return rowKey.number(
      window: windows.lowerBound + key / keysPerWindow,
      lifetimeClass: lifetimeClass == Self.neverFreed ? RowKey.neverFreed : lifetimeClass)
  }
}
