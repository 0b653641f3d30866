import Store

/// Live bytes and blocks at every tick, per group.
struct LiveSeries {
  let context: QueryContext
  let data: CaptureData
  let timeline: Timeline

  /// Series of equal length, one a group.
  struct Result {
    /// Key values of each group; one group without keys.
    var groups: [[KeyValue?]]
    var sizes: [[Int64]]
    var counts: [[Int64]]
  }

  /// Whether a timeline looks at rows: ticks know the bytes of everything, and no more.
  static func needsRows(_ query: Query) -> Bool {
    !query.keys.isEmpty || query.filter != nil || query.fromFrame != nil
      || query.measures.contains { $0.value == .count }
  }

  /// The series; without rows only the live bytes of everything, from the ticks.
  func gather(needsRows: Bool, limit: Int?) throws(EngineError) -> Result {
    guard needsRows else {
      return Result(groups: [[]], sizes: [withoutKept()], counts: [[]])
    }
    let keys = context.query.keys.map(\.value)
    let (groupOfSite, values) = try chooseGroups(keys, limit: limit)
    var changes = Changes(
      sizes: values.map { _ in [Int64](repeating: 0, count: timeline.states.count + 1) },
      counts: values.map { _ in [Int64](repeating: 0, count: timeline.states.count + 1) })
    try addRows(groupOfSite, to: &changes)
    let sizes = changes.sizes.map(Self.running)
    let counts = changes.counts.map(Self.running)
    // Groups that nothing passes, and those that no tick sees, have nothing to show.
    let seen = values.indices.filter { group in
      keys.isEmpty || counts[group].contains { $0 != 0 }
    }
    return Result(
      groups: seen.map { values[$0] }, sizes: seen.map { sizes[$0] },
      counts: seen.map { counts[$0] })
  }

  private struct Changes {
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

  /// The groups that are greatest at the peak, and the group of each site (−1: not shown).
  private func chooseGroups(
    _ keys: [Key], limit: Int?
  ) throws(EngineError) -> (groupOfSite: [Int], values: [[KeyValue?]]) {
    let sites = try reading(try data.sites())
    guard !keys.isEmpty else {
      return (Array(repeating: 0, count: sites.count), [[]])
    }
    let view = try context.view(of: data)
    var groups = GroupTable(keys: keys)
    let peak = try PeakSelection(data: data, timeline: timeline).selection()
    var siteSums = SiteSums(siteCount: sites.count, keys: keys)
    do throws(StoreError) {
      let scan = try PopulationScan(
        data: data, selection: peak, condition: view.condition, needs: ScanNeeds())
      _ = try scan.run { siteSums.add($0) }
    } catch { throw .store(error) }
    try groups.add(siteSums, of: view, isInclusive: false, windowTexts: [])
    let groupOfSite = try groups.groupsOfSites(view)
    let order = GroupOrder(measures: [.size], keys: keys, order: [])
      .sorted(Array(groups.tuples.indices), in: groups)
    let shown = limit.map { Array(order.prefix($0)) } ?? order
    var place = [Int](repeating: -1, count: groups.tuples.count)
    for (index, group) in shown.enumerated() { place[group] = index }
    let values = shown.map { group in keys.indices.map { groups.value(group: group, key: $0) } }
    return (groupOfSite.map { place[$0] }, values)
  }

  private func addRows(_ groupOfSite: [Int], to changes: inout Changes) throws(EngineError) {
    let view = try context.view(of: data)
    let selection = Selection(
      births: 0..<timeline.clock.endState, deaths: 0...Clock.never, greatestAge: nil,
      weight: .atBirth, title: "allocated")
    var scan = RowScan(
      data: data, selection: selection, condition: view.condition, needs: ScanNeeds(),
      clock: timeline.clock, selectsSingleRows: true)
    var statistics = PopulationScan.Statistics(path: .rows)
    let index = TickIndex(timeline)
    do throws(StoreError) {
      try scan.visit(&statistics) { (scan, dictionary) in
        for position in scan.selectedRows() {
          let row = scan.row(at: position)
          let group = groupOfSite[Int(dictionary.sites[row.class])]
          guard group >= 0 else { continue }
          let size = Int64(bitPattern: dictionary.sizes[row.class])
          let born = index.firstTick(after: row.birth)
          let died =
            row.death == Clock.never ? timeline.states.count : index.firstTick(after: row.death)
          changes.sizes[group][born] &+= size
          changes.counts[group][born] += 1
          changes.sizes[group][died] &-= size
          changes.counts[group][died] -= 1
        }
      }
      let judge = RowJudge(
        selection: selection, condition: view.condition, clock: timeline.clock, data: data)
      for cut in try data.columns.cuts() {
        let group = groupOfSite[Int(cut.site)]
        guard group >= 0, try judge.row(of: cut) != nil else { continue }
        let at = index.firstTick(after: cut.instant)
        let end =
          cut.death == Clock.never ? timeline.states.count : index.firstTick(after: cut.death)
        changes.sizes[group][at] &-= Int64(bitPattern: cut.bytes)
        changes.counts[group][at] += Int64(cut.pieces)
        changes.sizes[group][end] &+= Int64(bitPattern: cut.bytes)
        changes.counts[group][end] -= Int64(cut.pieces)
      }
    } catch { throw .store(error) }
  }
}

/// Finds the first tick after an instant in about constant time.
struct TickIndex {
  private static let shift: UInt32 = 10
  private let states: [UInt32]
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
