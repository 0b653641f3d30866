import CaptureFormats
import CaptureModel
import Foundation
import Ingest
import Results
import Store
import TestSupport
import Testing

/// Heap profiles of jemalloc and gperftools against a second reader, whose sums are those of jeprof and pprof.
@Suite("heap profiles as text")
struct HeapTextTests {
  static let profiles: [(folder: String, file: String)] = [
    ("jemalloc", "exact.heap"), ("jemalloc", "sampled-accum.heap"),
    ("jemalloc", "leak-final-sampled.heap"), ("gperftools", "run.0001.heap"),
    ("gperftools", "run.0002.heap"), ("gperftools", "run.0003.heap"),
    ("gperftools", "sampled.heap"),
  ]

  private func expected(_ folder: String, _ file: String) throws -> [String: Any] {
    let name = "\(file.dropLast(5)).expected.json"
    let data = try Data(contentsOf: Project.fixtures(folder).appending(path: name))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("totals, unsampled row by row", arguments: profiles)
  func totals(folder: String, file: String) throws {
    let expected = try expected(folder, file)
    let wanted = try #require(expected["unsampled_total"] as? [Int64])
    let asked = try AskedStore()
    try asked.add(fixture: file, in: folder, "heap")
    let live = try asked.table("top all live by traceback")
    #expect(live["size"].compactMap { Int64($0) }.reduce(0, +) == wanted[1])
    #expect(live["count"].compactMap { Int64($0) }.reduce(0, +) == wanted[0])
    guard wanted[3] > 0 else { return }
    let all = try asked.table("top all allocated by traceback")
    #expect(all["size"].compactMap { Int64($0) }.reduce(0, +) == wanted[3])
    #expect(all["count"].compactMap { Int64($0) }.reduce(0, +) == wanted[2])
  }

  @Test("threads of jemalloc add up to what their stacks stand for")
  func threads() throws {
    let asked = try AskedStore()
    try asked.add(fixture: "exact.heap", in: "jemalloc", "exact")
    let table = try asked.table("top all live by thread of exact")
    let sizes = Dictionary(uniqueKeysWithValues: zip(table["thread"], table["size"]))
    #expect(sizes == ["t0": "4373248", "t1": "1315968"])
    try asked.add(fixture: "sampled-accum.heap", in: "jemalloc", "sampled")
    let sampled = try asked.table("top all live by thread of sampled")
    #expect(sampled["size"].compactMap { Int64($0) }.reduce(0, +) == 12_160_183)
  }

  /// The names of `exact`, put in front of the profile as `jeprof --raw` does.
  private func symbolized() throws -> String {
    func text(_ name: String) throws -> String {
      try String(
        contentsOf: Project.fixtures("jemalloc").appending(path: name), encoding: .utf8)
    }
    return try text("exact.symbolized.heap") + text("exact.heap")
  }

  @Test("stacks with names are those of jeprof --collapsed, without the allocator's own")
  func names() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).heap").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try symbolized().write(toFile: path, atomically: true, encoding: .utf8)
    guard case .profile(let reader) = try FormatRegistry.open(path: path) else {
      Issue.record("no profile")
      return
    }
    let asked = try AskedStore()
    try asked.add(reader, "named")
    let table = try asked.table("top all live by function inclusive")
    let sizes = Dictionary(uniqueKeysWithValues: zip(table["function"], table["size"]))
    let collapsed = try String(
      contentsOf: Project.fixtures("jemalloc").appending(path: "exact.jeprof-collapsed.txt"),
      encoding: .utf8)
    var wanted: [String: Int64] = [:]
    for line in collapsed.split(separator: "\n") {
      let space = try #require(line.lastIndex(of: " "))
      let size = try #require(Int64(line[line.index(after: space)...]))
      let frames = line[..<space].split(separator: ";").map {
        String($0.hasSuffix(">") ? $0.dropLast(18) : $0)
      }
      for frame in Set(frames) { wanted[frame, default: 0] += size }
    }
    #expect(wanted.count > 10)
    for (frame, size) in wanted { #expect(sizes[frame] == String(size), "\(frame)") }
    #expect(sizes["malloc"] == nil)
  }

  @Test("where the heap grew, and Go's text, which is the same as the protobuf of the moment")
  func kinds() throws {
    let asked = try AskedStore()
    try asked.add(fixture: "sampled.heap.growth", in: "gperftools", "growth")
    #expect(
      try asked.table("top all allocated by traceback of growth")["size"]
        .compactMap { Int64($0) }.reduce(0, +) == 42_754_048)
    try asked.add(fixture: "heap-3-debug1.txt", in: "gperftools", "go")
    #expect(
      try asked.table("top all live by lineno of go")["size"]
        .compactMap { Int64($0) }.reduce(0, +) == 47_661_885)
    #expect(
      try asked.table("top 1 live by function of go")["function"].first?.hasPrefix("main.") == true)
  }

  @Test("what cannot be read says why")
  func refusals() throws {
    func error(_ folder: String, _ file: String) -> String {
      do {
        _ = try FormatRegistry.open(path: Project.fixtures(folder).appending(path: file).path)
        return ""
      } catch { return "\(error)" }
    }
    #expect(error("jemalloc", "broken-version.heap").contains("unsupportedVersion"))
    #expect(error("jemalloc", "exact.symbolized.heap").contains("names with no heap profile"))
    #expect(error("gperftools", "broken-truncated.heap").contains("no stack"))
  }

  @Test("a profile that is cut anywhere keeps whole lines, and says so")
  func cuts() throws {
    let bytes = [UInt8](
      try Data(contentsOf: Project.fixtures("jemalloc").appending(path: "exact.heap")))
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).heap").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = try #require(
      String(decoding: bytes, as: UTF8.self).range(of: "\nMAPPED")
    ).lowerBound
    let end = String(decoding: bytes, as: UTF8.self)[..<rows].utf8.count
    for length in stride(from: 10, to: end, by: 3) {
      try Data(bytes[..<length]).write(to: URL(fileURLWithPath: path))
      guard case .profile(let reader)? = try? FormatRegistry.open(path: path) else { continue }
      let batch = ProfileBatch()
      while reader.next(into: batch) {}
      if case .complete = reader.ending { Issue.record("cut at \(length) is called complete") }
    }
  }
}
