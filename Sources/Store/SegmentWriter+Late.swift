/// A block of a sealed segment whose death came later.
package struct LateFree: Sendable, Equatable {
  /// Its segment.
  package var segment: Int
  /// Its site.
  package var site: UInt32
  /// Its bytes.
  package var size: UInt64
  /// Its death.
  package var death: UInt32
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
    _ = try mergeLate(clock: clock, longAfter: longAfter, listsFreed: false)
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
  ///   - listsFreed: whether to return the blocks; without, an import of any length needs no memory
  ///     for them.
  /// - Returns: the blocks that died.
  /// - Throws: `database` or `diskFull`.
  package func mergeLate(
    clock: Clock, longAfter: [UInt32], listsFreed: Bool = true
  ) throws(StoreError) -> [LateFree] {
    try late.flush(to: writer)
    var freed: [LateFree] = []
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
      if try !mergeIntoList(deaths, segment, reader, limit, listsFreed, &freed) {
        try mergeIntoRows(deaths, segment, reader, limit, listsFreed, &freed)
      }
    }
    try writer.forgetLate()
    return freed
  }

  /// Puts deaths into a segment's long list alone; false when that is not where they stand.
  private func mergeIntoList(
    _ deaths: [LateDeath], _ segment: Int, _ reader: SegmentReader, _ longAfter: UInt32,
    _ listsFreed: Bool, _ freed: inout [LateFree]
  ) throws(StoreError) -> Bool {
    let isPlain = deaths.allSatisfy {
      ($0.death ?? 0) > longAfter
        && ($0.ageCode ?? SegmentLayout.impliedAge) == SegmentLayout.impliedAge
    }
    guard isPlain, !zones[segment].hasAges, zones[segment].longRows > 0 else { return false }
    var list = try reader.longRows(segment: segment)
    let dictionary = listsFreed ? try reader.dictionary(segment: segment) : SegmentDictionary()
    var place = 0
    var found: [LateFree] = []
    // Blocks of late deaths are sorted by row, one block after the other.
    for late in deaths {
      let offset = late.row & UInt32(SegmentLayout.rowCount - 1)
      if place >= list.count || list.offsets[place] > offset { place = 0 }
      place = Self.place(of: offset, in: list.offsets, from: place)
      guard place < list.count, list.offsets[place] == offset else { return false }
      list.deaths[place] = late.death ?? Clock.never
      guard listsFreed else { continue }
      found.append(free(of: Int(list.classes[place]), late, segment, dictionary))
    }
    try writer.write(
      .segmentLong, segment: segment, rows: list.count,
      data: list.encoded(firstInstant: zones[segment].firstInstant))
    freed += found
    return true
  }

  private func free(
    of number: Int, _ late: LateDeath, _ segment: Int, _ dictionary: SegmentDictionary
  ) -> LateFree {
    LateFree(
      segment: segment, site: dictionary.sites[number], size: dictionary.sizes[number],
      death: late.death ?? Clock.never)
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
    _ listsFreed: Bool, _ freed: inout [LateFree]
  ) throws(StoreError) {
    var rows = SegmentRows()
    try reader.read(segment: segment, columns: [.classes, .deaths, .ages], into: &rows)
    let dictionary = listsFreed ? try reader.dictionary(segment: segment) : SegmentDictionary()
    var hasAges = zones[segment].hasAges
    for late in deaths {
      let offset = Int(late.row) & (SegmentLayout.rowCount - 1)
      if let death = late.death {
        rows.deaths[offset] = death
        if listsFreed {
          freed.append(free(of: Int(rows.classes[offset]), late, segment, dictionary))
        }
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
