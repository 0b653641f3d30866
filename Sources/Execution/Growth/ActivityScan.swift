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
    var counter = RepeatCounter(activity, bounds: states, sites: Int(data.info.sites))
    try scan.visit { (scan, dictionary) in
      scan.withRows { (mask, births, _, classes) in
        counter.add(mask, births, classes, dictionary)
      }
    }
    (activity.repeats, activity.repeatsByFirst) = (counter.repeats, counter.byFirst)
  }
}

/// Counts births in windows at places that had first allocated a while before.
private struct RepeatCounter {
  /// States at the bounds of the windows.
  private let bounds: [UInt32]
  /// By the window of a place's first birth, the window from which on its births count.
  private let settled: [UInt16]
  /// Window of each site's first birth.
  private var first: [UInt16]
  private(set) var repeats: [Double]
  private(set) var byFirst: [Double]

  private static let unseen = UInt16.max

  init(_ activity: WorkActivity, bounds: [UInt32], sites: Int) {
    self.bounds = bounds
    settled = activity.settledWindows.map { UInt16(clamping: $0) }
    first = Array(repeating: Self.unseen, count: sites)
    (repeats, byFirst) = (activity.repeats, activity.repeatsByFirst)
  }

  /// Counts the rows of a segment, which stand by birth: window after window, by class.
  mutating func add(
    _ mask: borrowing Span<UInt8>, _ births: borrowing Span<UInt32>,
    _ classes: borrowing Span<UInt32>, _ dictionary: SegmentDictionary
  ) {
    var from = (0..<dictionary.count).map { settledWindow(of: dictionary.sites[$0]) }
    var counts = [UInt32](repeating: 0, count: dictionary.count)
    var row = 0
    while row < mask.count {
      let birth = births[row]
      let window = min(bounds.partitioningIndex { $0 > birth }, bounds.count - 1) - 1
      let bound = bounds[window + 1]
      let isLast = window + 2 == bounds.count
      let end = isLast ? mask.count : births.firstIndex(from: row) { $0 >= bound }
      begin(row..<end, window, mask, classes, dictionary, &from)
      repeats[window] += Double(
        Self.count(row..<end, window, mask, classes, from: from.span, &counts))
      row = end
    }
    for index in counts.indices where counts[index] > 0 {
      byFirst[Int(first[Int(dictionary.sites[index])])] += Double(counts[index])
    }
  }

  private func settledWindow(of site: UInt32) -> UInt16 {
    // A site that cannot be counts in no window.
    guard Int(site) < first.count else { return Self.unseen - 1 }
    let window = first[Int(site)]
    return window == Self.unseen ? window : settled[Int(window)]
  }

  /// Notes the sites that have their first birth in a window.
  private mutating func begin(
    _ rows: Range<Int>, _ window: Int, _ mask: borrowing Span<UInt8>,
    _ classes: borrowing Span<UInt32>, _ dictionary: SegmentDictionary, _ from: inout [UInt16]
  ) {
    guard from.contains(Self.unseen) else { return }
    for row in rows where from[Int(classes[row])] == Self.unseen && mask[row] != 0 {
      let index = Int(classes[row])
      let site = dictionary.sites[index]
      if first[Int(site)] == Self.unseen { first[Int(site)] = UInt16(window) }
      from[index] = settledWindow(of: site)
    }
  }

  /// Counts the rows of a window whose class is at work, in all and by class.
  private static func count(
    _ rows: Range<Int>, _ window: Int, _ mask: borrowing Span<UInt8>,
    _ classes: borrowing Span<UInt32>, from: borrowing Span<UInt16>, _ counts: inout [UInt32]
  ) -> Int {
    var tally = counts.mutableSpan
    let window = UInt16(window)
    var all = 0
    for row in rows {
      let index = Int(classes[row])
      let isCounted: UInt32 = mask[row] != 0 && from[index] <= window ? 1 : 0
      tally[index] &+= isCounted
      all += Int(isCounted)
    }
    return all
  }
}
