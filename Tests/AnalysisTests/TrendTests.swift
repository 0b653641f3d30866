import TestSupport
import Testing

@testable import Analysis

/// Shapes and slopes of series whose truth is known because they are made here.
@Suite struct TrendTests {
  private static let xs = (0...100).map { Double($0) / 10 }

  /// Values of a function of the time, 0 to 10.
  private func trend(_ value: (Double) -> Double) -> Followed {
    Followed(Self.xs, Self.xs.map(value))
  }

  /// A trend with the slope of its values.
  private struct Followed {
    let shape: TrendShape
    let isGrowing: Bool
    let rate: Double
    let fit: TheilSen

    init(_ xs: [Double], _ ys: [Double]) {
      let trend = Trend(xs, ys)
      (shape, isGrowing) = (trend.shape, trend.isGrowing)
      (rate, fit) = (trend.rate(xs, ys), trend.fit(xs, ys))
    }
  }

  @Test func steady() {
    let trend = trend { 500 + 2000 * $0 }
    #expect(trend.shape == .steady && trend.isGrowing)
    #expect(abs(trend.fit.slope - 2000) < 1e-6)
  }

  @Test func noiseDoesNotMoveTheSlope() {
    var numbers = SeededNumbers(seed: 7)
    let trend = trend { 2000 * $0 + Double(numbers.below(3000)) }
    #expect(trend.isGrowing)
    #expect(abs(trend.fit.slope - 2000) < 100)
    #expect(trend.fit.low < 2000 && trend.fit.high > 2000)
  }

  @Test func risesInSteps() {
    let trend = trend { ($0 / 1.2).rounded(.down) * 1_000_000 }
    #expect(trend.shape == .stepwise && trend.isGrowing)
    #expect(abs(trend.fit.slope - 1_000_000 / 1.2) < 80_000)
  }

  @Test func startsHalfWay() {
    let trend = trend { max(0, $0 - 5) * 300 }
    #expect(trend.isGrowing && abs(trend.fit.slope - 300) < 20)
  }

  @Test(arguments: [0.1, 0.2, 0.36, 0.5, 0.6])
  func warmUpIsNoLeak(share: Double) {
    let trend = trend { min($0, share * 10) * 1000 }
    #expect(trend.shape == .warmUp && !trend.isGrowing)
  }

  @Test(arguments: [0.8, 1.5])
  func approachIsNoLeak(length: Double) {
    // A cache of random keys fills as 1 - exp(-t).
    let values = Self.xs.map { (x: Double) -> Double in
      var term = 1.0
      var sum = 1.0
      for n in 1...60 {
        term *= -x / length / Double(n)
        sum += term
      }
      return (1 - sum) * 1e6
    }
    #expect(!Trend(Self.xs, values).isGrowing)
  }

  /// A rise like the one that was given back before is a tooth; one that goes higher is growth.
  @Test func secondToothIsNoLeak() {
    let teeth = trend { ($0 < 4.9 ? $0 : $0 - 4.9) * 1000 }
    #expect(!teeth.isGrowing)
    let warm = trend { $0 < 3 ? min($0, 0.5) * 10_000 : ($0 - 3) * 400 }
    #expect(warm.isGrowing && abs(warm.fit.slope - 400) < 20)
    let higher = trend { ($0 < 3 ? $0 : $0 - 3) * 1000 }
    #expect(higher.isGrowing && abs(higher.fit.slope - 1000) < 50)
  }

  @Test func oneStepIsNoLeak() {
    let trend = trend { $0 < 4 ? 100 : 1_000_000 }
    #expect(trend.shape == .oneOff && !trend.isGrowing)
  }

  @Test(arguments: [0.7, 1.3, 2.9, 4.0])
  func teethAreNoLeak(length: Double) {
    let trend = trend { $0.truncatingRemainder(dividingBy: length) * 1e6 }
    #expect(trend.shape == .sawtooth && !trend.isGrowing)
  }

  @Test func teethOnARisingFloor() {
    let trend = trend { $0.truncatingRemainder(dividingBy: 1.3) * 1e6 + $0 * 50_000 }
    #expect(trend.shape == .sawtooth && trend.isGrowing)
    #expect(abs(trend.fit.slope - 50_000) < 15_000)
  }

  @Test func constantAndFalling() {
    #expect(trend { _ in 5 }.shape == .flat)
    let falling = trend { 1000 - 50 * $0 }
    #expect(falling.shape == .falling && abs(falling.rate + 50) < 1e-9)
    #expect(trend { _ in 5 }.rate == 0)
  }

  /// The fit is the one of the stretch that grows, also after what was given back, and holds the
  /// rate that is told.
  @Test func theFitIsOfTheStretch() {
    let warm = trend { $0 < 3 ? min($0, 0.5) * 10_000 : ($0 - 3) * 400 }
    #expect(warm.rate == warm.fit.slope && warm.fit.low <= 400.001 && warm.fit.high >= 399.999)
    let floored = trend { $0.truncatingRemainder(dividingBy: 1.3) * 1e6 + $0 * 50_000 }
    #expect(floored.fit.low <= floored.rate && floored.rate <= floored.fit.high)
    #expect(floored.fit.high < 200_000)
  }

  /// Ranks without sorting are those of sorted values, whatever is equal among them.
  @Test func slopesAreThoseOfSortedPairs() {
    var numbers = SeededNumbers(seed: 5)
    for count in [2, 3, 9, 40] {
      for range in [2, 5, 1000] {
        let ys = (0..<count).map { _ in Double(numbers.below(range)) }
        let xs = ys.indices.map { Double($0) }
        var slopes: [Double] = []
        for i in xs.indices {
          for j in xs.indices where xs[j] > xs[i] {
            slopes.append((ys[j] - ys[i]) / (xs[j] - xs[i]))
          }
        }
        slopes.sort()
        let fit = TheilSen(xs[...], ys[...])
        #expect(fit.slope == TheilSen.median(slopes))
        #expect(slopes.contains(fit.low) && slopes.contains(fit.high) && fit.low <= fit.high)
      }
    }
  }

  /// The interval holds the true slope about as often as it says.
  @Test func intervalsCover() {
    var numbers = SeededNumbers(seed: 11)
    var covered = 0
    for _ in 0..<100 {
      let xs = (0..<40).map(Double.init)
      let ys = xs.map { 3 * $0 + Double(numbers.below(1000)) / 10 }
      let fit = TheilSen(xs[...], ys[...])
      if fit.low <= 3, fit.high >= 3 { covered += 1 }
    }
    #expect(covered >= 88)
  }
}
