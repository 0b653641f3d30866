import CaptureModel
import Store
import Testing

@testable import Ingest

/// Compares an import with the reference, answer by answer.
///
/// Records one issue per kind of answer that differs, with the first place where it does.
struct Comparison {
  let imported: ImportedEvents
  let expected: ReferenceReplay
  /// Names the stream in issues.
  let label: String

  func run() throws {
    try compareTotals()
    try compareRows()
    try compareTimes()
    compareCuts()
    try compareSites()
    try compareLiving(.peak, state: UInt32(imported.info.peakState))
    try compareLiving(.end, state: imported.clock.endState)
    try compareStates()
    try compareZones()
    try compareLong()
  }

  private func equal<Value: Equatable>(_ what: String, _ found: [Value], _ wanted: [Value]) {
    guard found != wanted else { return }
    let place = zip(found, wanted).enumerated().first { $1.0 != $1.1 }
    guard let (index, values) = place else {
      Issue.record("\(label): \(what): \(found.count) values, not \(wanted.count)")
      return
    }
    Issue.record("\(label): \(what) \(index) is \(values.0), not \(values.1)")
  }

  private func equal<Value: Equatable>(_ what: String, _ found: Value, _ wanted: Value) {
    if found != wanted { Issue.record("\(label): \(what) is \(found), not \(wanted)") }
  }

  private func compareTotals() throws {
    let info = imported.info
    equal("rows", info.rows, Int64(expected.rows.count))
    equal("instants", info.instants, Int64(expected.instants))
    equal("deallocations", info.deallocations, Int64(expected.deallocations))
    equal(
      "bytes allocated", info.bytesAllocated,
      Int64(bitPattern: expected.allocated.reduce(0) { $0 + $1.bytes }))
    equal("peak", info.peakBytes, Int64(bitPattern: expected.peak.bytes))
    equal("peak state", info.peakState, Int64(expected.peak.state))
    equal("heap at the end", info.endBytes, Int64(bitPattern: expected.heap))
    let deepPops = imported.quality.first { $0.kind == "deep pop" }?.count ?? 0
    equal("frames popped too many", deepPops, Int64(expected.missingFrames))
    let clamped = imported.quality.first { $0.kind == "clamped clock" }?.count ?? 0
    equal("clamped ticks", clamped, Int64(expected.clampedTicks))
  }

  private func compareRows() throws {
    equal("row", try imported.rows(), expected.rows)
    let rows = try imported.columns.words(.hitRow)
    let ages = try imported.columns.words(.hitAge)
    equal(
      "hit", zip(rows, ages).map { ReferenceHit(row: Int($0), age: $1) }, expected.hits)
    let reusedRows = try imported.columns.words(.reusedRow)
    let instants = try imported.columns.words(.reusedInstant)
    let bytes = try imported.columns.integers(.reusedBytes)
    equal(
      "reuse",
      reusedRows.indices.map {
        ReferenceReuse(
          row: Int(reusedRows[$0]), instant: instants[$0], bytes: UInt64(bitPattern: bytes[$0]))
      }, expected.reused)
  }

  private func compareTimes() throws {
    let columns = imported.columns
    let states = try columns.words(.tickState)
    let milliseconds = try columns.integers(.tickMilliseconds)
    let rss = try columns.integers(.tickRSS)
    let heap = try columns.integers(.tickHeap)
    equal(
      "tick",
      states.indices.map {
        ReferenceTick(
          state: states[$0], milliseconds: milliseconds[$0], rss: UInt64(bitPattern: rss[$0]),
          heap: UInt64(bitPattern: heap[$0]))
      }, expected.ticks)
    let peaks = try columns.integers(.windowPeak)
    let peakStates = try columns.words(.windowPeakState)
    equal(
      "window",
      zip(peaks, peakStates).map {
        ReferencePeak(bytes: UInt64(bitPattern: $0), state: $1)
      }, expected.windows)
  }

  private func compareCuts() {
    equal(
      "cut",
      imported.cuts.map {
        ReferenceCut(row: Int($0.row), instant: $0.instant, bytes: $0.bytes, pieces: Int($0.pieces))
      }.sorted(by: Self.isBefore),
      expected.cuts.sorted(by: Self.isBefore))
    for cut in imported.cuts where Int(cut.row) < expected.rows.count {
      let row = expected.rows[Int(cut.row)]
      equal("site of a cut", Int(cut.site), row.site)
      equal("size of a cut", cut.size, row.size)
      equal("death of a cut", cut.death, row.death ?? Clock.never)
    }
  }

  private static func isBefore(_ left: ReferenceCut, _ right: ReferenceCut) -> Bool {
    (left.instant, left.row, left.bytes, left.pieces)
      < (right.instant, right.row, right.bytes, right.pieces)
  }

