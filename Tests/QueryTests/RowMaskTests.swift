import Store
import TestSupport
import Testing

@testable import Language
@testable import Query

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
}
