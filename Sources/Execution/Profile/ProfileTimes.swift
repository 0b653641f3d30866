import CaptureModel
import Language
import Store

/// Turns times of a query into coordinates of a capture of another tool: seconds after its
/// start, instructions or bytes where it counts those, or lines of its file when it records no
/// times.
struct ProfileTimes {
  let data: CaptureData
  let facts: StoredProfile
  /// The marks that `mark(…)` may name.
  private let spans: ProfileSpans

  init(data: CaptureData, facts: StoredProfile) throws(StoreError) {
    self.data = data
    self.facts = facts
    spans = try ProfileSpans(data: data, facts: facts)
  }

  /// What coordinates count.
  var axis: ProfileAxis { ProfileAxis(facts) }

  /// Whether coordinates are no lines.
  var hasClock: Bool { axis != .lines }

  /// From the first time to the last.
  var duration: Double { Double(facts.end &- facts.start) / axis.scale }

  /// The last coordinate: seconds, or a line of the file.
  private func last() throws(EngineError) -> Double {
    if hasClock { return duration }
    var last = spans.spans.map(\.line).max() ?? 0
    let moments = try reading(try data.columns.integers(.momentLine))
    last = max(last, moments.max() ?? 0)
    for segment in 0..<StoredProfile.segments(facts.points) {
      let lines = try reading(try data.columns.integers(.pointLine, segment: segment))
      last = max(last, lines.max() ?? 0)
    }
    // Where lines are not known, places are numbers of values.
    return Double(last > 0 ? last : max(facts.points, facts.moments))
  }

  /// The coordinate that a time means; the time must lie in the recording.
  func coordinate(_ time: Located<TimePoint>) throws(EngineError) -> Double {
    let last = try last()
    let found = try uncut(time)
    if found > last + 1e-9 { throw try beyondEnd(time, last) }
    guard found >= 0 else {
      throw .cannotAnswer(
        "that is before \(data.info.name) starts", suggestion: "`start` is its first moment",
        at: time.range)
    }
    return found
  }

  private func beyondEnd(
    _ time: Located<TimePoint>, _ last: Double
  ) throws(EngineError) -> EngineError {
    .query(.beyondEnd(capture: data.info.name, end: words(last), at: time.range))
  }

  private func words(_ place: Double) -> String {
    axis == .seconds
      ? QueryText.seconds(Int64(nearest: place * 1000)) : "#\(Int64(nearest: place))"
  }

  private func uncut(_ time: Located<TimePoint>) throws(EngineError) -> Double {
    let base = try base(time.value.base, at: time.range)
    guard time.value.offsetNanoseconds != 0 else { return base }
    guard axis == .seconds else { throw noClock(at: time.range) }
    return base + Double(time.value.offsetNanoseconds) / 1e9
  }

  private func noClock(at range: SourceRange) -> EngineError {
    if hasClock {
      return .cannotAnswer(
        "\(data.info.name) counts \(axis.counted), no time",
        suggestion:
          "name a number of them, such as `#\(Int64(nearest: duration / 2))`, or a share: `50%`",
        at: range)
    }
    return .cannotAnswer(
      "\(data.info.name) records no times", suggestion: "name a line of its file, such as `#120`",
      at: range)
  }

  private func base(_ base: TimeBase, at range: SourceRange) throws(EngineError) -> Double {
    switch base {
    case .start: return 0
    case .end: return try last()
    case .instant(let line):
      guard axis != .seconds else {
        throw .cannotAnswer(
          "\(data.info.name) counts no instants", suggestion: "name a time, such as `12s`",
          at: range)
      }
      return Double(line)
    case .mark(let pattern, let number): return try spans.start(pattern, number, at: range)
    default: break
    }
    guard hasClock else { throw noClock(at: range) }
    if case .percent(let share) = base { return duration * share / 100 }
    guard axis == .seconds else { throw noClock(at: range) }
    switch base {
    case .elapsed(let nanoseconds): return Double(nanoseconds) / 1e9
    case .wallClock(let text): return try wallClock(text, at: range)
    default:
      throw .cannotAnswer(
        "that time is not known here", suggestion: "such as `12s` or `40%`", at: range)
    }
  }

