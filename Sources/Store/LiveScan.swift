extension SegmentReader {
  /// How many rows of each class of a segment live in `state`; nil when none can.
  ///
  /// Reads the long list always and the row columns only when the zone allows a death at or
  /// after `state`. Cost: about 3 ns a row read (benchmark: `live at 50%`).
  ///
  /// - Parameters:
  ///   - segment: the segment's number.
  ///   - state: the state asked.
  ///   - rowsBorn: rows of the capture born before `state`.
  ///   - classCount: classes of the segment's dictionary.
  ///   - rows: buffers, reused between calls.
  /// - Returns: one number a class; nil when no row can live then.
  /// - Throws: `damaged` or `database`.
  package func liveCounts(
    segment: Int, state: UInt32, rowsBorn: UInt32, classCount: Int, rows: inout SegmentRows
  ) throws(StoreError) -> [UInt32]? {
    let zone = zones[segment]
    guard rowsBorn > zone.firstRow else { return nil }
    let limit = Int(min(zone.rowCount, rowsBorn &- zone.firstRow))
    var counts = [UInt32](repeating: 0, count: classCount)
    if zone.greatestDeath >= state {
      try read(segment: segment, columns: [.classes, .deaths], into: &rows)
      Self.count(rows, limit: limit, state: state, into: &counts)
      return counts
    }
    guard zone.longRows > 0 else { return nil }
    let list = try longRows(segment: segment)
    for index in 0..<list.count {
      let number = Int(list.classes[index])
      guard Int(list.offsets[index]) < limit, list.deaths[index] >= state, number < classCount
      else { continue }
      counts[number] &+= 1
    }
    return counts
  }

  private static func count(
    _ rows: SegmentRows, limit: Int, state: UInt32, into counts: inout [UInt32]
  ) {
    let deaths = rows.deaths.span
    let classes = rows.classes.span
    var target = counts.mutableSpan
    for row in 0..<limit where deaths[row] >= state {
      target[Int(classes[row])] &+= 1
    }
  }
}

/// A cut of a mapping with what questions need of its row.
package struct Cut: Sendable, Equatable {
  /// The row that was cut.
  package var row: UInt32
  /// Instants before the cut.
  package var instant: UInt32
  /// Bytes given back.
  package var bytes: UInt64
  /// Change of the number of pieces: +1 split, 0 shrunk, −1 piece gone.
  package var pieces: Int32
  /// Site of the row.
  package var site: UInt32
  /// Bytes the row was born with.
  package var size: UInt64
  /// Death of the row, or `Clock.never`.
  package var death: UInt32

  /// A cut.
  package init(
    row: UInt32, instant: UInt32, bytes: UInt64, pieces: Int32, site: UInt32, size: UInt64,
    death: UInt32
  ) {
    self.row = row
    self.instant = instant
    self.bytes = bytes
    self.pieces = pieces
    self.site = site
    self.size = size
    self.death = death
  }
}

extension CaptureColumns {
  /// Every cut of the capture, in order of time.
  package func cuts() throws(StoreError) -> [Cut] {
    guard info.cuts > 0 else { return [] }
    let rows = try words(.cutRow)
    let instants = try words(.cutInstant)
    let bytes = try integers(.cutBytes)
    let pieces = try integers(.cutPieces)
    let sites = try words(.cutSite)
    let sizes = try integers(.cutSize)
    let deaths = try words(.cutDeath)
    let counts = [
      instants.count, bytes.count, pieces.count, sites.count, sizes.count, deaths.count,
    ]
    guard counts.allSatisfy({ $0 == rows.count }) else { throw damaged(.cutRow) }
    return rows.indices.map { index in
      Cut(
        row: rows[index], instant: instants[index], bytes: UInt64(bitPattern: bytes[index]),
        pieces: Int32(truncatingIfNeeded: ColumnCoding.unzigzag(UInt64(bitPattern: pieces[index]))),
        site: sites[index], size: UInt64(bitPattern: sizes[index]), death: deaths[index])
    }
  }
}

extension CaptureWriter {
  /// Writes the cuts of the capture.
  package func write(_ cuts: [Cut]) throws(StoreError) {
    try write(.cutRow, cuts.map(\.row))
    try write(.cutInstant, cuts.map(\.instant))
    try write(.cutBytes, cuts.map(\.bytes))
    try write(.cutPieces, cuts.map { ColumnCoding.zigzag(Int64($0.pieces)) })
    try write(.cutSite, cuts.map(\.site))
    try write(.cutSize, cuts.map(\.size))
    try write(.cutDeath, cuts.map(\.death))
  }
}
