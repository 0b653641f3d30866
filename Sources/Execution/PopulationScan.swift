import Language
import Store

/// Finds the rows of a selection that meet a condition and adds them up by site and size.
///
/// Takes the cheapest way: totals kept per site; class dictionaries; counts of what lives in
/// a state; or the rows themselves. All but the last touch no row.
struct PopulationScan {
  let data: CaptureData
  let selection: Selection
  let condition: Condition
  let needs: ScanNeeds

  /// Which way a scan goes; printed by `explain`.
  enum Path: String {
    case siteTotals = "site totals"
    case classTotals = "class totals"
    case dictionaries = "class dictionaries"
    case liveCounts = "live counts"
    case rows = "rows"
  }

  private let clock: Clock
  /// The peak or the end when one of them is asked about, and whether what lived then is kept by
  /// site and size.
  private let liveMoment: LiveMoment?
  private let keepsClasses: Bool

  init(
    data: CaptureData, selection: Selection, condition: Condition, needs: ScanNeeds
  ) throws(StoreError) {
    self.data = data
    self.selection = selection
    self.condition = condition
    self.needs = needs
    clock = try data.timeline().clock
    liveMoment = Self.liveMoment(selection.liveState, clock, data)
    keepsClasses =
      try liveMoment.map { (moment) throws(StoreError) in
        try data.columns.hasLiveClasses(of: moment)
      } ?? false
  }

  private static func liveMoment(
    _ state: UInt32?, _ clock: Clock, _ data: CaptureData
  ) -> LiveMoment? {
    guard let state else { return nil }
    if state == clock.endState { return .end }
    return Int64(state) == data.info.peakState ? .peak : nil
  }

  /// The way this scan goes.
  var path: Path {
    if selection.moment != nil { return .siteTotals }
    if condition.needsRows || needs.lifetimes || needs.rowKey != nil { return .rows }
    let touchesSizes = condition.needsClasses || needs.recordSizes
    if selection.isEverything(clock) { return touchesSizes ? .dictionaries : .siteTotals }
    guard selection.liveState != nil else { return .rows }
    guard liveMoment != nil else { return .liveCounts }
    return !touchesSizes ? .siteTotals : keepsClasses ? .classTotals : .liveCounts
  }

  /// Adds up the rows; `add` is called once or more for each site and size.
  func run(_ add: (PartialAggregate) -> Void) throws(StoreError) {
    if path != .rows {
      try note()
      if data.isDry { return }
    }
    switch path {
    case .siteTotals: try addSiteTotals(add)
    case .classTotals:
      try addClassTotals(add)
      try addCuts(add)
    case .dictionaries: try addDictionaries(add)
    case .liveCounts:
      try addLiveCounts(add)
      try addCuts(add)
    case .rows:
      let rows = try RowScan(
        data: data, selection: selection, condition: condition, needs: needs, clock: clock)
      try rows.run(add)
      try rows.addHits(add)
      try addCuts(add)
    }
  }

  /// Tells `explain` what will be read; scans of rows do so themselves.
  private func note() throws(StoreError) {
    guard data.columns.scanLog != nil else { return }
    if selection.moment != nil, needs.recordSizes || condition.needsClasses,
      try data.profile()?.objects ?? 0 > 0
    {
      try data.noteObjects()
    }
    let segments: (count: Int, rows: Int?)?
    switch path {
    case .siteTotals, .classTotals, .rows: segments = nil
    case .dictionaries: segments = (try data.segments().zones.count, nil)
    case .liveCounts: segments = try liveScan().map { ($0.segments.count, $0.rowCount) }
    }
    try data.note(
      selection.title, where: condition, source: path.words, segments: segments)
  }

  private func addSiteTotals(_ add: (PartialAggregate) -> Void) throws(StoreError) {
    if let moment = selection.moment {
      return try TotalsScan(
        data: data, moment: moment, condition: condition, needsRecords: needs.recordSizes
      ).run(add)
    }
    let columns: (bytes: StoredColumn, counts: StoredColumn) =
      switch liveMoment {
      case nil: (.siteAllocatedBytes, .siteAllocatedCount)
      case .end: (.siteLeakedBytes, .siteLeakedCount)
      case .peak: (.sitePeakBytes, .sitePeakCount)
      }
    let bytes = try data.columns.integers(columns.bytes)
    let counts = try data.columns.integers(columns.counts)
    guard bytes.count == counts.count, bytes.count == Int(data.info.sites) else {
      throw data.columns.damaged(columns.bytes)
    }
    for site in bytes.indices where counts[site] != 0 {
      guard condition.answer(site: site, size: 0) == true else { continue }
      add(PartialAggregate(site: site, sums: GroupSums(bytes: bytes[site], count: counts[site])))
    }
  }

  private func addDictionaries(_ add: (PartialAggregate) -> Void) throws(StoreError) {
    let reader = try data.segments()
    for segment in reader.zones.indices {
      let dictionary = try reader.dictionary(segment: segment)
      addClasses(dictionary, counts: dictionary.counts, add)
    }
  }

  private func addLiveCounts(_ add: (PartialAggregate) -> Void) throws(StoreError) {
    guard let scan = try liveScan() else { return }
    try scan.run(data.columns) { items in
      for item in items { addClass(site: item.site, size: item.size, count: item.count, add) }
    }
  }

