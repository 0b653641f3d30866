/// Tells which groups of a capture leak, by what they hold at its points.
package struct LeakRules {
  /// The points.
  package let axis: PointAxis

  /// Less than this is no leak that anyone would look for, in bytes.
  package static let leastRise = 2048.0
  /// Of what two moments differ by, smaller shares tell nothing.
  private static let leastShare = 0.01
  /// Bounds farther apart than this share of the slope are wide.
  private static let wideShare = 0.1
  /// Tables that grow slower than this share of the first finding are no findings.
  private static let tableShare = 0.03
  /// Less than this many times a base's rate is the base's.
  private static let alike = 1.1
  /// Steps that what is loaded once does not make.
  private static let leastSteps = 12

  /// Rules over the points of one capture.
  package init(axis: PointAxis) { self.axis = axis }

  /// Whether growth is more than nothing, and surely upwards.
  package static func isMaterial(_ growth: Growth) -> Bool {
    growth.trend.isGrowing && growth.trend.rise >= leastRise && growth.fit.low > 0
  }

  /// What a group's values make, and which of its blocks that is about; nil where nothing grows.
  ///
  /// - Parameters:
  ///   - values: the group's.
  ///   - live: what all that lives of it makes.
  /// - Returns: the surer growth of what lives and of what outlives its peers.
  package func growing(
    _ values: PointValues, _ live: Growth
  ) -> (growth: Growth, blocks: Growth.Blocks)? {
    let isGrowing = Self.isMaterial(live)
    guard isGrowing || live.trend.shape == .sawtooth else { return nil }
    let fit = live.fit
    // Where blocks come and go, those that stay tell the rate better than the sum of all does.
    if isGrowing, fit.width <= Self.wideShare * fit.slope { return (live, .live) }
    let kept = Growth(values, on: axis, of: .kept)
    guard Self.isMaterial(kept) else { return isGrowing ? (live, .live) : nil }
    if isGrowing, kept.fit.width * 2 > fit.width { return (live, .live) }
    return (kept, .kept)
  }

  /// Whether one stack's memory rises evenly to the end in many steps, which loading modules once
  /// does not.
  package func isUnending(_ values: PointValues) -> Bool {
    let bytes = values.bytes.prefix(axis.places.count)
    guard zip(bytes, bytes.dropFirst()).count(where: { $1 > $0 }) >= Self.leastSteps else {
      return false
    }
    let trend = Trend(axis.places, bytes.map(Double.init))
    return trend.isGrowing && trend.shape == .steady
  }

  /// Whether a finding is a table that grows only because what it holds does.
  ///
  /// - Parameters:
  ///   - rate: of the table.
  ///   - first: the greatest rate of a finding.
  /// - Returns: whether it is to be folded away.
  package static func isTableOfOthers(rate: Double, first: Double) -> Bool {
    rate < tableShare * first
  }

  /// Whether a group grows as fast as it did before, or slower; what did not grow grows anew.
  package static func isAlike(rate: Double, before: Double) -> Bool {
    before > 0 && rate <= before * alike
  }

  /// What two moments must differ by to tell something.
  ///
  /// - Parameters:
  ///   - rises: what each group holds more.
  ///   - areBytes: whether in bytes; else numbers of objects.
  /// - Returns: the least difference.
  package static func leastDifference(_ rises: [Double], areBytes: Bool) -> Double {
    max(areBytes ? leastRise : 1, rises.reduce(0) { $0 + max(0, $1) } * leastShare)
  }
}
