import Language
import Results
import Store

/// What lives at the ends and the peaks of some 200 windows of a capture, per site.
struct TimeCells {
  let view: CaptureView
  /// The state that the question speaks of, if it is one.
  let shown: UInt32?

  /// Cells by site.
  struct Found {
    fileprivate var points: [StackTimes.Point]
    fileprivate var shown: Int?
    fileprivate var sums: TimeSums
    fileprivate var pieces: TimeSums

    /// Calls `body` with the site of each cell.
    func forEachSite(_ body: (Int) -> Void) {
      for cell in sums.all { body(Int(cell.site)) }
      for cell in pieces.all { body(Int(cell.site)) }
    }

    /// As the tree's nodes have them; `nodes` has one for every site with cells.
    func times(_ nodes: [UInt32]) -> StackTimes {
      func cells(_ sums: TimeSums) -> [StackTimes.Cell] {
        var cells: [StackTimes.Cell] = []
        cells.reserveCapacity(sums.all.count)
        for cell in sums.all where cell.bytes != 0 || cell.count != 0 {
          cells.append(
            StackTimes.Cell(
              node: nodes[Int(cell.site)], born: cell.born, died: cell.died, bytes: cell.bytes,
              count: cell.count))
        }
        return cells
      }
      return StackTimes(points: points, cells: cells(sums), pieces: cells(pieces), shown: shown)
    }
  }

  /// Gathers them; nil when the capture has no records of time.
  func gather() throws(StoreError) -> Found? {
    let timeline = try view.data.timeline()
    let chosen = TimePoints(
      ticks: (timeline.states, timeline.milliseconds),
      peaks: (timeline.peaks, timeline.peakStates), endState: timeline.clock.endState)
    guard let chosen else { return nil }
    let states = chosen.states
    var found = Found(
      points: zip(chosen.kinds, states).map { point(timeline, $0, state: $1) },
      shown: shown.flatMap { states.lastIndex(of: $0) }, sums: TimeSums(), pieces: TimeSums())
    if view.condition.needsRows {
      try addRows(states, timeline, to: &found.sums)
    } else {
      found.sums = try sums(chosen, timeline)
    }
    try addCuts(states, timeline, to: &found)
    return found
  }

  // MARK: Points

  private func point(
    _ timeline: Timeline, _ kind: TimePoints.Kind, state: UInt32
  ) -> StackTimes.Point {
    switch kind {
    case .start: StackTimes.Point(name: "start", seconds: 0, heap: 0, rss: nil, isPeak: false)
    case .tick(let tick): point(timeline, tick: tick)
    case .peak(let window): peak(timeline, state, heap: timeline.peaks[window])
    case .end: end(timeline)
    }
  }

  private func name(_ state: UInt32) -> String { state == 0 ? "start" : "#\(state - 1)" }

  private func point(_ timeline: Timeline, tick: Int) -> StackTimes.Point {
    StackTimes.Point(
      name: name(timeline.states[tick]), seconds: Double(timeline.milliseconds[tick]) / 1000,
      heap: timeline.heap[tick], rss: timeline.resident(at: tick), isPeak: false)
  }

  private func peak(_ timeline: Timeline, _ state: UInt32, heap: Int64) -> StackTimes.Point {
    let tick = timeline.tick(atState: state)
    return StackTimes.Point(
      name: name(state), seconds: Double(timeline.milliseconds(atState: state)) / 1000,
      heap: heap, rss: tick.flatMap { timeline.resident(at: $0) }, isPeak: true)
  }

  private func end(_ timeline: Timeline) -> StackTimes.Point {
    StackTimes.Point(
      name: "end", seconds: Double(timeline.durationMilliseconds) / 1000,
      heap: view.data.info.endBytes,
      rss: timeline.rss.indices.last.flatMap { timeline.resident(at: $0) }, isPeak: false)
  }

  // MARK: Cells

  /// Where `where` looks at no single row: as the import kept it when it looks at sites alone,
  /// else by a scan.
  private func sums(
    _ chosen: TimePoints, _ timeline: Timeline
  ) throws(StoreError) -> TimeSums {
    let condition = view.condition
    if !condition.needsClasses,
      let stored = try StoredTimes.read(view.data.columns, points: chosen)
    {
      try view.data.note("alive over time", where: condition, source: "what the import kept of it")
      if case .leaf(.constant(true)) = condition { return stored }
      return stored.filter { condition.answer(site: $0, size: 0) == true }
    }
    return try view.lives(at: chosen.states, "alive over time") ?? TimeSums()
  }

  private var everything: Selection {
    Selection(
      births: 0..<UInt32.max, deaths: 0...Clock.never, greatestAge: nil, weight: .atBirth,
      title: "allocated")
  }

  /// Where `where` looks at single rows.
  private func addRows(
    _ states: [UInt32], _ timeline: Timeline, to sums: inout TimeSums
  ) throws(StoreError) {
    let scan = try RowScan(
      data: view.data, selection: everything, condition: view.condition, needs: ScanNeeds(),
      clock: timeline.clock, selectsSingleRows: true)
    let index = TickIndex(states, timeline.clock)
    try scan.visit { (scan, dictionary) in
      for position in scan.selectedRows() {
        let row = scan.row(at: position)
        sums.add(
          site: Int(dictionary.sites[row.class]), born: index.firstTick(after: row.birth),
          died: index.tick(ofDeath: row.death),
          bytes: Int64(bitPattern: dictionary.sizes[row.class]), count: 1)
      }
    }
  }

  /// What a cut takes off lives until the cut only; a piece more lives from it on.
  private func addCuts(
    _ states: [UInt32], _ timeline: Timeline, to found: inout Found
  ) throws(StoreError) {
    let judge = RowJudge(
      selection: everything, condition: view.condition, clock: timeline.clock, data: view.data)
    let index = TickIndex(states, timeline.clock)
    for cut in try view.data.columns.cuts() {
      guard let row = try judge.row(of: cut) else { continue }
      let (born, died) = (index.firstTick(after: row.birth), index.tick(ofDeath: row.death))
      let at = min(died, index.firstTick(after: cut.instant))
      let bytes = Int64(bitPattern: cut.bytes)
      found.sums.add(site: row.site, born: born, died: died, bytes: -bytes, count: 0)
      found.sums.add(site: row.site, born: born, died: at, bytes: bytes, count: 0)
      found.pieces.add(
        site: row.site, born: at, died: died, bytes: 0, count: Int64(cut.pieces))
    }
  }
}
