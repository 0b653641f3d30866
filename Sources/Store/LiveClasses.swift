/// The moments whose living blocks are kept by site and size.
package enum LiveMoment: Int, CaseIterable, Sendable {
  /// The state with the greatest heap.
  case peak
  /// What was never freed.
  case end
}

/// Blocks alive in one state by site and size, in this order.
///
/// Most questions with a size ask about the peak or about leaks; without this they would look
/// into every segment. Cost: about 10 ns an entry (benchmark: `where size<64`).
package struct LiveClasses: Sendable, Equatable {
  /// Blocks of one site and size.
  package struct Item: Sendable, Equatable {
    /// Where they come from.
    package var site: UInt32
    /// How many they are.
    package var count: UInt32
    /// Bytes of each.
    package var size: UInt64

    fileprivate static func isBefore(_ left: Item, _ right: Item) -> Bool {
      left.site == right.site ? left.size < right.size : left.site < right.site
    }
  }

  /// Sites and sizes, each pair once.
  package private(set) var items: [Item] = []
  /// More than so many are not kept: scanning segments is no slower then, and needs no memory.
  private let limit: Int
  private var isGivenUp: Bool

  /// Nothing yet, of at most `limit` pairs; 2^18 take some 10 MiB while they are counted.
  package init(limit: Int = 1 << 18) {
    self.limit = limit
    isGivenUp = limit == 0
  }

  /// Adds what lives of a segment's classes.
  package mutating func add(_ dictionary: SegmentDictionary, counts: [UInt32]) {
    guard !isGivenUp else { return }
    items += Self.items(of: dictionary, counts: counts)
    if items.count > 2 * limit { merge() }
  }

  /// The classes of a segment that have living rows.
  static func items(of dictionary: SegmentDictionary, counts: [UInt32]) -> [Item] {
    var items: [Item] = []
    for index in 0..<dictionary.count where counts[index] > 0 {
      items.append(
        Item(site: dictionary.sites[index], count: counts[index], size: dictionary.sizes[index]))
    }
    return items
  }

  /// Puts equal pairs together; gives up when there are too many.
  private mutating func merge() {
    items.sort(by: Item.isBefore)
    var kept = 0
    for index in items.indices {
      let item = items[index]
      if kept > 0, items[kept - 1].site == item.site, items[kept - 1].size == item.size {
        items[kept - 1].count &+= item.count
      } else {
        items[kept] = item
        kept += 1
      }
    }
    items.removeLast(items.count - kept)
    isGivenUp = kept > limit
    if isGivenUp { items = [] }
  }

  /// Writes them; nothing when they are none or too many.
  package mutating func write(
    of moment: LiveMoment, to writer: CaptureWriter
  ) throws(StoreError) {
    merge()
    let segment = moment.rawValue
    try writer.write(.liveSite, segment: segment, items.map(\.site))
    try writer.write(.liveSize, segment: segment, items.map(\.size))
    try writer.write(.liveCount, segment: segment, items.map(\.count))
  }

  /// Reads them; nil when they were not kept.
  package init?(of moment: LiveMoment, from columns: CaptureColumns) throws(StoreError) {
    self.init()
    let segment = moment.rawValue
    let sites = try columns.words(.liveSite, segment: segment)
    guard !sites.isEmpty else { return nil }
    let sizes = try columns.integers(.liveSize, segment: segment)
    let counts = try columns.words(.liveCount, segment: segment)
    guard sizes.count == sites.count, counts.count == sites.count else {
      throw columns.damaged(.liveSite, segment)
    }
    items.reserveCapacity(sites.count)
    for index in sites.indices {
      items.append(
        Item(site: sites[index], count: counts[index], size: UInt64(bitPattern: sizes[index])))
    }
  }
}

extension CaptureColumns {
  /// Whether what lives at a moment is kept by site and size.
  package func hasLiveClasses(of moment: LiveMoment) throws(StoreError) -> Bool {
    try rowCount(.liveSite, segment: moment.rawValue) != nil
  }
}
