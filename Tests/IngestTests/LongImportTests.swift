import CaptureModel
import Foundation
import Store
import TestSupport
import Testing

@testable import Ingest

/// Imports of several segments that seal early, so that deaths and ages come late.
@Suite struct LongImportTests {
  /// Segments seal as soon as they are closed.
  private static let impatient = DeathWindow(bytes: 0, bytesPerLiveBlock: 0, segments: 1)

  /// How many times longer recordings to try; at 5 some rows die over four segments later.
  private static let scale =
    ProcessInfo.processInfo.environment["MEMQ_TEST_SCALE"].flatMap { Int($0) } ?? 1

  private func check(
    _ stream: EventStream, window: DeathWindow = impatient, lookAt: (ImportedEvents) -> Void
  ) throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let records = stream.records(seed: 1)
    let imported = try ImportedEvents(ListedReader(records), into: store, window: window)
    var numbers = SeededNumbers(seed: 2)
    let instants = Int(imported.info.instants)
    let expected = ReferenceReplay(
      records, threadCount: stream.threads,
      wantedStates: Set((0..<6).map { _ in UInt32(numbers.below(instants)) }))
    try Comparison(imported: imported, expected: expected, label: "long").run()
    lookAt(imported)
  }

  /// Deaths, hits and reuses of rows of sealed segments.
  @Test func lateDeathsOfOneThread() throws {
    let stream = EventStream(
      addresses: .wide, count: 400_000 * Self.scale, ticks: 1000, mappings: 500, immortals: 20)
    try check(stream) { imported in
      #expect(imported.reader.zones.count >= 2)
      #expect(imported.reader.zones.contains { $0.longRows > 0 })
    }
  }

  @Test func lateAgesOfManyThreads() throws {
    let stream = EventStream(
      addresses: .wide, threads: 4, count: 400_000 * Self.scale, ticks: 1000, mappings: 200,
      immortals: 10)
    try check(stream) { imported in
      #expect(imported.reader.zones.count >= 2)
      #expect(imported.reader.zones.allSatisfy { $0.hasAges })
    }
  }

  /// Class numbers of three bytes, and over a quarter of the rows live long: no list.
  @Test func manyClassesAndNoList() throws {
    let stream = EventStream(
      addresses: .wide, sizes: .distinct, threads: 2, count: 350_000 * Self.scale, ticks: 1000,
      mappings: 1000, reuse: 1000, immortals: 2)
    try check(stream) { imported in
      let dictionary = try? imported.reader.dictionary(segment: 0)
      #expect(dictionary?.count ?? 0 > 1 << 16)
      #expect(
        imported.reader.zones.contains { $0.longRows == 0 && $0.greatestDeath == Clock.never })
    }
  }
}