  private func wallClock(_ text: String, at range: SourceRange) throws(EngineError) -> Double {
    guard facts.clock == .wall || data.info.startMilliseconds > 0 else {
      throw .cannotAnswer(
        "\(data.info.name) records no time of day", suggestion: "count from its start: `12s`",
        at: range)
    }
    guard let clock = WallClock.milliseconds(text, day: data.info.startMilliseconds) else {
      throw .cannotAnswer(
        "`\(text)` is no time of day", suggestion: "write it as `2026-01-31 12:30:00` in UTC",
        at: range)
    }
    let start =
      facts.clock == .wall ? Double(facts.start) / 1e6 : Double(data.info.startMilliseconds)
    return (Double(clock) - start) / 1000
  }

  /// Coordinates of a stretch, cut to the recording; the end may not come before the start.
  func stretch(_ span: Located<TimeSpan>) throws(EngineError) -> ClosedRange<Double> {
    let cut = try cut(span)
    return cut.start...cut.end
  }

  /// Says what of a stretch lies outside of the recording; nil when nothing does.
  func cutNote(_ span: Located<TimeSpan>) throws(EngineError) -> String? {
    try cut(span).note(span.value, capture: data.info.name, words)
  }

  private func cut(_ span: Located<TimeSpan>) throws(EngineError) -> CutStretch<Double> {
    let (from, to) = (try uncut(span.value.start), try uncut(span.value.end))
    let last = try last()
    guard from <= to else { throw .query(.backwards(at: span.range)) }
    guard from <= last + 1e-9 else { throw try beyondEnd(span.value.start, last) }
    if to < 0 { _ = try coordinate(span.value.end) }
    return CutStretch(
      start: min(max(0, from), last), end: min(to, last), wasEarlier: from < 0,
      wasLater: to > last + 1e-9)
  }
}

/// Marks and spans of a capture of another tool.
struct ProfileSpans {
  /// A mark, or a span with an end.
  struct Span {
    var name: String
    /// Seconds after the capture's start; nil when unknown.
    var start: Double?
    var end: Double?
    var level: Int64
    var process: Int64?
    var startBytes: Int64?
    var endBytes: Int64?
    var line: Int64
  }

  private(set) var spans: [Span] = []

  init(data: CaptureData, facts: StoredProfile) throws(StoreError) {
    let columns = data.columns
    for segment in 0..<StoredProfile.segments(facts.spans) {
      let names = try columns.texts(.spanName, segment: segment)
      let numbers = try [
        StoredColumn.spanStart, .spanEnd, .spanLevel, .spanProcess, .spanStartBytes,
        .spanEndBytes, .spanLine,
      ].map { (column) throws(StoreError) in try columns.integers(column, segment: segment) }
      guard numbers.allSatisfy({ $0.count == names.count }) else {
        throw columns.damaged(.spanName, segment)
      }
      func seconds(_ time: Int64) -> Double? {
        time == StoredProfile.unknownTime ? nil : Double(time &- facts.start) / 1e9
      }
      func plain(_ value: Int64) -> Int64? { value == 0 ? nil : value &- 1 }
      for (row, name) in names.enumerated() {
        spans.append(
          Span(
            name: name, start: seconds(numbers[0][row]), end: seconds(numbers[1][row]),
            level: numbers[2][row], process: plain(numbers[3][row]),
            startBytes: plain(numbers[4][row]), endBytes: plain(numbers[5][row]),
            line: numbers[6][row]))
      }
    }
    spans.sort { ($0.start ?? Double($0.line)) < ($1.start ?? Double($1.line)) }
  }

  /// When the n-th mark that meets a pattern begins.
  func start(
    _ pattern: Pattern, _ number: Int, at range: SourceRange
  ) throws(EngineError) -> Double {
    let matcher = try asking(try PatternMatcher(pattern))
    let found = spans.filter { matcher.matches($0.name) }
    guard number >= 1, number <= found.count else {
      throw .query(.unknownMark(pattern.text, number: number, found: found.count, at: range))
    }
    let span = found[number - 1]
    return span.start ?? Double(span.line)
  }
}
