/// `where` and `having`.
extension Parser {
  mutating func predicate() throws(QueryError) -> Predicate {
    try logic { parser throws(QueryError) in try parser.term() }
  }

  mutating func limits() throws(QueryError) -> Limits {
    try logic { parser throws(QueryError) in try parser.limit() }
  }

  /// Conditions joined by `or`, which binds less than `and`.
  private mutating func logic<Leaf>(
    _ leaf: (inout Parser) throws(QueryError) -> Logic<Leaf>
  ) throws(QueryError) -> Logic<Leaf> {
    var alternatives = [try conjunct(leaf)]
    while try take("or") != nil { alternatives.append(try conjunct(leaf)) }
    return alternatives.count == 1 ? alternatives[0] : .joined(or: alternatives)
  }

  private mutating func conjunct<Leaf>(
    _ leaf: (inout Parser) throws(QueryError) -> Logic<Leaf>
  ) throws(QueryError) -> Logic<Leaf> {
    var parts = [try single(leaf)]
    while try take("and") != nil { parts.append(try single(leaf)) }
    return parts.count == 1 ? parts[0] : .joined(and: parts)
  }

  private mutating func single<Leaf>(
    _ leaf: (inout Parser) throws(QueryError) -> Logic<Leaf>
  ) throws(QueryError) -> Logic<Leaf> {
    let token = try peek()
    if try take("not") != nil {
      try descend(token)
      defer { depth -= 1 }
      return .not(try single(leaf))
    }
    guard try take(.openParenthesis) != nil else { return try leaf(&self) }
    try descend(token)
    defer { depth -= 1 }
    let inner = try logic(leaf)
    try closeParenthesis(token)
    return inner
  }

  private mutating func term() throws(QueryError) -> Predicate {
    let token = try peek()
    guard case .word(let typed) = token.kind else { throw fieldError(token) }
    if typed.asciiLowercased == "stack", case .word(let next) = try peekSecond()?.kind,
      next.asciiLowercased == "has"
    {
      return .stackHas(try stackPatterns())
    }
    if let label = try quotedLabel() { return try comparison(label.map { .key($0) }) }
    guard let field = Vocabulary.field(typed) else { return try name(token, typed) }
    try advance()
    return try comparison(Located(field, token.range))
  }

  private mutating func descend(_ token: Token) throws(QueryError) {
    depth += 1
    if depth > Self.maximumDepth {
      throw QueryError(
        .syntax(.tooDeep(Self.maximumDepth)), at: token.range,
        [.advice("name parts of the condition with `let`")])
    }
  }

  private mutating func closeParenthesis(_ open: Token) throws(QueryError) {
    let token = try peek()
    if try take(.closeParenthesis) != nil { return }
    if token.kind == .end || token.kind == .separator {
      throw QueryError(.syntax(.unclosedParenthesis), at: open.range)
    }
    throw insideParenthesesError(token)
  }

  private mutating func stackPatterns() throws(QueryError) -> [Pattern] {
    try advance()
    try advance()
    var patterns = [try pattern("a frame after `stack has`")]
    while try take("then") != nil {
      patterns.append(try pattern("a frame after `then`"))
    }
    return patterns
  }

  /// A name of `let`; any word that is none of the language's.
  private mutating func name(_ token: Token, _ typed: String) throws(QueryError) -> Predicate {
    if Vocabulary.words.contains(typed.asciiLowercased) { throw fieldError(token) }
    if let error = try unknownFieldError(token, typed) { throw error }
    try advance()
    return .leaf(.name(Located(typed, token.range)))
  }

  private mutating func comparison(_ field: Located<Field>) throws(QueryError) -> Predicate {
    let token = try peek()
    if case .symbol(let symbol) = token.kind, let comparison = symbol.comparison {
      try advance()
      let value = try value(of: field)
      return .compare(field, Located(comparison, token.range), value)
    }
    let negated = try take("not") != nil
    guard try take("in") != nil else {
      throw negated ? notError(token, try peek()) : comparisonError(field, token)
    }
    return try membership(field, negated: negated)
  }

  private mutating func membership(
    _ field: Located<Field>, negated: Bool
  ) throws(QueryError) -> Predicate {
    if let open = try take(.openParenthesis) {
      let values = try list { parser throws(QueryError) in try parser.value(of: field) }
      try closeParenthesis(open)
      return .inSet(field, negated: negated, values)
    }
    let first = try value(of: field)
    let token = try peek()
    guard try take(.range) != nil else { throw setError(field, first, token) }
    return .leaf(.inRange(field, negated: negated, first, try value(of: field)))
  }

  private mutating func value(of field: Located<Field>) throws(QueryError) -> Located<Value> {
    let token = try peek()
    switch token.kind {
    case .size(let bytes, let family):
      try advance()
      note(family)
      return Located(.size(value(bytes, token, orElse: 0)), token.range)
    case .integer(let number):
      try advance()
      return Located(.number(Double(value(number, token, orElse: 0))), token.range)
    case .number(let number):
      try advance()
      return Located(.number(value(number, token, orElse: 0)), token.range)
    case .string(let clock) where field.value == .time:
      try advance()
      return Located(.time(TimePoint(base: .wallClock(clock))), token.range)
    default:
      if let instant = try instant() { return Located(.time(instant.value), instant.range) }
      let pattern = try pattern("a value for `\(field.value.name)`")
      return Located(.pattern(pattern), pattern.range)
    }
  }

  private mutating func note(_ family: TypedSizes) {
    if typedSizes == .none { typedSizes = family }
  }

  private mutating func limit() throws(QueryError) -> Limits {
    let token = try peek()
    guard try beginsMeasure() else { throw boundError(token) }
    let measure = try measure(verb: nil)
    let sign = try peek()
    guard case .symbol(let symbol) = sign.kind, let comparison = symbol.comparison else {
      throw expected("a comparison after `\(measure.value.name)`", sign)
    }
    try advance()
    return .compare(measure, Located(comparison, sign.range), try amount(allowsPercent: true))
  }

  /// What a measure is compared with.
  mutating func amount(allowsPercent: Bool) throws(QueryError) -> Located<Amount> {
    let token = try peek()
    switch token.kind {
    case .size(let bytes, let family):
      try advance()
      note(family)
      return Located(.size(value(bytes, token, orElse: 0)), token.range)
    case .duration(let length):
      try advance()
      return Located(.duration(value(length, token, orElse: 0)), token.range)
    case .integer(let number):
      try advance()
      return Located(.number(Double(value(number, token, orElse: 0))), token.range)
    case .number(let number):
      try advance()
      return Located(.number(value(number, token, orElse: 0)), token.range)
    case .percent(let percent) where allowsPercent:
      try advance()
      return Located(.percent(value(percent, token, orElse: 0)), token.range)
    default: throw amountError(token)
    }
  }
}