  private func compareSites() throws {
    equal("site", try imported.sites(), expected.sites)
    equal(
      "allocated at site", try imported.totals(.siteAllocatedBytes, .siteAllocatedCount),
      expected.allocated)
    equal(
      "at the peak at site", try imported.totals(.sitePeakBytes, .sitePeakCount),
      padded(expected.livingAtPeak))
    equal(
      "leaked at site", try imported.totals(.siteLeakedBytes, .siteLeakedCount), expected.living)
    var firstRows = [UInt32?](repeating: nil, count: expected.sites.count)
    for (index, row) in expected.rows.enumerated() where firstRows[row.site] == nil {
      firstRows[row.site] = UInt32(index)
    }
    equal("first row of site", try imported.columns.words(.siteFirstRow), firstRows.map { $0 ?? 0 })
  }

  /// What is kept by site and size, against the rows that live then.
  private func compareLiving(_ moment: LiveMoment, state: UInt32) throws {
    let wanted = livingRows(state: state)
    let stored = try LiveClasses(of: moment, from: imported.columns)?.items
    // A capture that grows has them at its end only; until then questions scan.
    if stored == nil, imported.info.ending != .complete { return }
    let kept = stored ?? []
    equal("living at the \(moment)", sums(kept), wanted)
    equal("pairs living at the \(moment)", kept.count, wanted.count)
  }

  /// What a scan of segments finds by site and size, with workers and without.
  private func compareScan(state: UInt32) throws {
    for leastSegments in [1, Int.max] {
      let scan = LiveClassScan(
        zones: imported.reader.zones, clock: imported.clock, state: state,
        leastSegments: leastSegments)
      var items: [LiveClasses.Item] = []
      try scan.run(imported.columns) { items += $0 }
      equal("scan of state \(state)", sums(items), livingRows(state: state))
    }
  }

  private struct LivingKey: Hashable {
    var site: Int
    var size: UInt64
  }

  private func livingRows(state: UInt32) -> [LivingKey: UInt32] {
    var sums: [LivingKey: UInt32] = [:]
    for row in expected.rows where row.birth < state && row.death.map({ $0 >= state }) ?? true {
      sums[LivingKey(site: row.site, size: row.size), default: 0] += 1
    }
    return sums
  }

  private func sums(_ items: [LiveClasses.Item]) -> [LivingKey: UInt32] {
    Dictionary(items.map { (LivingKey(site: Int($0.site), size: $0.size), $0.count) }) { $0 + $1 }
  }

  private func padded(_ totals: [ReferenceTotal]) -> [ReferenceTotal] {
    totals + Array(repeating: ReferenceTotal(), count: expected.sites.count - totals.count)
  }

  private func compareStates() throws {
    for (state, totals) in expected.livingInState.sorted(by: { $0.key < $1.key }) {
      equal("state \(state) site", try imported.living(state: state), padded(totals))
    }
    for state in expected.livingInState.keys.sorted().prefix(3) { try compareScan(state: state) }
    equal(
      "end state site", try imported.living(state: imported.clock.endState), expected.living)
  }

  /// What a zone promises of its rows.
  private func compareZones() throws {
    var segments = SegmentRows()
    for (index, zone) in imported.reader.zones.enumerated() {
      let first = Int(zone.firstRow)
      let rows = expected.rows[first..<(first + Int(zone.rowCount))]
      equal("zone \(index) bytes", zone.bytes, rows.reduce(0) { $0 + $1.size })
      equal("zone \(index) smallest", zone.smallest, rows.map(\.size).min() ?? 0)
      equal("zone \(index) greatest", zone.greatest, rows.map(\.size).max() ?? 0)
      equal("zone \(index) first instant", zone.firstInstant, rows.first?.birth ?? 0)
      let long = Set(try imported.reader.longRows(segment: index).offsets)
      try imported.reader.read(segment: index, columns: .deaths, into: &segments)
      let others = segments.deaths.indices.filter { !long.contains(UInt32($0)) }
      equal(
        "zone \(index) greatest death", zone.greatestDeath,
        others.map { segments.deaths[$0] }.max() ?? 0)
      equal("zone \(index) long rows", Int(zone.longRows), long.count)
    }
  }

  /// Long are the rows that die more than four segments later; over a quarter makes no list.
  private func compareLong() throws {
    let size = SegmentLayout.rowCount
    for segment in imported.reader.zones.indices {
      let first = segment * size
      let lastOfSpan = (segment + 5) * size - 1
      let limit =
        lastOfSpan < expected.rows.count ? expected.rows[lastOfSpan].birth + 1 : Clock.never - 1
      let rows = expected.rows[first..<min(first + size, expected.rows.count)]
      var long = rows.indices.filter { expected.rows[$0].death ?? Clock.never > limit }
      if long.count > rows.count / 4 { long = [] }
      let list = try imported.reader.longRows(segment: segment)
      equal("long row of segment \(segment)", list.offsets.map { Int($0) + first }, long)
      equal(
        "death of long row of segment \(segment)", list.deaths,
        long.map { expected.rows[$0].death ?? Clock.never })
      let dictionary = try imported.reader.dictionary(segment: segment)
      equal(
        "size of long row of segment \(segment)", list.classes.map { dictionary.sizes[Int($0)] },
        long.map { expected.rows[$0].size })
      equal(
        "site of long row of segment \(segment)",
        list.classes.map { Int(dictionary.sites[Int($0)]) }, long.map { expected.rows[$0].site })
    }
  }
}
