import Analysis
import Language
import Store

/// Where growth is looked at: states of a capture and their places on an axis of time or marks.
struct GrowthPoints {
  /// The states, rising.
  private(set) var states: [UInt32] = []
  /// Where they lie.
  private(set) var axis = PointAxis()
  /// The stretch in words.
  private(set) var title = ""

  /// More marks are thinned evenly.
  private static let greatestCount = 1000
  /// What of time and of instants counts unless `in` says which stretch is meant.
  ///
  /// Interpreters let go of what they hold as they end. Longer endings are found by `LettingGo`.
  private static let workingShare = 0.98

  /// The points of a question in one capture.
  init(query: Query, data: CaptureData) throws(EngineError) {
    let resolver = try reading(try PopulationResolver(data: data))
    let timeline = resolver.timeline
    let span = try span(of: query, data, timeline)
    if case .mark(let pattern) = query.per?.value {
      try addMarks(pattern, data, span, query.frameMarks.isEmpty ? timeline : nil)
      if !query.frameMarks.isEmpty { addTimes(of: span, timeline) }
    } else {
      try addWindows(query, data, timeline, span)
    }
    let from = QueryText.seconds(timeline.milliseconds(atState: span.lowerBound))
    let to = QueryText.seconds(timeline.milliseconds(atState: span.upperBound))
    title = " in \(from) .. \(to)"
  }

  private func span(
    of query: Query, _ data: CaptureData, _ timeline: Timeline
  ) throws(EngineError) -> Range<UInt32> {
    guard let range = query.range else { return 0..<Self.workingEnd(timeline) }
    let times = try reading(try TimeResolver(data: data, timeline: timeline))
    let span = try asking(try times.states(range))
    guard !span.isEmpty else {
      throw .cannotAnswer(
        "nothing happens between these times", suggestion: "a longer stretch", at: range.range)
    }
    return span
  }

  /// The state after which a capture has little time and few instants to go.
  static func workingEnd(_ timeline: Timeline) -> UInt32 {
    let clock = timeline.clock
    let byInstants = UInt32(Double(clock.instantCount) * workingShare)
    let byTime = timeline.state(
      atInterpolated: Double(timeline.durationMilliseconds) * workingShare)
    return min(clock.endState, max(byInstants, byTime, 1))
  }

  /// Adds the marks that meet a pattern; `timeline` where their times are known by ticks alone.
  private mutating func addMarks(
    _ pattern: Pattern, _ data: CaptureData, _ span: Range<UInt32>, _ timeline: Timeline?
  ) throws(EngineError) {
    let marks = try reading(try data.marks())
    if let problem = marks.problem { throw .query(problem) }
    let met = try asking(try marks.indices(meeting: pattern))
    let inside = met.indices.filter {
      marks.states[met[$0]] >= span.lowerBound && marks.states[met[$0]] <= span.upperBound
    }
    guard inside.count >= 4 else {
      throw .query(
        .unknownMark(
          pattern.canonicalText, number: 4, found: inside.count, at: pattern.range))
    }
    if let timeline {
      try check(inside.map { marks.milliseconds[met[$0]] }, of: pattern, data, timeline)
    }
    axis.areMarks = true
    let step = max(1, (inside.count + Self.greatestCount - 1) / Self.greatestCount)
    for place in stride(from: 0, to: inside.count, by: step) {
      states.append(marks.states[met[inside[place]]])
      axis.places.append(Double(inside[place] + 1))
    }
  }

  /// Refuses marks that lie between so few ticks that what came between them is not known.
  private func check(
    _ times: [Double], of pattern: Pattern, _ data: CaptureData, _ timeline: Timeline
  ) throws(EngineError) {
    let steps = Set(times.map { timeline.tick(atMilliseconds: $0) ?? -1 }).count
    guard steps < 4 else { return }
    throw .cannotAnswer(
      "the \(times.count) marks that meet `\(pattern.canonicalText)` lie in \(steps) "
        + (steps == 1 ? "step" : "steps") + " of the clock of \(data.info.name), too few to tell "
        + "what was allocated between them",
      suggestion:
        "`mark on frame NAME` marks calls exactly; memray's `memory_interval_ms` makes the "
        + "clock finer",
      at: pattern.range)
  }

  private mutating func addTimes(of span: Range<UInt32>, _ timeline: Timeline) {
    func seconds(_ state: UInt32) -> Double {
      timeline.interpolatedMilliseconds(atState: state) / 1000
    }
    let (from, to) = (seconds(span.lowerBound), seconds(span.upperBound))
    guard to > from else { return }
    axis.lazySeconds = (states.map(seconds), from...to)
  }

  /// Keeps the points up to the end of the work; how many that are.
  mutating func keep(until end: LettingGo) -> Int {
    let count = states.partitioningIndex { $0 > end.state }
    states = Array(states.prefix(count))
    axis.keep(count)
    return count
  }

  /// Where a point lies in words: `1.250 s`, or `mark 12`.
  func place(_ point: Int) -> String {
    let place = axis.places[point]
    return axis.areMarks
      ? "mark \(Int64(nearest: place))" : QueryText.seconds(Int64(nearest: place * 1000))
  }

  private mutating func addWindows(
    _ query: Query, _ data: CaptureData, _ timeline: Timeline, _ span: Range<UInt32>
  ) throws(EngineError) {
    let from = timeline.interpolatedMilliseconds(atState: span.lowerBound)
    let to = timeline.interpolatedMilliseconds(atState: span.upperBound)
    guard to > from else {
      throw .cannotAnswer(
        "\(data.info.name) records no stretch of time there", suggestion: "`per mark(…)`",
        at: query.windows?.range ?? query.verb.range)
    }
    let count: Int
    switch query.windows?.value {
    case .over(let windows): count = windows
    case .every(let nanoseconds):
      let windows = ((to - from) / (Double(nanoseconds) / 1e6)).rounded()
      count = Int(max(1, min(windows, 100_001)))
    case nil: count = PointAxis.defaultWindows
    }
    guard (3...10_000).contains(count) else {
      throw .cannotAnswer(
        "a trend takes between 3 and 10,000 windows, these are \(count)",
        suggestion: "`over 100 windows`", at: query.windows?.range)
    }
    for window in 0...count {
      let time = from + (to - from) * Double(window) / Double(count)
      let state = window == count ? span.upperBound : timeline.state(atInterpolated: time)
      states.append(max(state, states.last ?? span.lowerBound))
      axis.places.append(time / 1000)
    }
  }
}

extension Timeline {
  /// The state at a time, instants spread evenly between two ticks.
  func state(atInterpolated time: Double) -> UInt32 {
    let tick = tick(atMilliseconds: time)
    let (fromState, from) = tick.map { (states[$0], Double(milliseconds[$0])) } ?? (0, 0)
    let next = tick.map { $0 + 1 } ?? 0
    guard next < states.count else { return fromState }
    let length = Double(milliseconds[next]) - from
    guard length > 0 else { return fromState }
    let share = max(0, min(1, (time - from) / length))
    return fromState &+ UInt32(share * Double(states[next] &- fromState))
  }
}
