import CaptureModel
import Language
import Store

/// Lays captures over each other by the time of day.
struct SharedAxis {
  private let context: QueryContext

  init(_ context: QueryContext) { self.context = context }

  /// Moves rows from the axes of their captures to the common one and keeps the stretch asked;
  /// returns what a reader must know.
  func align(_ rows: inout SeriesRows) throws(EngineError) -> [String] {
    var starts: [Double?] = []
    for data in context.captures { starts.append(try start(of: data)) }
    let base = starts.compactMap { $0 }.min() ?? 0
    var notes: [String] = []
    for (index, start) in starts.enumerated() {
      guard let start else {
        let facts = try reading(try context.captures[index].profile())
        if let facts, ![.seconds, .lines].contains(ProfileAxis(facts)) { continue }
        notes.append(
          "\(context.captures[index].info.name) records no time of day: it is drawn from its own start"
        )
        continue
      }
      rows.shift(capture: index, by: start - base)
    }
    if let range = context.query.range, let note = try keep(range, base, &rows) {
      notes.append(note)
    }
    return notes
  }

  /// Keeps a stretch of the common axis; says what of it lies outside of all captures.
  private func keep(
    _ range: Located<TimeSpan>, _ base: Double, _ rows: inout SeriesRows
  ) throws(EngineError) -> String? {
    let last = rows.rows.map(\.place).max() ?? 0
    let from = try coordinate(range.value.start, last, base)
    let to = try coordinate(range.value.end, last, base)
    guard from <= to else { throw .query(.backwards(at: range.range)) }
    func words(_ place: Double) -> String { QueryText.seconds(Int64(nearest: place * 1000)) }
    let capture = "the last of the captures"
    guard from <= last + 1e-9, to >= 0 else {
      throw .query(.beyondEnd(capture: capture, end: words(last), at: range.range))
    }
    let cut = CutStretch(
      start: max(0, from), end: min(to, last), wasEarlier: from < 0, wasLater: to > last + 1e-9)
    rows.keep(cut.start...max(cut.start, cut.end))
    return cut.note(range.value, capture: capture, words)
  }

  /// Seconds since 1970 at which a capture starts; nil when it is not recorded.
  private func start(of data: CaptureData) throws(EngineError) -> Double? {
    let facts = try reading(try data.profile())
    if let facts, facts.clock == .wall { return Double(facts.start) / 1e9 }
    if let facts, ProfileAxis(facts) != .seconds { return nil }
    return data.info.startMilliseconds > 0 ? Double(data.info.startMilliseconds) / 1000 : nil
  }

  private func coordinate(
    _ time: Located<TimePoint>, _ end: Double, _ base: Double
  ) throws(EngineError) -> Double {
    let offset = Double(time.value.offsetNanoseconds) / 1e9
    switch time.value.base {
    case .start: return offset
    case .end: return end + offset
    case .percent(let share): return end * share / 100 + offset
    case .elapsed(let nanoseconds): return Double(nanoseconds) / 1e9 + offset
    case .wallClock(let text):
      if let clock = WallClock.milliseconds(text, day: Int64(base * 1000)) {
        return Double(clock) / 1000 - base + offset
      }
    case .peak, .instant, .mark: break
    }
    throw .cannotAnswer(
      "captures laid over each other share the time only", suggestion: "such as `10s` or `40%`",
      at: time.range)
  }
}
