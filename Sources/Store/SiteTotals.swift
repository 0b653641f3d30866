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
    var rows = SegmentRows()
    let born = clock.rows(before: state)
    for segment in zones.indices where zones[segment].firstRow < born {
      guard zones[segment].greatestDeath >= state || zones[segment].longRows > 0 else { continue }
      let dictionary = try dictionary(segment: segment)
      guard
        let counts = try liveCounts(
          segment: segment, state: state, rowsBorn: born, classCount: dictionary.count, rows: &rows)
      else { continue }
      classes.add(dictionary, counts: counts)
      for index in 0..<dictionary.count where counts[index] > 0 {
        let site = Int(dictionary.sites[index])
        guard site < siteCount else { continue }
        totals.bytes[site] &+= dictionary.sizes[index] &* UInt64(counts[index])
        totals.counts[site] &+= Int64(counts[index])
      }
    }
    for cut in cuts where cut.applies(in: state, rowsBorn: born) && Int(cut.site) < siteCount {
      totals.bytes[Int(cut.site)] &-= cut.bytes
      totals.counts[Int(cut.site)] &+= Int64(cut.pieces)
    }
    return totals
  }
}

extension Cut {
  /// Whether the row lives in `state` and was cut before it.
  package func applies(in state: UInt32, rowsBorn: UInt32) -> Bool {
    row < rowsBorn && instant < state && death >= state
  }
}
