import TestSupport
import Testing

@testable import Ingest

/// The table of hit candidates against a dictionary, through many growths.
@Suite struct HitTableTests {
  private struct Place: Hashable {
    var address: UInt64
    var thread: UInt32
  }

  @Test(arguments: 0..<6)
  func holdsTheNewestRowOfEachPlace(_ seed: Int) {
    var numbers = SeededNumbers(seed: UInt64(seed))
    var table = HitTable()
    var expected: [Place: HitCandidate] = [:]
    // Few and many addresses, dense and sparse.
    let addresses = [40, 900, 30_000, 200_000, 5_000, 100_000][seed]
    let stride = UInt64([1, 16, 16, 64, 4096, 1 << 20][seed])
    for row in 0..<120_000 {
      let place = Place(
        address: 0x7f00_0000_0000 + UInt64(numbers.below(addresses)) &* stride,
        thread: UInt32(numbers.below(5)))
      let candidate = HitCandidate(
        row: UInt32(row), sequence: UInt32(row / 2), wasHit: numbers.once(in: 3))
      table.note(candidate, address: place.address, thread: place.thread)
      expected[place] = candidate
    }
    let isEmpty = table.isEmpty
    #expect(!isEmpty)
    // Most of them moved on to the large table, and none twice.
    let byteCount = table.byteCount
    #expect(byteCount < 16 * (2 * expected.count + (1 << 15)))
    for (place, candidate) in expected {
      #expect(table.candidate(address: place.address, thread: place.thread) == candidate)
    }
    #expect(table.candidate(address: 0x10, thread: 0) == nil)
  }
}
