import CaptureFormats
import CaptureModel
import Foundation
import Ingest
import Results
import Store
import TestSupport
import Testing

/// Recordings of heaptrack against heaptrack_print and a second reader.
@Suite("recordings of heaptrack")
struct HeaptrackTests {
  /// The same recording in every form, and one that was attached.
  static let fixtures: [(file: String, answers: String)] = [
    ("depot.zst", "depot"), ("depot-plain.txt", "depot"), ("depot-gz.gz", "depot"),
    ("depot-converted-v0.txt.gz", "depot"), ("depot-converted-v1.txt.gz", "depot"),
    ("depot-converted-v2.txt.gz", "depot"), ("attached.zst", "attached"),
  ]

  private func expected(_ name: String) throws -> [String: Any] {
    let data = try Data(
      contentsOf: Project.fixtures("heaptrack").appending(path: "\(name).expected.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("totals, peak, end and temporary allocations", arguments: fixtures)
  func totals(file: String, answers: String) throws {
    let expected = try expected(answers)
    let asked = try AskedStore()
    let fixture = EventFixture(folder: "heaptrack", file: file)
    let info = try asked.add(events: try fixture.reader(), "run").info
    #expect(info.rows == expected["allocations"] as? Int64)
    #expect(info.bytesAllocated == expected["bytes_allocated_total"] as? Int64)
    #expect(info.peakBytes == expected["bytes_peak"] as? Int64)
    #expect(info.endBytes == expected["bytes_live_at_end"] as? Int64)
    #expect(info.commandLine == expected["command"] as? String)
    #expect(info.durationMilliseconds == expected["last_timestamp_ms"] as? Int64)
    let temporary = try asked.table("top all temporary")
    let count = temporary["count"].compactMap { Int64($0) }.reduce(0, +)
    #expect(count == expected["temporary"] as? Int64)
    let series = try asked.table("timeline size, rss every 1ms")
    let pages = try #require(expected["rss_pages_peak"] as? Int64)
    #expect(series["rss"].compactMap { Int64($0) }.max() == pages * 4096)
  }

  @Test("heap at each time of the file")
  func heapOverTime() throws {
    let points = try #require(
      try expected("depot")["heap_at_timestamps_ms_bytes"] as? [[Int64]])
    let asked = try AskedStore()
    try asked.add(
      events: try EventFixture(folder: "heaptrack", file: "depot.zst").reader(), "run")
    let table = try asked.table("timeline size")
    #expect(table["size"] == points.map { "\($0[1])" })
    #expect(table["time"].compactMap { Double($0) } == points.map { Double($0[0]) / 1000 })
  }

  @Test("stacks in the order of calls, with inlined functions")
  func stacks() throws {
    let asked = try AskedStore()
    try asked.add(
      events: try EventFixture(folder: "heaptrack", file: "depot.zst").reader(), "run")
    let lines = try asked.table("top 3 allocated by lineno")
    #expect(lines["lineno"].contains { $0.hasSuffix("depot.cpp:44") })
    #expect(lines["size"].contains("3358720"))
    let kinds = try asked.table("top all allocated by kind")
    #expect(Set(kinds["kind"]).isSubset(of: ["native", "inlined"]) && kinds["kind"] != [])
  }

  @Test("what cannot be read says why")
  func refusals() throws {
    func error(_ file: String) -> String {
      do {
        _ = try FormatRegistry.open(path: Project.fixtures("heaptrack").appending(path: file).path)
        return ""
      } catch { return "\(error)" }
    }
    #expect(error("broken-version-99.gz").contains("unsupportedVersion"))
    #expect(error("broken-truncated.zst").contains("malformed"))
    #expect(error("broken-empty.zst").contains("empty"))
    #expect(error("depot-raw.raw.zst").contains("heaptrack --interpret"))
  }

  @Test("a recording that is cut anywhere keeps what was whole")
  func cuts() throws {
    let whole = try String(
      contentsOf: Project.fixtures("heaptrack").appending(path: "depot-plain.txt"),
      encoding: .utf8)
    let bytes = Array(whole.utf8)
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).txt").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var last: Int64 = 0
    for length in stride(from: 200, to: bytes.count, by: 7) {
      try Data(bytes[..<length]).write(to: URL(fileURLWithPath: path))
      guard case .events(let reader) = try FormatRegistry.open(path: path) else { continue }
      let batch = EventBatch(capacity: 512)
      var allocations: Int64 = 0
      while reader.next(into: batch) {
        allocations += batch.records[..<batch.count].reduce(0) {
          $0 + ($1.kind == .allocate ? 1 : 0)
        }
      }
      #expect(allocations >= last)
      last = allocations
      if bytes[length - 1] != 10, case .complete = reader.ending {
        Issue.record("cut at \(length) is called complete")
      }
    }
    #expect(last > 1300)
  }
}
