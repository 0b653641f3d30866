import Columns
import Store

/// What lives at the ends and the peaks of some 200 windows of a capture, per site.
struct TimeCells {
  let view: CaptureView
  /// The state that the question speaks of, if it is one.
  let shown: UInt32?

  /// Windows of time, when there are so many memory records.
  private static let windows = 200

  /// Cells by site.
  struct Found {
    fileprivate var points: [StackTimes.Point]
    fileprivate var shown: Int?
    fileprivate var sums: CellSums
    fileprivate var pieces: CellSums

    /// The sites that have cells.
    var sites: Set<Int> { Set(sums.all.map(\.site) + pieces.all.map(\.site)) }

    /// As the tree's nodes have them; `nodes` has one for every site with cells.
    func times(_ nodes: [UInt32]) -> StackTimes {
      func cells(_ sums: CellSums) -> [StackTimes.Cell] {
        sums.all.filter { $0.bytes != 0 || $0.count != 0 }.map { cell in
          StackTimes.Cell(
            node: nodes[cell.site], born: cell.born, died: cell.died, bytes: cell.bytes,
            count: cell.count)
        }
      }
      return StackTimes(points: points, cells: cells(sums), pieces: cells(pieces), shown: shown)
    }
  }

  /// Gathers them; nil when the capture has no records of time.
  func gather() throws(StoreError) -> Found? {
    let timeline = try view.data.timeline()
    guard timeline.states.count > 1, timeline.durationMilliseconds > 0 else { return nil }
    let (points, states) = choosePoints(timeline)
    var found = Found(
      points: points, shown: shown.flatMap { states.lastIndex(of: $0) }, sums: CellSums(),
      pieces: CellSums())
    if view.condition.needsRows {
      try addRows(states, timeline, to: &found.sums)
    } else {
      try addSegments(states, timeline, to: &found.sums)
    }
    try addCuts(states, timeline, to: &found)
    return found
  }

  // MARK: Points

  /// Equal stretches of time; each begins at a memory record, and none is empty.
  private func choosePoints(_ timeline: Timeline) -> ([StackTimes.Point], [UInt32]) {
    var ticks: [Int] = []
    let wanted = min(Self.windows, timeline.states.count)
    for window in 1..<max(2, wanted) {
      let time = Double(timeline.durationMilliseconds) * Double(window) / Double(wanted)
      guard let tick = timeline.tick(atMilliseconds: time) else { continue }
      let before = ticks.last.map { timeline.states[$0] } ?? 0
      if timeline.states[tick] > before { ticks.append(tick) }
    }
    var points = [point(timeline, tick: nil)]
    var states: [UInt32] = [0]
    for (from, to) in zip([-1] + ticks, ticks + [timeline.states.count]) {
      // Window w of the timeline lies between ticks w - 1 and w.
      var best = from + 1
      for window in (from + 1)...to where timeline.peaks[window] >= timeline.peaks[best] {
        best = window
      }
      let state = timeline.peakStates[best]
      points.append(peak(timeline, state, heap: timeline.peaks[best]))
      states.append(state)
      points.append(to < timeline.states.count ? point(timeline, tick: to) : end(timeline))
      states.append(to < timeline.states.count ? timeline.states[to] : timeline.clock.endState)
    }
    return (points, states)
  }

  private func name(_ state: UInt32) -> String { state == 0 ? "start" : "#\(state - 1)" }

  private func point(_ timeline: Timeline, tick: Int?) -> StackTimes.Point {
    guard let tick else {
      return StackTimes.Point(name: "start", seconds: 0, heap: 0, rss: nil, isPeak: false)
    }
    return StackTimes.Point(
      name: name(timeline.states[tick]), seconds: Double(timeline.milliseconds[tick]) / 1000,
      heap: timeline.heap[tick], rss: timeline.rss[tick], isPeak: false)
  }

  private func peak(_ timeline: Timeline, _ state: UInt32, heap: Int64) -> StackTimes.Point {
    let tick = timeline.tick(atState: state)
    return StackTimes.Point(
      name: name(state), seconds: Double(timeline.milliseconds(atState: state)) / 1000,
      heap: heap, rss: tick.map { timeline.rss[$0] }, isPeak: true)
  }

  private func end(_ timeline: Timeline) -> StackTimes.Point {
    StackTimes.Point(
      name: "end", seconds: Double(timeline.durationMilliseconds) / 1000,
      heap: view.data.info.endBytes, rss: timeline.rss.last, isPeak: false)
  }

  // MARK: Cells

