/// Which values and comparisons fit a field of `where`.
struct FieldRule {
  /// What a field's values are.
  private enum Kind {
    case size, time, lifetime, text, number, textOrNumber, sizeclass, capture, kind, label

    init(_ values: KeyValues) {
      self =
        switch values {
        case .text, .file, .line, .place, .frames: .text
        case .kinds: .kind
        case .captures: .capture
        case .number, .windows: .number
        case .numberOrName, .nameOrNumber: .textOrNumber
        case .sizeClass: .sizeclass
        case .lifetimeClass: .lifetime
        case .label: .label
        }
    }
  }

  private let kind: Kind

  init(_ field: Field) {
    kind =
      switch field {
      case .size: .size
      case .time: .time
      case .key(let key): Kind(key.definition.values)
      }
  }

  private var isText: Bool {
    switch kind {
    case .text, .textOrNumber, .capture, .kind, .label: true
    case .size, .time, .lifetime, .number, .sizeclass: false
    }
  }

  func check(
    _ field: Located<Field>, _ comparison: Located<Comparison>, _ value: Located<Value>
  ) throws(QueryError) {
    let symbol = comparison.value
    let isPattern = symbol == .matches || symbol == .doesNotMatch
    let name = field.value.name
    if isPattern, !isText {
      throw misfit(comparison, name, "it compares text", [.advice("use `= != < <= > >=` or `in`")])
    }
    if isText, kind != .textOrNumber, kind != .label, !isPattern, symbol != .equal,
      symbol != .notEqual
    {
      throw misfit(comparison, name, "text has no order", [.advice("use `= != ~ !~` or `in`")])
    }
    try check(field, value)
    if isPattern {
      guard case .pattern = value.value else {
        throw self.misfit(value, name, "`~` takes a pattern")
      }
      return
    }
    guard case .pattern(let pattern) = value.value else { return }
    if symbol != .equal, symbol != .notEqual {
      throw misfit(comparison, name, "text has no order", [.advice("use `= != ~ !~` or `in`")])
    }
    let fix: QueryError.Hint =
      comparison.range == value.range
      ? .advice("for example: \(name) ~ \(pattern.canonicalText)")
      : .rewrite([.init(comparison.range, symbol == .equal ? "~" : "!~")])
    if case .regex = pattern.form {
      throw misfit(comparison, name, "a regular expression is matched with `~`", [fix])
    }
    if pattern.form == .word, pattern.text.contains(where: { $0 == "*" || $0 == "?" }) {
      throw misfit(comparison, name, "`=` is exact, a glob is matched with `~`", [fix])
    }
  }

  func check(
    _ field: Located<Field>, _ lower: Located<Value>, _ upper: Located<Value>
  ) throws(QueryError) {
    try check(field, lower)
    try check(field, upper)
    let range = SourceRange(lower.range.lower, upper.range.upper)
    let name = field.value.name
    if case .pattern = lower.value {
      throw QueryError(
        .meaning(.operatorMisfit("..", of: name, because: "text has no order")), at: range,
        [.advice("for example: \(name) in (a, b)")])
    }
    guard let start = lower.value.magnitude, let end = upper.value.magnitude, start >= end else {
      return
    }
    if start > end {
      throw QueryError(
        .meaning(.backwards), at: range,
        [
          .rewrite([
            .init(lower.range, upper.value.text), .init(upper.range, lower.value.text),
          ])
        ])
    }
    throw QueryError(
      .meaning(
        .misfit(
          value: "\(lower.value.text)..\(upper.value.text)", of: name,
          because: "a range leaves its end out, so this one holds nothing")),
      at: range, [.advice("for example: \(name) = \(lower.value.text)")])
  }

  private func check(_ field: Located<Field>, _ value: Located<Value>) throws(QueryError) {
    switch kind {
    case .size, .sizeclass: try checkSize(field, value)
    case .time: try checkTime(field, value)
    case .lifetime: try checkLifetime(field, value)
    case .number:
      if case .number = value.value { return }
      throw misfit(value, field.value.name, "it is a number")
    case .textOrNumber:
      switch value.value {
      case .number, .pattern: return
      default: throw misfit(value, field.value.name, "it is a name or a number")
      }
    case .label:
      guard case .time(let point) = value.value else { return }
      if case .elapsed = point.base, point.offsetNanoseconds == 0 { return }
      throw misfit(value, field.value.name, "it is a text, a number, a size or a duration")
    case .capture:
      if case .time(let point) = value.value, case .instant = point.base { return }
      try checkText(field, value)
    case .kind:
      try checkText(field, value)
      try checkKind(value)
    case .text: try checkText(field, value)
    }
  }

