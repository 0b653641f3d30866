import SQLite

/// What of a capture is alive at its `TimePoints`, kept so that pages over time need no scan.
///
/// An addition that may be missing: of small captures, and when an import ended before it was
/// written. Cuts of mappings are not in it.
package enum StoredTimes {
  fileprivate static let columns: [StoredColumn] = [
    .timeState, .timeSite, .timeBorn, .timeDied, .timeBytes, .timeCount,
  ]

  /// More cells than this are not kept: they take some 60 bytes each while they are made.
  private static let greatestCount = 1_000_000

  /// Reads them; nil when there are none for these points.
  ///
  /// - Throws: `damaged` or `database`.
  package static func read(
    _ columns: CaptureColumns, points: TimePoints
  ) throws(StoreError) -> TimeSums? {
    guard try columns.words(.timeState) == points.states else { return nil }
    let sites = try columns.words(.timeSite)
    let born = try columns.words(.timeBorn)
    let died = try columns.words(.timeDied)
    let bytes = try columns.integers(.timeBytes)
    let counts = try columns.words(.timeCount)
    let limit = UInt32(points.states.count)
    guard [born.count, died.count, bytes.count, counts.count].allSatisfy({ $0 == sites.count })
    else { throw columns.damaged(.timeSite) }
    var cells: [TimeSums.Cell] = []
    cells.reserveCapacity(sites.count)
    for index in sites.indices {
      guard born[index] < died[index], died[index] <= limit,
        Int64(sites[index]) < columns.info.sites
      else { throw columns.damaged(.timeDied) }
      cells.append(
        TimeSums.Cell(
          site: sites[index], born: UInt16(born[index]), died: UInt16(died[index]),
          bytes: bytes[index], count: Int64(counts[index])))
    }
    return TimeSums(distinct: cells)
  }

  fileprivate static func write(
    _ sums: TimeSums, points: TimePoints, _ writer: CaptureWriter
  ) throws(StoreError) {
    let cells = sums.all.sorted {
      ($0.site, $0.born, $0.died) < ($1.site, $1.born, $1.died)
    }
    try writer.write(.timeState, points.states)
    try writer.write(.timeSite, cells.map(\.site))
    try writer.write(.timeBorn, cells.map(\.born))
    try writer.write(.timeDied, cells.map(\.died))
    try writer.write(.timeBytes, cells.map(\.bytes))
    try writer.write(.timeCount, cells.map(\.count))
  }

  fileprivate static func make(
    _ columns: CaptureColumns, clock: Clock, points: TimePoints
  ) throws(StoreError) -> TimeSums? {
    let reader = try SegmentReader(columns: columns)
    return try PointScan(
      zones: reader.zones, clock: clock, points: points.states
    ) { _, _ in true }.run(columns, greatestCount: greatestCount)
  }
}

extension Store {
  /// Adds what is alive over time to a capture that is in the store, in a transaction of its own.
  ///
  /// - Throws: the store's errors; the capture stays as it was then.
  package func addTimes(to info: CaptureInfo) throws(StoreError) {
    let columns = CaptureColumns(store: self, info: info)
    let clock = try columns.clock()
    let points = TimePoints(
      ticks: (try columns.words(.tickState), try columns.integers(.tickMilliseconds)),
      peaks: (try columns.integers(.windowPeak), try columns.words(.windowPeakState)),
      endState: clock.endState)
    guard let points, let sums = try StoredTimes.make(columns, clock: clock, points: points) else {
      return
    }
    try replaceColumns(StoredTimes.columns, of: info) { (writer) throws(StoreError) in
      try StoredTimes.write(sums, points: points, writer)
    }
  }
}
