/// Bytes and blocks per site.
package struct SiteTotals: Sendable, Equatable {
  /// Bytes of each site.
  package var bytes: [UInt64]
  /// Blocks of each site; pieces of mappings count one each.
  package var counts: [Int64]

  /// Zeros for so many sites.
  package init(siteCount: Int) {
    bytes = Array(repeating: 0, count: siteCount)
    counts = Array(repeating: 0, count: siteCount)
  }

  /// Bytes of all sites.
  package var totalBytes: UInt64 { bytes.reduce(0, &+) }
}

extension SegmentReader {
  /// What every site holds in `state`, cuts of mappings taken off.
  ///
  /// - Parameters:
  ///   - state: the state asked; `clock.endState` gives what was never freed.
  ///   - clock: the capture's clock.
  ///   - cuts: the capture's cuts.
  ///   - siteCount: number of sites.
  ///   - classes: is given what lives by site and size, nothing taken off.
  /// - Returns: bytes and blocks of each site.
  /// - Throws: `damaged` or `database`.
  package func liveTotals(
    state: UInt32, clock: Clock, cuts: [Cut], siteCount: Int, classes: inout LiveClasses
  ) throws(StoreError) -> SiteTotals {
    var totals = SiteTotals(siteCount: siteCount)
    try add(zones.indices, livingIn: state, clock: clock, to: &totals, classes: &classes)
    totals.take(cuts, before: state, clock: clock)
    return totals
  }

  /// Adds what the sites hold in `state` of some segments, nothing taken off.
  ///
  /// - Throws: `damaged` or `database`.
  package func add(
    _ segments: Range<Int>, livingIn state: UInt32, clock: Clock, to totals: inout SiteTotals,
    classes: inout LiveClasses
  ) throws(StoreError) {
    var rows = SegmentRows()
    let born = clock.rows(before: state)
    for segment in segments where zones[segment].firstRow < born {
      guard zones[segment].greatestDeath >= state || zones[segment].longRows > 0 else { continue }
      let dictionary = try dictionary(segment: segment)
      guard
        let counts = try liveCounts(
          segment: segment, state: state, rowsBorn: born, classCount: dictionary.count, rows: &rows)
      else { continue }
      classes.add(dictionary, counts: counts)
      for index in 0..<dictionary.count where counts[index] > 0 {
        totals.add(
          Int64(counts[index]), site: Int(dictionary.sites[index]), size: dictionary.sizes[index])
      }
    }
  }
}

extension SiteTotals {
  /// Adds blocks of one size, or takes them off; of a site that there is not, nothing.
  package mutating func add(_ blocks: Int64, site: Int, size: UInt64) {
    guard site < bytes.count else { return }
    bytes[site] &+= size &* UInt64(bitPattern: blocks)
    counts[site] &+= blocks
  }

  /// Adds what other sums have, of at most as many sites.
  package mutating func add(_ other: SiteTotals) {
    for site in other.bytes.indices {
      bytes[site] &+= other.bytes[site]
      counts[site] &+= other.counts[site]
    }
  }

  /// Takes off what other sums have, of at most as many sites.
  package mutating func subtract(_ other: SiteTotals) {
    for site in other.bytes.indices {
      bytes[site] &-= other.bytes[site]
      counts[site] &-= other.counts[site]
    }
  }

  /// Makes room for sites that were met since.
  package mutating func grow(toSites siteCount: Int) {
    let added = siteCount - bytes.count
    guard added > 0 else { return }
    bytes += repeatElement(0, count: added)
    counts += repeatElement(0, count: added)
  }

  /// Takes off what was cut from mappings that live in `state`.
  package mutating func take(_ cuts: [Cut], before state: UInt32, clock: Clock) {
    let born = clock.rows(before: state)
    for cut in cuts where cut.applies(in: state, rowsBorn: born) && Int(cut.site) < bytes.count {
      bytes[Int(cut.site)] &-= cut.bytes
      counts[Int(cut.site)] &+= Int64(cut.pieces)
    }
  }
}

extension Cut {
  /// Whether the row lives in `state` and was cut before it.
  package func applies(in state: UInt32, rowsBorn: UInt32) -> Bool {
    row < rowsBorn && instant < state && death >= state
  }
}
