/// A slope that outliers do not move, the median of the slopes between all pairs of points, and
/// how sure it is.
package struct TheilSen: Equatable {
  /// Units of y per unit of x.
  package private(set) var slope: Double
  /// Lower bound of the slope with 95 % confidence.
  package private(set) var low: Double
  /// Upper bound of the slope with 95 % confidence.
  package private(set) var high: Double

  /// How far apart the bounds are.
  var width: Double { high - low }

  /// More points than this are thinned evenly: pairs grow with the square.
  private static let greatestCount = 240
  /// Two-sided 95 % of a normal distribution.
  private static let deviations = 1.959964

  /// The slope of points; 0 when fewer than two of them differ in x.
  ///
  /// The bounds are order statistics of the pair slopes, by the variance of Kendall's S; it is
  /// widened when residuals follow each other (Hamed and Rao, 1998), as they do in live bytes.
  package init(_ xs: ArraySlice<Double>, _ ys: ArraySlice<Double>) {
    let (xs, ys) = Self.thinned(Array(xs), Array(ys))
    var slopes: [Double] = []
    slopes.reserveCapacity(xs.count * xs.count / 2)
    for i in xs.indices {
      for j in (i + 1)..<max(i + 1, xs.count) where xs[j] > xs[i] {
        slopes.append((ys[j] - ys[i]) / (xs[j] - xs[i]))
      }
    }
    guard !slopes.isEmpty else {
      (slope, low, high) = (0, 0, 0)
      return
    }
    var order = OrderStatistics(slopes)
    let middle = slopes.count / 2
    slope =
      slopes.count % 2 == 1 ? order[middle] : (order[middle - 1] + order[middle]) / 2
    let n = Double(xs.count)
    let variance =
      n * (n - 1) * (2 * n + 5) / 18 * Self.inflation(of: Self.residuals(xs, ys, slope))
    let reach = Self.deviations * variance.squareRoot()
    let pairs = Double(slopes.count)
    let last = slopes.count - 1
    low = order[max(0, min(last, Int((pairs - reach) / 2)))]
    high = order[max(0, min(last, Int(((pairs + reach) / 2).rounded(.up))))]
  }

  /// Takes another slope of the same points, and widens the bounds to hold it.
  mutating func include(_ mean: Double) {
    slope = mean
    low = min(low, mean)
    high = max(high, mean)
  }

  private static func thinned(_ xs: [Double], _ ys: [Double]) -> ([Double], [Double]) {
    guard xs.count > greatestCount else { return (xs, ys) }
    let picks = (0..<greatestCount).map { $0 * (xs.count - 1) / (greatestCount - 1) }
    return (picks.map { xs[$0] }, picks.map { ys[$0] })
  }

  private static func residuals(_ xs: [Double], _ ys: [Double], _ slope: Double) -> [Double] {
    zip(xs, ys).map { $1 - slope * $0 }
  }

  /// Median of sorted values; 0 of none.
  static func median(_ sorted: [Double]) -> Double {
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// How much more S varies because ranks of residuals follow each other.
  private static func inflation(of residuals: [Double]) -> Double {
    let count = residuals.count
    guard count > 8 else { return 1 }
    let ranks = ranks(of: residuals)
    let mean = Double(count - 1) / 2
    let spread = ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard spread > 0 else { return 1 }
    let n = Double(count)
    var sum = 0.0
    // Far lags have few pairs and say little.
    for lag in 1...max(1, count / 4) {
      var product = 0.0
      for index in 0..<(count - lag) {
        product += (ranks[index] - mean) * (ranks[index + lag] - mean)
      }
      let correlation = product / spread
      guard abs(correlation) > deviations / n.squareRoot() else { continue }
      let left = n - Double(lag)
      sum += left * (left - 1) * (left - 2) * correlation
    }
    return max(1, 1 + 2 / (n * (n - 1) * (n - 2)) * sum)
  }

  /// Rank of each value from 0; equal ones share the mean of their places.
  private static func ranks(of values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
      start = end
    }
    return ranks
  }
}

/// Values by their rank, without sorting them all.
///
/// Cost: for the first rank some 3 comparisons a value, less for the next ones near it.
private struct OrderStatistics {
  private var values: [Double]
  /// Places whose values are those of a sorted array, rising: nothing greater stands before them.
  private var known: [Int] = []
  private var random: UInt64 = 88_172_645_463_325_252

  init(_ values: [Double]) { self.values = values }

  /// The value of a rank from 0.
  subscript(_ rank: Int) -> Double {
    mutating get {
      let after = known.firstIndex { $0 >= rank } ?? known.count
      if after < known.count, known[after] == rank { return values[rank] }
      var low = after > 0 ? known[after - 1] + 1 : 0
      var high = after < known.count ? known[after] : values.count
      while high - low > 1 {
        let (less, more) = partition(low..<high)
        if rank < less { high = less } else if rank >= more { low = more } else { break }
      }
      known.insert(rank, at: after)
      return values[rank]
    }
  }

  /// Puts lesser values than one of a range before it, and greater ones after; where its like are.
  private mutating func partition(_ range: Range<Int>) -> (less: Int, more: Int) {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    let pivot = values[range.lowerBound + Int(random % UInt64(range.count))]
    var (less, next, more) = (range.lowerBound, range.lowerBound, range.upperBound)
    while next < more {
      if values[next] < pivot {
        values.swapAt(less, next)
        (less, next) = (less + 1, next + 1)
      } else if values[next] > pivot {
        more -= 1
        values.swapAt(next, more)
      } else {
        next += 1
      }
    }
    return (less, more)
  }
}
