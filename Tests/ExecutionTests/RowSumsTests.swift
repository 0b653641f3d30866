import TestSupport
import Testing

@testable import Language
@testable import Execution
@testable import Store

/// Sums by class and row key against adding up row by row; so many classes that there is no room
/// for all sums, and few.
@Suite struct RowSumsTests {
  private struct Key: Hashable {
    var site: Int
    var size: UInt64
    var rowKey: Int
  }

  private struct Sum: Equatable {
    var bytes: Int64 = 0
    var count: Int64 = 0
    var lifetimeSum: Int64 = 0
    var freedCount: Int64 = 0
    var greatestLifetime: UInt32 = 0
  }

  private static let rowCount = 6_000
  private let clock = Clock(steps: [9, 9, 500, 2_000, 5_999], rowCount: UInt32(rowCount))

  private func dictionary(_ classes: Int) -> SegmentDictionary {
    var dictionary = SegmentDictionary()
    dictionary.sites = (0..<UInt32(classes)).map { $0 / 3 }
    dictionary.sizes = (0..<UInt64(classes)).map { $0 % 3 * 1_000 + 1 }
    dictionary.counts = Array(repeating: 1, count: classes)
    return dictionary
  }

  private func rows(_ classes: Int, _ numbers: inout SeededNumbers) -> SegmentRows {
    var rows = SegmentRows()
    for row in 0..<UInt32(Self.rowCount) {
      let birth = clock.birth(of: row)
      let life = UInt32(1) << UInt32(numbers.below(14))
      rows.classes.append(UInt32(numbers.below(classes)))
      rows.births.append(birth)
      rows.deaths.append(
        numbers.once(in: 5) ? Clock.never : min(birth + life, clock.instantCount))
    }
    return rows
  }

  @Test(arguments: [1, 40, 70_000], [true, false])
  func equalsAddingRowByRow(classes: Int, byLifetime: Bool) {
    for windows in [nil, [], [0, 700, 701, 5_000], [9_000]] as [[UInt32]?] {
      for sumsLives in [true, false] {
        check(
          classes, RowKey(byLifetime: byLifetime, windows: windows), sumsLives: sumsLives)
      }
    }
  }

  private func check(_ classes: Int, _ key: RowKey, sumsLives: Bool) {
    var numbers = SeededNumbers(seed: UInt64(classes))
    let rows = rows(classes, &numbers)
    var taken = rows
    var buffers = RowBuffers(clock: clock)
    buffers.use(&taken)
    buffers.makeLifetimes()
    let mask = (0..<Self.rowCount).map { _ in UInt8(numbers.below(2)) }
    let dictionary = dictionary(classes)
    let needs = ScanNeeds(recordSizes: false, lifetimes: sumsLives, rowKey: key)
    var found: [Key: Sum] = [:]
    RowSums(of: buffers, mask: mask, dictionary, needs).forEach { added in
      let place = Key(site: added.site, size: added.recordSize, rowKey: added.rowKey)
      #expect(found[place] == nil)
      found[place] = Sum(
        bytes: added.sums.bytes, count: added.sums.count, lifetimeSum: added.sums.lifetimeSum,
        freedCount: added.sums.freedCount, greatestLifetime: added.sums.greatestLifetime)
    }
    if !sumsLives { found = found.mapValues { Sum(bytes: $0.bytes, count: $0.count) } }
    #expect(found == expected(rows, mask, dictionary, key, sumsLives: sumsLives))
  }

  private func expected(
    _ rows: SegmentRows, _ mask: [UInt8], _ dictionary: SegmentDictionary, _ key: RowKey,
    sumsLives: Bool
  ) -> [Key: Sum] {
    var sums: [Key: Sum] = [:]
    for row in mask.indices where mask[row] != 0 {
      let (birth, death) = (rows.births[row], rows.deaths[row])
      let number = Int(rows.classes[row])
      let isFreed = death != Clock.never
      let lifetime = isFreed ? clock.rows(before: death) - UInt32(row) : UInt32.max
      let size = dictionary.sizes[number]
      let place = Key(
        site: Int(dictionary.sites[number]), size: size,
        rowKey: key.number(
          of: RowJudge.Row(site: 0, size: size, birth: birth, death: death, lifetime: lifetime)))
      sums[place, default: Sum()].bytes += Int64(size)
      sums[place, default: Sum()].count += 1
      guard sumsLives, isFreed else { continue }
      sums[place, default: Sum()].lifetimeSum += Int64(lifetime)
      sums[place, default: Sum()].freedCount += 1
      sums[place, default: Sum()].greatestLifetime = max(
        sums[place, default: Sum()].greatestLifetime, lifetime)
    }
    return sums
  }
}
