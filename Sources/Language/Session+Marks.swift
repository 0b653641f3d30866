/// Which statements speak of marks.
extension Statement {
  /// Whether the answer may depend on the session's marks.
  var usesMarks: Bool {
    switch self {
    case .query(let query): query.usesMarks
    case .assert(let assertion): assertion.query.usesMarks
    case .explain(let inner, _): inner.usesMarks
    case .show(let show): show.topic.value == .marks
    case .letDefinition, .markOnFrame: false
    }
  }
}

extension Query {
  /// Whether the answer may depend on the session's marks.
  var usesMarks: Bool {
    // A picture of a timeline draws them.
    if verb.value == .timeline, output.namedFormat?.definition.isDrawn == true { return true }
    if verb.value == .growth || keys.contains(where: { $0.value == .mark }) { return true }
    if case .mark = per?.value { return true }
    if filter?.usesMarks == true || range?.value.usesMarks == true { return true }
    if population?.value.usesMarks == true { return true }
    guard case .population(let population, let range) = versus else { return false }
    return population.value.usesMarks || range?.value.usesMarks == true
  }
}

extension Population {
  fileprivate var usesMarks: Bool {
    switch self {
    case .live(let time): time?.value.usesMark == true
    case .survived(let span): span.value.usesMarks
    default: false
    }
  }
}

extension TimeSpan {
  fileprivate var usesMarks: Bool { start.value.usesMark || end.value.usesMark }
}

extension TimePoint {
  fileprivate var usesMark: Bool { if case .mark = base { true } else { false } }
}

extension Predicate {
  fileprivate var usesMarks: Bool {
    contains { term in
      term.field?.value == .key(.mark)
        || term.values.contains {
          if case .time(let point) = $0.value { point.usesMark } else { false }
        }
    }
  }
}
