/// `where`, `having` and the bound of `assert`: do the values fit?
extension Checker {
  func check(_ predicate: Predicate, isDefinition: Bool) throws(QueryError) {
    for term in predicate.leaves { try check(term, isDefinition: isDefinition) }
  }

  private func check(_ term: Term, isDefinition: Bool) throws(QueryError) {
    guard let field = term.field else { return }
    if case .compare(_, let comparison, let value) = term, field.value == .key(.traceback) {
      throw stackError(field, comparison.value, value)
    }
    try check(field, isDefinition: isDefinition)
    let rule = FieldRule(field.value)
    switch term {
    case .name, .stackHas: break
    case .compare(_, let comparison, let value): try rule.check(field, comparison, value)
    case .inRange(_, _, let lower, let upper):
      try rule.check(field, lower, upper)
      if case .time(let start) = lower.value, case .time(let end) = upper.value {
        try checkOrder(Located(start, lower.range), Located(end, upper.range))
      }
    case .inSet(_, _, let values):
      for value in values { try rule.check(field, Located(.equal, value.range), value) }
    }
    guard field.value == .time else { return }
    for value in term.values {
      if case .time(let point) = value.value { try check(Located(point, value.range)) }
    }
  }

  /// `stack ~ main` is `stack has main`.
  private func stackError(
    _ field: Located<Field>, _ comparison: Comparison, _ value: Located<Value>
  ) -> QueryError {
    var hint = QueryError.Hint.advice("for example: where stack has main then load")
    if case .pattern(let pattern) = value.value {
      let text = (comparison.isNegated ? "not " : "") + "stack has " + pattern.canonicalText
      hint = .rewrite([.init(SourceRange(field.range.lower, value.range.upper), text)])
    }
    return misplaced("traceback", "a stack is asked for its frames", at: field.range, hint)
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
    for limit in limits.leaves {
      try check(limit.measure)
      try checkFollowed(limit.measure)
      try check(limit.comparison, of: limit.measure.value.name)
      try MeasureRule.check(limit.measure.value, limit.amount)
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
    let quantity = measure.definition.quantity
    let fits =
      switch (amount.value, quantity) {
      case (.number, _), (_, .recorded): true
      case (.size, _): quantity == .bytes || quantity == .rate
      case (.duration, _): quantity == .lifetime || quantity == .milliseconds
      case (.percent, _): measure.definition.totals == .sum
      }
    if fits { return }
    let because =
      if case .percent = amount.value { "a share is of a total" } else { quantity.because }
    throw QueryError(
      .meaning(
        .misfit(
          value: amount.value.canonicalText(sizes: .none), of: measure.name, because: because)),
      at: amount.range, hint(amount.value, quantity))
  }

  private static func hint(_ amount: Amount, _ quantity: Quantity) -> [QueryError.Hint] {
    if case .duration(let nanoseconds) = amount, quantity == .bytes || quantity == .rate,
      nanoseconds % 60_000_000_000 == 0, nanoseconds < 3_600_000_000_000
    {
      return [.didYouMean(["\(nanoseconds / 60_000_000_000)MB"])]
    }
    return []
  }
}

extension Quantity {
  /// What it is, for amounts that do not fit.
  fileprivate var because: String {
    switch self {
    case .bytes, .rate: "it is in bytes"
    case .number: "it is a plain number"
    case .lifetime: "it is a number of allocations, or a time"
    case .milliseconds: "it is a time"
    case .recorded: "it is in the unit of the capture"
    }
  }
}
