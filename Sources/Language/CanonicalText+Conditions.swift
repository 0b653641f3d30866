/// Canonical conditions, with no more parentheses than needed.
extension Predicate {
  /// The canonical form.
  ///
  /// - Parameter sizes: The family sizes are written in.
  /// - Returns: Text that parses to the same condition.
  package func canonicalText(sizes: TypedSizes) -> String { text { $0.canonicalText(sizes) } }
}

extension Term {
  fileprivate func canonicalText(_ sizes: TypedSizes) -> String {
    switch self {
    case .name(let name): name.value
    case .compare(let field, let comparison, let value):
      "\(field.value.name) \(comparison.value.rawValue) " + value.value.canonicalText(sizes)
    case .inRange(let field, let negated, let lower, let upper):
      field.value.name + (negated ? " not in " : " in ") + lower.value.canonicalText(sizes) + ".."
        + upper.value.canonicalText(sizes)
    case .inSet(let field, let negated, let values):
      field.value.name + (negated ? " not in (" : " in (")
        + values.map { $0.value.canonicalText(sizes) }.joined(separator: ", ") + ")"
    case .stackHas(let patterns):
      "stack has " + patterns.map(\.canonicalText).joined(separator: " then ")
    }
  }
}

extension Limits {
  /// The canonical form.
  ///
  /// - Parameter sizes: The family sizes are written in.
  /// - Returns: Text that parses to the same condition.
  package func canonicalText(sizes: TypedSizes) -> String {
    text { limit in
      "\(limit.measure.value.canonicalText) \(limit.comparison.value.rawValue) "
        + limit.amount.value.canonicalText(sizes: sizes)
    }
  }
}

extension Value {
  fileprivate func canonicalText(_ sizes: TypedSizes) -> String {
    switch self {
    case .time(let point): point.canonicalText
    case .size(let bytes): CanonicalNumber.size(bytes, sizes)
    case .number(let number): CanonicalNumber.decimal(number)
    case .pattern(let pattern): pattern.canonicalText
    }
  }
}

extension Amount {
  /// The canonical form.
  ///
  /// - Parameter sizes: The family sizes are written in.
  /// - Returns: A number, a size, a duration or a percentage.
  package func canonicalText(sizes: TypedSizes) -> String {
    switch self {
    case .size(let bytes): CanonicalNumber.size(bytes, sizes)
    case .duration(let nanoseconds): CanonicalNumber.duration(nanoseconds)
    case .number(let number): CanonicalNumber.decimal(number)
    case .percent(let percent): CanonicalNumber.decimal(percent) + "%"
    }
  }
}
