/// How values move over time; raw values are printed.
enum TrendShape: String {
  /// Rises evenly to the end.
  case steady
  /// Rises to the end in few steps.
  case stepwise
  /// Rose, and then rose no more.
  case warmUp = "warm-up then flat"
  /// Rises and falls again and again.
  case sawtooth
  /// Rose in one step.
  case oneOff = "one-off"
  /// Stays where it was.
  case flat
  /// Falls.
  case falling
}

/// What a series of values does: its shape, its slope where it rises for good, and whether it
/// was still rising when it ended.
///
/// Everything is judged by what is never given back: the floor, at each point the least value
/// from there on. So a series that rises and falls again has no trend, however it ends.
struct Trend {
  private(set) var shape = TrendShape.flat
  /// Slope over `stretch`.
  private(set) var fit: TheilSen
  /// The points that the slope was taken of: what comes before is warm-up.
  private(set) var stretch: Range<Int>
  /// Whether the series still rises at its end, by evidence of the whole stretch.
  private(set) var isGrowing = false
  /// How far the floor rises over `stretch`.
  private(set) var rise = 0.0

  /// A fall of this share of all movement is no noise.
  private static let fallShare = 0.4
  /// Where the rising stretch may begin, as shares of the points.
  private static let starts = stride(from: 0.0, through: 0.6, by: 0.05)
  /// The rise after a warm-up must be this share of all rise, unless it is very even.
  private static let riseShare = 0.1
  private static let evenRiseShare = 0.02

  /// The trend of values at rising places.
  init(_ xs: [Double], _ ys: [Double]) {
    stretch = 0..<ys.count
    fit = TheilSen(xs[...], ys[...])
    guard ys.count >= 4, let least = ys.min(), let greatest = ys.max(), greatest > least else {
      return
    }
    let range = greatest - least
    let falls = Falls(ys, atLeast: range * Self.fallShare)
    if falls.greatest >= range * Self.fallShare {
      readFalling(xs, ys, falls, range: range)
    } else {
      readRising(xs, ys)
    }
  }

  // MARK: Series that fall

  private mutating func readFalling(
    _ xs: [Double], _ ys: [Double], _ falls: Falls, range: Double
  ) {
    let net = ys[ys.count - 1] - ys[0]
    if range < 0.02 * (ys.max() ?? 0) {
      shape = .flat
      return
    }
    let rises = falls.troughs.count
    if net <= -0.6 * range, rises <= 1 {
      shape = .falling
      return
    }
    shape = rises >= 2 ? .sawtooth : .oneOff
    // What lies after the last deep fall may be a stretch of its own.
    if let last = falls.troughs.last, ys.count - last >= ys.count / 2, ys.count - last >= 8 {
      let rest = Trend(Array(xs[last...]), Array(ys[last...]))
      if rest.isGrowing, rest.shape != .sawtooth {
        self = rest.shifted(by: last)
        return
      }
    }
    guard rises >= 4 else { return }
    let feet = falls.troughs
    let trend = TheilSen(feet.map { xs[$0] }[...], feet.map { ys[$0] }[...])
    let rising = zip(feet, feet.dropFirst()).filter { ys[$0.1] > ys[$0.0] }.count
    guard trend.low > 0, Double(rising) >= 0.8 * Double(feet.count - 1) else { return }
    fit = trend
    stretch = feet[0]..<(feet[feet.count - 1] + 1)
    rise = ys[feet[feet.count - 1]] - ys[feet[0]]
    isGrowing = true
  }

  /// Takes what few runs say: whether each is above the one before.
  mutating func markRuns(isGrowing: Bool, _ fit: TheilSen) {
    self.fit = fit
    self.isGrowing = isGrowing
    if isGrowing { shape = .steady } else if shape == .steady { shape = .flat }
  }

  private func shifted(by offset: Int) -> Trend {
    var moved = self
    moved.stretch = (stretch.lowerBound + offset)..<(stretch.upperBound + offset)
    return moved
  }

  // MARK: Series that rise

