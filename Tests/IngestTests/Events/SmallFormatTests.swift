import CaptureFormats
import CaptureModel
import Foundation
import Ingest
import Results
import Store
import TestSupport
import Testing

/// The smaller formats of native and GPU memory, against what their programs do.
@Suite("small formats of native memory")
struct SmallFormatTests {
  private func events(_ file: String, in folder: String = "more") throws -> (
    AskedStore, ImportReport
  ) {
    let asked = try AskedStore()
    let reader = try EventFixture(folder: folder, file: file).reader()
    return (asked, try asked.add(events: reader, "run"))
  }

  private func sum(_ values: [String]) -> Int64 { values.compactMap { Int64($0) }.reduce(0, +) }

  @Test("mtrace: what mt.c leaves behind")
  func mtrace() throws {
    let (asked, report) = try events("mtrace.log")
    // malloc 100 and 5000, grown to 9000; three of `leak`, calloc of 1000, 512 aligned.
    #expect(report.info.rows == 8)
    #expect(report.info.endBytes == 64 + 65 + 66 + 512)
    #expect(report.info.bytesAllocated == 100 + 5000 + 9000 + 64 + 65 + 66 + 1000 + 512)
    let table = try asked.table("top all leaked by function")
    let leaks = Dictionary(uniqueKeysWithValues: zip(table["function"], table["size"]))
    #expect(leaks["mt+0x11b1"] == "195")
    #expect(try asked.refusal("timeline rss").contains("rss"))
  }

  @Test("RMM: a log over midnight, with what was there before it")
  func rmm() throws {
    let (asked, report) = try events("rmm.csv")
    #expect(report.info.rows == 4)
    #expect(report.info.peakBytes == 1_048_576 + 2_097_152 + 4096)
    #expect(report.info.endBytes == 2_097_152 + 512)
    #expect(report.info.durationMilliseconds == 140)
    let streams = try asked.table("top all leaked by stream")
    #expect(streams["stream"] == ["7"])
    #expect(try asked.table("show marks")["mark"] == ["oom"])
  }

  @Test("torch.profiler: every change of memory, with the calls around it")
  func trace() throws {
    let (asked, report) = try events("cpu-trace.json.gz", in: "pytorch")
    #expect(report.info.rows + report.info.deallocations >= 334)
    #expect(report.quality.allSatisfy { $0.kind != "no stack" })
    let lines = try asked.table("top all allocated by lineno")
    #expect(
      lines["lineno"].contains { $0.hasPrefix("torch/optim/adam.py") || $0.hasPrefix("<stdin>") })
    // The snapshot that torch made of the same run begins with what the trace does not have.
    let timeline = try asked.table("top all leaked")
    #expect(sum(timeline["size"]) > 0)
  }

  @Test("Fil: bytes at the peak")
  func fil() throws {
    let asked = try AskedStore()
    try asked.add(fixture: "fil-peak-memory.prof", in: "more", "fil")
    let functions = try asked.table("top all peak by function inclusive")
    let sizes = Dictionary(uniqueKeysWithValues: zip(functions["function"], functions["size"]))
    let busy = try #require(sizes["busy"].flatMap { Int64($0) })
    #expect((39_900_000...40_200_000).contains(busy))
    let lines = try asked.table("top all peak by lineno")
    #expect(lines["lineno"].contains { $0.hasSuffix("filapp.py:2") || $0.contains("numpy") })
  }

  @Test("austin: changes of resident memory, said to be that")
  func austin() throws {
    let asked = try AskedStore()
    try asked.add(fixture: "austin37-mem.austin", in: "more", "austin")
    let text = try String(
      contentsOf: Project.fixtures("more").appending(path: "austin37-mem.austin"), encoding: .utf8)
    let wanted = text.split(separator: "\n").filter { $0.hasPrefix("P") }
      .compactMap { Int64($0.split(separator: " ").last ?? "") }.reduce(0, +)
    let table = try asked.table("top all by function")
    #expect(sum(table["size"]) == wanted)
    #expect(try asked.table("show quality")["anomaly"].contains("resident memory"))
  }

  @Test("memleak: the prints of a run are its moments")
  func memleak() throws {
    let asked = try AskedStore()
    try asked.add(fixture: "memleak.txt", in: "more", "memleak")
    let last = try asked.table("top all live by function")
    #expect(last["function"].first == "main")
    #expect(last["size"].first == "160")
    let first = try asked.table("top all live at 0s by function")
    let sizes = Dictionary(uniqueKeysWithValues: zip(first["function"], first["size"]))
    #expect(sizes == ["main": "80", "fill": "16"])
  }

  @Test("statistics of allocators at one instant")
  func statistics() throws {
    let asked = try AskedStore()
    try asked.add(fixture: "jemalloc-stats.json", in: "more", "jemalloc")
    let table = try asked.table(
      "timeline heap_allocated, heap_active, heap_resident, heap_retained")
    let text = try String(
      contentsOf: Project.fixtures("more").appending(path: "jemalloc-stats.json"), encoding: .utf8)
    let start = try #require(text.range(of: "\"stats\":{\"allocated\":"))
    let allocated = text[start.upperBound...].prefix { $0.isNumber }
    #expect(table["heap_allocated"] == [String(allocated)])
    try asked.add(fixture: "mimalloc-stats.txt", in: "more", "mimalloc")
    let other = try asked.table("timeline heap_mapped, heap_committed of mimalloc")
    #expect(other["heap_mapped"] == ["\(32 << 20)"])
  }

  @Test("JAX: device memory by kind and device")
  func jax() throws {
    let asked = try AskedStore()
    try asked.add(fixture: "jax-0.12-cpu.prof", in: "more", "jax")
    let kinds = try asked.table("top all by label.kind")
    #expect(Set(kinds["label.kind"]).isSubset(of: ["buffer", "executable", ""]))
    #expect(kinds["label.kind"].contains("buffer"))
  }

  @Test(
    "files that are cut anywhere are read up to there, or refused",
    arguments: [
      "mtrace.log", "rmm.csv", "memleak.txt", "mimalloc-stats.txt", "fil-peak-memory.prof",
      "austin37-mem.austin", "jemalloc-stats.json",
    ])
  func cuts(file: String) throws {
    let bytes = [UInt8](
      try Data(contentsOf: Project.fixtures("more").appending(path: file)))
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString)-\(file)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    for length in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 400)) {
      try Data(bytes[..<length]).write(to: URL(fileURLWithPath: path))
      switch try? FormatRegistry.open(path: path) {
      case .events(let reader):
        let batch = EventBatch(capacity: 64)
        while reader.next(into: batch) { #expect(batch.count <= batch.records.count) }
      case .profile(let reader):
        let batch = ProfileBatch()
        while reader.next(into: batch) {}
      case .samples, nil: break
      }
    }
  }
}
