import CaptureModel
import Foundation
import TestSupport
import Testing

@testable import CaptureFormats

/// massif, DHAT and printed leaks against second readers and the tools' own sums.
@Suite struct ValgrindTests {
  static func json(_ format: String, _ name: String) throws -> [String: Any] {
    let url = Project.fixtures(format).appending(path: name)
    let data = try Data(contentsOf: url)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  // MARK: massif

  @Test(arguments: [
    "steps-allocfn", "steps-bytes", "steps-default", "steps-heap-no", "steps-ms-stacks",
    "steps-pages",
  ])
  func massifSeriesAndPeaks(name: String) throws {
    let expected = try Self.json("massif", "\(name).expected.json")
    let tally = try ProfileTally(path: fixture("massif", "\(name).massif.out"))
    #expect(tally.brokenPromises == 0 && tally.ending == .complete)
    let series = try #require(expected["series"] as? [[Double]])
    for (index, part) in ["heap", "heap_extra", "stacks"].enumerated() {
      let number = tally.series.firstIndex { $0.name == part }
      let points = tally.points.filter { Int($0.series) == number }
      #expect(points.map(\.value) == series.map { $0[index + 1] })
      if tally.description.clock == .elapsed {
        #expect(points.map { Double($0.time ?? -1) / 1e6 } == series.map { $0[0] })
      } else {
        // Instructions and bytes stay what they are.
        #expect(points.map { Double($0.time ?? -1) } == series.map { $0[0] })
      }
    }
    let detailed = expected["detailed"] as? [Int] ?? []
    #expect(tally.moments.count == detailed.count)
    // What a tree holds is the heap of its snapshot.
    for (moment, number) in detailed.enumerated() {
      #expect(tally.total { $0.moment == UInt32(moment) } == Int64(series[number][1]))
    }
    guard let peak = expected["peak_snapshot"] as? Int else { return }
    let moment = try #require(tally.moments.firstIndex { $0.label == "snapshot \(peak) (peak)" })
    var stacks: [[String]: Int64] = [:]
    for (index, record) in tally.records.enumerated() where record.moment == UInt32(moment) {
      stacks[tally.stack(record.stack).reversed().map(\.function), default: 0] += tally.value(index)
    }
    for row in expected["peak_leaf_stacks"] as? [[String: Any]] ?? [] {
      let frames = try #require(row["frames_innermost_first"] as? [String])
      let bytes = try #require(row["bytes"] as? NSNumber).int64Value
      // Stacks that differ in lines only are one in the answer or several.
      #expect(stacks[frames] ?? 0 >= bytes, "\(frames)")
    }
  }

  @Test func massifChildrenBeyondAllNumbersAreDamage() throws {
    let text =
      "desc: a\ncmd: x\ntime_unit: ms\nsnapshot=0\nheap_tree=peak\nn2: 1 (heap)\n n0: 1 0x1: f (a:1)\n"
      + " n0: 9223372036854775807 0x2: g (a:2)\n"
    let scratch = try ScratchFile(Array(text.utf8))
    guard case .malformed(_, "massif", .line(8), _)? = openingError(scratch.path) else {
      Issue.record("not refused with its line")
      return
    }
  }

  @Test func massifClocksAndProcess() throws {
    let clocks: [(String, ProfileClock)] = [
      ("steps-default", .instructions), ("steps-bytes", .allocatedBytes),
      ("steps-ms-stacks", .elapsed),
    ]
    for (name, clock) in clocks {
      let path = fixture("massif", "\(name).massif.out")
      #expect(try ProfileTally(path: path).description.clock == clock)
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let named = folder.appending(path: "massif.out.4711")
    try Data(fixtureBytes("massif", "steps-default.massif.out")).write(to: named)
    let tally = try ProfileTally(path: named.path)
    #expect(tally.series.allSatisfy { $0.process == 4711 })
    #expect(tally.records.allSatisfy { $0.process == 4711 })
  }

  @Test(arguments: [
    ("broken-child-count", "a node without all of its children"),
    ("broken-number", "mem_heap_B is no number"),
  ])
  func massifDamageIsNamed(name: String, reason: String) throws {
    let tally = try ProfileTally(path: fixture("massif", "\(name).massif.out"))
    guard case .damaged(_, let found) = tally.ending else {
      Issue.record("\(tally.ending)")
      return
    }
    #expect(found.hasSuffix(reason), "\(found)")
    #expect(!tally.points.isEmpty)
  }

  @Test func massifWithoutSnapshotsIsRefused() {
    let path = fixture("massif", "broken-no-snapshots.massif.out")
    guard case .malformed(_, "massif", .line, "no snapshot in it")? = openingError(path) else {
      Issue.record("accepted")
      return
    }
  }

  // MARK: DHAT

  @Test(arguments: ["steps", "depot", "depot-copy"])
  func dhatSums(name: String) throws {
    let expected = try Self.json("dhat", "\(name).expected.json")
    func number(_ key: String) -> Int64? { (expected[key] as? NSNumber)?.int64Value }
    let tally = try ProfileTally(path: fixture("dhat", "\(name).dhat.json"))
    #expect(tally.brokenPromises == 0 && tally.ending == .complete)
    #expect(tally.total(0) == number("total_bytes"))
    guard tally.description.values.count > 1 else { return }
    #expect(tally.total(1) == number("total_blocks"))
    #expect(tally.total(2) == number("at_t_gmax_bytes"))
    #expect(tally.total(3) == number("at_t_gmax_blocks"))
    #expect(tally.total(4) == number("at_t_end_bytes"))
    #expect(tally.total(5) == number("at_t_end_blocks"))
    let row = try #require((expected["top_by_total_bytes"] as? [[String: Any]])?.first)
    let frames = try #require(row["frames_innermost_first"] as? [String])
    let top = try #require(tally.records.indices.max { tally.value($0) < tally.value($1) })
    // The tool's own allocator is left out.
    let wanted = frames.dropFirst().map { ProfileFrame(valgrind: $0) }
    #expect(tally.stack(tally.records[top].stack).reversed() == wanted)
    #expect(tally.value(top) == (row["bytes"] as? NSNumber)?.int64Value)
  }

  @Test func dhatDamage() throws {
    let version = fixture("dhat", "broken-version-9.dhat.json")
    guard case .unsupportedVersion(_, "dhat", 9, _)? = openingError(version) else {
      Issue.record("accepted")
      return
    }
    for name in ["broken-frame-index", "broken-truncated"] {
      guard
        case .malformed(_, "dhat", .byte, _)? =
          openingError(fixture("dhat", "\(name).dhat.json"))
      else {
        Issue.record("\(name) is accepted")
        continue
      }
    }
    let empty = try ProfileTally(path: fixture("dhat", "adhoc-empty.dhat.json"))
    #expect(empty.records.isEmpty && empty.description.values.first?.unit == "units")
  }

  // MARK: leaks

  @Test(arguments: ["lk-lsan.txt", "lk-asan.txt", "lk-asan-unsymbolized.txt"])
  func leaksAreTheSummarys(name: String) throws {
    let answers = try Self.json("lsan", "expected.json")
    var expected = try #require(answers[name] as? [String: Any])
    if let other = expected["as"] as? String {
      expected = try #require(answers[other] as? [String: Any])
    }
    let tally = try ProfileTally(path: fixture("lsan", name))
    #expect(tally.brokenPromises == 0 && tally.ending == .complete && tally.findings.isEmpty)
    #expect(tally.total(0) == (expected["summary_bytes"] as? NSNumber)?.int64Value)
    #expect(tally.total(1) == (expected["summary_allocations"] as? NSNumber)?.int64Value)
    let records = try #require(expected["records"] as? [[Any]])
    let direct = tally.texts.first { $0.value == "direct" }?.key
    let wanted = records.filter { $0[0] as? String == "Direct" }
      .reduce(0) { $0 + (($1[1] as? NSNumber)?.int64Value ?? 0) }
    #expect(tally.total(0) { $0.type == direct } == wanted)
  }

  @Test func framesOfLeaks() throws {
    let tally = try ProfileTally(path: fixture("lsan", "lk-asan.txt"))
    let first = tally.stack(tally.records[0].stack)
    #expect(first.map(\.function) == ["__libc_start_call_main", "main", "direct(int)"])
    #expect(first.last?.file == "/srv/app2/programs/native/lk.cpp" && first.last?.line == 6)
    let text = try #require(
      tally.frames.first { $0.function.contains("basic_string") })
    #expect(text.function.hasSuffix("_M_construct(unsigned long, char)"))
    #expect(text.file == "/lib/x86_64-linux-gnu/libstdc++.so.6")
    let bare = try ProfileTally(path: fixture("lsan", "lk-asan-unsymbolized.txt"))
    #expect(bare.frames.contains { $0.function == "lk-asan+0x12e6" })
  }

  /// definitely lost: 156,700 in 147 blocks; indirectly: 20,325 in 10.
  @Test func leaksOfMemcheck() throws {
    let tally = try ProfileTally(path: fixture("lsan", "depot-memcheck.txt"))
    let definite = tally.texts.first { $0.value == "definitely lost" }?.key
    #expect(tally.total(0) { $0.type == definite } == 156_700)
    #expect(tally.total(1) { $0.type == definite } == 147)
    #expect(tally.total(0) == 156_700 + 20_325 && tally.total(1) == 157)
    #expect(tally.records.allSatisfy { $0.process == 2211 })
    #expect(tally.frames.contains { $0.function == "depot::leak(int)" && $0.line == 29 })
  }

  @Test func cutLeaks() throws {
    let tally = try ProfileTally(path: fixture("lsan", "broken-truncated.txt"))
    guard case .incomplete = tally.ending else {
      Issue.record("\(tally.ending)")
      return
    }
    #expect(tally.total(0) == 3702 + 112)
  }

  @Test(arguments: [
    ("massif", "steps-bytes.massif.out", "massif"), ("dhat", "steps.dhat.json", "dhat"),
    ("lsan", "lk-asan.txt", "leaks"), ("lsan", "depot-memcheck.txt", "leaks"),
  ])
  func damageNeverTraps(folder: String, name: String, format: String) throws {
    let bytes = try fixtureBytes(folder, name)
    try Damage.cut(bytes, format: format, most: 60)
    try Damage.flip(bytes, format: format, most: 60)
    try Damage.mutate(Array(bytes.prefix(20_000)), format: format)
  }
}