  private mutating func readRising(_ xs: [Double], _ ys: [Double]) {
    let floor = Self.floor(of: ys)
    let count = ys.count
    let total = floor[count - 1] - floor[0]
    guard total > 0 else { return }
    let steps = (1..<count).filter { floor[$0] > floor[$0 - 1] }
    let greatestStep = steps.map { floor[$0] - floor[$0 - 1] }.max() ?? 0
    if greatestStep >= 0.8 * total, steps.count < count / 4 {
      shape = .oneOff
      return
    }
    var tried = -1
    for share in Self.starts {
      let start = Int(Double(count) * share)
      guard start > tried, count - start >= 4 else { continue }
      tried = start
      guard isEven(xs, floor, from: start, total: total) else { continue }
      let rising = steps.filter { $0 > start }
      stretch = start..<count
      fit = TheilSen(xs[stretch], ys[stretch])
      rise = floor[count - 1] - floor[start]
      shape =
        rising.count * 3 < count - start || rising.count < 4 ? .stepwise : .steady
      isGrowing = true
      return
    }
    readWarmUp(xs, ys, floor, total: total)
  }

  /// Rose early, and hardly after.
  private mutating func readWarmUp(
    _ xs: [Double], _ ys: [Double], _ floor: [Double], total: Double
  ) {
    let reached = floor.firstIndex { $0 >= floor[0] + 0.9 * total } ?? 0
    shape = reached < floor.count * 9 / 10 ? .warmUp : .stepwise
    guard shape == .warmUp, floor.count - reached >= 4 else { return }
    stretch = reached..<floor.count
    fit = TheilSen(xs[stretch], ys[stretch])
    rise = floor[floor.count - 1] - floor[reached]
  }

  /// Whether the floor rises evenly from a point to the end.
  ///
  /// The rise is taken as a distribution over time and compared with an even one: their
  /// greatest distance must be that of chance (Kolmogorov and Smirnov).
  private func isEven(_ xs: [Double], _ floor: [Double], from start: Int, total: Double) -> Bool {
    let last = floor.count - 1
    let rise = floor[last] - floor[start]
    let length = xs[last] - xs[start]
    guard length > 0, rise > 0 else { return false }
    var distance = 0.0
    var steps = 0
    for index in (start + 1)...last {
      if floor[index] > floor[index - 1] { steps += 1 }
      let share = (floor[index] - floor[start]) / rise
      let before = (floor[index - 1] - floor[start]) / rise
      let even = (xs[index] - xs[start]) / length
      distance = max(distance, share - even, even - before)
    }
    guard steps >= 4 else { return false }
    let limit = min(0.35, max(0.15, 1.2 / Double(steps).squareRoot()))
    guard distance <= limit else { return false }
    if rise >= Self.riseShare * total { return true }
    return rise >= Self.evenRiseShare * total && distance <= 0.1 && steps >= 12
  }

  /// At each point the least value from there on.
  static func floor(of ys: [Double]) -> [Double] {
    var floor = ys
    for index in stride(from: ys.count - 2, through: 0, by: -1) {
      floor[index] = min(floor[index], floor[index + 1])
    }
    return floor
  }
}

/// The deep falls of a series.
private struct Falls {
  /// The deepest fall from any value to a later one.
  private(set) var greatest = 0.0
  /// Where the series is lowest after each deep fall and before it rises as much again.
  private(set) var troughs: [Int] = []

  init(_ ys: [Double], atLeast depth: Double) {
    var top = ys.first ?? 0
    var low = top
    var lowest = 0
    var isDown = false
    for (index, y) in ys.enumerated() {
      greatest = max(greatest, top - y)
      if isDown {
        if y < low { (low, lowest) = (y, index) }
        // Up again: the trough is known, the next tooth begins.
        if y - low >= depth / 2 {
          troughs.append(lowest)
          (top, isDown) = (y, false)
        }
      } else {
        top = max(top, y)
        if top - y >= depth { (low, lowest, isDown) = (y, index, true) }
      }
    }
    if isDown { troughs.append(lowest) }
  }
}
