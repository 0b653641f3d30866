import Language
import Store

/// Turns times of a query into states of a capture's clock.
struct TimeResolver {
  let info: CaptureInfo
  let timeline: Timeline
  let marks: MarkSet

  /// The times of a capture.
  init(data: CaptureData, timeline: Timeline) throws(StoreError) {
    info = data.info
    self.timeline = timeline
    marks = try data.marks()
  }

  /// The state a time means.
  ///
  /// A time in seconds means the state of the last tick at or before it.
  func state(_ time: Located<TimePoint>) throws(QueryError) -> UInt32 {
    switch try place(time) {
    case .inside(let state): return state
    case .before:
      throw .cannotAnswer(
        "that is before \(info.name) starts", suggestion: "`start` is its first state",
        at: time.range)
    case .after: throw beyondEnd(time)
    }
  }

  private func beyondEnd(_ time: Located<TimePoint>) -> QueryError {
    let count = timeline.clock.instantCount
    var end = QueryText.seconds(timeline.durationMilliseconds)
    if case .instant = time.value.base { end = count == 0 ? "its start" : "#\(count - 1)" }
    return .beyondEnd(capture: info.name, end: end, at: time.range)
  }

  /// Where a time lies, and the state it means there.
  private func place(_ time: Located<TimePoint>) throws(QueryError) -> TimePlace<UInt32> {
    let point = time.value
    if case .instant(let number) = point.base, number >= UInt64(timeline.clock.instantCount) {
      return .after
    }
    if point.offsetNanoseconds == 0 {
      switch point.base {
      case .start: return .inside(0)
      case .end: return .inside(timeline.clock.endState)
      case .peak: return .inside(UInt32(truncatingIfNeeded: info.peakState))
      case .instant(let number): return .inside(UInt32(truncatingIfNeeded: number) + 1)
      case .mark(let pattern, let number):
        return .inside(marks.states[try mark(pattern, number, at: time.range)])
      default: break
      }
    }
    let base = try baseMilliseconds(point.base, at: time.range)
    let found = place(atMilliseconds: base + Double(point.offsetNanoseconds) / 1e6)
    // The last tick may lie before an instant; what comes after that instant may not.
    guard point.offsetNanoseconds > 0, case .inside(let state) = found else { return found }
    return .inside(max(state, try baseState(point.base, at: time.range)))
  }

  /// The state of an instant that times are counted from; 0 for times of the clock.
  private func baseState(_ base: TimeBase, at range: SourceRange) throws(QueryError) -> UInt32 {
    switch base {
    case .peak: UInt32(truncatingIfNeeded: info.peakState)
    case .instant(let number): UInt32(truncatingIfNeeded: number) + 1
    case .mark(let pattern, let number): marks.states[try mark(pattern, number, at: range)]
    default: 0
    }
  }

  /// Index of the n-th mark that meets a pattern.
  private func mark(
    _ pattern: Pattern, _ number: Int, at range: SourceRange
  ) throws(QueryError) -> Int {
    if let problem = marks.problem { throw problem }
    let found = try marks.indices(meeting: pattern)
    guard found.count >= number else {
      throw .unknownMark(
        pattern.canonicalText, number: number, found: found.count, at: range)
    }
    return found[number - 1]
  }

  private func baseMilliseconds(
    _ base: TimeBase, at range: SourceRange
  ) throws(QueryError) -> Double {
    switch base {
    case .start: return 0
    case .end: return Double(timeline.durationMilliseconds)
    case .peak:
      return Double(timeline.milliseconds(atState: UInt32(truncatingIfNeeded: info.peakState)))
    case .percent(let share): return Double(timeline.durationMilliseconds) * share / 100
    case .elapsed(let nanoseconds): return Double(nanoseconds) / 1e6
    case .instant(let number):
      return Double(timeline.milliseconds(atState: UInt32(truncatingIfNeeded: number) + 1))
    case .mark(let pattern, let number):
      return marks.milliseconds[try mark(pattern, number, at: range)]
    case .wallClock(let text):
      guard let clock = WallClock.milliseconds(text, day: info.startMilliseconds) else {
        throw .cannotAnswer(
          "`\(text)` is no time of day", suggestion: "write it as `2026-01-31 12:30:00` in UTC",
          at: range)
      }
      return Double(clock - info.startMilliseconds)
    }
  }

