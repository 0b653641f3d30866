/// How what a group holds moves over points.
package struct Growth {
  /// Live bytes at the points.
  package var bytes: [Int64]
  /// Live blocks at the points.
  package var blocks: [Int64]
  /// Of the values that are followed.
  package var trend: Trend
  private var followsBlocks: Bool
  private let places: [Double]

  /// The blocks that are followed.
  package enum Blocks {
    /// All that live.
    case live
    /// Those that outlive their peers.
    case kept
  }

  /// What a group's values make.
  ///
  /// - Parameters:
  ///   - values: the group's.
  ///   - axis: the points.
  ///   - blocks: which of its blocks are followed.
  ///   - countsBlocks: whether their number is followed instead of their bytes.
  package init(
    _ values: PointValues, on axis: PointAxis, of blocks: Blocks = .live,
    countsBlocks: Bool = false
  ) {
    let count = axis.places.count
    let held = blocks == .kept ? Self.running(values.kept) : values.bytes
    let number = blocks == .kept ? Self.running(values.keptBlocks) : values.blocks
    // Young blocks may yet be freed as their peers were.
    let followed = blocks == .kept ? max(min(count, 4), count - values.peersAge) : count
    trend = axis.trend((countsBlocks ? number : held).prefix(followed).map(Double.init))
    (bytes, self.blocks) = (Array(held.prefix(count)), Array(number.prefix(count)))
    (followsBlocks, places) = (countsBlocks, axis.places)
  }

  private var followed: [Double] { (followsBlocks ? blocks : bytes).map(Double.init) }

  /// The slope of what is followed, and how sure it is; made anew each time.
  package var fit: TheilSen { trend.fit(places, followed) }

  /// Units of the values for one unit of place, while the group grows or falls for good.
  package var rate: Double { trend.rate(places, followed) }

  /// Keeps the first points, and follows the bytes of all that lives there.
  package mutating func keep(_ count: Int, on axis: PointAxis) {
    (bytes, blocks) = (Array(bytes.prefix(count)), Array(blocks.prefix(count)))
    trend = Trend(axis.places, bytes.map(Double.init))
    followsBlocks = false
  }

  private static func running(_ changes: [Int64]) -> [Int64] {
    var sum: Int64 = 0
    return changes.map { change in
      sum &+= change
      return sum
    }
  }
}
