import Language
import Planning
import Store

/// Bytes and blocks of a population at every tick, per group: alive then, or what happened since
/// the tick before.
struct LiveSeries {
  let context: QueryContext
  let data: CaptureData
  let resolver: PopulationResolver
  let population: Located<Population>
  let keys: [Key]
  /// The stretch asked, which bounds what happens.
  let range: Located<TimeSpan>?
  /// The ticks that will be looked at, rising.
  let ticks: [Int]
  /// What is shown; groups are compared by blocks where they come first, else by bytes.
  let measures: [Measure]

  private var measure: Measure { measures.first == .count ? .count : .size }
  private var timeline: Timeline { resolver.timeline }

  /// Series of equal length, one a group; sums since the tick before unless alive is shown.
  ///
  /// One element more than there are ticks, for what happened after the last.
  struct Result {
    /// Key values of each group; one group without keys.
    var groups: [[KeyValue?]]
    var sizes: [[Int64]]
    /// Empty where nothing was counted.
    var counts: [[Int64]]
    /// What the groups beyond the limit hold together; nil when there are none, or when a row is
    /// in several groups.
    var rest: (sizes: [Int64], counts: [Int64])?
  }

  /// Whether rows are looked at: ticks know the bytes of everything, and no more.
  private var needsRows: Bool {
    let query = context.query
    return population.value != .live(at: nil) || !keys.isEmpty || query.filter != nil
      || query.fromFrame != nil || measures.contains(.count)
  }

  /// The series; without rows only the live bytes of everything, from the ticks.
  func gather(_ choice: ShownChoice) throws(EngineError) -> Result {
    guard needsRows else {
      try reading(try data.note("live", source: "ticks"))
      return Result(groups: [[]], sizes: [withoutKept()], counts: [])
    }
    let candidates = try candidates(choice)
    let values = candidates.values
    let rest = values.count
    let none = [Int64](repeating: 0, count: timeline.states.count + 1)
    var changes = Changes(
      sizes: Array(repeating: none, count: rest + 1),
      counts: Array(repeating: none, count: rest + 1))
    try addRows(candidates, to: &changes)
    let isAlive = population.value.flow == .alive
    if isAlive {
      changes.sizes = changes.sizes.map(Self.running)
      changes.counts = changes.counts.map(Self.running)
    }
    guard !keys.isEmpty, case .greatest(let limit) = choice else {
      return Result(
        groups: values, sizes: Array(changes.sizes.prefix(rest)),
        counts: Array(changes.counts.prefix(rest)))
    }
    let order = greatestFirst(values.indices, changes)
    let shown = limit.map { Array(order.prefix($0)) } ?? order
    if context.query.inclusive == nil {
      for group in order.dropFirst(shown.count) { changes.merge(group, into: rest) }
    }
    return Result(
      groups: shown.map { values[$0] }, sizes: shown.map { changes.sizes[$0] },
      counts: shown.map { changes.counts[$0] },
      rest: isSeen(rest, changes) ? (changes.sizes[rest], changes.counts[rest]) : nil)
  }

  /// Whether a group has something to show: at a tick looked at, or since the tick before.
  private func isSeen(_ group: Int, _ values: Changes) -> Bool {
    population.value.flow == .alive
      ? ticks.contains { values.counts[group][$0] != 0 }
      : values.counts[group].contains { $0 != 0 }
  }

