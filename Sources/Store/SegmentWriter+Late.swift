/// What died late of the segments that were known before, by site: a sum, however much that is.
package struct LateTotals: Sendable {
  /// Only blocks of segments before this one count.
  private let segments: Int
  /// Deaths from this state on count as after it.
  private let state: UInt32
  /// All of them.
  package private(set) var all: SiteTotals
  /// Those that died at the state or after it.
  package private(set) var afterState: SiteTotals

  /// Nothing yet, of so many segments and sites, told apart by a state.
  package init(segments: Int, state: UInt32, siteCount: Int) {
    self.segments = segments
    self.state = state
    all = SiteTotals(siteCount: siteCount)
    afterState = all
  }

  mutating func note(
    _ late: LateDeath, segment: Int, class number: Int, of classes: SegmentDictionary
  ) {
    guard segment < segments, let death = late.death else { return }
    let (site, size) = (Int(classes.sites[number]), classes.sizes[number])
    all.add(1, site: site, size: size)
    if death >= state { afterState.add(1, site: site, size: size) }
  }
}

/// Late deaths: put where they belong, for a publication or at the end.
extension SegmentWriter {
  /// Merges late deaths and writes the zones; every segment must be sealed.
  ///
  /// - Parameters:
  ///   - clock: when its rows are born.
  ///   - longAfter: per segment, the last instant at which a death is not long.
  /// - Returns: what is known of each segment.
  /// - Throws: `database` or `diskFull`.
  package func finish(clock: Clock, longAfter: [UInt32]) throws(StoreError) -> [SegmentZone] {
    var unwanted: LateTotals?
    try mergeLate(clock: clock, longAfter: longAfter, to: &unwanted)
    try writeZones()
    return zones
  }

  /// Merges the deaths that came since the last time into the segments that were sealed before.
  ///
  /// Costs as much as the long lists of the segments that lost a block, or those segments where they
  /// keep no list or have ages.
  ///
  /// - Parameters:
  ///   - clock: when rows are born.
  ///   - longAfter: per segment, the last instant at which a death is not long.
  ///   - totals: what died is added here; nil when nobody wants to know.
  /// - Throws: `database` or `diskFull`.
  package func mergeLate(
    clock: Clock, longAfter: [UInt32], to totals: inout LateTotals?
  ) throws(StoreError) {
    try late.flush(to: writer)
    for segment in try writer.lateSegments() {
      let reader = SegmentReader(columns: written, zones: zones, clock: clock)
      var deaths: [LateDeath] = []
      for block in try writer.late(segment: segment) {
        guard let decoded = LateDeaths.decode(block) else {
          throw written.damaged(.segmentDeaths, segment)
        }
        deaths += decoded
      }
      let limit = longAfter[segment]
      if try !mergeIntoList(deaths, segment, reader, limit, &totals) {
        try mergeIntoRows(deaths, segment, reader, limit, &totals)
      }
    }
    try writer.forgetLate()
  }

  /// Puts deaths into a segment's long list alone; false when that is not where they stand.
  private func mergeIntoList(
    _ deaths: [LateDeath], _ segment: Int, _ reader: SegmentReader, _ longAfter: UInt32,
    _ totals: inout LateTotals?
  ) throws(StoreError) -> Bool {
    let isPlain = deaths.allSatisfy {
      ($0.death ?? 0) > longAfter
        && ($0.ageCode ?? SegmentLayout.impliedAge) == SegmentLayout.impliedAge
    }
    guard isPlain, !zones[segment].hasAges, zones[segment].longRows > 0 else { return false }
    var list = try reader.longRows(segment: segment)
    var place = 0
    var places: [Int] = []
    // Blocks of late deaths are sorted by row, one block after the other.
    for late in deaths {
      let offset = late.row & UInt32(SegmentLayout.rowCount - 1)
      if place >= list.count || list.offsets[place] > offset { place = 0 }
      place = Self.place(of: offset, in: list.offsets, from: place)
      guard place < list.count, list.offsets[place] == offset else { return false }
      list.deaths[place] = late.death ?? Clock.never
      places.append(place)
    }
    try writer.write(
      .segmentLong, segment: segment, rows: list.count,
      data: list.encoded(firstInstant: zones[segment].firstInstant))
    guard totals != nil else { return true }
    let dictionary = try reader.dictionary(segment: segment)
    for (late, place) in zip(deaths, places) {
      totals?.note(late, segment: segment, class: Int(list.classes[place]), of: dictionary)
    }
    return true
  }

  private static func place(of offset: UInt32, in offsets: [UInt32], from first: Int) -> Int {
    var low = first
    var high = offsets.count
    while low < high {
      let middle = (low &+ high) / 2
      if offsets[middle] < offset { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  private func mergeIntoRows(
    _ deaths: [LateDeath], _ segment: Int, _ reader: SegmentReader, _ longAfter: UInt32,
    _ totals: inout LateTotals?
  ) throws(StoreError) {
    var rows = SegmentRows()
    try reader.read(segment: segment, columns: [.classes, .deaths, .ages], into: &rows)
    let dictionary = totals == nil ? SegmentDictionary() : try reader.dictionary(segment: segment)
    var hasAges = zones[segment].hasAges
    for late in deaths {
      let offset = Int(late.row) & (SegmentLayout.rowCount - 1)
      if let death = late.death {
        rows.deaths[offset] = death
        totals?.note(late, segment: segment, class: Int(rows.classes[offset]), of: dictionary)
      }
      guard let age = late.ageCode else { continue }
      if age != SegmentLayout.impliedAge { hasAges = true }
      rows.ages[offset] = age
    }
    try writeDeaths(
      segment: segment, deaths: rows.deaths, ages: hasAges ? rows.ages : nil,
      longAfter: longAfter)
  }
}
