/// What of a capture is alive at which of some chosen states, added up per site.
///
/// A row alive at none of them costs one comparison after decoding: about 2 ns a row on two cores
/// (benchmark: `import`, and `flame` of a part).
package struct PointScan: Sendable {
  /// Rows of one class that are alive at the same points, `born..<died`.
  fileprivate struct Cell {
    /// The class in its segment's dictionary.
    var number: UInt32
    /// The first point at which they are alive.
    var born: UInt16
    /// The first point after it at which they are not; the number of points when there is none.
    var died: UInt16
    /// How many rows.
    var count: UInt32
  }

  private let zones: [SegmentZone]
  private let clock: Clock
  private let points: [UInt32]
  private let passes: @Sendable (_ site: Int, _ size: UInt64) -> Bool

  /// Gets ready.
  ///
  /// - Parameters:
  ///   - zones: what is known of a capture's segments.
  ///   - clock: its clock.
  ///   - points: states in order, at most 65,534.
  ///   - passes: whether blocks of a size at a site are looked at.
  package init(
    zones: [SegmentZone], clock: Clock, points: [UInt32],
    passes: @escaping @Sendable (_ site: Int, _ size: UInt64) -> Bool
  ) {
    self.zones = zones
    self.clock = clock
    self.points = points
    self.passes = passes
  }

  /// Which segments rows are read of, and how many rows.
  package var planned: (segments: Int, rows: Int) {
    var found = (segments: 0, rows: 0)
    for zone in zones {
      let first = firstPoint(after: zone.firstInstant)
      guard first < points.count else { continue }
      let isWhole = zone.greatestDeath >= points[first]
      guard isWhole || zone.longRows > 0 else { continue }
      found.segments += 1
      found.rows += Int(isWhole ? zone.rowCount : zone.longRows)
    }
    return found
  }

  /// Scans every segment.
  ///
  /// - Parameters:
  ///   - columns: the capture's columns.
  ///   - greatestCount: how many cells there may be; with more, nothing is found.
  /// - Returns: what is alive, by site; nil when that is too much.
  /// - Throws: `damaged` or `database`.
  package func run(
    _ columns: CaptureColumns, greatestCount: Int = .max
  ) throws(StoreError) -> TimeSums? {
    var sums = TimeSums()
    var driver = SegmentDriver(
      columns, reader: SegmentReader(columns: columns, zones: zones, clock: clock),
      segments: Array(zones.indices), leastSegments: 2
    ) { (worker, segment) throws(StoreError) -> (cells: [Cell], dictionary: SegmentDictionary) in
      var counter = CellCounter()
      try scan(segment, of: worker.reader, &worker.rows, &counter)
      let cells = counter.cells
      return (
        cells,
        cells.isEmpty ? SegmentDictionary() : try worker.reader.dictionary(segment: segment)
      )
    }
    defer { driver.stop() }
    for _ in zones.indices {
      let (cells, dictionary) = try driver.next()
      add(cells, dictionary, of: columns.info, to: &sums)
      if sums.all.count > greatestCount { return nil }
    }
    return sums
  }

  private func add(
    _ cells: [Cell], _ dictionary: SegmentDictionary, of info: CaptureInfo, to sums: inout TimeSums
  ) {
    // 0 not yet known, 1 passes, 2 does not.
    var known = [UInt8](repeating: 0, count: dictionary.count)
    for cell in cells where Int(cell.number) < dictionary.count {
      let number = Int(cell.number)
      let site = dictionary.sites[number]
      let size = dictionary.sizes[number]
      if known[number] == 0 {
        known[number] = Int64(site) < info.sites && passes(Int(site), size) ? 1 : 2
      }
      guard known[number] == 1 else { continue }
      sums.add(
        site: Int(site), born: Int(cell.born), died: Int(cell.died),
        bytes: Int64(bitPattern: size &* UInt64(cell.count)), count: Int64(cell.count))
    }
  }

  private func scan(
    _ segment: Int, of reader: SegmentReader, _ rows: inout SegmentRows,
    _ counter: inout CellCounter
  ) throws(StoreError) {
    let zone = zones[segment]
    let first = firstPoint(after: zone.firstInstant)
    guard first < points.count else { return }
    if zone.greatestDeath >= points[first] {
      try reader.read(segment: segment, columns: [.classes, .deaths], into: &rows)
      count(rows, zone, from: first, &counter)
    } else if zone.longRows > 0 {
      let list = try reader.longRows(segment: segment)
      for index in 0..<list.count {
        let birth = clock.birth(of: zone.firstRow &+ list.offsets[index])
        counter.add(list.classes[index], birth: birth, death: list.deaths[index], points)
      }
    }
  }

  /// Rows come in order of birth: those between two points share the first that they can be
  /// alive at.
  private func count(
    _ rows: SegmentRows, _ zone: SegmentZone, from first: Int, _ counter: inout CellCounter
  ) {
    let deaths = rows.deaths.span
    let classes = rows.classes.span
    var row = 0
    var point = first
    let end = Int(zone.rowCount)
    while row < end, point < points.count {
      let state = points[point]
      let born = clock.rows(before: state)
      let stop = born > zone.firstRow ? min(end, Int(born &- zone.firstRow)) : 0
      while row < stop {
        if deaths[row] >= state {
          counter.add(classes[row], born: point, death: deaths[row], points)
        }
        row &+= 1
      }
      point += 1
    }
  }

  private func firstPoint(after instant: UInt32) -> Int {
    CellCounter.firstPoint(after: instant, points, from: 0)
  }
}

