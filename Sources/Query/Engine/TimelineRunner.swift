import Columns
import Store

/// Answers `timeline`: values at the ticks of a capture.
struct TimelineRunner {
  private let context: QueryContext
  private let query: Query
  /// Points a terminal table shows unless windows are asked for.
  private static let tablePoints = 40

  init(_ context: QueryContext) {
    self.context = context
    query = context.query
  }

  private var measures: [Measure] {
    query.measures.isEmpty ? [.size] : query.measures.map(\.value)
  }

  /// Columns of the result while it grows.
  private struct Rows {
    var captures: [String?] = []
    var times: [Double?] = []
    var keys: [[KeyValue?]]
    var values: [[Int64?]]
  }

  /// The answer: one row a point, and a group when there are keys.
  func answer() throws(EngineError) -> Answer {
    try refuseForeignMeasures()
    var rows = Rows(
      keys: query.keys.map { _ in [] }, values: measures.map { _ in [] })
    var notes: [String] = []
    for data in context.captures { try add(data, to: &rows, notes: &notes) }
    var table = context.emptyTable(population: context.population.value.canonicalText)
    table.columns = [
      ResultColumn(name: "time", role: .key, unit: .seconds, values: .reals(rows.times))
    ]
    if context.captures.count > 1 {
      table.columns.insert(
        ResultColumn(name: "capture", role: .key, unit: .none, values: .texts(rows.captures)), at: 0
      )
    }
    for (index, key) in query.keys.enumerated() {
      table.columns.append(
        ResultColumn(
          name: key.value.rawValue, role: .key, unit: key.value.unit,
          values: key.value.values(rows.keys[index])))
    }
    for (index, measure) in measures.enumerated() {
      table.columns.append(
        ResultColumn(
          name: measure.columnName, role: .measure, unit: measure == .count ? .count : .bytes,
          values: .integers(rows.values[index])))
    }
    table.notes = notes
    return Answer(content: .table(table), verb: .timeline, output: query.output, limit: nil)
  }

  private func refuseForeignMeasures() throws(EngineError) {
    for measure in query.measures {
      switch measure.value {
      case .size, .count, .series(.rss), .series(.heap), .series(.gap): continue
      case .series(let series):
        throw .query(
          .cannotAnswer(
            "these captures record no `\(series.rawValue)`",
            wayOut: "they have `size`, `count`, `heap`, `rss` and `gap`", at: measure.range))
      default:
        throw .query(
          .cannotAnswer(
            "a timeline shows sizes, counts and series", wayOut: "`timeline size, rss`",
            at: measure.range))
      }
    }
  }

  private func add(
    _ data: CaptureData, to rows: inout Rows, notes: inout [String]
  ) throws(EngineError) {
    let resolver = try reading(try PopulationResolver(data: data))
    let timeline = resolver.timeline
    let points = try points(data, timeline, notes: &notes)
    let live = try LiveSeries(context: context, data: data, timeline: timeline).gather(
      needsRows: !query.keys.isEmpty || query.filter != nil || query.fromFrame != nil
        || measures.contains(.count), limit: context.limit(default: 10))
    for tick in points {
      for group in live.groups.indices {
        rows.captures.append(data.info.name)
        rows.times.append(Double(timeline.milliseconds[tick]) / 1000)
        for index in query.keys.indices { rows.keys[index].append(live.groups[group][index]) }
        for (index, measure) in measures.enumerated() {
          rows.values[index].append(
            value(measure, tick: tick, size: live.sizes[group][tick], live.counts[group], timeline))
        }
      }
    }
  }

  private func value(
    _ measure: Measure, tick: Int, size: Int64, _ counts: [Int64], _ timeline: Timeline
  ) -> Int64? {
    switch measure {
    case .size: size
    case .count: tick < counts.count ? counts[tick] : nil
    case .series(.rss): timeline.rss[tick]
    case .series(.heap): timeline.heap[tick]
    case .series(.gap): timeline.rss[tick] &- size
    default: nil
    }
  }

  /// The ticks shown: all within `in`, thinned to windows when asked or for a terminal.
  private func points(
    _ data: CaptureData, _ timeline: Timeline, notes: inout [String]
  ) throws(EngineError) -> [Int] {
    var ticks = Array(timeline.states.indices)
    if let range = query.range {
      let times = TimeResolver(info: data.info, timeline: timeline)
      let span = try asking(try times.states(range))
      ticks = ticks.filter {
        timeline.states[$0] >= span.lowerBound && timeline.states[$0] <= span.upperBound
      }
    }
    guard let first = ticks.first, let last = ticks.last else { return [] }
    let wanted: Int
    switch query.windows?.value {
    case .over(let count): wanted = max(1, count)
    case .every(let nanoseconds):
      let length = timeline.milliseconds[last] - timeline.milliseconds[first]
      wanted = Int(max(1, min(1_000_000, Double(length) * 1e6 / Double(max(1, nanoseconds)))))
    case nil:
      let isTable = query.output.path == nil && (query.output.format?.value ?? .table) == .table
      guard isTable, ticks.count > Self.tablePoints else { return ticks }
      notes.append(
        "\(Self.tablePoints) of \(ticks.count) points; `as csv` has all, `over N windows` as many "
          + "as you like")
      wanted = Self.tablePoints
    }
    return Self.thinned(ticks, timeline, windows: wanted)
  }

  /// The last tick of each of so many equal stretches, the first tick in front.
  private static func thinned(_ ticks: [Int], _ timeline: Timeline, windows: Int) -> [Int] {
    guard let first = ticks.first, let last = ticks.last, first != last else { return ticks }
    let start = Double(timeline.milliseconds[first])
    let length = (Double(timeline.milliseconds[last]) - start) / Double(windows)
    var result = [first]
    for window in 1...windows {
      guard let tick = timeline.tick(atMilliseconds: start + length * Double(window)) else {
        continue
      }
      if tick > result[result.count - 1], tick <= last { result.append(tick) }
    }
    return result
  }
}

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
    return Result(
      groups: values, sizes: changes.sizes.map(Self.running),
      counts: changes.counts.map(Self.running))
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
        data: data, selection: peak, condition: .constant(true), needs: ScanNeeds())
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
      clock: timeline.clock)
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
