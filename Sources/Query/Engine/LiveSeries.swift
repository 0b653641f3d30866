import Store

/// Bytes and blocks of a population at every tick, per group: alive then, or what happened since
/// the tick before.
struct LiveSeries {
  let context: QueryContext
  let data: CaptureData
  let resolver: PopulationResolver
  let population: Located<Population>
  /// The ticks that will be looked at, rising.
  let ticks: [Int]

  private var timeline: Timeline { resolver.timeline }

  /// What a point of time shows of a population.
  enum Flow {
    /// What of it is alive: live, leaked, survived.
    case alive
    /// What was allocated since the point before: allocated, temporary.
    case births
    /// What was freed since the point before.
    case deaths
  }

  /// Series of equal length, one a group; sums since the tick before unless alive is shown.
  ///
  /// One element more than there are ticks, for what happened after the last.
  struct Result {
    /// Key values of each group; one group without keys.
    var groups: [[KeyValue?]]
    var sizes: [[Int64]]
    var counts: [[Int64]]
    /// What the groups beyond the limit hold together; nil when there are none, or when a row is
    /// in several groups.
    var rest: (sizes: [Int64], counts: [Int64])?
  }

  /// Whether a timeline looks at rows: ticks know the bytes of everything, and no more.
  static func needsRows(_ query: Query, _ population: Population) -> Bool {
    population != .live(at: nil) || !query.keys.isEmpty || query.filter != nil
      || query.fromFrame != nil
      || query.measures.contains { $0.value == .count }
  }

  /// The series; without rows only the live bytes of everything, from the ticks.
  func gather(needsRows: Bool, limit: Int?) throws(EngineError) -> Result {
    guard needsRows else {
      return Result(groups: [[]], sizes: [withoutKept()], counts: [[]])
    }
    let keys = context.query.keys.map(\.value)
    let (shown, values) = try chooseGroups(keys, limit: limit)
    let rest = values.count
    let none = [Int64](repeating: 0, count: timeline.states.count + 1)
    var changes = Changes(
      sizes: Array(repeating: none, count: rest + 1),
      counts: Array(repeating: none, count: rest + 1))
    try addRows(shown, to: &changes)
    let isAlive = population.value.flow == .alive
    let sizes = isAlive ? changes.sizes.map(Self.running) : changes.sizes
    let counts = isAlive ? changes.counts.map(Self.running) : changes.counts
    // Groups that nothing passes, and those that no tick sees, have nothing to show.
    func isSeen(_ group: Int) -> Bool {
      isAlive
        ? ticks.contains { counts[group][$0] != 0 } : counts[group].contains { $0 != 0 }
    }
    let seen = values.indices.filter { keys.isEmpty || isSeen($0) }
    return Result(
      groups: seen.map { values[$0] }, sizes: seen.map { sizes[$0] },
      counts: seen.map { counts[$0] },
      rest: isSeen(rest) ? (sizes[rest], counts[rest]) : nil)
  }

  fileprivate struct Changes {
    var sizes: [[Int64]]
    var counts: [[Int64]]
  }

  /// Heap less the bytes kept by reused addresses.
  private func withoutKept() -> [Int64] {
    var kept: Int64 = 0
    var next = 0
    return timeline.states.indices.map { tick in
      while next < timeline.reusedInstants.count,
        timeline.reusedInstants[next] < timeline.states[tick]
      {
        kept &+= timeline.reusedBytes[next]
        next += 1
      }
      return timeline.heap[tick] &- kept
    }
  }

  private static func running(_ changes: [Int64]) -> [Int64] {
    var sum: Int64 = 0
    return changes.map { change in
      sum &+= change
      return sum
    }
  }

  /// The rows shown: `in` is the stretch looked at, so it bounds only what happens in it.
  private func selection() throws(EngineError) -> Selection {
    guard population.value != .live(at: nil) else {
      return Selection(
        births: 0..<timeline.clock.endState, deaths: 0...Clock.never, greatestAge: nil,
        weight: .atBirth, title: "live")
    }
    return try resolver.selection(
      population, range: population.value.flow == .alive ? nil : context.query.range)
  }

