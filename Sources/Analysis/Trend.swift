/// How values move over time; raw values are printed.
package enum TrendShape: String {
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
package struct Trend {
  /// What the values do.
  package private(set) var shape = TrendShape.flat
  /// The points that the slope was taken of: what comes before is warm-up.
  package private(set) var stretch: Range<Int>
  /// Whether the series still rises at its end, by evidence of the whole stretch.
  package private(set) var isGrowing = false
  /// How far the floor rises over `stretch`.
  package private(set) var rise = 0.0
  /// Units of the values for one unit of place, while they grow for good.
  private var slope = 0.0
  /// What the robust fit is taken of: points, or the floor from the last of them.
  private var fitted: (points: Range<Int>, isFloor: Bool)
  /// Whether the slope is another than the robust fit's.
  private var hasMeanSlope = false

  /// A fall of this share of all movement is no noise.
  private static let fallShare = 0.4
  /// Where the rising stretch may begin, as shares of the points.
  private static let starts = stride(from: 0.0, through: 0.6, by: 0.05)
  /// The rise after a warm-up must be this share of all rise, unless it is very even.
  private static let riseShare = 0.1
  private static let evenRiseShare = 0.02
  /// A rise that is farther from an even one than this had a warm-up, not another pace.
  private static let pace = 0.25
  /// A rise that had less of itself in its first fifth began later.
  private static let earlyShare = 0.08
  /// A rise that was given back, and had this share of the height of the last one, was its like.
  private static let toothShare = 0.8
  /// Fewer teeth say nothing of the floor that they stand on.
  private static let leastFeet = 4
  /// A floor must rise by this share of the greatest tooth: feet wander a little.
  private static let footRiseShare = 0.1
  /// Fewer points are few.
  package static let leastPoints = 12

  /// The trend of values at rising places.
  package init(_ xs: [Double], _ ys: [Double]) {
    stretch = 0..<ys.count
    fitted = (0..<ys.count, false)
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

  // MARK: Slopes

  /// The slope over what it was taken of, and how sure it is.
  ///
  /// It is made for those who ask: of a hundred points it costs more than all else of a trend.
  ///
  /// - Parameters:
  ///   - xs: the places that the trend is of, or more after them.
  ///   - ys: the values.
  /// - Returns: the fit, widened to hold the mean slope of what grows.
  package func fit(_ xs: [Double], _ ys: [Double]) -> TheilSen {
    let points = fitted.points.clamped(to: 0..<min(xs.count, ys.count))
    let values = fitted.isFloor ? Self.floor(of: Array(ys[..<points.upperBound])) : ys
    var fit = TheilSen(xs[points], values[points])
    if hasMeanSlope { fit.include(slope) }
    return fit
  }

  /// Whether the values grow or fall for good, so that they have a rate.
  package var isSteadyChange: Bool { isGrowing || shape == .falling }

  /// Units of the values for one unit of place, while they grow or fall for good.
  package func rate(_ xs: [Double], _ ys: @autoclosure () -> [Double]) -> Double {
    isGrowing ? slope : isSteadyChange ? fit(xs, ys()).slope : 0
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
      let foot = falls.troughs.dropLast().last ?? 0
      if rest.isGrowing, rest.shape != .sawtooth, !rest.isTooth(after: foot..<last, xs, ys) {
        self = rest.shifted(by: last)
        return
      }
    }
    readFeet(xs, ys, falls)
  }

  /// Whether the rise before the last fall was like this one: then it will fall as well.
  private func isTooth(after before: Range<Int>, _ xs: [Double], _ ys: [Double]) -> Bool {
    guard let top = before.max(by: { ys[$0] < ys[$1] }), top - before.lowerBound >= 4,
      ys[top] - ys[before.lowerBound] >= Self.toothShare * rise
    else { return false }
    let rising = before.lowerBound...top
    let head = Trend(Array(xs[rising]), Array(ys[rising]))
    return head.isGrowing && head.slope >= 0.5 * slope && head.slope <= 2 * slope
  }

  /// Teeth may stand on a floor that rises evenly from foot to foot.
  private mutating func readFeet(_ xs: [Double], _ ys: [Double], _ falls: Falls) {
    let feet = falls.troughs
    guard feet.count >= Self.leastFeet, let last = feet.last else { return }
    // The last tooth has not fallen yet, so it says nothing of the floor.
    let floor = Self.floor(of: Array(ys[...last]))
    let found = evenStart(Array(xs[...last]), floor) { start in
      feet.filter { $0 >= start }.count >= Self.leastFeet
        && floor[last] - floor[start] >= Self.footRiseShare * falls.greatest
    }
    guard let found else { return }
    fitted.isFloor = true
    grow(xs, floor, over: found.start..<(last + 1), rise: found.spread.rise)
  }

  /// Notes a stretch that rises for good.
  ///
  /// The slope is the mean one, between the ends' medians: what was lost over what it took,
  /// also where the pace varies. The robust fit says how sure it is.
  private mutating func grow(
    _ xs: [Double], _ ys: [Double], over stretch: Range<Int>, rise: Double
  ) {
    self.stretch = stretch
    self.rise = rise
    isGrowing = true
    fitted.points = stretch
    let part = max(1, min(5, stretch.count / 20))
    let (first, last) = (stretch.prefix(part), stretch.suffix(part))
    func middle(_ values: [Double], _ indices: Range<Int>) -> Double {
      TheilSen.median(indices.map { values[$0] }.sorted())
    }
    let length = middle(xs, last) - middle(xs, first)
    hasMeanSlope = length > 0
    slope =
      hasMeanSlope
      ? (middle(ys, last) - middle(ys, first)) / length
      : TheilSen(xs[stretch], ys[stretch]).slope
  }

  /// Whether values grew from mark to mark, but not over time.
  package private(set) var isDemoted = false

  /// Takes the shape of the same values over time, where they do not grow to the end.
  mutating func demote(to time: Trend) {
    (isGrowing, isDemoted) = (false, true)
    stretch = max(0, stretch.upperBound - 1)..<stretch.upperBound
    shape = time.shape == .steady || time.shape == .stepwise ? .warmUp : time.shape
  }

  /// The trend over a few runs, or moments that are few: each rise from one to the next counts.
  package init(runs places: [Double], _ values: [Double]) {
    self.init(places, values)
    guard (3..<Self.leastPoints).contains(values.count) else { return }
    isGrowing = zip(values, values.dropFirst()).allSatisfy { $1 > $0 }
    (fitted, hasMeanSlope) = ((0..<values.count, false), false)
    if isGrowing { slope = TheilSen(places[...], values[...]).slope }
    if isGrowing { shape = .steady } else if shape == .steady { shape = .flat }
  }

  private func shifted(by offset: Int) -> Trend {
    var moved = self
    moved.stretch = (stretch.lowerBound + offset)..<(stretch.upperBound + offset)
    let points = fitted.points
    moved.fitted.points = (points.lowerBound + offset)..<(points.upperBound + offset)
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
    if let (found, spread) = evenStart(xs, floor) {
      // A flat head longer than the gaps between steps belongs to what came before.
      let gap = (count - found) / max(1, spread.steps)
      let firstRise = (found..<count).first { floor[$0] > floor[found] } ?? found
      let start = firstRise - found > 2 * gap + 1 ? firstRise - gap - 1 : found
      shape = spread.steps * 3 < count - start || spread.steps < 4 ? .stepwise : .steady
      grow(xs, ys, over: start..<count, rise: spread.rise)
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
    fitted.points = stretch
    rise = floor[floor.count - 1] - floor[reached]
  }

  /// How the rise from a point to the end is spread.
  private struct Spread {
    /// The rise as a distribution over time, against an even one: their greatest distance
    /// (Kolmogorov and Smirnov).
    var distance = 0.0
    /// Points that lie above the one before.
    var steps = 0
    var rise = 0.0
    /// Share of the rise in the first fifth.
    var early = 0.0

    init(_ xs: [Double], _ floor: [Double], from start: Int) {
      let last = floor.count - 1
      rise = floor[last] - floor[start]
      let length = xs[last] - xs[start]
      guard length > 0, rise > 0 else {
        distance = 1
        return
      }
      early = (floor[start + (last - start) / 5] - floor[start]) / rise
      for index in (start + 1)...last {
        if floor[index] > floor[index - 1] { steps += 1 }
        let even = (xs[index] - xs[start]) / length
        distance = max(
          distance, (floor[index] - floor[start]) / rise - even,
          even - (floor[index - 1] - floor[start]) / rise)
      }
    }

    /// Whether it is even but for chance, and not small against `total`.
    func isEven(total: Double) -> Bool {
      guard steps >= 4, distance <= min(0.35, max(0.15, 1.2 / Double(steps).squareRoot())) else {
        return false
      }
      if rise >= Trend.riseShare * total { return true }
      return rise >= Trend.evenRiseShare * total && distance <= 0.1 && steps >= 12
    }
  }

  /// Where an even rise begins; nil when there is none.
  ///
  /// Only an even rise to the end is growth. Once that is sure, its stretch reaches back as far as
  /// the pace merely varies.
  private func evenStart(
    _ xs: [Double], _ floor: [Double], where isAllowed: (Int) -> Bool = { _ in true }
  ) -> (start: Int, spread: Spread)? {
    let total = floor[floor.count - 1] - floor[0]
    var uneven: (start: Int, spread: Spread)?
    for share in Self.starts {
      let start = Int(Double(floor.count) * share)
      guard floor.count - start >= 4, isAllowed(start) else { continue }
      let spread = Spread(xs, floor, from: start)
      if spread.isEven(total: total) { return uneven ?? (start, spread) }
      let isOfOnePiece = spread.distance <= Self.pace && spread.early >= Self.earlyShare
      if uneven == nil, isOfOnePiece { uneven = (start, spread) }
    }
    return nil
  }

  /// At each point the least value from there on.
  package static func floor(of ys: [Double]) -> [Double] {
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
