/// Encodes and writes the segments of a capture as they fill and seal.
///
/// A segment is *closed* when its last row is born (dictionary and classes are written) and
/// *sealed* when its deaths leave memory. Deaths that come later are kept in blocks on disk
/// and merged by `finish`. Used by one thread at a time, in order.
package final class SegmentWriter: @unchecked Sendable {
  let writer: CaptureWriter
  /// What is written already.
  let written: CaptureColumns
  private var coding = SegmentCoding()
  /// What is known of each closed segment.
  package internal(set) var zones: [SegmentZone] = []
  private(set) var classCounts: [Int] = []
  /// Per segment, the rows before which an instant passed that is no birth.
  private var steps: [[UInt32]] = []
  private var classes: [UInt32] = []
  private var births: [UInt32] = []
  var late: LateDeaths

  /// Writes through `writer`; by default 256 Ki late deaths, 5 MiB, wait in memory.
  package init(writer: CaptureWriter, lateCapacity: Int = 1 << 18) {
    self.writer = writer
    var info = CaptureInfo()
    info.id = writer.capture
    written = writer.columns(of: info)
    late = LateDeaths(capacity: lateCapacity)
  }

  /// Writes the dictionary and the class column of the next segment.
  ///
  /// - Parameters:
  ///   - classes: one class a row; only the first `zone.rowCount` are read.
  ///   - dictionary: site, size and count of each class.
  ///   - zone: what is known of the segment; deaths are added when it seals.
  ///   - steps: the clock's steps after the first row of the segment and up to its last.
  /// - Throws: `database` or `diskFull`.
  package func close(
    classes: [UInt32], dictionary: SegmentDictionary, zone: SegmentZone, steps: [UInt32]
  ) throws(StoreError) {
    let segment = zones.count
    let rows = Int(zone.rowCount)
    try writer.write(
      .segmentDictionary, segment: segment, rows: dictionary.count, data: dictionary.encoded())
    let column = coding.encodeClasses(classes, rows: rows, classCount: dictionary.count)
    try writer.write(.segmentClasses, segment: segment, rows: rows, data: column)
    zones.append(zone)
    self.steps.append(steps)
    classCounts.append(dictionary.count)
  }

  /// Writes the deaths, and the ages when there are any, of a closed segment.
  ///
  /// - Parameters:
  ///   - segment: its number.
  ///   - deaths: one death a row, `Clock.never` for rows alive now.
  ///   - ages: one age code a row; nil when all are implied.
  ///   - longAfter: deaths after this instant are long (design: over four segments later).
  /// - Throws: `database` or `diskFull`.
  package func seal(
    segment: Int, deaths: [UInt32], ages: [UInt32]?, longAfter: UInt32
  ) throws(StoreError) {
    try writeDeaths(segment: segment, deaths: deaths, ages: ages, longAfter: longAfter)
  }

  func writeDeaths(
    segment: Int, deaths: [UInt32], ages: [UInt32]?, longAfter: UInt32
  ) throws(StoreError) {
    let zone = zones[segment]
    let rows = Int(zone.rowCount)
    let first = zone.firstInstant
    let stepsWithin = steps[segment]
    Clock.fillBirths(
      firstRow: zone.firstRow, firstInstant: first, count: rows, steps: stepsWithin.span,
      into: &births)
    let list = try longRows(segment: segment, deaths: deaths, after: longAfter)
    let hasList = list != nil
    let (bytes, greatest) = coding.encodeDeaths(
      deaths, births: births, rows: rows, firstInstant: first,
      longAfter: hasList ? longAfter : nil)
    try writer.write(.segmentDeaths, segment: segment, rows: rows, data: bytes)
    zones[segment].greatestDeath = greatest
    zones[segment].longRows = UInt32(list?.count ?? 0)
    if let list, list.count > 0 {
      try writer.write(
        .segmentLong, segment: segment, rows: list.count,
        data: list.encoded(firstInstant: first))
    }
    if (list?.count ?? 0) == 0 { try writer.erase(.segmentLong, segment: segment) }
    zones[segment].hasAges = ages != nil
    guard let ages else { return try writer.erase(.segmentAges, segment: segment) }
    try writer.write(
      .segmentAges, segment: segment, rows: rows,
      data: coding.encodeAges(ages, births: births, deaths: deaths, rows: rows))
  }

  /// The long rows of a segment; nil when they are too many for a list.
  private func longRows(
    segment: Int, deaths: [UInt32], after longAfter: UInt32
  ) throws(StoreError) -> LongRows? {
    let rows = Int(zones[segment].rowCount)
    let limit = rows / SegmentLayout.longShare
    var list = LongRows()
    let source = deaths.span
    for row in 0..<rows where source[row] > longAfter {
      list.offsets.append(UInt32(truncatingIfNeeded: row))
      list.deaths.append(source[row])
      if list.offsets.count > limit { return nil }
    }
    guard list.count > 0 else { return list }
    // Read again: kept until their segments seal, they would take as much memory as deaths do.
    guard let (column, _) = try written.bytes(.segmentClasses, segment: segment),
      coding.decodeClasses(column, rows: rows, classCount: classCounts[segment], into: &classes)
    else { throw written.damaged(.segmentClasses, segment) }
    list.classes = list.offsets.map { classes[Int($0)] }
    return list
  }

  /// Reads what was written so far, by what is known of the segments now.
  package func reader(clock: Clock) -> SegmentReader {
    SegmentReader(columns: written, zones: zones, clock: clock)
  }

  /// Takes back what was closed for a publication after the first `count` segments: a segment that has
  /// not all its rows yet.
  package func reopen(after count: Int) {
    guard zones.count > count else { return }
    zones.removeLast(zones.count - count)
    steps.removeLast(steps.count - count)
    classCounts.removeLast(classCounts.count - count)
  }

  /// Notes deaths and ages of rows whose segments are sealed.
  package func addLate(_ deaths: [LateDeath]) throws(StoreError) {
    for death in deaths { late.append(death) }
    if late.isFull { try late.flush(to: writer) }
  }

  /// Writes what is known of each segment.
  package func writeZones() throws(StoreError) {
    try writer.write(.zoneRows, zones.map(\.rowCount))
    try writer.write(.zoneFirstInstant, zones.map(\.firstInstant))
    try writer.write(.zoneBytes, zones.map(\.bytes))
    try writer.write(.zoneSmallest, zones.map(\.smallest))
    try writer.write(.zoneGreatest, zones.map(\.greatest))
    try writer.write(.zoneGreatestDeath, zones.map(\.greatestDeath))
    try writer.write(.zoneLongRows, zones.map(\.longRows))
    try writer.write(.zoneHasAges, zones.map { $0.hasAges ? 1 : 0 })
  }
}
