import Store

/// What lives at the peak and now by site, kept from publication to publication.
///
/// Each looks only at segments that were not sealed at the one before, and at the blocks of the others
/// that died since: what is older and alive is known as a sum. Costs new rows and late deaths, never
/// the whole recording.
struct GrowingTotals {
  /// What lives in sealed segments, cuts not taken off.
  private var sealed = SiteTotals(siteCount: 0)
  /// How many segments that is.
  private var sealedSegments = 0
  private var peak = SiteTotals(siteCount: 0)
  private var peakState: UInt32?

  /// What a publication is about.
  struct Moment {
    /// Reads the segments that were written.
    var reader: SegmentReader
    var clock: Clock
    /// Segments whose deaths are no longer in memory.
    var sealedSegments: Int
    /// What died since the publication before, of the segments sealed by then.
    var freed: LateTotals
    var cuts: [Cut]
    var siteCount: Int
    var peakState: UInt32
  }

  /// A sum for what dies late until the next publication, which is at the peak of a state.
  func lateTotals(peakState: UInt32, siteCount: Int) -> LateTotals {
    LateTotals(segments: sealedSegments, state: peakState, siteCount: siteCount)
  }

  /// What lives at the peak, and what lives now.
  mutating func update(_ moment: Moment) throws(StoreError) -> (peak: SiteTotals, now: SiteTotals) {
    sealed.grow(toSites: moment.siteCount)
    peak.grow(toSites: moment.siteCount)
    sealed.subtract(moment.freed.all)
    if peakState != moment.peakState {
      peak = try atPeak(moment)
      peakState = moment.peakState
    }
    var unkept = LiveClasses(limit: 0)
    let end = moment.clock.endState
    try moment.reader.add(
      sealedSegments..<moment.sealedSegments, livingIn: end, clock: moment.clock, to: &sealed,
      classes: &unkept)
    sealedSegments = moment.sealedSegments
    var now = sealed
    try moment.reader.add(
      sealedSegments..<moment.reader.zones.count, livingIn: end, clock: moment.clock, to: &now,
      classes: &unkept)
    now.take(moment.cuts, before: end, clock: moment.clock)
    return (peak, now)
  }

  /// What lives at a peak that came after the publication before.
  private func atPeak(_ moment: Moment) throws(StoreError) -> SiteTotals {
    var totals = sealed
    totals.add(moment.freed.afterState)
    var unkept = LiveClasses(limit: 0)
    try moment.reader.add(
      sealedSegments..<moment.reader.zones.count, livingIn: moment.peakState, clock: moment.clock,
      to: &totals, classes: &unkept)
    totals.take(moment.cuts, before: moment.peakState, clock: moment.clock)
    return totals
  }
}
