import CaptureModel
import SQLite
import TestSupport
import Testing

@testable import Ingest
@testable import Store

/// Captures that are asked while they are recorded: what is published after some events is what an
/// import of these events alone makes.
@Suite struct GrowingImportTests {
  private static let note = QualityRecord(
    kind: "live", severity: .note, count: 1, detail: "recorded")

  /// Feeds a recording in pieces, and holds every publication against a slow reading of its part.
  private func check(
    _ stream: EventStream, seed: UInt64, pieces: Int, window: DeathWindow = DeathWindow(),
    heldBytes: Int = 1 << 20
  ) throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let records = stream.records(seed: seed)
    let reader = GrowingReader(records, seed: seed)
    var options = ImportOptions(name: "live", hash: "growing")
    options.window = window
    options.heldBytes = heldBytes
    options.leastRowsForTimes = .max
    let growing = try GrowingImport(reader: reader, into: store, options: options)
    // Another process asks over a connection of its own.
    let other = try Store(path: scratch.path, mode: .read)
    #expect(try other.captures().map(\.rows) == [0])
    var numbers = SeededNumbers(seed: seed)
    for piece in 1...pieces {
      reader.available = records.count * piece / pieces
      while try growing.readOn() {}
      try growing.publish(note: Self.note)
      try compare(other, Array(records[..<Int(reader.offset)]), stream, &numbers, "\(piece)")
      // What has not changed is not written again, and stands.
      growing.mark("again")
      try growing.publish(note: Self.note)
      try compare(other, Array(records[..<Int(reader.offset)]), stream, &numbers, "\(piece), again")
      #expect(try other.captures().map(\.ending) == [.incomplete])
      #expect(try other.quality(of: growing.info.id).first == Self.note)
      #expect(try other.check().isWhole)
    }
    _ = try growing.finish(hash: "whole")
    try compare(other, records, stream, &numbers, "the end")
    #expect(try other.captures().map(\.hash) == ["whole"])
    #expect(try other.captures().map(\.ending) == [.complete])
    #expect(try other.check().isWhole)
  }

  private func compare(
    _ store: Store, _ records: [ListedRecord], _ stream: EventStream,
    _ numbers: inout SeededNumbers, _ place: String
  ) throws {
    let info = try #require(try store.captures().first)
    let imported = try ImportedEvents(of: info, in: store, quality: try store.quality(of: info.id))
    let expected = ReferenceReplay(
      records, threadCount: stream.threads,
      wantedStates: Set((0..<5).map { _ in UInt32(numbers.below(max(1, Int(info.instants)))) }))
    try Comparison(imported: imported, expected: expected, label: "at \(place)").run()
  }

  @Test(arguments: AddressStyle.allCases.dropLast())
  func everyPublicationIsAnImport(_ addresses: AddressStyle) throws {
    for seed in 0..<4 as Range<UInt64> {
      try check(EventStream(addresses: addresses), seed: seed, pieces: 9)
      try check(EventStream(addresses: addresses, threads: 3), seed: 50 + seed, pieces: 7)
    }
  }

  @Test func mappingsThatAreCutBetweenPublications() throws {
    for seed in 0..<6 as Range<UInt64> {
      try check(EventStream(threads: 2, count: 200, mappings: 1), seed: seed, pieces: 8)
    }
  }

  /// Segments close and stay open, some of them as they were.
  @Test func segmentsThatStayOpen() throws {
    let stream = EventStream(
      addresses: .wide, threads: 2, count: 700_000, ticks: 1000, youth: 2, immortals: 20)
    try check(stream, seed: 3, pieces: 5)
  }

  /// Segments close and seal, and blocks of sealed ones die, between publications.
  @Test(arguments: [1, 3]) func segmentsThatSeal(_ threads: Int) throws {
    let stream = EventStream(
      addresses: .wide, threads: threads, count: 400_000, ticks: 1000, mappings: 500, immortals: 20)
    try check(
      stream, seed: 1, pieces: 4,
      window: DeathWindow(bytes: 0, bytesPerLiveBlock: 0, segments: 1), heldBytes: 0)
  }

  /// Columns of time go on in parts.
  @Test func ticksOfMoreThanAPart() throws {
    // Every second or third event is one.
    let events = 5 * StoredColumn.partRows
    try check(EventStream(count: events, ticks: 2), seed: 4, pieces: 5)
    try check(EventStream(count: events, ticks: 3), seed: 5, pieces: 4)
  }

  /// What cannot be numbered is left out with a word, and what came before is whole.
  @Test func moreEventsThanCanBeNumbered() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let stream = EventStream(threads: 2, count: 180_000)
    let records = stream.records(seed: 8)
    let reader = GrowingReader(records, seed: 8)
    reader.available = records.count
    var options = ImportOptions(name: "live", hash: "growing")
    options.instantLimit = 50_000
    options.leastRowsForTimes = .max
    let growing = try GrowingImport(reader: reader, into: store, options: options)
    #expect(throws: StoreError.tooManyEvents(limit: 50_000)) { while try growing.readOn() {} }
    #expect(try !growing.readOn())
    let taken = Int(growing.offset)
    #expect(taken > 0 && taken < records.count)
    try growing.publish(note: Self.note)
    var numbers = SeededNumbers(seed: 8)
    try compare(store, Array(records[..<taken]), stream, &numbers, "the limit")
    let reason = "there were more"
    let report = try growing.finish(
      hash: nil, ending: .incomplete(offset: growing.offset, reason: reason))
    #expect(report.info.ending == .incomplete)
    #expect(report.info.hash == "growing")
    #expect(report.quality.contains { $0.detail.contains(reason) })
    try compare(store, Array(records[..<taken]), stream, &numbers, "the end")
    #expect(try store.check().isWhole)
  }

  @Test func whatOthersChangeStays() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let stream = EventStream(count: 200)
    let records = stream.records(seed: 3)
    let reader = GrowingReader(records, seed: 3)
    let growing = try GrowingImport(
      reader: reader, into: store, options: ImportOptions(name: "live", hash: "growing"))
    reader.available = 100
    while try growing.readOn() {}
    try growing.publish(note: Self.note)
    let other = try Store(path: scratch.path, mode: .write)
    _ = try other.rename(try #require(try other.captures().first), to: "served")
    let info = try #require(try other.captures().first)
    try other.replaceMarks(of: info, states: [1], milliseconds: [2], names: ["begin"])
    reader.available = records.count
    while try growing.readOn() {}
    try growing.publish(note: Self.note)
    let after = try #require(try other.captures().first)
    #expect(after.name == "served")
    #expect(after.instants > info.instants)
    let columns = CaptureColumns(store: other, info: after)
    #expect(try columns.texts(.markName) == ["begin"])
    #expect(try other.check().isWhole)
    _ = try other.removeCaptures([after.id])
    growing.mark("gone")
    #expect(throws: StoreError.self) { try growing.publish(note: Self.note) }
  }

  @Test func aPublicationThatFailsIsMadeGoodByTheNext() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let stream = EventStream(addresses: .few, threads: 2, count: 300)
    let records = stream.records(seed: 5)
    let reader = GrowingReader(records, seed: 5)
    let growing = try GrowingImport(
      reader: reader, into: store, options: ImportOptions(name: "live", hash: "growing"))
    var numbers = SeededNumbers(seed: 5)
    for (available, fails) in [(100, false), (180, true), (240, true), (300, false)] {
      reader.available = available
      while try growing.readOn() {}
      if fails {
        try store.connection.execute(
          "CREATE TEMP TRIGGER refuse BEFORE UPDATE ON captures BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        #expect(throws: StoreError.self) { try growing.publish(note: Self.note) }
        try store.connection.execute("DROP TRIGGER refuse")
      } else {
        try growing.publish(note: Self.note)
        try compare(store, Array(records[..<Int(reader.offset)]), stream, &numbers, "\(available)")
      }
    }
  }
}
