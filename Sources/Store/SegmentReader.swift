/// The decoded row columns of one segment; buffers are reused from segment to segment.
package struct SegmentRows: Sendable {
  /// Class of each row.
  package var classes: [UInt32] = []
  /// Birth of each row.
  package var births: [UInt32] = []
  /// Death of each row, or `Clock.never`; the long list is already merged in.
  package var deaths: [UInt32] = []
  /// Age code of each row.
  package var ages: [UInt32] = []
  /// 0 for rows that are long, 1…254 death − birth + 1, 255 more than that; instead of deaths.
  package var lives: [UInt8] = []

  /// No rows.
  package init() {}
}

/// Which row columns to decode.
package struct RowColumns: OptionSet, Sendable {
  /// The bits.
  package let rawValue: UInt8
  /// A set from its bits.
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  /// `SegmentRows.classes`.
  package static let classes = RowColumns(rawValue: 1)
  /// `SegmentRows.deaths`; brings births along.
  package static let deaths = RowColumns(rawValue: 2)
  /// `SegmentRows.ages`; needs deaths.
  package static let ages = RowColumns(rawValue: 4)
  /// `SegmentRows.lives`: all that is needed of deaths where only short lives matter.
  package static let lives = RowColumns(rawValue: 8)
}

/// Reads the segments of one capture.
///
/// Used by one thread at a time.
package final class SegmentReader {
  private let columns: CaptureColumns
  private var coding = SegmentCoding()
  /// What is known of each segment.
  package let zones: [SegmentZone]
  /// When rows are born.
  package let clock: Clock

  /// A reader that knows the zones and the clock already.
  init(columns: CaptureColumns, zones: [SegmentZone], clock: Clock) {
    self.columns = columns
    self.zones = zones
    self.clock = clock
  }

  /// A reader of the capture behind `columns`.
  package init(columns: CaptureColumns) throws(StoreError) {
    self.columns = columns
    clock = try columns.clock()
    let rows = try columns.words(.zoneRows)
    let instants = try columns.words(.zoneFirstInstant)
    let bytes = try columns.integers(.zoneBytes)
    let smallest = try columns.integers(.zoneSmallest)
    let greatest = try columns.integers(.zoneGreatest)
    let deaths = try columns.words(.zoneGreatestDeath)
    let long = try columns.words(.zoneLongRows)
    let ages = try columns.words(.zoneHasAges)
    let counts = [instants, deaths, long, ages].map(\.count)
    guard counts.allSatisfy({ $0 == rows.count }),
      [bytes, smallest, greatest].allSatisfy({ $0.count == rows.count })
    else { throw columns.damaged(.zoneRows) }
    var zones: [SegmentZone] = []
    for index in rows.indices {
      guard rows[index] <= UInt32(SegmentLayout.rowCount) else { throw columns.damaged(.zoneRows) }
      var zone = SegmentZone()
      zone.firstRow = UInt32(truncatingIfNeeded: index) << SegmentLayout.rowBits
      zone.rowCount = rows[index]
      zone.firstInstant = instants[index]
      zone.bytes = UInt64(bitPattern: bytes[index])
      zone.smallest = UInt64(bitPattern: smallest[index])
      zone.greatest = UInt64(bitPattern: greatest[index])
      zone.greatestDeath = deaths[index]
      zone.longRows = long[index]
      zone.hasAges = ages[index] != 0
      zones.append(zone)
    }
    self.zones = zones
  }

  /// Site, size and count of the classes of a segment.
  package func dictionary(segment: Int) throws(StoreError) -> SegmentDictionary {
    guard let (data, count) = try columns.bytes(.segmentDictionary, segment: segment),
      let dictionary = SegmentDictionary(encoded: data), dictionary.count == count
    else { throw columns.damaged(.segmentDictionary, segment) }
    return dictionary
  }

  /// Number of classes of a segment: what every class number is checked against.
  private func classCount(segment: Int) throws(StoreError) -> Int {
    guard let count = try columns.rowCount(.segmentDictionary, segment: segment),
      count >= 0, count <= Int(zones[segment].rowCount)
    else { throw columns.damaged(.segmentDictionary, segment) }
    return count
  }

  /// The long rows of a segment; none when the segment keeps no list.
  ///
  /// Offsets lie in the segment, classes in its dictionary.
  package func longRows(segment: Int) throws(StoreError) -> LongRows {
    let zone = zones[segment]
    guard zone.longRows > 0 else { return LongRows() }
    let classCount = try classCount(segment: segment)
    guard let (data, _) = try columns.bytes(.segmentLong, segment: segment),
      let rows = LongRows(encoded: data, zone: zone, classCount: classCount),
      rows.count == Int(zone.longRows)
    else { throw columns.damaged(.segmentLong, segment) }
    return rows
  }

  /// Decodes the row columns of a segment.
  ///
  /// - Parameters:
  ///   - segment: its number.
  ///   - wanted: which columns; deaths bring births along, ages need deaths.
  ///   - rows: receives them.
  /// - Throws: `damaged` or `database`.
  package func read(
    segment: Int, columns wanted: RowColumns, into rows: inout SegmentRows
  ) throws(StoreError) {
    rows.lives.removeAll(keepingCapacity: true)
    if !wanted.contains(.deaths) {
      // What an earlier segment left would pass for this one's.
      rows.births.removeAll(keepingCapacity: true)
      rows.deaths.removeAll(keepingCapacity: true)
    }
    if wanted.contains(.lives) { try readLives(segment: segment, into: &rows) }
    if wanted.contains(.classes) { try readClasses(segment: segment, into: &rows) }
    if wanted.contains(.deaths) { try readDeaths(segment: segment, into: &rows) }
    if wanted.contains(.ages) { try readAges(segment: segment, into: &rows) }
  }

  private func readClasses(
    segment: Int, into rows: inout SegmentRows
  ) throws(StoreError) {
    let count = Int(zones[segment].rowCount)
    let classCount = try classCount(segment: segment)
    guard let (data, _) = try columns.bytes(.segmentClasses, segment: segment),
      coding.decodeClasses(data, rows: count, classCount: classCount, into: &rows.classes)
    else { throw columns.damaged(.segmentClasses, segment) }
  }

  private func readLives(segment: Int, into rows: inout SegmentRows) throws(StoreError) {
    guard let (data, _) = try columns.bytes(.segmentDeaths, segment: segment),
      coding.decodeLives(data, rows: Int(zones[segment].rowCount), into: &rows.lives)
    else { throw columns.damaged(.segmentDeaths, segment) }
  }

  private func readDeaths(segment: Int, into rows: inout SegmentRows) throws(StoreError) {
    let zone = zones[segment]
    let count = Int(zone.rowCount)
    clock.fillBirths(from: zone.firstRow, count: count, into: &rows.births)
    guard let (data, _) = try columns.bytes(.segmentDeaths, segment: segment),
      coding.decodeDeaths(
        data, births: rows.births, rows: count, firstInstant: zone.firstInstant,
        into: &rows.deaths)
    else { throw columns.damaged(.segmentDeaths, segment) }
    let list = try longRows(segment: segment)
    for index in 0..<list.count {
      rows.deaths[Int(list.offsets[index])] = list.deaths[index]
    }
  }

  private func readAges(segment: Int, into rows: inout SegmentRows) throws(StoreError) {
    let count = Int(zones[segment].rowCount)
    guard zones[segment].hasAges else {
      rows.ages = Array(repeating: SegmentLayout.impliedAge, count: count)
      return
    }
    guard let (data, _) = try columns.bytes(.segmentAges, segment: segment),
      coding.decodeAges(
        data, births: rows.births, deaths: rows.deaths, rows: count, into: &rows.ages)
    else { throw columns.damaged(.segmentAges, segment) }
  }
}