/// Counts cells in an open-addressing table.
private struct CellCounter {
  private var keys: [UInt64] = []
  private var counts: [UInt32] = []
  private var used = 0
  private static let empty = UInt64.max

  init() { grow(to: 1 << 10) }

  /// The first point above an instant: a row born or freed then is alive, or not, from it on.
  static func firstPoint(after instant: UInt32, _ points: [UInt32], from: Int) -> Int {
    var low = from
    var high = points.count
    while low < high {
      let middle = (low &+ high) / 2
      if points[middle] <= instant { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  /// Counts a row when it is alive at some point.
  mutating func add(_ number: UInt32, birth: UInt32, death: UInt32, _ points: [UInt32]) {
    let born = Self.firstPoint(after: birth, points, from: 0)
    guard born < points.count, death >= points[born] else { return }
    add(number, born: born, death: death, points)
  }

  /// Counts a row that is alive at point `born`.
  mutating func add(_ number: UInt32, born: Int, death: UInt32, _ points: [UInt32]) {
    let died =
      death == Clock.never
      ? points.count : Self.firstPoint(after: death, points, from: born &+ 1)
    let key = UInt64(number) << 32 | UInt64(born) << 16 | UInt64(died)
    let mask = keys.count &- 1
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> 32) & mask
    while keys[slot] != Self.empty {
      if keys[slot] == key {
        counts[slot] &+= 1
        return
      }
      slot = (slot &+ 1) & mask
    }
    keys[slot] = key
    counts[slot] = 1
    used += 1
    if used * 2 > keys.count { rehash() }
  }

  /// The cells.
  fileprivate var cells: [PointScan.Cell] {
    keys.indices.filter { keys[$0] != Self.empty }.map { slot in
      PointScan.Cell(
        number: UInt32(keys[slot] >> 32), born: UInt16(truncatingIfNeeded: keys[slot] >> 16),
        died: UInt16(truncatingIfNeeded: keys[slot]), count: counts[slot])
    }
  }

  private mutating func grow(to capacity: Int) {
    keys = Array(repeating: Self.empty, count: capacity)
    counts = Array(repeating: 0, count: capacity)
  }

  private mutating func rehash() {
    let (oldKeys, oldCounts) = (keys, counts)
    grow(to: keys.count * 2)
    let mask = keys.count - 1
    for old in oldKeys.indices where oldKeys[old] != Self.empty {
      var slot = Int(truncatingIfNeeded: (oldKeys[old] &* 0x9E37_79B9_7F4A_7C15) &>> 32) & mask
      while keys[slot] != Self.empty { slot = (slot + 1) & mask }
      keys[slot] = oldKeys[old]
      counts[slot] = oldCounts[old]
    }
  }
}
