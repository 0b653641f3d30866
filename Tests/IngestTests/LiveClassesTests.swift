import TestSupport
import Testing

@testable import Store

/// What lives at a moment by site and size, as it is counted segment by segment.
@Suite struct LiveClassesTests {
  private struct Pair: Hashable {
    var site: UInt32
    var size: UInt64
  }

  /// Adds segments with random classes; returns the sums that are due.
  private func fill(
    _ classes: inout LiveClasses, seed: UInt64, sites: Int, sizes: Int
  ) -> [Pair: UInt32] {
    var numbers = SeededNumbers(seed: seed)
    var expected: [Pair: UInt32] = [:]
    for _ in 0..<30 {
      var dictionary = SegmentDictionary()
      var counts: [UInt32] = []
      for _ in 0..<numbers.below(40) {
        let pair = Pair(
          site: UInt32(numbers.below(sites)), size: UInt64(numbers.below(sizes)) << 33)
        dictionary.sites.append(pair.site)
        dictionary.sizes.append(pair.size)
        dictionary.counts.append(9)
        counts.append(UInt32(numbers.below(4)))
        if counts.last != 0 { expected[pair, default: 0] += counts.last ?? 0 }
      }
      classes.add(dictionary, counts: counts)
    }
    return expected
  }

  private func sums(_ classes: LiveClasses) -> [Pair: UInt32] {
    Dictionary(classes.items.map { (Pair(site: $0.site, size: $0.size), $0.count) }) { $0 + $1 }
  }

  /// Writes to a store and reads back; nil when nothing was kept.
  private func stored(_ classes: LiveClasses, _ moment: LiveMoment) throws -> LiveClasses? {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    var classes = classes
    let (info, _) = try store.importCapture(name: "a", isNameGiven: false, hash: "0") {
      (writer) throws(StoreError) in
      try classes.write(of: moment, to: writer)
      var info = CaptureInfo()
      info.id = writer.capture
      return info
    }
    let columns = CaptureColumns(store: store, info: info)
    let read = try LiveClasses(of: moment, from: columns)
    #expect(try columns.hasLiveClasses(of: moment) == (read != nil))
    return read
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func addsUpEqualPairs(seed: UInt64) throws {
    var classes = LiveClasses(limit: 60)
    let expected = fill(&classes, seed: seed, sites: 6, sizes: 9)
    let read = try #require(try stored(classes, seed % 2 == 0 ? .peak : .end))
    #expect(sums(read) == expected)
    #expect(read.items.count == expected.count)
    let order = read.items.map { ($0.site, $0.size) }
    #expect(zip(order, order.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func givesUpWhenThereAreTooMany() throws {
    var classes = LiveClasses(limit: 60)
    let expected = fill(&classes, seed: 1, sites: 500, sizes: 500)
    #expect(expected.count > 60)
    #expect(try stored(classes, .peak) == nil)
    #expect(try stored(LiveClasses(), .end) == nil)
  }
}
