/// What a place or a group of them holds at points in a capture, and what becomes of its blocks.
package struct PointValues {
  /// Live bytes at the points; one more follows the last.
  package var bytes: [Int64]
  /// Live blocks at the points.
  package var blocks: [Int64]
  /// Bytes born since the point before that are alive at the last point, by points.
  package var kept: [Int64]
  /// Blocks born since the point before that are alive at the last point, by points.
  package var keptBlocks: [Int64]
  /// Blocks that outlived a point and were freed before the last, by points outlived.
  package var freedAges: [Int64]

  /// Nothing at so many points.
  package init(points: Int) {
    // One array for all would be copied as soon as each is written to.
    bytes = Array(repeating: 0, count: points + 1)
    blocks = Array(repeating: 0, count: points + 1)
    kept = Array(repeating: 0, count: points + 1)
    keptBlocks = Array(repeating: 0, count: points + 1)
    freedAges = Array(repeating: 0, count: points + 1)
  }

  /// The points that nearly all of the freed blocks lived at, of those that lived at one.
  ///
  /// 999 of 1,000 where half of the points are left to follow, else 49 of 50: those that live
  /// longest would pass for kept.
  var peersAge: Int {
    let most = age(of: 0.999)
    return most * 2 <= freedAges.count ? most : max(age(of: 0.98), freedAges.count / 2)
  }

  /// The points that a share of the freed blocks lived at, at most.
  private func age(of share: Double) -> Int {
    let all = Double(freedAges.reduce(0, +))
    guard all > 0 else { return 0 }
    var sum = 0.0
    for (age, count) in freedAges.enumerated() {
      sum += Double(count)
      if sum >= all * share { return age + 1 }
    }
    return freedAges.count
  }

  /// Adds another place's values.
  package mutating func merge(_ other: PointValues) {
    for index in bytes.indices {
      bytes[index] &+= other.bytes[index]
      blocks[index] &+= other.blocks[index]
      kept[index] &+= other.kept[index]
      keptBlocks[index] &+= other.keptBlocks[index]
      freedAges[index] &+= other.freedAges[index]
    }
  }
}

/// Points on an axis of time or of marks.
package struct PointAxis {
  /// Seconds from the start, or numbers of marks; rising.
  package var places: [Double] = []
  /// Whether places are numbers of marks.
  package var areMarks = false
  /// Seconds of each point where marks are calls of frames, and of the stretch's bounds: calls that
  /// allocate nothing leave no mark, so that what stops growing looks as if it went on.
  package var lazySeconds: (points: [Double], bounds: ClosedRange<Double>)?

  /// Windows of a stretch unless asked otherwise.
  package static let defaultWindows = 100

  /// No points.
  package init() {}

  /// Units of place from the first to the last point.
  package var length: Double { (places.last ?? 0) - (places.first ?? 0) }

  /// Keeps the first points.
  package mutating func keep(_ count: Int) {
    places = Array(places.prefix(count))
    if let lazy = lazySeconds { lazySeconds = (Array(lazy.points.prefix(count)), lazy.bounds) }
  }

  /// The trend of values at the points, or at the first of them.
  ///
  /// What grows from call to call has to grow over time as well.
  package func trend(_ values: [Double]) -> Trend {
    var trend = Trend(Array(places.prefix(values.count)), values)
    if trend.isGrowing, let (xs, ys) = overTime(values) {
      let time = Trend(xs, ys)
      if !time.isGrowing { trend.demote(to: time) }
    }
    return trend
  }

  /// Values at the points spread evenly over the time of the stretch, each the last before.
  private func overTime(_ values: [Double]) -> (xs: [Double], ys: [Double])? {
    guard let (seconds, bounds) = lazySeconds, values.count == seconds.count,
      let first = values.first
    else { return nil }
    let length = bounds.upperBound - bounds.lowerBound
    let xs = (0...Self.defaultWindows).map {
      bounds.lowerBound + length * Double($0) / Double(Self.defaultWindows)
    }
    var next = 0
    return (
      xs,
      xs.map { x in
        while next < seconds.count, seconds[next] <= x { next += 1 }
        return next > 0 ? values[next - 1] : first
      }
    )
  }
}
