/// Refuses what means nothing whatever the capture: the tables of the language's reference.
///
/// Questions that only a capture can refuse (not recorded, beyond the end) are the engine's.
package struct Checker: Sendable {
  let query: Query
  /// Whether the question is tested by `assert`.
  let isAssertion: Bool

  /// Checks a statement; names of `let` must be resolved before, or are taken as they are.
  ///
  /// - Parameter statement: What the parser returned.
  /// - Throws: The first thing that means nothing.
  package static func check(_ statement: Statement) throws(QueryError) {
    switch statement {
    case .query(let query): try check(query)
    case .assert(let assertion):
      let checker = Checker(query: assertion.query, isAssertion: true)
      try checker.check()
      try checker.check(assertion)
    case .explain(let inner, _): try check(inner)
    case .show(let show): try check(show)
    case .letDefinition(_, let predicate):
      let verb = Located(Verb.top, SourceRange(0, 0))
      try Checker(query: Query(verb: verb), isAssertion: false).check(predicate, isDefinition: true)
    case .markOnFrame: break
    }
  }

  /// Checks a question.
  package static func check(_ query: Query) throws(QueryError) {
    try Checker(query: query, isAssertion: false).check()
  }

  private static func check(_ show: Show) throws(QueryError) {
    let topic = show.topic.value
    if let capture = show.captures.first, !topic.isOfCaptures {
      throw QueryError(
        .meaning(.takesNo(verb: "show \(topic.rawValue)", part: "`of`")), at: capture.range)
    }
    guard let format = show.output.format, let because = format.value.because else { return }
    throw QueryError(
      .meaning(.misplaced(format.value.rawValue, because: because)), at: format.range)
  }

  private func check() throws(QueryError) {
    try checkVerb()
    try checkPopulation()
    try checkMeasures()
    try checkKeys()
    try checkWindows()
    try checkComparison()
    try checkOrder()
    try checkOutput()
    if let filter = query.filter { try check(filter, isDefinition: false) }
    if let having = query.having { try check(having) }
  }

  var verb: Verb { query.verb.value }

  /// The verb as people know the question.
  var verbName: String { isAssertion ? "assert" : verb.rawValue }

  func takesNo(
    _ part: String, at range: SourceRange?, _ hints: QueryError.Hint...
  ) -> QueryError {
    QueryError(.meaning(.takesNo(verb: verbName, part: part)), at: range, hints)
  }

  func misplaced(
    _ word: String, _ because: String, at range: SourceRange?, _ hints: QueryError.Hint...
  ) -> QueryError {
    QueryError(.meaning(.misplaced(word, because: because)), at: range, hints)
  }

  func needs(
    _ part: String, _ other: String, at range: SourceRange?, _ hints: QueryError.Hint...
  ) -> QueryError {
    QueryError(.meaning(.needs(part, other)), at: range, hints)
  }

  func clash(
    _ part: String, _ other: String, _ because: String, at range: SourceRange?,
    _ hints: QueryError.Hint...
  ) -> QueryError {
    QueryError(.meaning(.clash(part, other, because: because)), at: range, hints)
  }
}

extension OutputFormat {
  /// Why it cannot hold any answer; nil where it can.
  var because: String? {
    switch definition.holds {
    case .rows, .page: nil
    case .stacks: "it writes stacks"
    case .picture: "it draws a picture"
    }
  }
}

extension CaptureReference {
  /// Where it stands.
  package var range: SourceRange {
    switch self {
    case .name(let pattern): pattern.range
    case .number(_, let range): range
    }
  }
}

extension Versus {
  /// Where its right side stands.
  package var range: SourceRange {
    switch self {
    case .captures(_, let range): range
    case .population(let population, _): population.range
    }
  }
}