  /// The groups that have something to show, by the greatest value that is shown of them.
  private func greatestFirst(_ groups: Range<Int>, _ values: Changes) -> [Int] {
    let isAlive = population.value.flow == .alive
    let seen = groups.filter { isSeen($0, values) }
    let weights = seen.map { group -> Int64 in
      let series = measure == .count ? values.counts[group] : values.sizes[group]
      return isAlive ? ticks.reduce(0) { max($0, series[$1]) } : series.reduce(0, &+)
    }
    return seen.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }.map { seen[$0] }
  }

  fileprivate struct Changes {
    var sizes: [[Int64]]
    var counts: [[Int64]]

    /// Adds one group's values to another's.
    mutating func merge(_ group: Int, into rest: Int) {
      for index in sizes[rest].indices {
        sizes[rest][index] &+= sizes[group][index]
        counts[rest][index] &+= counts[group][index]
      }
    }
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
      population, range: population.value.flow == .alive ? nil : range)
  }

  /// More values than these are not followed at once: 16 bytes each.
  private static let greatestValues = 1 << 21

  /// The groups that are followed.
  private struct Candidates {
    /// Which rows are in them.
    var shown: ShownGroups
    /// What their numbers mean.
    var table: GroupTable
    var values: [[KeyValue?]]
  }

  /// The groups that are followed, and which rows are in them: those named, or all groups where
  /// they are few enough, else those that hold most at the fullest of the ticks.
  private func candidates(_ choice: ShownChoice) throws(EngineError) -> Candidates {
    let sites = try reading(try data.sites())
    guard !keys.isEmpty else {
      let all = ShownGroups(siteCount: sites.count)
      return Candidates(shown: all, table: GroupTable(keys: []), values: [[]])
    }
    let view = try context.view(of: data)
    let isInclusive = context.query.inclusive != nil
    var groups = GroupTable(keys: keys)
    var order: [Int] = []
    // Which sizes there are only records tell.
    if keys.contains(.sizeclass) {
      try add(try selection(), to: &groups, view)
      order = Array(groups.tuples.indices)
    }
    let members = try groups.memberships(view, isInclusive: isInclusive)
    if order.isEmpty { order = Array(groups.tuples.indices) }
    func value(_ group: Int) -> [KeyValue?] {
      keys.indices.map { groups.value(group: group, key: $0) }
    }
    guard case .greatest(let limit) = choice else {
      let known = Dictionary(order.map { (value($0), $0) }) { first, _ in first }
      let values =
        choice.named.filter { known[$0] != nil } + choice.named.filter { known[$0] == nil }
      let named = ShownGroups(members, values.compactMap { known[$0] }, groups, rest: nil)
      return Candidates(shown: named, table: groups, values: values)
    }
    let most = max(limit ?? order.count, Self.greatestValues / (timeline.states.count + 1))
    if order.count > most { order = try fullestFirst(order, of: groups, view) }
    let chosen = Array(order.prefix(most))
    let shown = ShownGroups(members, chosen, groups, rest: isInclusive ? nil : chosen.count)
    return Candidates(shown: shown, table: groups, values: chosen.map(value))
  }

  /// Groups by what they hold at the fullest of the ticks.
  private func fullestFirst(
    _ groups: [Int], of table: GroupTable, _ view: CaptureView
  ) throws(EngineError) -> [Int] {
    var full = GroupTable(keys: table.keys, sharing: table)
    try add(try fullest(), to: &full, view)
    var held: [[Int32]: Double] = [:]
    for group in full.tuples.indices {
      held[full.tuples[group]] = full.sums[group].value(of: measure)
    }
    let weights = groups.map { held[table.tuples[$0]] ?? 0 }
    return groups.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }.map { groups[$0] }
  }

  /// What lives at the fullest of the ticks looked at; of other populations all rows.
  private func fullest() throws(EngineError) -> Selection {
    guard population.value == .live(at: nil),
      let tick = ticks.max(by: { timeline.heap[$0] < timeline.heap[$1] })
    else { return try selection() }
    let state = timeline.states[tick]
    return Selection(
      births: 0..<state, deaths: state...Clock.never, greatestAge: nil, weight: .inState(state),
      title: "live")
  }

  private func add(
    _ selection: Selection, to groups: inout GroupTable, _ view: CaptureView
  ) throws(EngineError) {
    var siteSums = SiteSums(siteCount: Int(data.info.sites), keys: groups.keys)
    let needs = ScanNeeds(recordSizes: groups.keys.contains(.sizeclass))
    try view.scan(selection, needs) { siteSums.add($0) }
    try groups.add(
      siteSums, of: view, isInclusive: context.query.inclusive != nil, windowTexts: [])
  }

  private func addRows(_ followed: Candidates, to changes: inout Changes) throws(EngineError) {
    let view = try context.view(of: data)
    let selection = try selection()
    let flow = population.value.flow
    let shown = followed.shown
    let points = try reading(try pointSums(shown, view))
    if let points { try add(points, of: followed, view, to: &changes) }
    do throws(StoreError) {
      if case .births = flow { return try addBirths(shown, selection, view, to: &changes) }
      let index = TickIndex(timeline.states, timeline.clock)
      if points == nil {
        try addEachRow(shown, selection, view.condition, index, to: &changes)
      }
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
  /// What is alive at the ticks looked at, by site; nil where single rows matter.
  private func pointSums(
    _ shown: ShownGroups, _ view: CaptureView
  ) throws(StoreError) -> TimeSums? {
    guard population.value == .live(at: nil), !view.condition.needsRows, !shown.splitsSizes,
      ticks.count < Int(UInt16.max)
    else { return nil }
    return try view.lives(at: ticks.map { timeline.states[$0] }, "live at \(ticks.count) ticks")
  }

  private func add(
    _ sums: TimeSums, of followed: Candidates, _ view: CaptureView, to changes: inout Changes
  ) throws(EngineError) {
    guard context.query.inclusive != nil, !keys.isEmpty else {
      for cell in sums.all {
        let (begins, ends) = pointChanges(of: cell)
        followed.shown.forEach(site: Int(cell.site), size: 0) { group in
          changes.add(begins, to: group)
          changes.add(ends, to: group)
        }
      }
      return
    }
    // Stacks share callers, so what sites hold is added up over the stacks.
    var places = [Int32](repeating: -1, count: try reading(try data.sites()).count)
    var sites: [Int] = []
    var held: [PointChanges] = []
    for cell in sums.all {
      let site = Int(cell.site)
      if places[site] < 0 {
        places[site] = Int32(truncatingIfNeeded: sites.count)
        sites.append(site)
        held.append(PointChanges())
      }
      let (begins, ends) = pointChanges(of: cell)
      held[Int(places[site])].add(begins)
      held[Int(places[site])].add(ends)
    }
    var table = followed.table
    try table.addUp(view, sites: sites, { held[$0] }) { _, number, added in
      let group = followed.shown.number(of: number)
      guard group >= 0 else { return }
      for change in added.all { changes.add(change, to: group) }
    }
  }

  private func pointChanges(
    of cell: TimeSums.Cell
  ) -> (begins: PointChange, ends: PointChange) {
    let died = cell.died < ticks.count ? ticks[Int(cell.died)] : timeline.states.count
    return (
      PointChange(point: UInt32(ticks[Int(cell.born)]), bytes: cell.bytes, blocks: cell.count),
      PointChange(point: UInt32(died), bytes: 0 &- cell.bytes, blocks: 0 &- cell.count)
    )
  }

  /// Adds what is born between the ticks looked at.
  private func addBirths(
    _ shown: ShownGroups, _ selection: Selection, _ view: CaptureView, to changes: inout Changes
  ) throws(StoreError) {
    var needs = ScanNeeds(recordSizes: shown.splitsSizes)
    needs.rowKey = RowKey(windows: ticks.map { timeline.states[$0] })
    let scan = try PopulationScan(
      data: data, selection: selection, condition: view.condition, needs: needs)
    try scan.run { born in
      let window = RowKey.window(number: born.rowKey)
      let tick = window < ticks.count ? ticks[window] : timeline.states.count
      shown.forEach(site: born.site, size: born.recordSize) { group in
        changes.sizes[group][tick] &+= born.sums.bytes
        changes.counts[group][tick] += born.sums.count
      }
    }
  }

  /// Adds the births and deaths of every row.
  ///
  /// Cost: some 30 ns a row (benchmark: `timeline by function`).
  private func addEachRow(
    _ shown: ShownGroups, _ selection: Selection, _ condition: Condition, _ index: TickIndex,
    to changes: inout Changes
  ) throws(StoreError) {
    let scan = try RowScan(
      data: data, selection: selection, condition: condition, needs: ScanNeeds(),
      clock: timeline.clock, selectsSingleRows: true)
    let flow = population.value.flow
    try scan.visit { (scan, dictionary) in
      for position in scan.selectedRows() {
        let row = scan.row(at: position)
        let size = dictionary.sizes[row.class]
        let bytes = Int64(bitPattern: size)
        shown.forEach(site: Int(dictionary.sites[row.class]), size: size) { group in
          if flow == .alive {
            let born = index.firstTick(after: row.birth)
            changes.sizes[group][born] &+= bytes
            changes.counts[group][born] += 1
          }
          let died = index.tick(ofDeath: row.death)
          changes.sizes[group][died] &+= flow == .deaths ? bytes : -bytes
          changes.counts[group][died] += flow == .deaths ? 1 : -1
        }
      }
    }
  }
}

extension LiveSeries.Changes {
  fileprivate mutating func add(_ change: PointChange, to group: Int) {
    sizes[group][Int(change.point)] &+= change.bytes
    counts[group][Int(change.point)] &+= change.blocks
  }

  /// What a munmap left of a mapping: it lives on with fewer bytes, and is freed with them.
  fileprivate mutating func add(
    _ cut: Cut, to group: Int, _ flow: PopulationFlow, _ index: TickIndex
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

/// Finds the first of some states after an instant in about constant time.
struct TickIndex {
  private static let shift: UInt32 = 10
  fileprivate let states: [UInt32]
  private let blocks: [UInt32]

  init(_ states: [UInt32], _ clock: Clock) {
    self.states = states
    let count = Int(clock.instantCount >> Self.shift) + 2
    var blocks = [UInt32](repeating: 0, count: count)
    var tick = 0
    for block in 0..<count {
      while tick < states.count, states[tick] <= UInt32(block) << Self.shift { tick += 1 }
      blocks[block] = UInt32(tick)
    }
    self.blocks = blocks
  }

  /// Number of states at or before `instant`.
  @inline(__always) func firstTick(after instant: UInt32) -> Int {
    var tick = Int(blocks[min(blocks.count - 1, Int(instant >> Self.shift))])
    while tick < states.count, states[tick] <= instant { tick += 1 }
    return tick
  }
}

extension TickIndex {
  /// The first state that does not see a row any more; beyond the last when it is never freed.
  @inline(__always) func tick(ofDeath death: UInt32) -> Int {
    death == Clock.never ? states.count : firstTick(after: death)
  }
}

extension [Int64] {
  /// The sum of a stretch, of what there is of it.
  func sum(_ stretch: ClosedRange<Int>) -> Int64 {
    var sum: Int64 = 0
    for element in self[stretch.lowerBound...Swift.min(stretch.upperBound, count - 1)] {
      sum &+= element
    }
    return sum
  }
}
