import Store

/// The slowest leak that would be found in a capture, by the capture's own noise.
///
/// A leak is put into what was recorded, and the rules are asked whether they see it. So the limit
/// holds what the rules take for noise: teeth, blocks that live long, memory that wanders.
struct DetectionLimit {
  let rules: SuspectRules
  /// Units of place that were looked at.
  private let length: Double

  /// Lines whose noise is tried.
  private static let triedLines = 3
  private static let halvings = 7

  /// A limit in one capture.
  init(rules: SuspectRules) {
    self.rules = rules
    let places = rules.scan.points.places
    length = max((places.last ?? 0) - (places.first ?? 0), 1e-9)
  }

  /// Bytes per unit of place that a line of its own must lose to be found.
  var least: Double { SuspectRules.leastRise / length * 1.05 }

  /// The line that hides most, and what must be lost there to be found; nil where no line hides
  /// more than `least`.
  func noisiest(_ lines: [SuspectScan.Line]) -> (lineno: String, rate: Double)? {
    func range(_ line: SuspectScan.Line) -> Int64 {
      let bytes = line.values.bytes.prefix(rules.scan.points.states.count)
      return (bytes.max() ?? 0) - (bytes.min() ?? 0)
    }
    let noisy = lines.filter {
      Double(range($0)) > SuspectRules.leastRise && $0.lineno != nil
        && rules.growing($0.values, lineno: nil) == nil
        && !rules.stopsOverTime($0.values)
    }.sorted { (range($0), $1.lineno ?? "") > (range($1), $0.lineno ?? "") }
    var found: (lineno: String, rate: Double)?
    for line in noisy.prefix(Self.triedLines) {
      let rate = limit(line.values, Double(range(line)))
      if rate > max(found?.rate ?? 0, least * 1.5), let lineno = line.lineno {
        found = (lineno, rate)
      }
    }
    return found
  }

  /// The least rate that is found over a line's own values.
  private func limit(_ values: GrowthScan.Series, _ range: Double) -> Double {
    var low = SuspectRules.leastRise / length
    var high = low
    let most = max(range, SuspectRules.leastRise) * 16 / length
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

  private func isFound(_ rate: Double, over values: GrowthScan.Series) -> Bool {
    let places = rules.scan.points.places
    var leaking = values
    var before: Int64 = 0
    for (index, place) in places.enumerated() {
      let lost = Int64(nearest: rate * (place - places[0]))
      leaking.bytes[index] &+= lost
      leaking.blocks[index] &+= Int64(index)
      leaking.kept[index] &+= lost &- before
      leaking.keptBlocks[index] &+= index == 0 ? 0 : 1
      before = lost
    }
    return rules.growing(leaking, lineno: nil) != nil
  }

  /// How far to record to find a rate, by the limit here: noise stays, and what leaks adds up.
  func length(toFind rate: Double, limit: Double) -> Double { length * limit / max(rate, 1e-12) }
}
