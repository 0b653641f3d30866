import CaptureModel
import Foundation
import TestSupport
import Testing

@testable import CaptureFormats

/// Sample types, labels and dropped frames of pprof profiles.
@Suite struct PProfTypeTests {
  private func values(_ types: [(String, String)]) -> [String] {
    PProfSampleType.values(types.map { PProfSampleType(name: $0.0, unit: PProfUnit($0.1)) })
      .map { "\($0.name): \($0.population.rawValue) \($0.measure.rawValue) \($0.unit)" }
  }

  @Test func populationsAreToldByNameAndUnit() {
    #expect(
      values([
        ("inuse_space", "bytes"), ("alloc_objects", "count"), ("alloc_space", "bytes"),
        ("inuse_objects", "count"),
      ]) == [
        "inuse_space: live size bytes", "alloc_objects: allocated count count",
        "alloc_space: allocated size bytes", "inuse_objects: live count count",
      ])
    #expect(
      values([("space", "bytes"), ("objects", "count")]) == [
        "space: live size bytes", "objects: live count count",
      ])
    #expect(
      values([("cpu", "nanoseconds"), ("samples", "count")]) == [
        "cpu: none samples seconds", "samples: none samples count",
      ])
    #expect(
      values([
        ("cpu-time", "nanoseconds"), ("alloc-samples", "count"), ("alloc-space", "bytes"),
        ("heap-space", "bytes"), ("lock-acquire", "count"),
      ]) == [
        "cpu-time: none samples seconds", "alloc-samples: allocated count count",
        "alloc-space: allocated size bytes", "heap-space: live size bytes",
        "lock-acquire: none samples count",
      ])
    // Nobody can say which blocks the second type of bytes speaks of.
    #expect(
      values([("read", "bytes"), ("written", "bytes")]) == [
        "read: none samples bytes", "written: none samples bytes",
      ])
  }

  @Test(arguments: [
    ("two-types.pprof", ["space", "objects"], [6_388_384, 66_148]),
    (
      "four-types.pb.gz",
      [
        "Unreleased malloc size", "Total malloc count", "Total malloc size",
        "Unreleased malloc count",
      ], [9_992_695, 208_258, 17_778_269, 101_874]
    ),
    ("cpu.pb.gz", ["cpu", "samples"], [1_760_000_000, 176]),
  ])
  func everyTypeIsKeptTheDefaultFirst(name: String, types: [String], totals: [Int64]) throws {
    let tally = try ProfileTally(path: fixture("pprof", name))
    #expect(tally.brokenPromises == 0 && tally.ending == .complete)
    #expect(tally.description.values.map(\.name) == types)
    #expect(types.indices.map { tally.total($0) } == totals)
  }

  @Test func labelsAreKeptWithTheirUnits() throws {
    let sizes = try ProfileTally(path: PProfTests.path("rate1/heap-1"))
    #expect(!sizes.labelSets.isEmpty)
    for set in sizes.labelSets {
      #expect(set.map(\.name) == ["bytes"])
      guard case .number(_, unit: "bytes")? = set.first?.value else {
        Issue.record("\(set)")
        continue
      }
    }
    #expect(sizes.description.properties.contains { $0 == ("labels", "bytes") })
    let workers = try ProfileTally(path: PProfTests.path("rate1/cpu-labels"))
    #expect(
      Set(workers.labelSets) == Set(["0", "1", "2"].map { [ProfileLabel("worker", .text($0))] }))
  }

  /// Compared with `go tool pprof -top`, whose list is whole here.
  @Test func framesAreDroppedAsPProfDrops() throws {
    let tally = try ProfileTally(path: PProfTests.path("from-gperftools-run3"))
    var flat: [String: Int64] = [:]
    var cumulative: [String: Int64] = [:]
    for (index, record) in tally.records.enumerated() {
      let stack = tally.stack(record.stack).map(\.function)
      flat[stack.last ?? "", default: 0] += tally.value(index)
      for function in Set(stack) { cumulative[function, default: 0] += tally.value(index) }
    }
    let path = fixture("pprof", "from-gperftools-run3.top-inuse_space.txt")
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst(
      4)
    #expect(lines.count == 6)
    for line in lines {
      let words = line.split(separator: " ")
      func bytes(_ word: Substring) -> Int64? { Int64(word.filter(\.isNumber)) }
      let function = String(words[5])
      #expect(flat[function] ?? 0 == bytes(words[0]), "\(function)")
      #expect(cumulative[function] ?? 0 == bytes(words[3]), "\(function)")
    }
    #expect(cumulative.values.filter { $0 != 0 }.count == 6)
  }

  @Test func onlyWhatFramesOfTheProgramCallIsDropped() throws {
    let pruning = try #require(PProfPruning(drop: "malloc|operator new.*|tc_.*", keep: "tc_keep"))
    #expect(pruning.cut(["main"]) == .none)
    #expect(pruning.cut(["malloc"]) == .whole)
    #expect(pruning.cut(["main", "malloc", "inner"]) == .beneath(1))
    #expect(pruning.cut(["operator new(unsigned long)"]) == .whole)
    #expect(pruning.cut([".malloc(int)"]) == .whole)
    #expect(pruning.cut(["tc_new", "tc_keep"]) == .whole)
    #expect(pruning.cut(["tc_keep"]) == .none)
    #expect(pruning.cut(["mallocs"]) == .none)
    #expect(PProfPruning(drop: "", keep: "") == nil)
  }

  @Test(arguments: ["two-types.pprof", "cpu.pb.gz"]) func damageNeverTraps(name: String) throws {
    let bytes = try fixtureBytes("pprof", name)
    try Damage.cut(bytes, format: "pprof")
    try Damage.flip(bytes, format: "pprof")
    try Damage.mutate(bytes, format: "pprof")
  }
}
