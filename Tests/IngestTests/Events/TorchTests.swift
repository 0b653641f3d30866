import CaptureFormats
import CaptureModel
import Foundation
import Ingest
import Results
import Store
import TestSupport
import Testing

/// Snapshots of PyTorch's allocators against a second reader's answers.
@Suite("snapshots of PyTorch")
struct TorchTests {
  static let fixtures = EventFixture.all("pytorch", ending: ".pickle")

  @Test func thereAreFixtures() { #expect(Self.fixtures.count >= 25) }

  /// Each device's reader and answers.
  private func devices(
    _ fixture: EventFixture
  ) throws -> [(reader: any EventReader, number: String, expected: [String: Any])] {
    let first = try fixture.reader()
    let readers = [first] + first.siblings.map(\.reader)
    let devices = try #require(try fixture.expected()["devices"] as? [String: [String: Any]])
    return try devices.keys.sorted().map { number in
      let reader = try #require(
        readers.first { reader in
          reader.description.properties.contains { $0.name == "device" && $0.value == number }
        })
      return (reader, number, try #require(devices[number]))
    }
  }

  @Test("totals, peak and end are those of the second reader", arguments: fixtures)
  func totals(fixture: EventFixture) throws {
    for (reader, number, expected) in try devices(fixture) {
      let asked = try AskedStore()
      let info = try asked.add(events: reader, "d\(number)").info
      let live = try #require(expected["live_at_end"] as? [String: Int64])
      #expect(info.endBytes == live["requested"])
      #expect(info.peakBytes == expected["peak_requested"] as? Int64)
      let left = try asked.table("top all leaked by lineno")["count"].compactMap { Int64($0) }
      #expect(left.reduce(0, +) == live["blocks"])
      let actions = try #require(expected["actions"] as? [String: Int64])
      #expect(info.deallocations == actions["free_completed"] ?? 0)
      let ghosts = try #require(expected["ghost_blocks"] as? Int64)
      let unmatched = try #require(expected["unmatched_frees"] as? Int64)
      #expect(info.rows == (actions["alloc"] ?? 0) + ghosts + unmatched)
      let facts = Dictionary(uniqueKeysWithValues: reader.description.properties.map { ($0, $1) })
      let reserved = try #require(expected["reserved_at_end"] as? Int64)
      #expect(facts["segments"]?.contains(" \(reserved) bytes") == true)
      #expect(facts["blocks as cut"] == live["rounded"].map { "\($0) bytes" })
      #expect(reader.findings.allSatisfy { $0.kind != "end differs" } || number != "0")
    }
  }

  @Test("lines that hold most at the end", arguments: fixtures)
  func lines(fixture: EventFixture) throws {
    for (reader, number, expected) in try devices(fixture) {
      let asked = try AskedStore()
      try asked.add(events: reader, "d\(number)")
      let wanted = try #require(expected["top_live_by_lineno"] as? [[Any]])
      let table = try asked.table("top all leaked by lineno")
      let found = Dictionary(uniqueKeysWithValues: zip(table["lineno"], table["size"]))
      for line in wanted {
        let place = try #require(line[0] as? String)
        // Frames of a profiler's snapshot are names alone, which memq takes apart.
        if place == "none:0" { continue }
        let size = try #require(line[1] as? Int64)
        // Without a stack are what was there before, and what was recorded without one.
        let names =
          place == "<no stack>"
          ? [place, "", "<allocated before the recording>:0"] : [place]
        let sum = names.compactMap { found[$0].flatMap { Int64($0) } }.reduce(0, +)
        #expect(sum == size, "\(place)")
      }
    }
  }

  @Test("reserved memory, and what of it is not live")
  func reserved() throws {
    let asked = try AskedStore()
    try asked.add(
      events: try EventFixture(folder: "pytorch", file: "fake215-python.pickle").reader(), "gpu")
    let table = try asked.table("timeline size, reserved, gap")
    let last = [table["size"], table["reserved"], table["gap"]].map { $0.last }
    #expect(last == ["44804144", "77594624", "\(77_594_624 - 44_804_144)"])
    #expect(try asked.refusal("timeline rss").contains("records no series `rss`"))
    #expect(try asked.refusal("top by thread").contains("records no threads"))
  }

  @Test("an error's moment, steps with their ends, texts and streams")
  func marksAndLabels() throws {
    let asked = try AskedStore()
    try asked.add(
      events: try EventFixture(folder: "pytorch", file: "fake215-python.pickle").reader(), "gpu")
    let marks = try asked.table("show marks")
    #expect(
      marks["mark"] == [
        "step#0", "end of step#0", "step#1", "end of step#1", "step#2", "end of step#2", "oom",
        "snapshot",
      ])
    #expect(
      marks["detail"][6] == "1099511627776 bytes were asked for, 8533311488 were free")
    #expect(try asked.table("top live at mark(\"oom\")")["size"] != [])
    #expect(try asked.table("top survived mark(\"step#1\")..mark(\"step#2\")")["size"] != [])
    let texts = try asked.table("top all allocated by label.user_metadata")
    // What `annotate` said later of a live block takes the place of what it was allocated with.
    #expect(Set(texts["label.user_metadata"]).isSuperset(of: ["{\"request\":17}"]))
    #expect(texts["label.user_metadata"].contains("packed for backward"))
    #expect(!texts["label.user_metadata"].contains("phase=eval"))
    let streams = try asked.table("top all peak by stream")
    #expect(streams["size"].compactMap { Int64($0) }.reduce(0, +) == 44_804_144)
    #expect(streams["stream"].contains("0"))
    let pools = try asked.table("top all peak by label.pool")
    #expect(zip(pools["label.pool"], pools["size"]).contains { $0 == ("0.1", "12000000") })
  }

  @Test("what the ring has lost is said, and counted before the recording")
  func ring() throws {
    let asked = try AskedStore()
    let report = try asked.add(
      events: try EventFixture(folder: "pytorch", file: "fake215-ring.pickle").reader(), "gpu")
    let kinds = Dictionary(uniqueKeysWithValues: report.quality.map { ($0.kind, $0.count) })
    #expect(kinds["lost events"] == 2)
    #expect(kinds["before the recording"] == 3)
    #expect(kinds["unknown free"] == nil)
    let base = try asked.table(
      "top all allocated where label.origin = \"before the recording\"")
    #expect(base["count"] == ["3"] || base["count"].compactMap { Int($0) }.reduce(0, +) == 3)
  }

  @Test("frames of PyTorch can be hidden")
  func hide() throws {
    let asked = try AskedStore()
    try asked.add(
      events: try EventFixture(folder: "pytorch", file: "fake215-all.pickle").reader(), "gpu")
    let all = try asked.table("top all peak by traceback")
    let own = try asked.table("top all peak by traceback hide torch")
    #expect(all["traceback"].contains { $0.contains("libtorch_cpu.so") })
    #expect(!own["traceback"].contains { $0.contains("libtorch_cpu.so") })
    #expect(own["traceback"].contains { $0.contains("rec.py:10") })
  }

  @Test("a snapshot that is cut anywhere, or changed, is refused or read, and never traps")
  func damage() throws {
    let bytes = [UInt8](
      try Data(contentsOf: Project.fixtures("pytorch").appending(path: "v2.2.2.pickle")))
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).pickle").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var numbers = SeededNumbers(seed: 7)
    for length in 64..<bytes.count {
      try Data(bytes[..<length]).write(to: URL(fileURLWithPath: path))
      #expect(throws: CaptureError.self) { try FormatRegistry.open(path: path) }
    }
    for _ in 0..<2000 {
      var changed = bytes
      for _ in 0..<3 {
        changed[Int(numbers.next() % UInt64(bytes.count))] = UInt8(numbers.next() % 256)
      }
      try Data(changed).write(to: URL(fileURLWithPath: path))
      guard case .events(let reader)? = try? FormatRegistry.open(path: path) else { continue }
      let batch = EventBatch(capacity: 256)
      while reader.next(into: batch) { #expect(batch.count <= batch.records.count) }
    }
  }
}
