/// The slowest leak that would be found in a capture, by the capture's own noise.
///
/// A leak is put into what was recorded, and the rules are asked whether they see it. So the limit
/// holds what the rules take for noise: teeth, blocks that live long, memory that wanders.
package struct DetectionLimit {
  private let rules: LeakRules
  /// Units of place that were looked at.
  private let length: Double

  /// Lines whose noise is tried.
  private static let triedLines = 3
  private static let halvings = 7

  /// A limit in one capture.
  package init(_ rules: LeakRules) {
    self.rules = rules
    length = max(rules.axis.length, 1e-9)
  }

  /// Bytes per unit of place that a line of its own must lose to be found.
  package var least: Double { LeakRules.leastRise / length * 1.05 }

  /// The line that hides most, and what must be lost there to be found; nil where no line hides
  /// more than `least`.
  package func noisiest(
    _ lines: [(name: String, values: PointValues, live: Growth)]
  ) -> (name: String, rate: Double)? {
    let noisy = lines.filter {
      range($0.values) > LeakRules.leastRise && rules.growing($0.values, $0.live) == nil
        && !$0.live.trend.isDemoted
    }.map { (name: $0.name, values: $0.values, range: range($0.values)) }
      .sorted { ($0.range, $1.name) > ($1.range, $0.name) }
    var found: (name: String, rate: Double)?
    for line in noisy.prefix(Self.triedLines) {
      let rate = limit(line.values, line.range)
      if rate > max(found?.rate ?? 0, least * 1.5) { found = (line.name, rate) }
    }
    return found
  }

  private func range(_ values: PointValues) -> Double {
    let bytes = values.bytes.prefix(rules.axis.places.count)
    return Double((bytes.max() ?? 0) - (bytes.min() ?? 0))
  }

  /// The least rate that is found over a line's own values.
  private func limit(_ values: PointValues, _ range: Double) -> Double {
    var low = LeakRules.leastRise / length
    var high = low
    let most = max(range, LeakRules.leastRise) * 16 / length
    while high < most, !isFound(high, over: values) {
      low = high
      high *= 4
    }
    for _ in 0..<Self.halvings where high > low {
      let middle = (low * high).squareRoot()
      if isFound(middle, over: values) { high = middle } else { low = middle }
    }
    return high
  }

  private func isFound(_ rate: Double, over values: PointValues) -> Bool {
    let places = rules.axis.places
    var leaking = values
    var before: Int64 = 0
    for (index, place) in places.enumerated() {
      let lost = Int64(exactly: (rate * (place - places[0])).rounded()) ?? .max
      leaking.bytes[index] &+= lost
      leaking.blocks[index] &+= Int64(index)
      leaking.kept[index] &+= lost &- before
      leaking.keptBlocks[index] &+= index == 0 ? 0 : 1
      before = lost
    }
    return rules.growing(leaking, Growth(leaking, on: rules.axis)) != nil
  }

  /// How far to record to find a rate, by the limit here: noise stays, and what leaks adds up.
  package func length(toFind rate: Double, limit: Double) -> Double {
    length * limit / max(rate, 1e-12)
  }
}
