import CaptureModel
import Foundation
import Store
import Testing

@testable import Ingest

/// An import read back through the store's readers and spelled out.
struct ImportedEvents {
  let info: CaptureInfo
  let quality: [QualityRecord]
  let columns: CaptureColumns
  let reader: SegmentReader
  let clock: Clock
  let cuts: [Cut]
  /// Frames of each stack node, oldest first.
  let stacks: [[UInt32]]
  private let allocators: [String]

  /// Imports `source` into `store` and opens what was written.
  init(
    _ source: any EventReader, into store: Store, name: String = "stream",
    window: DeathWindow = DeathWindow()
  ) throws {
    var options = ImportOptions(name: name, hash: name)
    options.window = window
    let report = try Importer(store: store).run(
      reader: source, options: options, progress: { _, _ in })
    try self.init(
      of: try #require(try store.capture(hash: name)), in: store, quality: report.quality)
  }

  /// Opens a capture that is in the store.
  init(of info: CaptureInfo, in store: Store, quality: [QualityRecord]) throws {
    self.info = info
    self.quality = quality
    columns = CaptureColumns(store: store, info: info)
    reader = try SegmentReader(columns: columns)
    clock = try columns.clock()
    cuts = try columns.cuts()
    stacks = try Self.stacks(columns)
    allocators = try columns.texts(.allocatorName)
  }

  private static func stacks(_ columns: CaptureColumns) throws -> [[UInt32]] {
    let parents = try columns.words(.stackParent)
    let frames = try columns.words(.stackFrame)
    var stacks: [[UInt32]] = [[]]
    for (parent, frame) in zip(parents, frames) { stacks.append(stacks[Int(parent)] + [frame]) }
    return stacks
  }

  func sites() throws -> [ReferenceSite] {
    let nodes = try columns.words(.siteStack)
    let threads = try columns.words(.siteThread)
    let numbers = try columns.words(.siteAllocator)
    return try nodes.indices.map { index in
      let name = allocators[Int(numbers[index])]
      let allocator = Allocator.allCases.first { $0.name == name }
      return ReferenceSite(
        thread: threads[index], allocator: try #require(allocator),
        frames: stacks[Int(nodes[index])])
    }
  }

  /// Every row of every segment.
  func rows() throws -> [ReferenceRow] {
    var rows: [ReferenceRow] = []
    rows.reserveCapacity(Int(info.rows))
    var segmentRows = SegmentRows()
    for segment in reader.zones.indices {
      let dictionary = try reader.dictionary(segment: segment)
      try reader.read(
        segment: segment, columns: [.classes, .deaths, .ages], into: &segmentRows)
      for index in 0..<Int(reader.zones[segment].rowCount) {
        let number = UInt32(rows.count)
        let death = segmentRows.deaths[index]
        let place = Int(segmentRows.classes[index])
        rows.append(
          ReferenceRow(
            site: Int(dictionary.sites[place]), size: dictionary.sizes[place],
            birth: clock.birth(of: number), death: death == Clock.never ? nil : death,
            age: age(code: segmentRows.ages[index], row: number, death: death)))
      }
    }
    return rows
  }

  /// What an age code says (design: ages).
  private func age(code: UInt32, row: UInt32, death: UInt32) -> UInt32? {
    switch code {
    case SegmentLayout.impliedAge:
      guard death != Clock.never else { return nil }
      let lifetime = clock.rows(before: death) - row
      return lifetime == 0 ? nil : lifetime - 1
    case SegmentLayout.noAge: return nil
    default: return code - 2
    }
  }

  func totals(_ bytes: StoredColumn, _ counts: StoredColumn) throws -> [ReferenceTotal] {
    zip(try columns.integers(bytes), try columns.integers(counts)).map {
      ReferenceTotal(bytes: UInt64(bitPattern: $0), count: $1)
    }
  }

  func living(state: UInt32) throws -> [ReferenceTotal] {
    var classes = LiveClasses(limit: 0)
    let totals = try reader.liveTotals(
      state: state, clock: clock, cuts: cuts, siteCount: Int(info.sites), classes: &classes)
    return zip(totals.bytes, totals.counts).map { ReferenceTotal(bytes: $0, count: $1) }
  }
}