  private func liveScan() throws(StoreError) -> LiveClassScan? {
    guard let state = selection.liveState else { return nil }
    return LiveClassScan(zones: try data.segments().zones, clock: clock, state: state)
  }

  private func addClassTotals(_ add: (PartialAggregate) -> Void) throws(StoreError) {
    guard let moment = liveMoment, let live = try LiveClasses(of: moment, from: data.columns)
    else { return }
    for item in live.items {
      addClass(site: item.site, size: item.size, count: item.count, add)
    }
  }

  private func addClasses(
    _ dictionary: SegmentDictionary, counts: [UInt32], _ add: (PartialAggregate) -> Void
  ) {
    for index in 0..<dictionary.count where counts[index] > 0 {
      addClass(
        site: dictionary.sites[index], size: dictionary.sizes[index], count: counts[index], add)
    }
  }

  @inline(__always)
  private func addClass(
    site number: UInt32, size: UInt64, count: UInt32, _ add: (PartialAggregate) -> Void
  ) {
    let site = Int(number)
    guard site < Int(data.info.sites), condition.answer(site: site, size: size) == true else {
      return
    }
    add(PartialAggregate(site: number, size: size, count: count))
  }

  // MARK: Cuts

  /// Takes off what munmap has cut from selected rows (memray's rules, design: the clock).
  private func addCuts(_ add: (PartialAggregate) -> Void) throws(StoreError) {
    guard selection.weight != .atBirth else { return }
    let judge = RowJudge(selection: selection, condition: condition, clock: clock, data: data)
    for cut in try data.columns.cuts() {
      let isBefore: Bool
      var countsPieces = false
      switch selection.weight {
      case .atBirth: isBefore = false
      case .inState(let state):
        isBefore = cut.instant < state
        countsPieces = true
      case .bytesInState(let state): isBefore = cut.instant < state
      case .atDeath: isBefore = true
      }
      guard isBefore, let row = try judge.row(of: cut) else { continue }
      add(
        PartialAggregate(
          site: row.site, rowKey: needs.rowKey?.number(of: row) ?? 0,
          sums: GroupSums(
            bytes: -Int64(bitPattern: cut.bytes), count: countsPieces ? Int64(cut.pieces) : 0,
            greatestSize: cut.size)))
    }
  }
}

extension CaptureView {
  /// Calls `add` with what rows of a selection that meet the question's condition add up to.
  func scan(
    _ selection: Selection, _ needs: ScanNeeds = ScanNeeds(), _ add: (PartialAggregate) -> Void
  ) throws(EngineError) {
    let scan = try reading(
      try PopulationScan(data: data, selection: selection, condition: condition, needs: needs))
    try reading(try scan.run(add))
  }

  /// What each site holds at some states, as the rows say it; nil where they cannot be counted by
  /// class.
  func lives(at states: [UInt32], _ title: String) throws(StoreError) -> TimeSums? {
    let scan = PointScan(
      zones: try data.segments().zones, clock: try data.timeline().clock, points: states
    ) { [condition] in condition.answer(site: $0, size: $1) == true }
    let planned = scan.planned
    try data.note(
      title, where: condition, source: "rows", segments: (planned.segments, planned.rows))
    return data.isDry ? TimeSums() : try scan.run(data.columns)
  }
}

/// Decides single rows, for cuts and repeated hits.
struct RowJudge {
  let selection: Selection
  let condition: Condition
  let clock: Clock
  let data: CaptureData

  /// What a condition may look at.
  struct Row {
    var site: Int
    var size: UInt64
    var birth: UInt32
    var death: UInt32
    var lifetime: UInt32
  }

  /// A row from its parts.
  func row(_ number: UInt32, site: UInt32, size: UInt64, death: UInt32) -> Row {
    let lifetime = death == Clock.never ? UInt32.max : clock.rows(before: death) &- number
    return Row(
      site: Int(site), size: size, birth: clock.birth(of: number), death: death,
      lifetime: lifetime)
  }

  /// The row of a cut when it is selected and meets the condition.
  func row(of cut: Cut) throws(StoreError) -> Row? {
    let row = row(cut.row, site: cut.site, size: cut.size, death: cut.death)
    guard selection.births.contains(row.birth), selection.deaths.contains(row.death) else {
      return nil
    }
    return try passes(row) ? row : nil
  }

  /// Whether a row meets the condition.
  func passes(_ row: Row) throws(StoreError) -> Bool {
    try evaluate(condition, row, try data.timeline())
  }

  private func evaluate(
    _ condition: Condition, _ row: Row, _ timeline: Timeline
  ) throws(StoreError) -> Bool {
    if let answer = condition.answer(site: row.site, size: row.size) { return answer }
    return try condition.holds { (test) throws(StoreError) in
      switch test {
      case .births(let range): return range.contains(row.birth)
      case .lifetime(let test): return row.lifetime != .max && test.passes(Double(row.lifetime))
      case .duration(let test):
        guard row.death != Clock.never else { return false }
        let born = timeline.milliseconds(atState: row.birth)
        return test.passes(Double(timeline.milliseconds(atState: row.death) - born))
      case .constant, .sites, .size, .sizeClass:
        return test.answer(site: row.site, size: row.size) == true
      }
    }
  }
}
