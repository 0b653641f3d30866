import CaptureModel
import SQLite

/// The tables of `memq sql`; `captures` and `quality` are the store's own.
extension SQLTable {
  /// Every table, in the order to read about them.
  package static let all: [SQLTable] = [
    allocations, sites, stacks, frames, ticks, cuts, hits, samples, totals,
  ]

  private static func columns(
    _ kind: SQLColumn.Kind, _ meanings: KeyValuePairs<String, String>
  ) -> [SQLColumn] {
    meanings.map { SQLColumn($0.key, kind, $0.value) }
  }

  private static let place = columns(
    .text, ["function": "of the newest frame", "filename": "of the newest frame"])
  private static let maker = columns(.text, ["thread": "that allocated", "allocator": "its name"])

  static let allocations = SQLTable(
    "allocations", "one allocation",
    number: SQLColumn("row", .integer, "its number, from 0 in order of birth"),
    columns(
      .integer,
      [
        "size": "bytes at birth", "birth": "its instant",
        "death": "instants before its free, NULL when it was never freed",
        "lifetime": "allocations made before its free, NULL when it was never freed",
      ]) + [SQLColumn("time", .real, "seconds from the start to its birth")]
      + columns(.integer, ["site": "its site"]) + place
      + columns(.integer, ["line": "of the newest frame"]) + maker
      + columns(
        .integer,
        [
          "milliseconds": "from birth to free by the memory records, NULL when it was never freed",
          "age": "further allocations before its free as `temporary` counts, NULL for none",
        ]),
    estimate: \.rows
  ) { (capture, scan) throws(StoreError) in try AllocationRows(capture, scan) }

  static let sites = SQLTable(
    "sites", "one stack of one thread and allocator",
    number: SQLColumn("site", .integer, "its number, from 0"),
    columns(.integer, ["stack": "its newest node in `stacks`, NULL when it has none"]) + place
      + columns(.integer, ["line": "of the newest frame"]) + maker
      + columns(
        .integer,
        [
          "first_row": "its first allocation", "hidden": "oldest frames that reports hide",
          "allocated_size": "bytes allocated", "allocated_count": "allocations",
          "peak_size": "bytes alive at the peak", "peak_count": "blocks alive at the peak",
          "leaked_size": "bytes never freed", "leaked_count": "blocks never freed",
        ]),
    estimate: \.sites
  ) { (capture, _) throws(StoreError) in try SiteRows.rows(capture) }

  static let stacks = SQLTable(
    "stacks", "one frame of a stack and its callers",
    number: SQLColumn("stack", .integer, "its number, from 1; callers come first"),
    columns(
      .integer,
      [
        "parent": "the caller's number, NULL for the oldest frame", "depth": "frames, from 1",
        "frame": "its frame",
      ]) + columns(.text, ["function": "of the frame", "filename": "of the frame"])
      + columns(.integer, ["line": "of the frame"]),
    estimate: \.stacks
  ) { (capture, _) throws(StoreError) in try StackRows.rows(capture) }

  static let frames = SQLTable(
    "frames", "one place in a program, as the profiler told it",
    number: SQLColumn("frame", .integer, "its number, from 0"),
    columns(.text, ["function": "its name", "filename": "its file"])
      + columns(.integer, ["line": "its line, 0 when unknown"])
      + columns(.text, ["kind": "python, native or inlined"]),
    estimate: \.frames
  ) { (capture, _) throws(StoreError) in try FrameRows.rows(capture) }

  static let ticks = SQLTable(
    "ticks", "one memory record",
    number: SQLColumn("tick", .integer, "its number, from 0"),
    [SQLColumn("time", .real, "seconds from the start")]
      + columns(
        .integer,
        [
          "instants": "instants before it", "rss": "resident bytes", "heap": "heap bytes",
          "greatest_heap": "greatest heap from here to the next tick",
        ]),
    estimate: \.ticks
  ) { (capture, _) throws(StoreError) in try TickRows.rows(capture) }

  static let cuts = SQLTable(
    "cuts", "one munmap that left something of a mapping",
    number: SQLColumn("cut", .integer, "its number, from 0"),
    columns(
      .integer,
      [
        "row": "the allocation", "instants": "instants before it", "bytes": "bytes given back",
        "pieces": "change of the number of pieces: 1 split, 0 shrunk, -1 piece gone",
      ]),
    estimate: \.cuts
  ) { (capture, _) throws(StoreError) in
    let cuts = try capture.cuts()
    return SQLArrays(
      count: cuts.count,
      [
        { .integer(Int64(cuts[$0].row)) }, { .integer(Int64(cuts[$0].instant)) },
        { .integer(Int64(clamping: cuts[$0].bytes)) }, { .integer(Int64(cuts[$0].pieces)) },
      ])
  }

  static let hits = SQLTable(
    "hits", "one more free that found an allocation temporary",
    number: SQLColumn("hit", .integer, "its number, from 0"),
    columns(
      .integer,
      ["row": "the allocation", "age": "further allocations before it, as `temporary` counts"]),
    estimate: \.hits
  ) { (capture, _) throws(StoreError) in
    let rows = try capture.words(.hitRow)
    let ages = try capture.words(.hitAge)
    guard rows.count == ages.count else { throw capture.damaged(.hitRow) }
    return SQLArrays(
      count: rows.count, [{ .integer(Int64(rows[$0])) }, { .integer(Int64(ages[$0])) }])
  }

  static let samples = SQLTable(
    "samples", "what a site held at a moment, of captures that hold totals",
    number: SQLColumn("sample", .integer, "its number, from 0"),
    columns(.text, ["moment": "name or number of the moment", "population": "which blocks"])
      + columns(.integer, ["site": "the site", "size": "bytes", "count": "blocks"])
      + columns(.real, ["samples": "weight of a processor profile"]),
    estimate: { $0.kind == .samples ? $0.sites * 2 : 0 }
  ) { (capture, _) throws(StoreError) in try SampleRows.rows(capture) }

  static let totals = SQLTable(
    "totals", "one number of a site at a moment, of captures of other tools",
    number: SQLColumn("total", .integer, "its number, from 0"),
    columns(
      .integer,
      [
        "moment": "number of the moment, from 1", "site": "the site",
        "kind": "which of the recorded numbers, from 1",
      ])
      + columns(
        .text, ["population": "which blocks", "measure": "what is counted", "name": "sample type"])
      + columns(
        .integer, ["amount": "the number", "scale": "what it is divided by for its unit"]),
    estimate: { $0.kind == .samples ? $0.sites * 2 : 0 }
  ) { (capture, _) throws(StoreError) in try TotalRows(capture) }
}
