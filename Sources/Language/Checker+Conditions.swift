/// `where`, `having` and the bound of `assert`: do the values fit?
extension Checker {
  func check(_ predicate: Predicate, isDefinition: Bool) throws(QueryError) {
    switch predicate {
    case .and(let terms), .or(let terms):
      for term in terms { try check(term, isDefinition: isDefinition) }
    case .not(let term): try check(term, isDefinition: isDefinition)
    case .name, .stackHas: return
    case .compare(let field, let comparison, let value):
      if field.value == .key(.traceback) { throw stackError(field, comparison.value, value) }
      try check(field, isDefinition: isDefinition)
      try FieldRule(field.value).check(field, comparison, value)
    case .inRange(let field, _, let lower, let upper):
      try check(field, isDefinition: isDefinition)
      try FieldRule(field.value).check(field, lower, upper)
      if case .time(let start) = lower.value, case .time(let end) = upper.value {
        try checkOrder(Located(start, lower.range), Located(end, upper.range))
      }
    case .inSet(let field, _, let values):
      try check(field, isDefinition: isDefinition)
      for value in values {
        try FieldRule(field.value).check(field, Located(.equal, value.range), value)
      }
    }
    try checkTimes(of: predicate)
  }

  /// `stack ~ main` is `stack has main`.
  private func stackError(
    _ field: Located<Field>, _ comparison: Comparison, _ value: Located<Value>
  ) -> QueryError {
    var hint = QueryError.Hint.advice("for example: where stack has main then load")
    if case .pattern(let pattern) = value.value {
      let isNegated = comparison == .notEqual || comparison == .doesNotMatch
      let text = (isNegated ? "not " : "") + "stack has " + pattern.canonicalText
      hint = .rewrite([.init(SourceRange(field.range.lower, value.range.upper), text)])
    }
    return misplaced("traceback", "a stack is asked for its frames", at: field.range, hint)
  }

  private func checkTimes(of predicate: Predicate) throws(QueryError) {
    let field: Located<Field>
    let values: [Located<Value>]
    switch predicate {
    case .compare(let name, _, let value): (field, values) = (name, [value])
    case .inRange(let name, _, let lower, let upper): (field, values) = (name, [lower, upper])
    case .inSet(let name, _, let set): (field, values) = (name, set)
    default: return
    }
    guard field.value == .time else { return }
    for value in values {
      if case .time(let point) = value.value { try check(Located(point, value.range)) }
    }
  }

  private func check(_ field: Located<Field>, isDefinition: Bool) throws(QueryError) {
    switch field.value {
    case .key(.traceback):
      throw misplaced(
        "traceback", "a stack is asked for its frames", at: field.range,
        .advice("for example: where stack has main then load"))
    case .key(.window) where !isDefinition && query.windows == nil:
      throw needs("`window`", "`every` or `over`", at: field.range)
    case .key(.lifetime) where !isDefinition: try checkLifetime(at: field.range)
    default: return
    }
  }

  func check(_ limits: Limits) throws(QueryError) {
    switch limits {
    case .and(let terms), .or(let terms):
      for term in terms { try check(term) }
    case .not(let term): try check(term)
    case .compare(let measure, let comparison, let amount):
      try check(measure)
      try checkFollowed(measure)
      try check(comparison, of: measure.value.name)
      try MeasureRule.check(measure.value, amount)
    }
  }

  func check(_ assertion: Assertion) throws(QueryError) {
    let measure = query.measures.first?.value ?? .size
    try check(assertion.comparison, of: measure.name)
    guard case .amount(let amount) = assertion.bound.value else { return }
    try MeasureRule.check(measure, Located(amount, assertion.bound.range))
  }

  private func check(_ comparison: Located<Comparison>, of name: String) throws(QueryError) {
    guard [.matches, .doesNotMatch].contains(comparison.value) else { return }
    throw QueryError(
      .meaning(
        .operatorMisfit(comparison.value.rawValue, of: name, because: "it compares text")),
      at: comparison.range, [.advice("measures take `= != < <= > >=`")])
  }
}

/// Which amounts fit a measure.
enum MeasureRule {
  static func check(_ measure: Measure, _ amount: Located<Amount>) throws(QueryError) {
    let unit = unit(of: measure)
    let fits =
      switch amount.value {
      case .number: true
      case .size: unit == .bytes || unit == .recorded
      case .duration: unit == .lifetime || unit == .milliseconds || unit == .recorded
      case .percent: [.size, .count, .samples, .objects].contains(measure) || unit == .recorded
      }
    if fits { return }
    let because =
      if case .percent = amount.value { "a share is of a total" } else { unit.rawValue }
    throw QueryError(
      .meaning(
        .misfit(
          value: amount.value.canonicalText(sizes: .none), of: measure.name, because: because)),
      at: amount.range, hint(amount.value, unit))
  }

  private enum MeasureUnit: String {
    case bytes = "it is in bytes"
    case number = "it is a plain number"
    case lifetime = "it is a number of allocations, or a time"
    case milliseconds = "it is a time"
    /// Only the capture knows whether samples are counted, timed or weighed.
    case recorded = "it is in the unit of the capture"
  }

  private static func unit(of measure: Measure) -> MeasureUnit {
    switch measure {
    case .count, .countDifference, .objects: .number
    case .samples: .recorded
    case .averageLifetime, .maximumLifetime: .lifetime
    case .series(.gc0), .series(.gc1), .series(.gc2), .series(.gcCollected),
      .series(.gcUncollectable), .series(.gcCollections), .series(.gcObjects):
      .number
    case .series(.gcMilliseconds): .milliseconds
    case .sampleType: .recorded
    default: .bytes
    }
  }

  private static func hint(_ amount: Amount, _ unit: MeasureUnit) -> [QueryError.Hint] {
    if case .duration(let nanoseconds) = amount, unit == .bytes,
      nanoseconds % 60_000_000_000 == 0, nanoseconds < 3_600_000_000_000
    {
      return [.didYouMean(["\(nanoseconds / 60_000_000_000)MB"])]
    }
    return []
  }
}
