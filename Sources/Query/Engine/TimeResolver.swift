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
    let point = time.value
    if point.offsetNanoseconds == 0 {
      switch point.base {
      case .start: return 0
      case .end: return timeline.clock.endState
      case .peak: return UInt32(truncatingIfNeeded: info.peakState)
      case .instant(let number): return try instant(number, at: time.range)
      case .mark(let pattern, let number):
        return marks.states[try mark(pattern, number, at: time.range)]
      default: break
      }
    }
    let base = try baseMilliseconds(point.base, at: time.range)
    let found = try state(
      atMilliseconds: base + Double(point.offsetNanoseconds) / 1e6, at: time.range)
    // The last tick may lie before an instant; what comes after that instant may not.
    return point.offsetNanoseconds > 0
      ? max(found, try baseState(point.base, at: time.range)) : found
  }

  /// The state of an instant that times are counted from; 0 for times of the clock.
  private func baseState(_ base: TimeBase, at range: SourceRange) throws(QueryError) -> UInt32 {
    switch base {
    case .peak: UInt32(truncatingIfNeeded: info.peakState)
    case .instant(let number): try instant(number, at: range)
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

  private func instant(_ number: UInt64, at range: SourceRange) throws(QueryError) -> UInt32 {
    let count = timeline.clock.instantCount
    guard number < UInt64(count) else {
      throw .beyondEnd(
        capture: info.name, end: count == 0 ? "its start" : "#\(count - 1)", at: range)
    }
    return UInt32(truncatingIfNeeded: number) + 1
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
      return Double(timeline.milliseconds(atState: try instant(number, at: range)))
    case .mark(let pattern, let number):
      return marks.milliseconds[try mark(pattern, number, at: range)]
    case .wallClock(let text):
      guard let clock = WallClock.milliseconds(text, day: info.startMilliseconds) else {
        throw .cannotAnswer(
          "`\(text)` is no time of day", wayOut: "write it as `2026-01-31 12:30:00` in UTC",
          at: range)
      }
      return Double(clock - info.startMilliseconds)
    }
  }

  private func state(
    atMilliseconds time: Double, at range: SourceRange
  ) throws(QueryError) -> UInt32 {
    // 100.1 ms of a capture of 100 ms is beyond its end; rounding is not.
    guard time <= Double(timeline.durationMilliseconds) + 1e-6 else {
      throw .beyondEnd(
        capture: info.name, end: QueryText.seconds(timeline.durationMilliseconds), at: range)
    }
    guard time >= 0 else {
      throw .cannotAnswer(
        "that is before \(info.name) starts", wayOut: "`start` is its first state", at: range)
    }
    return timeline.tick(atMilliseconds: time).map { timeline.states[$0] } ?? 0
  }

  /// The states of a span; the end may not come before the start.
  func states(_ span: Located<TimeSpan>) throws(QueryError) -> Range<UInt32> {
    let start = try state(span.value.start)
    let end = try state(span.value.end)
    guard start <= end else { throw .backwards(at: span.range) }
    return start..<end
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
