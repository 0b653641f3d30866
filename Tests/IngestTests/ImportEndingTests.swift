import CaptureModel
import SQLite
import TestSupport
import Testing

@testable import Ingest
@testable import Store

/// Imports that end otherwise than well, and recordings that say impossible things.
@Suite struct ImportEndingTests {
  private static let small = EventStream(threads: 2).records(seed: 1)

  private func run(
    _ reader: ListedReader, _ store: Store, name: String, isStrict: Bool = false
  ) throws -> ImportReport {
    var options = ImportOptions(name: name, hash: name)
    options.isStrict = isStrict
    return try Importer(store: store).run(
      reader: reader, options: options, progress: { _, _ in })
  }

  @Test func theSameContentIsKnown() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let first = try run(ListedReader(Self.small), store, name: "a")
    #expect(!first.wasKnown)
    var options = ImportOptions(name: "other", hash: "a")
    options.isNameGiven = true
    let second = try Importer(store: store).run(
      reader: ListedReader([]), options: options, progress: { _, _ in })
    #expect(second.wasKnown)
    #expect(second.info == first.info)
    #expect(try store.captures() == [first.info])
  }

  @Test func strictImportsRefuseWhatEndsEarly() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    for ending in [
      CaptureEnding.incomplete(offset: 5, reason: "cut"), .damaged(offset: 5, reason: "cut"),
    ] {
      let reader = ListedReader(Self.small)
      reader.ending = ending
      #expect(throws: StoreError.incompleteRefused(offset: 5, reason: "cut")) {
        try run(reader, store, name: "strict", isStrict: true)
      }
      #expect(try store.captures().isEmpty)
    }
    let reader = ListedReader(Self.small)
    reader.ending = .damaged(offset: 5, reason: "cut")
    let report = try run(reader, store, name: "lenient")
    #expect(report.info.ending == .damaged)
    #expect(report.info.endingOffset == 5)
    #expect(report.quality.contains { $0.kind == "damage" && $0.severity == .error })
    #expect(try store.quality(of: report.info.id) == report.quality)
  }

  /// The disk is full long before the reader is through: everything stops and nothing stays.
  @Test func aFullDiskStopsEveryThread() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let first = try run(ListedReader(Self.small), store, name: "a")
    var records = [ListedRecord(kind: .switchThread)]
    var numbers = SeededNumbers(seed: 3)
    for index in 0..<300_000 as Range<UInt64> {
      records.append(
        ListedRecord(kind: .allocate, address: index * 16, size: numbers.next() >> 40))
    }
    let pages = try #require(try store.connection.integer("PRAGMA page_count"))
    try store.connection.execute("PRAGMA max_page_count = \(pages + 3)")
    for batch in [16384, 100] {
      #expect(throws: StoreError.diskFull(path: scratch.path)) {
        try run(ListedReader(records, greatestBatch: batch), store, name: "large")
      }
    }
    #expect(try store.captures() == [first.info])
    try store.connection.execute("PRAGMA max_page_count = 100000")
    #expect(try run(ListedReader(Self.small), store, name: "b").info.id == 2)
  }

  /// What is read in one snapshot is one state of the file, whatever others write; it ends with the
  /// snapshot, however that ends.
  @Test func aSnapshotIsOneStateAndHoldsNobodyOff() throws {
    struct Failed: Error {}
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let first = try run(ListedReader(Self.small), store, name: "a")
    let other = try Store(path: scratch.path, mode: .write)
    let (before, after) = try store.snapshot {
      let before = try store.captures()
      _ = try other.rename(first.info, to: "b")
      return (before, try store.snapshot { try store.captures() })
    }
    #expect(before == [first.info] && after == before)
    #expect(try store.captures().map(\.name) == ["b"])
    #expect(throws: Failed.self) {
      try store.snapshot {
        _ = try store.captures()
        throw Failed()
      }
    }
    _ = try other.removeCaptures([first.info.id])
    #expect(try store.captures().isEmpty)
  }

  /// The pipe may be stopped at any moment, whatever its reader is doing.
  @Test func aPipeStopsAtAnyBatch() {
    let records = [ListedRecord](repeating: ListedRecord(kind: .tick), count: 50)
    for taken in 0..<20 {
      for round in 0..<10 as Range<UInt64> {
        let reader = ListedReader(records, seed: round, greatestBatch: 4)
        let pipe = BatchPipe({ EventBatch(capacity: 1 << 14) }, read: { reader.next(into: $0) })
        for _ in 0..<taken where pipe.next() == nil { break }
        pipe.stop()
      }
    }
  }

  @Test func emptyRecordings() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let tick = ListedRecord(kind: .tick, address: 3, size: 4)
    let thread = ListedRecord(kind: .switchThread)
    for (name, records) in [("none", []), ("ticks", [thread, tick, tick]), ("thread", [thread])] {
      let imported = try ImportedEvents(ListedReader(records), into: store, name: name)
      let expected = ReferenceReplay(records, threadCount: 1)
      try Comparison(imported: imported, expected: expected, label: name).run()
      #expect(imported.reader.zones.isEmpty)
    }
  }

  /// Events before any thread is known belong to nobody and are left out.
  @Test func eventsWithoutAThread() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let records = [
      ListedRecord(kind: .allocate, address: 16, size: 1), ListedRecord(kind: .pop, argument: 1),
      ListedRecord(kind: .deallocate, address: 16), ListedRecord(kind: .push, argument: 0),
      ListedRecord(kind: .deallocate, address: 16, size: 1, allocator: .munmap),
      ListedRecord(kind: .tick, address: 3, size: 4),
    ]
    let report = try run(ListedReader(records), store, name: "nobody")
    #expect(report.info.rows == 0)
    #expect(report.info.ticks == 1)
  }

  /// Sizes that overflow every sum, mappings beyond the address space, times at the limits.
  @Test func impossibleNumbersDoNotTrap() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let limits: [UInt64] = [0, 1, 4096, 1 << 63, .max - 4095, .max - 1, .max]
    for seed in 0..<60 as Range<UInt64> {
      var numbers = SeededNumbers(seed: seed)
      var records = [ListedRecord(kind: .switchThread)]
      let allocators = Allocator.allCases
      for _ in 0..<200 {
        let allocator = numbers.one(of: allocators)
        let kinds: [ListedRecord.Kind] = [
          .tick, .pop, .push, allocator.isDeallocator ? .deallocate : .allocate,
          allocator.isDeallocator ? .deallocate : .allocate,
        ]
        records.append(
          ListedRecord(
            kind: numbers.one(of: kinds), address: numbers.one(of: limits),
            size: numbers.one(of: limits), argument: UInt32(numbers.below(3)),
            allocator: allocator))
      }
      let report = try run(ListedReader(records), store, name: "\(seed)")
      #expect(report.info.rows == Int64(records.filter { $0.kind == .allocate }.count))
    }
  }
}
