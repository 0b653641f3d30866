import TestSupport
import Testing

@testable import Store

@Suite struct SegmentCodingTests {
  /// A segment's rows as an import would make them.
  private struct Rows {
    var clock: Clock
    var births: [UInt32] = []
    var deaths: [UInt32] = []
    var ages: [UInt32] = []

    /// `count` rows; one instant in `stepsIn` is no birth.
    init(count: Int, stepsIn: Int, seed: UInt64) {
      var numbers = SeededNumbers(seed: seed)
      var steps: [UInt32] = []
      for row in 0..<count {
        while numbers.once(in: stepsIn) { steps.append(UInt32(row)) }
        births.append(UInt32(row + steps.count))
      }
      clock = Clock(steps: steps, rowCount: UInt32(count))
      for birth in births {
        let lifetime = numbers.below(1 << numbers.below(20))
        deaths.append(numbers.once(in: 9) ? Clock.never : birth + UInt32(lifetime))
        // Ages have nothing to do with lives where several threads free each other's blocks.
        ages.append(numbers.once(in: 3) ? UInt32(numbers.below(1 << 30)) : UInt32(numbers.below(2)))
      }
    }
  }

  @Test(arguments: [(0, 5), (1, 5), (300, 2), (5_000, 3), (20_000, 400)])
  func decodesWhatItEncoded(count: Int, stepsIn: Int) {
    let rows = Rows(count: count, stepsIn: stepsIn, seed: UInt64(count))
    var coding = SegmentCoding()
    let first = rows.births.first ?? 0
    let (bytes, greatest) = coding.encodeDeaths(
      rows.deaths, births: rows.births, rows: count, firstInstant: first, longAfter: nil)
    #expect(greatest == rows.deaths.max() ?? 0)
    var deaths: [UInt32] = []
    #expect(
      coding.decodeDeaths(
        bytes, births: rows.births, rows: count, firstInstant: first, into: &deaths))
    #expect(deaths == rows.deaths)
    let column = coding.encodeAges(
      rows.ages, births: rows.births, deaths: rows.deaths, rows: count)
    var ages: [UInt32] = [7]
    #expect(
      coding.decodeAges(column, births: rows.births, deaths: deaths, rows: count, into: &ages))
    #expect(ages == rows.ages)
  }

  @Test func leavesLongRowsToTheList() {
    let rows = Rows(count: 4_000, stepsIn: 50, seed: 3)
    var coding = SegmentCoding()
    let (bytes, greatest) = coding.encodeDeaths(
      rows.deaths, births: rows.births, rows: 4_000, firstInstant: rows.births[0], longAfter: 9_000)
    #expect(greatest == rows.deaths.filter { $0 <= 9_000 }.max())
    var deaths: [UInt32] = []
    #expect(
      coding.decodeDeaths(
        bytes, births: rows.births, rows: 4_000, firstInstant: rows.births[0], into: &deaths))
    #expect(deaths == rows.deaths.map { $0 > 9_000 ? Clock.never : $0 })
    var lives: [UInt8] = []
    #expect(coding.decodeLives(bytes, rows: 4_000, into: &lives))
    for row in 0..<4_000 {
      let life = deaths[row] == Clock.never ? 0 : deaths[row] - rows.births[row] + 1
      #expect(lives[row] == UInt8(min(life, 255)))
    }
  }

  /// Every byte cut off and many flipped: an answer or a refusal, never a trap.
  @Test func refusesDamagedColumns() {
    let rows = Rows(count: 600, stepsIn: 20, seed: 4)
    var coding = SegmentCoding()
    let first = rows.births[0]
    let bytes = coding.encodeDeaths(
      rows.deaths, births: rows.births, rows: 600, firstInstant: first, longAfter: nil
    ).bytes
    var deaths: [UInt32] = []
    func decode(_ bytes: [UInt8]) -> Bool {
      coding.decodeDeaths(
        bytes, births: rows.births, rows: 600, firstInstant: first, into: &deaths)
    }
    for length in bytes.indices { #expect(!decode(Array(bytes.prefix(length)))) }
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 0x81
      _ = decode(damaged)
      _ = coding.decodeAges(
        damaged, births: rows.births, deaths: rows.deaths, rows: 600, into: &deaths)
    }
  }

  @Test(arguments: [(0, 40), (17, 40), (39, 1), (0, 0)])
  func fillsBirthsFromAnyRow(row: Int, count: Int) {
    let rows = Rows(count: 40, stepsIn: 2, seed: 5)
    var births: [UInt32] = [1, 2, 3]
    rows.clock.fillBirths(from: UInt32(row), count: count, into: &births)
    let beyond = Array(repeating: Clock.never, count: count)
    #expect(births == Array((rows.births[row...] + beyond).prefix(count)))
  }
}