  private func addSegments(
    _ states: [UInt32], _ timeline: Timeline, to sums: inout CellSums
  ) throws(StoreError) {
    let reader = try view.data.segments()
    let scan = PointScan(
      columns: view.data.columns, zones: reader.zones, clock: timeline.clock, points: states)
    let sites = Int(view.data.info.sites)
    for (segment, cells) in try scan.run().enumerated() where !cells.isEmpty {
      let dictionary = try reader.dictionary(segment: segment)
      var passes = [UInt8](repeating: 2, count: dictionary.count)
      for cell in cells {
        let number = Int(cell.number)
        let site = Int(dictionary.sites[number])
        let size = dictionary.sizes[number]
        if passes[number] == 2 {
          let isIn = site < sites && view.condition.answer(site: site, size: size) == true
          passes[number] = isIn ? 1 : 0
        }
        guard passes[number] == 1 else { continue }
        sums.add(
          site: site, born: Int(cell.born), died: Int(cell.died),
          bytes: Int64(bitPattern: size &* UInt64(cell.count)), count: Int64(cell.count))
      }
    }
  }

  private var everything: Selection {
    Selection(
      births: 0..<UInt32.max, deaths: 0...Clock.never, greatestAge: nil, weight: .atBirth,
      title: "allocated")
  }

  /// Where `where` looks at single rows.
  private func addRows(
    _ states: [UInt32], _ timeline: Timeline, to sums: inout CellSums
  ) throws(StoreError) {
    var scan = RowScan(
      data: view.data, selection: everything, condition: view.condition, needs: ScanNeeds(),
      clock: timeline.clock, selectsSingleRows: true)
    var statistics = PopulationScan.Statistics(path: .rows)
    try scan.visit(&statistics) { (scan, dictionary) in
      for position in scan.selectedRows() {
        let row = scan.row(at: position)
        let stretch = Stretch(birth: row.birth, death: row.death, states)
        sums.add(
          site: Int(dictionary.sites[row.class]), born: stretch.born, died: stretch.died,
          bytes: Int64(bitPattern: dictionary.sizes[row.class]), count: 1)
      }
    }
  }

  /// The points at which a row is alive.
  private struct Stretch {
    var born: Int
    var died: Int

    init(birth: UInt32, death: UInt32, _ states: [UInt32]) {
      born = Self.first(after: birth, states)
      died = death == Clock.never ? states.count : Self.first(after: death, states)
    }

    static func first(after instant: UInt32, _ states: [UInt32]) -> Int {
      var low = 0
      var high = states.count
      while low < high {
        let middle = (low + high) / 2
        if states[middle] <= instant { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }

  /// What a cut takes off lives until the cut only; a piece more lives from it on.
  private func addCuts(
    _ states: [UInt32], _ timeline: Timeline, to found: inout Found
  ) throws(StoreError) {
    let judge = RowJudge(
      selection: everything, condition: view.condition, clock: timeline.clock, data: view.data)
    for cut in try view.data.columns.cuts() {
      guard let row = try judge.row(of: cut) else { continue }
      let stretch = Stretch(birth: row.birth, death: row.death, states)
      let at = min(stretch.died, Stretch.first(after: cut.instant, states))
      let bytes = Int64(bitPattern: cut.bytes)
      found.sums.add(
        site: row.site, born: stretch.born, died: stretch.died, bytes: -bytes, count: 0)
      found.sums.add(site: row.site, born: stretch.born, died: at, bytes: bytes, count: 0)
      found.pieces.add(
        site: row.site, born: at, died: stretch.died, bytes: 0, count: Int64(cut.pieces))
    }
  }
}

/// Bytes and blocks by site and the points at which they are alive.
private struct CellSums {
  struct Cell {
    var site: Int
    var born: UInt16
    var died: UInt16
    var bytes: Int64
    var count: Int64
  }

  private(set) var all: [Cell] = []
  private var slots = [UInt32](repeating: 0, count: 1 << 12)

  /// Adds to a cell; what is alive at no point is left out.
  mutating func add(site: Int, born: Int, died: Int, bytes: Int64, count: Int64) {
    guard born < died else { return }
    let mask = slots.count - 1
    var slot = Self.hash(site, born, died) & mask
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if all[index].site == site, all[index].born == born, all[index].died == died {
        all[index].bytes &+= bytes
        all[index].count &+= count
        return
      }
      slot = (slot + 1) & mask
    }
    all.append(
      Cell(site: site, born: UInt16(born), died: UInt16(died), bytes: bytes, count: count))
    slots[slot] = UInt32(all.count)
    if all.count * 2 > slots.count { grow() }
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (index, cell) in all.enumerated() {
      var slot = Self.hash(cell.site, Int(cell.born), Int(cell.died)) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(index + 1)
    }
  }

  private static func hash(_ site: Int, _ born: Int, _ died: Int) -> Int {
    let key = UInt64(site) << 32 | UInt64(born) << 16 | UInt64(died)
    return Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> 32)
  }
}
