import Language
import Analysis
import Store

/// How a capture's program was at work, of all that it allocated.
struct ActivityScan {
  private(set) var activity: WorkActivity
  /// States at the bounds of its windows.
  private(set) var states: [UInt32] = [0]

  /// The activity of a capture; nil where it has too few memory records.
  ///
  /// Cost: one pass over the rows, about 2 ns each, most of it decoding; deaths are not read.
  init?(data: CaptureData) throws(StoreError) {
    let timeline = try data.timeline()
    guard timeline.states.count >= WorkActivity.leastTicks, timeline.durationMilliseconds > 0 else {
      return nil
    }
    activity = WorkActivity(milliseconds: [0], heap: [0])
    try addBounds(timeline, data)
    try countBirths(timeline, data)
  }

  /// Ticks, spread evenly over time, with the start and the end.
  private mutating func addBounds(
    _ timeline: Timeline, _ data: CaptureData
  ) throws(StoreError) {
    var (milliseconds, heap) = ([0.0], [0.0])
    let duration = Double(timeline.durationMilliseconds)
    let least = duration / Double(WorkActivity.greatestCount)
    for tick in timeline.states.indices {
      let time = Double(timeline.milliseconds[tick])
      // The state that a time in a question means is that of the last tick with this time.
      let isLast = tick + 1 == timeline.states.count
      guard time > 0, isLast || timeline.milliseconds[tick + 1] > timeline.milliseconds[tick],
        isLast || time - milliseconds[milliseconds.count - 1] >= least
      else { continue }
      states.append(timeline.states[tick])
      milliseconds.append(time)
      heap.append(Double(timeline.heap[tick]))
    }
    // What comes after the last tick took less than the time to the next one.
    states.append(timeline.clock.endState)
    milliseconds.append(duration + duration / Double(timeline.states.count))
    let leaked = try data.columns.integers(.siteLeakedBytes)
    heap.append(Double(leaked.reduce(0, &+)))
    activity = WorkActivity(milliseconds: milliseconds, heap: heap)
  }

  private mutating func countBirths(
    _ timeline: Timeline, _ data: CaptureData
  ) throws(StoreError) {
    let end = timeline.clock.endState
    let selection = Selection(
      births: 0..<end, deaths: 0...Clock.never, greatestAge: nil, weight: .atBirth, title: "born")
    let scan = try RowScan(
      data: data, selection: selection, condition: .constant(true), needs: ScanNeeds(deaths: false),
      clock: timeline.clock, selectsSingleRows: true)
    let unseen = UInt16.max
    var first = [UInt16](repeating: unseen, count: Int(data.info.sites))
    var (counts, byFirst) = (activity.repeats, activity.repeatsByFirst)
    let bounds = states
    let settled = activity.settledWindows
    try scan.visit { (scan, dictionary) in
      scan.withRows { (mask, births, _, classes) in
        var window = 0
        for row in mask.indices where mask[row] != 0 {
          let birth = births[row]
          if bounds[window] > birth { window = 0 }
          while window + 2 < bounds.count, bounds[window + 1] <= birth { window += 1 }
          let site = Int(dictionary.sites[Int(classes[row])])
          if first[site] == unseen { first[site] = UInt16(window) }
          let begun = Int(first[site])
          guard window >= settled[begun] else { continue }
          counts[window] += 1
          byFirst[begun] += 1
        }
      }
    }
    (activity.repeats, activity.repeatsByFirst) = (counts, byFirst)
  }
}
