import CaptureModel
import Testing

@testable import CaptureFormats

/// Groups as tracemalloc builds them, from what the reader yields.
@Suite struct TracemallocSnapshotTests {
  typealias Place = TracemallocExpected.Place

  struct Sum: Equatable {
    var size: Int64 = 0
    var count: Int64 = 0
  }

  @Test func allFixturesAreThere() { #expect(TracemallocExpected.names.count == 32) }

  @Test(arguments: TracemallocExpected.names)
  func totalsAreTracemallocs(name: String) throws {
    let expected = try TracemallocExpected(name)
    let tally = try ProfileTally(path: fixture("tracemalloc", "\(name).pickle"))
    #expect(tally.brokenPromises == 0)
    #expect(tally.ending == .complete)
    #expect(tally.total(0) == expected.total.size)
    #expect(tally.total(1) == expected.total.traces)
    for (domain, total) in expected.domains {
      #expect(tally.total(0) { $0.domain == UInt32(domain) } == total.size)
      #expect(tally.total(1) { $0.domain == UInt32(domain) } == total.traces)
    }
    #expect(Set(tally.records.map(\.domain)).count == expected.domains.count)
    let limit = tally.description.properties.first { $0.name == "traceback limit" }
    #expect(limit?.value == "\(expected.tracebackLimit)")
    let deepest = tally.records.map { tally.stack($0.stack).count }.max() ?? 0
    #expect(deepest == expected.maxFramesInATrace)
    let cut = tally.findings.first { $0.kind == "traceback cut" }?.count ?? 0
    #expect(cut == expected.truncatedTraces)
  }

  @Test(arguments: TracemallocExpected.names)
  func groupsAreTracemallocs(name: String) throws {
    let expected = try TracemallocExpected(name)
    let tally = try ProfileTally(path: fixture("tracemalloc", "\(name).pickle"))
    func check(_ rows: TracemallocExpected.Rows, _ keys: ([Place]) -> [Place]) {
      let groups = Self.group(tally, by: keys)
      #expect(groups.count == rows.groups)
      for row in rows.top {
        #expect(
          groups[Place(file: row.file, line: row.line)] == Sum(size: row.size, count: row.count))
      }
    }
    let file = { Place(file: ($0 as Place).file, line: 0) }
    check(expected.lineno) { Array($0.suffix(1)) }
    check(expected.filename) { $0.suffix(1).map(file) }
    // Its rule: as often as a frame occurs.
    check(expected.linenoCumulative) { $0 }
    check(expected.filenameCumulative) { $0.map(file) }
    let tracebacks = Self.group(tally) { [$0] }
    #expect(tracebacks.count == expected.traceback.groups)
    for row in expected.traceback.top {
      #expect(tracebacks[row.framesOldestFirst] == Sum(size: row.size, count: row.count))
    }
  }

  private static func group<Key: Hashable>(
    _ tally: ProfileTally, by keys: ([Place]) -> [Key]
  ) -> [Key: Sum] {
    var groups: [Key: Sum] = [:]
    for (index, record) in tally.records.enumerated() {
      let places = tally.stack(record.stack).map { Place(file: $0.file, line: $0.line) }
      for key in keys(places) {
        groups[key, default: Sum()].size += tally.value(index, 0)
        groups[key, default: Sum()].count += tally.value(index, 1)
      }
    }
    return groups
  }

  @Test func descriptionSaysWhatTheNumbersMean() throws {
    let tally = try ProfileTally(path: fixture("tracemalloc", "py311-nframe25/snap-03.pickle"))
    #expect(tally.total(0) == 381_020 && tally.total(1) == 1621)
    #expect(tally.description.kind == .samples)
    #expect(tally.description.values.map(\.population) == [.live, .live])
    #expect(tally.description.values.map(\.measure) == [.size, .count])
    #expect(!tally.description.hasFunctions && tally.description.countsRecursion)
    #expect(!tally.description.isEstimated)
  }
}