  private func checkSize(_ field: Located<Field>, _ value: Located<Value>) throws(QueryError) {
    let name = field.value.name
    switch value.value {
    case .size, .number: return
    case .time(let point):
      if case .percent = point.base {
        throw misfit(
          value, name, "a share is of a group",
          [.advice("for example: having size > \(point.canonicalText)")])
      }
      guard case .elapsed(let length) = point.base, length % 60_000_000_000 == 0,
        length < 3_600_000_000_000
      else { break }
      throw misfit(
        value, name, "it is in bytes", [.didYouMean(["\(length / 60_000_000_000)MB"])])
    case .pattern: break
    }
    throw misfit(value, name, "it is in bytes, such as `4kB`")
  }

  private func checkTime(_ field: Located<Field>, _ value: Located<Value>) throws(QueryError) {
    switch value.value {
    case .time: return
    case .number:
      let number = value.value.text
      throw QueryError(
        .lesson(.bareTime(number)), at: value.range, [.didYouMean([number + "s", "#" + number])])
    default: throw misfit(value, field.value.name, "it is a time, such as `10s` or `peak`")
    }
  }

  private func checkLifetime(_ field: Located<Field>, _ value: Located<Value>) throws(QueryError) {
    switch value.value {
    case .number: return
    case .time(let point):
      if case .elapsed = point.base, point.offsetNanoseconds == 0 { return }
    default: break
    }
    throw misfit(value, field.value.name, "it is a number of allocations, or a time such as `10s`")
  }

  private func checkText(_ field: Located<Field>, _ value: Located<Value>) throws(QueryError) {
    if case .pattern = value.value { return }
    let name = field.value.name
    if case .number = value.value, field.value == .key(.lineno) {
      throw misfit(
        value, name, "it is `file:line`",
        [.advice("for example: lineno ~ \"*:\(value.value.text)\"")])
    }
    throw misfit(
      value, name, "it is text", [.rewrite([.init(value.range, "\"\(value.value.text)\"")])])
  }

  private func checkKind(_ value: Located<Value>) throws(QueryError) {
    let kinds = ["python", "native", "inlined"]
    guard case .pattern(let pattern) = value.value, pattern.form != .regex(ignoresCase: false),
      pattern.form != .regex(ignoresCase: true), !kinds.contains(pattern.text),
      !pattern.text.contains(where: { $0 == "*" || $0 == "?" })
    else { return }
    let near = NearestWord.matches(for: pattern.text, in: kinds)
    throw misfit(
      value, "kind", "kinds are python, native and inlined", near.isEmpty ? [] : [.didYouMean(near)]
    )
  }

  private func misfit(
    _ value: Located<Value>, _ name: String, _ because: String, _ hints: [QueryError.Hint] = []
  ) -> QueryError {
    QueryError(
      .meaning(.misfit(value: value.value.text, of: name, because: because)), at: value.range, hints
    )
  }

  private func misfit(
    _ comparison: Located<Comparison>, _ name: String, _ because: String,
    _ hints: [QueryError.Hint]
  ) -> QueryError {
    QueryError(
      .meaning(.operatorMisfit(comparison.value.rawValue, of: name, because: because)),
      at: comparison.range, hints)
  }
}

extension Value {
  fileprivate var text: String {
    switch self {
    case .time(let point): point.canonicalText
    case .size(let bytes): CanonicalNumber.size(bytes, .none)
    case .number(let number): CanonicalNumber.decimal(number)
    case .pattern(let pattern): pattern.canonicalText
    }
  }

  /// For ranges of sizes, numbers and lifetimes.
  fileprivate var magnitude: Double? {
    switch self {
    case .size(let bytes): bytes
    case .number(let number): number
    default: nil
    }
  }
}
