import Language
import Store

/// Whether an answer could be another had the rest of a capture that ended early been recorded.
///
/// What ended before the data did is whole. A recording that merely lacks its end mark holds all
/// that was written, so that only questions about the end itself are touched.
struct Completeness {
  let context: QueryContext
  let data: CaptureData

  private var query: Query { context.query }

  /// Whether the answer must say that the capture ended early.
  var isTouched: Bool {
    guard !data.info.isComplete, !data.isWatched else { return false }
    let population = ((try? context.population(of: data)) ?? context.population).value
    let needsEnd = speaksOfEnd(population)
    // Forked workers seldom leave one; the import said so once, and `show quality` does.
    if data.info.lacksOnlyItsMark { return needsEnd && !data.info.isForkedChild }
    if needsEnd || needsLifetimes(population) || dividesTime { return true }
    // Its sections are of the whole recording.
    if query.verb.value == .stats || query.verb.value == .paths { return true }
    switch population {
    case .survived(let span): return reachesEnd(span.value)
    case .live(let time?) where !isStretch: return reachesEnd(time.value)
    default: return query.range.map { reachesEnd($0.value) } ?? true
    }
  }

  /// Whether `in` is the stretch looked at.
  private var isStretch: Bool { query.verb.value.definition.followsTime }

  /// Whether what is asked for is the state in which the program ended.
  private func speaksOfEnd(_ population: Population) -> Bool {
    switch population {
    case .leaked: true
    case .live(let time):
      time.map { isCountedFromEnd($0.value) } ?? !(isStretch || query.verb.value == .stats)
    case .survived(let span): isCountedFromEnd(span.value.end.value)
    default: false
    }
  }

  private func isCountedFromEnd(_ time: TimePoint) -> Bool {
    switch time.base {
    case .end, .percent: true
    default: false
    }
  }

  /// A block that was alive when the data ended has no lifetime, though it had one.
  private func needsLifetimes(_ population: Population) -> Bool {
    guard population != .freed else { return false }
    return query.measures.contains { $0.value.needsLifetimes }
      || query.keys.contains { $0.value == .lifetime } || query.filter?.looksAtLifetimes == true
  }

  /// Whether windows are parts of the recorded time.
  private var dividesTime: Bool {
    guard !isStretch, case .over = query.windows?.value else { return false }
    return true
  }

  private func reachesEnd(_ span: TimeSpan) -> Bool {
    reachesEnd(span.start.value) || reachesEnd(span.end.value)
  }

  /// Whether a time is, or depends on, the last that was recorded.
  private func reachesEnd(_ time: TimePoint) -> Bool {
    if isCountedFromEnd(time) || time.base == .peak { return true }
    let located = Located(time, query.verb.range)
    if let facts = try? data.profile() {
      guard let times = try? ProfileTimes(data: data, facts: facts),
        let place = try? times.coordinate(located),
        let end = try? times.coordinate(Located(TimePoint(base: .end), query.verb.range))
      else { return true }
      return place >= end
    }
    guard let timeline = try? data.timeline(),
      let times = try? TimeResolver(data: data, timeline: timeline),
      let state = try? times.state(located)
    else { return true }
    return state >= timeline.clock.instantCount
  }
}

extension Predicate {
  /// Whether the lifetime of single records is looked at.
  fileprivate var looksAtLifetimes: Bool { contains { $0.field?.value == .key(.lifetime) } }
}