  /// The groups that hold most, of what is live at the peak, and which rows are in them.
  private func chooseGroups(
    _ keys: [Key], limit: Int?
  ) throws(EngineError) -> (shown: ShownGroups, values: [[KeyValue?]]) {
    let sites = try reading(try data.sites())
    guard !keys.isEmpty else { return (ShownGroups(siteCount: sites.count), [[]]) }
    let view = try context.view(of: data)
    let isInclusive = context.query.inclusive != nil
    var groups = GroupTable(keys: keys)
    let greatest =
      population.value == .live(at: nil)
      ? try PeakSelection(data: data, timeline: timeline).selection() : try selection()
    var siteSums = SiteSums(siteCount: sites.count, keys: keys)
    do throws(StoreError) {
      var needs = ScanNeeds()
      needs.recordSizes = keys.contains(.sizeclass)
      let scan = try PopulationScan(
        data: data, selection: greatest, condition: view.condition, needs: needs)
      _ = try scan.run { siteSums.add($0) }
    } catch { throw .store(error) }
    try groups.add(siteSums, of: view, isInclusive: isInclusive, windowTexts: [])
    let order = GroupOrder(measures: [.size], keys: keys, order: [])
      .sorted(Array(groups.tuples.indices), in: groups)
    let shown = limit.map { Array(order.prefix($0)) } ?? order
    let values = shown.map { group in keys.indices.map { groups.value(group: group, key: $0) } }
    let members = try groups.memberships(
      view, sites: Array(0..<sites.count), isInclusive: isInclusive)
    return (
      ShownGroups(members, shown, groups, rest: isInclusive ? nil : shown.count), values
    )
  }

  private func addRows(_ shown: ShownGroups, to changes: inout Changes) throws(EngineError) {
    let view = try context.view(of: data)
    let selection = try selection()
    let index = TickIndex(timeline)
    let flow = population.value.flow
    do throws(StoreError) {
      if try !addPoints(shown, view.condition, to: &changes) {
        try addEachRow(shown, selection, view.condition, index, to: &changes)
      }
      if case .births = flow { return try addHits(shown, to: &changes, selection, view) }
      let judge = RowJudge(
        selection: selection, condition: view.condition, clock: timeline.clock, data: data)
      for cut in try data.columns.cuts() {
        guard try judge.row(of: cut) != nil else { continue }
        shown.forEach(site: Int(cut.site), size: cut.size) { group in
          changes.add(cut, to: group, flow, index)
        }
      }
    } catch { throw .store(error) }
  }
}

extension LiveSeries {
  /// Adds what is alive at the ticks looked at, where single rows do not matter; false where
  /// they do.
  private func addPoints(
    _ shown: ShownGroups, _ condition: Condition, to changes: inout Changes
  ) throws(StoreError) -> Bool {
    guard population.value == .live(at: nil), !condition.needsRows, !shown.splitsSizes,
      ticks.count < Int(UInt16.max)
    else { return false }
    let scan = PointScan(
      columns: data.columns, zones: try data.segments().zones, clock: timeline.clock,
      points: ticks.map { timeline.states[$0] }
    ) { condition.answer(site: $0, size: $1) == true }
    guard let sums = try scan.run() else { return false }
    for cell in sums.all {
      let born = ticks[Int(cell.born)]
      let died = cell.died < ticks.count ? ticks[Int(cell.died)] : timeline.states.count
      shown.forEach(site: Int(cell.site), size: 0) { group in
        changes.sizes[group][born] &+= cell.bytes
        changes.counts[group][born] += cell.count
        changes.sizes[group][died] &-= cell.bytes
        changes.counts[group][died] -= cell.count
      }
    }
    return true
  }

