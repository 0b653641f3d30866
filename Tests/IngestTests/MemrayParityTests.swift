import CaptureFormats
import CaptureModel
import Foundation
import Ingest
import Store
import Testing

/// A capture of `Tests/Fixtures/memray` with memray's own answers.
struct MemrayFixture: CustomTestStringConvertible, Sendable {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/memray")

  let name: String
  var testDescription: String { name }
  var path: String { Self.folder.appendingPathComponent("\(name).bin").path }

  func json(_ suffix: String) throws -> [String: Any]? {
    let url = Self.folder.appendingPathComponent("\(name).\(suffix).json")
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    return try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
  }

  /// Captures that memray could read and memq reads today.
  static let readable: [MemrayFixture] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".bin") }.sorted().map {
      MemrayFixture(name: String($0.dropLast(4)))
    }.filter { fixture in
      guard let expected = try? fixture.json("expected"),
        let metadata = expected["metadata"] as? [String: Any]
      else { return false }
      return metadata["file_format"] as? String != "aggregated"
    }
  }()

  /// Imports the capture into a store of its own; of native frames no symbol is known.
  func imported(
    symbols: any SymbolSource = NoSymbols()
  ) throws -> (store: Store, info: CaptureInfo) {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).db").path
    let store = try Store(path: path, mode: .write)
    let reader = try FormatRegistry.open(path: self.path, format: nil)
    let hash = try FormatRegistry.contentHash(path: self.path)
    let report = try Importer(store: store, symbols: symbols).run(
      reader: reader, options: ImportOptions(name: name, hash: hash.text), progress: { _, _ in })
    return (store, report.info)
  }
}

/// A machine that has none of the executables and libraries of a capture.
struct NoSymbols: SymbolSource {
  func frames(image: String, addresses: [UInt64]) -> [[SymbolFrame]]? { nil }
}

@Suite struct MemrayParityTests {
  @Test func thereAreFixtures() { #expect(MemrayFixture.readable.count >= 30) }

  /// Totals of a population, by site columns, against memray's.
  @Test(arguments: MemrayFixture.readable)
  func totalsEqualMemrays(_ fixture: MemrayFixture) throws {
    let expected = try #require(try fixture.json("expected"))
    let (store, info) = try fixture.imported()
    let columns = CaptureColumns(store: store, info: info)
    let isSalvaged = expected["salvage"] != nil
    if let salvage = expected["salvage"] as? [String: Any] {
      #expect(info.events == (salvage["events"] as? NSNumber)?.int64Value)
      #expect(info.rows == (salvage["allocations"] as? NSNumber)?.int64Value)
      #expect(info.peakBytes == (salvage["peak_memory"] as? NSNumber)?.int64Value)
      #expect(
        try columns.integers(.siteLeakedBytes).reduce(0, +)
          == (salvage["leaked_size"] as? NSNumber)?.int64Value)
      #expect(
        try columns.integers(.siteLeakedCount).reduce(0, +)
          == (salvage["leaked_count"] as? NSNumber)?.int64Value)
    }
    guard !isSalvaged || info.ending != .damaged else { return }
    let totals = try #require(expected["totals"] as? [String: Any])
    #expect(info.events == (totals["events"] as? NSNumber)?.int64Value)
    let metadata = try #require(expected["metadata"] as? [String: Any])
    #expect(info.peakBytes == (metadata["peak_memory"] as? NSNumber)?.int64Value)
    for (key, bytes, counts) in [
      ("all_allocations", StoredColumn.siteAllocatedBytes, StoredColumn.siteAllocatedCount),
      ("high_watermark", .sitePeakBytes, .sitePeakCount),
      ("leaks", .siteLeakedBytes, .siteLeakedCount),
    ] {
      // Not of every capture; and memray refuses some.
      guard let population = expected[key] as? [String: Any] else {
        #expect(isSalvaged)
        continue
      }
      guard population["error"] == nil else { continue }
      #expect(
        try columns.integers(bytes).reduce(0, +)
          == (population["total_size"] as? NSNumber)?.int64Value, "\(key) size")
      #expect(
        try columns.integers(counts).reduce(0, +)
          == (population["total_count"] as? NSNumber)?.int64Value, "\(key) count")
    }
    let snapshots = expected["memory_snapshots"] as? [[Any]] ?? []
    let heap = try columns.integers(.tickHeap)
    #expect(heap.count == snapshots.count)
    for (index, snapshot) in snapshots.enumerated() where index < heap.count {
      guard let value = snapshot[2] as? NSNumber else { continue }
      #expect(heap[index] == value.int64Value, "heap at tick \(index)")
    }
  }
}
