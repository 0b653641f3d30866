import Language

/// Where a time lies against what a capture recorded.
enum TimePlace<Value> {
  /// Before its first state.
  case before
  case inside(Value)
  /// After its last state.
  case after

  var isBefore: Bool { if case .before = self { true } else { false } }
  var isAfter: Bool { if case .after = self { true } else { false } }
}

extension TimeSpan {
  /// The span between two values of a condition; nil when one of them is no time.
  static func located(_ from: Located<Value>, _ to: Located<Value>) -> Located<TimeSpan>? {
    guard case .time(let start) = from.value, case .time(let end) = to.value else { return nil }
    return Located(
      TimeSpan(start: Located(start, from.range), end: Located(end, to.range)),
      SourceRange(from.range.lower, to.range.upper))
  }
}

extension Predicate {
  /// The stretches of time that records are chosen by.
  var timeSpans: [Located<TimeSpan>] {
    leaves.compactMap { term in
      guard case .inRange(let field, _, let from, let to) = term, field.value == .time else {
        return nil
      }
      return TimeSpan.located(from, to)
    }
  }
}

/// A stretch of time, cut to what a capture recorded.
struct CutStretch<Value> {
  var start: Value
  var end: Value
  /// Whether the stretch began before the recording, and whether it ended after it.
  var wasEarlier: Bool
  var wasLater: Bool

  /// Says what was cut off, with `words` for the new bounds; nil when nothing was.
  func note(_ span: TimeSpan, capture: String, _ words: (Value) -> String) -> String? {
    guard wasEarlier || wasLater else { return nil }
    let ends = wasEarlier && wasLater ? "begins and ends" : wasLater ? "ends" : "begins"
    let from = wasEarlier ? words(start) : span.start.value.canonicalText
    let to = wasLater ? words(end) : span.end.value.canonicalText
    return "`\(span.canonicalText)` is cut to \(from) .. \(to), where \(capture) \(ends)"
  }
}
