import Results
import Testing

@testable import Analysis

/// Rules over groups whose truth is known because they are made here.
@Suite struct LeakRulesTests {
  private static let count = 101

  private static let axis: PointAxis = {
    var axis = PointAxis()
    axis.places = (0..<count).map(Double.init)
    return axis
  }()

  private let rules = LeakRules(axis: axis)

  /// A group that holds so many bytes, in one block more a point.
  ///
  /// Of these, `kept` are born at a point and stay. What is freed has lived at `age` points.
  private func values(
    _ bytes: (Int) -> Int64, kept: (Int) -> Int64 = { _ in 0 }, age: Int = 1
  ) -> PointValues {
    var values = PointValues(points: Self.count)
    for point in 0..<Self.count {
      values.bytes[point] = bytes(point)
      values.blocks[point] = Int64(point)
      values.kept[point] = kept(point)
      values.keptBlocks[point] = kept(point) > 0 ? 1 : 0
    }
    values.freedAges[age] = 1000
    return values
  }

  private func growing(_ values: PointValues) -> (growth: Growth, blocks: Growth.Blocks)? {
    rules.growing(values, Growth(values, on: Self.axis))
  }

  @Test func evenRiseGrows() throws {
    let found = try #require(growing(values { Int64($0) * 1000 }))
    #expect(found.blocks == .live)
    #expect(abs(found.growth.rate - 1000) < 1e-6)
  }

  @Test func littleIsNoLeak() {
    #expect(growing(values { Int64($0) * 20 }) == nil)
    #expect(growing(values { Int64($0) * 21 }) != nil)
  }

  @Test func keptBlocksUnderTeeth() throws {
    let teeth = values({ Int64($0 % 10) * 100_000 + Int64($0) * 500 }, kept: { _ in 500 })
    let found = try #require(growing(teeth))
    #expect(found.blocks == .kept)
    #expect(abs(found.growth.rate - 500) < 50)
  }

  @Test func whatIsLoadedOnceEnds() {
    #expect(rules.isUnending(values { Int64($0) * 1000 }))
    #expect(!rules.isUnending(values { Int64(min($0, 5)) * 1000 }))
  }

  @Test func limitIsWhatTheRulesSee() {
    let limit = DetectionLimit(rules)
    #expect(growing(values { Int64((Double($0) * limit.least).rounded()) }) != nil)
    #expect(growing(values { Int64((Double($0) * limit.least / 3).rounded()) }) == nil)
    #expect(abs(limit.length(toFind: limit.least / 10, limit: limit.least) - 1000) < 1e-6)
  }

  @Test func teethHideLeaks() throws {
    // Blocks that live for long cannot be told from kept ones.
    let teeth = values({ Int64($0 % 10) * 100_000 }, age: 60)
    let live = Growth(teeth, on: Self.axis)
    let noisiest = try #require(
      DetectionLimit(rules).noisiest([(name: "a.py:1", values: teeth, live: live)]))
    #expect(noisiest.name == "a.py:1" && noisiest.rate > DetectionLimit(rules).least)
  }

  @Test func callsThatStopOverTime() {
    var axis = Self.axis
    // All calls lie in the first tenth of the time.
    axis.lazySeconds = (axis.places.map { $0 / 100 }, 0...10)
    let rising = axis.places.map { $0 * 1000 }
    #expect(Self.axis.trend(rising).isGrowing)
    let trend = axis.trend(rising)
    #expect(!trend.isGrowing && trend.isDemoted && trend.shape == .warmUp)
  }

  @Test func differences() {
    #expect(LeakRules.leastDifference([10, 20], areBytes: false) == 1)
    #expect(LeakRules.leastDifference([10, 20], areBytes: true) == 2048)
    #expect(LeakRules.leastDifference([1_000_000, -5], areBytes: true) == 10_000)
    #expect(!LeakRules.isAlike(rate: 5, before: 0))
    #expect(LeakRules.isAlike(rate: 109, before: 100) && !LeakRules.isAlike(rate: 111, before: 100))
  }

  @Test(arguments: [
    (0, "0 B"), (0.5, "0.5 B"), (633, "633 B"), (1200, "1.2 kB"), (23_300_000, "23.3 MB"),
    (-1500, "-1.5 kB"), (999_700, "1.0 MB"), (Double.infinity, "\(Int64.max) TB"),
  ])
  func sizesInWords(bytes: Double, text: String) {
    #expect(SizeFamily.decimal.text(bytes) == text)
  }
}
