import Store

/// How a program was at work: what allocated again and again, and how much lived, over time.
///
/// Places that have just begun to allocate, as imports and shutdown code do, are no sign of work;
/// those that had allocated a while before are.
struct WorkActivity {
  /// Milliseconds at the bounds of the windows, rising.
  var milliseconds: [Double] = []
  /// Live bytes at the bounds; the last is what was never freed.
  var heap: [Double] = []
  /// Births in each window at places that had first allocated a while before.
  var repeats: [Double] = []
  /// Such births, by the window in which their place first allocated.
  var repeatsByFirst: [Double] = []
  /// States at the bounds.
  private(set) var states: [UInt32] = []

  /// More windows tell no more of an end.
  static let greatestCount = 400
  /// So long, as a share of all time, after its first birth a place is at work.
  private static let settledShare = 0.05
  /// A capture with fewer memory records says too little about time.
  static let leastTicks = 8

  /// Activity that is known.
  init(milliseconds: [Double], heap: [Double], repeats: [Double], repeatsByFirst: [Double]) {
    self.milliseconds = milliseconds
    self.heap = heap
    self.repeats = repeats
    self.repeatsByFirst = repeatsByFirst
  }

  /// The activity of a capture, of all that it allocated; nil where it has too few memory records.
  ///
  /// Cost: one pass over the rows, about 4 ns each, most of it decoding.
  init?(data: CaptureData) throws(StoreError) {
    let timeline = try data.timeline()
    guard timeline.states.count >= Self.leastTicks, timeline.durationMilliseconds > 0 else {
      return nil
    }
    try addBounds(timeline, data)
    repeats = Array(repeating: 0, count: states.count - 1)
    repeatsByFirst = repeats
    try countBirths(timeline, data)
  }

  /// Ticks, spread evenly over time, with the start and the end.
  private mutating func addBounds(
    _ timeline: Timeline, _ data: CaptureData
  ) throws(StoreError) {
    (states, milliseconds, heap) = ([0], [0], [0])
    let duration = Double(timeline.durationMilliseconds)
    let least = duration / Double(Self.greatestCount)
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
  }

  private mutating func countBirths(
    _ timeline: Timeline, _ data: CaptureData
  ) throws(StoreError) {
    let end = timeline.clock.endState
    let selection = Selection(
      births: 0..<end, deaths: 0...Clock.never, greatestAge: nil, weight: .atBirth, title: "born")
    var scan = RowScan(
      data: data, selection: selection, condition: .constant(true), needs: ScanNeeds(),
      clock: timeline.clock, selectsSingleRows: true)
    let unseen = UInt16.max
    var first = [UInt16](repeating: unseen, count: Int(data.info.sites))
    var (counts, byFirst) = (repeats, repeatsByFirst)
    let bounds = states
    let settled = settledWindows()
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
    (repeats, repeatsByFirst) = (counts, byFirst)
  }

  /// By the window of a place's first birth, the window from which on it is at work.
  private func settledWindows() -> [Int] {
    let wait = (milliseconds.last ?? 0) * Self.settledShare
    return milliseconds.indices.map { first in
      max(first + 1, milliseconds.partitioningIndex { $0 >= milliseconds[first] + wait })
    }
  }
}
