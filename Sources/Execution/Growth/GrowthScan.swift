import Analysis
import Language
import Store

/// Live bytes and blocks of every site at some states, in one pass.
///
/// A row counts only if it outlives a point, so most rows cost one comparison. Cost: about 4 ns
/// a row, most of it decoding (benchmark: `growth by lineno`).
struct GrowthScan {
  let data: CaptureData
  let condition: Condition
  /// The points, as states, rising.
  let states: [UInt32]

  /// What changes at the points, by site.
  func run() throws(StoreError) -> SiteSeries {
    let timeline = try data.timeline()
    let selection = Selection(
      births: 0..<timeline.clock.endState, deaths: 0...Clock.never, greatestAge: nil,
      weight: .atBirth, title: "live")
    let scan = try RowScan(
      data: data, selection: selection, condition: condition, needs: ScanNeeds(),
      clock: timeline.clock, selectsSingleRows: true)
    var changes = SiteSeries(sites: Int(data.info.sites), points: states.count)
    let points = states
    try scan.visit { (scan, dictionary) in
      scan.withRows { (mask, births, deaths, classes) in
        changes.add(mask, births, deaths, classes, dictionary, points)
      }
    }
    try addCuts(selection, timeline, to: &changes)
    return changes
  }

  /// Takes off what munmap has cut, and counts the pieces.
  private func addCuts(
    _ selection: Selection, _ timeline: Timeline, to changes: inout SiteSeries
  ) throws(StoreError) {
    let judge = RowJudge(
      selection: selection, condition: condition, clock: timeline.clock, data: data)
    for cut in try data.columns.cuts() where changes.indices.contains(Int(cut.site)) {
      guard try judge.row(of: cut) != nil else { continue }
      let at = states.partitioningIndex { $0 > cut.instant }
      let end = states.partitioningIndex { $0 > cut.death }
      guard at < end else { continue }
      changes.cut(
        Int(cut.site), Int64(bitPattern: cut.bytes), pieces: Int64(cut.pieces), from: at, to: end)
    }
  }
}
