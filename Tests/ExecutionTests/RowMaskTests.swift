import Store
import TestSupport
import Testing

@testable import Language
@testable import Execution

@Suite struct RowMaskTests {
  /// The stretches of equal distance between births, against the births themselves.
  @Test(arguments: [0, 1, 5, 99, 253, 1000] as [UInt32], [2, 40, 700])
  func shiftsBirths(shift: UInt32, stepsIn: Int) {
    var numbers = SeededNumbers(seed: UInt64(shift) + UInt64(stepsIn))
    let count = 2_000
    var steps: [UInt32] = []
    for row in 0..<count { while numbers.once(in: stepsIn) { steps.append(UInt32(row)) } }
    let clock = Clock(steps: steps, rowCount: UInt32(count))
    let first = 300
    var covered = 0
    clock.forEachShift(shift, from: UInt32(first), count: 1_200) { (rows, distance) in
      #expect(rows.lowerBound == covered)
      covered = rows.upperBound
      for row in rows {
        let later = min(first + row + Int(shift), count - 1)
        let missing = UInt32(first + row + Int(shift) - later)
        let expected =
          clock.birth(of: UInt32(later)) + missing - clock.birth(of: UInt32(first + row))
        #expect(distance == expected)
      }
    }
    #expect(covered == 1_200)
  }

  @Test func knowsWhatTellsLivesApart() {
    let short = Condition.leaf(.lifetime(.comparison(.less, 100)))
    #expect(short.greatestLifetime == 99)
    #expect(Condition.not(short).greatestLifetime == 99)
    #expect(Condition.and([short, .leaf(.size(.comparison(.greater, 8)))]).greatestLifetime == 99)
    #expect(Condition.or([short, .leaf(.duration(.comparison(.less, 8)))]).greatestLifetime == nil)
    #expect(Condition.leaf(.lifetime(.comparison(.greater, 5))).greatestLifetime == nil)
    #expect(Condition.leaf(.lifetime(.comparison(.less, 300))).greatestLifetime == nil)
  }

  /// Times lived, by ranges of states, against the time of each birth and death.
  @Test(arguments: [0, 1, 3, 40], [false, true])
  func tellsTimesLived(ticks: Int, isNegated: Bool) {
    var numbers = SeededNumbers(seed: UInt64(ticks))
    let count = 600
    let births = (0..<count).map { UInt32($0 * 2) }
    let deaths = births.map { birth in
      numbers.once(in: 5) ? Clock.never : birth + 1 + UInt32(numbers.below(500))
    }
    var (states, times): ([UInt32], [Int64]) = ([], [])
    for _ in 0..<ticks {
      states.append((states.last ?? 0) + UInt32(numbers.below(60)))
      times.append((times.last ?? 0) + Int64(numbers.below(4)))
    }
    let none = [Int64](repeating: 0, count: ticks)
    let timeline = Timeline(
      tickSeries: "rss", clock: Clock(steps: [], rowCount: UInt32(count)), states: states,
      milliseconds: times,
      rss: none, heap: none, peaks: [], peakStates: [], reusedInstants: [], reusedBytes: [])
    let comparisons: [Comparison] = [.less, .lessOrEqual, .greater, .greaterOrEqual, .equal]
    for comparison in comparisons {
      for value in [-1, 0, 1, 2.5, 20, 1e12] {
        var test = NumberTest.comparison(comparison, value)
        test.isNegated = isNegated
        let mask = RowMask.durations(test, births: births, deaths: deaths, timeline)
        let expected: [UInt8] = zip(births, deaths).map { (birth, death) in
          guard death != Clock.never else { return 0 }
          let time =
            timeline.milliseconds(atState: death) - timeline.milliseconds(atState: birth)
          return test.passes(Double(time)) ? 1 : 0
        }
        #expect(mask == expected, "\(comparison) \(value)")
      }
    }
  }
}