  /// Adds the births and deaths of every row.
  ///
  /// Cost: some 30 ns a row (benchmark: `timeline by function`).
  private func addEachRow(
    _ shown: ShownGroups, _ selection: Selection, _ condition: Condition, _ index: TickIndex,
    to changes: inout Changes
  ) throws(StoreError) {
    var scan = RowScan(
      data: data, selection: selection, condition: condition, needs: ScanNeeds(),
      clock: timeline.clock, selectsSingleRows: true)
    var statistics = PopulationScan.Statistics(path: .rows)
    let flow = population.value.flow
    try scan.visit(&statistics) { (scan, dictionary) in
      for position in scan.selectedRows() {
        let row = scan.row(at: position)
        let size = dictionary.sizes[row.class]
        let bytes = Int64(bitPattern: size)
        shown.forEach(site: Int(dictionary.sites[row.class]), size: size) { group in
          if flow != .deaths {
            let born = index.firstTick(after: row.birth)
            changes.sizes[group][born] &+= bytes
            changes.counts[group][born] += 1
          }
          guard flow != .births else { return }
          let died = index.tick(ofDeath: row.death)
          changes.sizes[group][died] &+= flow == .deaths ? bytes : -bytes
          changes.counts[group][died] += flow == .deaths ? 1 : -1
        }
      }
    }
  }

  /// Adds the blocks that a later free hit again, for temporary.
  private func addHits(
    _ shown: ShownGroups, to changes: inout Changes, _ selection: Selection, _ view: CaptureView
  ) throws(StoreError) {
    var needs = ScanNeeds()
    needs.rowKey = RowKey(byLifetime: false, windows: timeline.states)
    var scan = RowScan(
      data: data, selection: selection, condition: view.condition, needs: needs,
      clock: timeline.clock, selectsSingleRows: true)
    try scan.addHits { hit in
      let tick = RowKey.window(number: hit.rowKey)
      shown.forEach(site: hit.site, size: hit.recordSize) { group in
        changes.sizes[group][tick] &+= hit.bytes
        changes.counts[group][tick] += hit.count
      }
    }
  }
}

extension LiveSeries.Changes {
  /// What a munmap left of a mapping: it lives on with fewer bytes, and is freed with them.
  fileprivate mutating func add(
    _ cut: Cut, to group: Int, _ flow: LiveSeries.Flow, _ index: TickIndex
  ) {
    let end = index.tick(ofDeath: cut.death)
    guard flow == .alive else {
      sizes[group][end] &-= Int64(bitPattern: cut.bytes)
      return
    }
    let at = index.firstTick(after: cut.instant)
    sizes[group][at] &-= Int64(bitPattern: cut.bytes)
    counts[group][at] += Int64(cut.pieces)
    sizes[group][end] &+= Int64(bitPattern: cut.bytes)
    counts[group][end] -= Int64(cut.pieces)
  }
}

extension Population {
  /// What a timeline shows of it.
  var flow: LiveSeries.Flow {
    switch self {
    case .allocated, .temporary: .births
    case .freed: .deaths
    default: .alive
    }
  }
}

/// Finds the first tick after an instant in about constant time.
struct TickIndex {
  private static let shift: UInt32 = 10
  fileprivate let states: [UInt32]
  private let blocks: [UInt32]

  init(_ timeline: Timeline) {
    states = timeline.states
    let count = Int(timeline.clock.instantCount >> Self.shift) + 2
    var blocks = [UInt32](repeating: 0, count: count)
    var tick = 0
    for block in 0..<count {
      while tick < states.count, states[tick] <= UInt32(block) << Self.shift { tick += 1 }
      blocks[block] = UInt32(tick)
    }
    self.blocks = blocks
  }

  /// Number of ticks whose state is at or before `instant`.
  @inline(__always) func firstTick(after instant: UInt32) -> Int {
    var tick = Int(blocks[min(blocks.count - 1, Int(instant >> Self.shift))])
    while tick < states.count, states[tick] <= instant { tick += 1 }
    return tick
  }
}

extension TickIndex {
  /// The first tick that does not see a row any more; beyond the last when it is never freed.
  @inline(__always) func tick(ofDeath death: UInt32) -> Int {
    death == Clock.never ? states.count : firstTick(after: death)
  }
}

/// The rows alive at the peak of a capture.
struct PeakSelection {
  let data: CaptureData
  let timeline: Timeline

  func selection() throws(EngineError) -> Selection {
    let state = UInt32(truncatingIfNeeded: data.info.peakState)
    return Selection(
      births: 0..<state, deaths: state...Clock.never, greatestAge: nil, weight: .inState(state),
      title: "peak")
  }
}