  private func place(atMilliseconds time: Double) -> TimePlace<UInt32> {
    // 100.1 ms of a capture of 100 ms is beyond its end; rounding is not.
    if time > Double(timeline.durationMilliseconds) + 1e-6 { return .after }
    if time < 0 { return .before }
    return .inside(timeline.tick(atMilliseconds: time).map { timeline.states[$0] } ?? 0)
  }

  /// The states of a span, cut to the recording; the end may not come before the start.
  func states(_ span: Located<TimeSpan>) throws(QueryError) -> Range<UInt32> {
    let cut = try stretch(span)
    return cut.start..<cut.end
  }

  /// Says what of a span lies outside of the recording; nil when nothing does.
  func cutNote(_ span: Located<TimeSpan>) throws(QueryError) -> String? {
    try stretch(span).note(span.value, capture: info.name) { state in
      state >= timeline.clock.endState
        ? QueryText.seconds(timeline.durationMilliseconds)
        : QueryText.seconds(timeline.milliseconds(atState: state))
    }
  }

  private func stretch(_ span: Located<TimeSpan>) throws(QueryError) -> CutStretch<UInt32> {
    let (first, last) = (try place(span.value.start), try place(span.value.end))
    let start: UInt32
    switch first {
    case .before: start = 0
    case .inside(let state): start = state
    case .after: throw beyondEnd(span.value.start)
    }
    let end: UInt32
    switch last {
    case .before: end = try state(span.value.end)
    case .inside(let state): end = state
    case .after: end = timeline.clock.endState
    }
    guard start <= end else { throw .backwards(at: span.range) }
    return CutStretch(
      start: start, end: end, wasEarlier: first.isBefore, wasLater: last.isAfter)
  }
}

/// Wall-clock times as people write them, in UTC.
enum WallClock {
  /// Milliseconds since 1970 of `YYYY-MM-DD[ T]HH:MM[:SS[.fff]]`, or of a time on the day of `day`.
  static func milliseconds(_ text: String, day: Int64) -> Int64? {
    let parts = text.split(whereSeparator: { $0 == " " || $0 == "T" || $0 == "Z" })
    guard (1...2).contains(parts.count) else { return nil }
    let dayLength: Int64 = 86_400_000
    if parts.count == 2 || parts[0].contains("-") {
      guard let days = civilDays(parts[0]) else { return nil }
      guard parts.count == 2 else { return days * dayLength }
      return timeOfDay(parts[1]).map { days * dayLength + $0 }
    }
    return timeOfDay(parts[0]).map { day / dayLength * dayLength + $0 }
  }

  private static func civilDays(_ text: Substring) -> Int64? {
    let fields = text.split(separator: "-").compactMap { Int64($0) }
    guard fields.count == 3, (1...9999).contains(fields[0]), (1...12).contains(fields[1]),
      (1...31).contains(fields[2])
    else { return nil }
    // Days from civil: years begin in March, eras of 400 years.
    let year = fields[1] <= 2 ? fields[0] - 1 : fields[0]
    let era = year / 400
    let yearOfEra = year - era * 400
    let month = (fields[1] + 9) % 12
    let dayOfYear = (153 * month + 2) / 5 + fields[2] - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func timeOfDay(_ text: Substring) -> Int64? {
    let fields = text.split(separator: ":")
    guard (2...3).contains(fields.count), let hour = Int64(fields[0]), (0..<24).contains(hour),
      let minute = Int64(fields[1]), (0..<60).contains(minute)
    else { return nil }
    guard fields.count == 3 else { return (hour * 60 + minute) * 60_000 }
    guard let second = Double(fields[2]), (0..<61).contains(second) else { return nil }
    return (hour * 60 + minute) * 60_000 + Int64(second * 1000)
  }
}

/// Short texts for headers and errors.
enum QueryText {
  /// `1.234 s`.
  static func seconds(_ milliseconds: Int64) -> String {
    let magnitude = milliseconds.magnitude
    let fraction = String(magnitude % 1000)
    let padding = String(repeating: "0", count: 3 - fraction.utf8.count)
    return "\(milliseconds < 0 ? "-" : "")\(magnitude / 1000).\(padding)\(fraction) s"
  }
}
