/// The clauses that begin with a word of their own.
extension Parser {
  /// One clause; false when the word begins none.
  mutating func clause(
    _ word: String, _ start: SourceRange, _ draft: inout Draft
  ) throws(QueryError) -> Bool {
    switch word {
    case "by", "group": try by(start, &draft)
    case "inclusive", "cumulative":
      once("inclusive", "`inclusive`", start, &draft)
      draft.query.inclusive = try advance().range
    case "inverted":
      once("inverted", "`inverted`", start, &draft)
      draft.query.inverted = try advance().range
    case "normalized":
      once("normalized", "`normalized`", start, &draft)
      draft.query.normalized = try advance().range
    case "where":
      once("where", "`where`", start, &draft)
      try advance()
      draft.query.filter = try predicate()
    case "having":
      once("having", "`having`", start, &draft)
      try advance()
      draft.query.having = try limits()
    case "every", "over", "per", "limit": try numberClause(word, start, &draft)
    default: return try nameClause(word, start, &draft)
    }
    return true
  }

  private mutating func numberClause(
    _ word: String, _ start: SourceRange, _ draft: inout Draft
  ) throws(QueryError) {
    try advance()
    switch word {
    case "every", "over":
      once("windows", "`every` or `over`", start, &draft)
      let windows = try word == "every" ? every() : over()
      draft.query.windows = Located(windows, SourceRange(start.lower, lastEnd))
    case "per":
      once("per", "`per`", start, &draft)
      draft.query.per = Located(try rateUnit(), SourceRange(start.lower, lastEnd))
    default:
      let token = try peek()
      guard case .integer(let number) = token.kind else {
        throw expected("a number of rows after `limit`", token)
      }
      try advance()
      setLimit(number, token, &draft)
    }
  }

  private mutating func nameClause(
    _ word: String, _ start: SourceRange, _ draft: inout Draft
  ) throws(QueryError) -> Bool {
    switch word {
    case "hide":
      once("hide", "`hide`", start, &draft)
      try advance()
      draft.query.hides = try hides()
    case "from":
      once("from", "`from frame`", start, &draft)
      let from = try advance()
      guard try take("frame") != nil else { throw fromError(from) }
      draft.query.fromFrame = try pattern("a frame after `from frame`")
    case "of":
      once("of", "`of`", start, &draft)
      try advance()
      draft.query.captures = try list { parser throws(QueryError) in
        try parser.capture("a capture after `of`")
      }
    case "order", "sort":
      once("order", "`order by`", start, &draft)
      try advance()
      try expect("by", after: "`\(word)`")
      draft.query.order = try list { parser throws(QueryError) in try parser.orderColumn() }
    case "as", "to":
      once(word, "`\(word)`", start, &draft)
      try advance()
      if word == "as" { draft.query.output.format = try format() }
      if word == "to" { draft.query.output.path = try path() }
    default: return false
    }
    return true
  }

  private mutating func by(_ start: SourceRange, _ draft: inout Draft) throws(QueryError) {
    once("by", "`by`", start, &draft)
    if try take("group") != nil {
      try expect("by", after: "`group`")
    } else {
      try advance()
    }
    draft.query.keys = try list { parser throws(QueryError) in try parser.key() }
  }

  /// `label."a name"`; nil when something else comes next.
  mutating func quotedLabel() throws(QueryError) -> Located<Key>? {
    guard try peekWord() == Key.labelPrefix, let second = try peekSecond(),
      case .string(let name) = second.kind
    else { return nil }
    let start = try advance().range
    try advance()
    if name.isEmpty {
      problems.append(QueryError(.syntax(.emptyText("the name of a label")), at: second.range))
    }
    return Located(.label(SampleLabel(name)), SourceRange(start.lower, second.range.upper))
  }

  private mutating func key() throws(QueryError) -> Located<Key> {
    if let label = try quotedLabel() { return label }
    let token = try peek()
    guard case .word(let typed) = token.kind, let key = Vocabulary.key(typed) else {
      throw keyError(token)
    }
    try advance()
    return Located(key, token.range)
  }

  private mutating func every() throws(QueryError) -> Windows {
    let token = try peek()
    guard case .duration(let length) = token.kind else {
      throw durationError(token, after: "every")
    }
    try advance()
    let nanoseconds = value(length, token, orElse: 1)
    if nanoseconds == 0 {
      problems.append(
        QueryError(.syntax(.zero("the length of a window, in nanoseconds,")), at: token.range))
    }
    return .every(nanoseconds)
  }

  private mutating func over() throws(QueryError) -> Windows {
    let token = try peek()
    guard case .integer(let number) = token.kind else { throw overError(token) }
    try advance()
    guard try take("windows") != nil else { throw windowsMissing(token, try peek()) }
    let count = value(number, token, orElse: 1)
    if count == 0 {
      problems.append(QueryError(.syntax(.zero("the number of windows")), at: token.range))
    }
    return .over(count)
  }

  private mutating func rateUnit() throws(QueryError) -> RateUnit {
    let token = try peek()
    if case .word(let typed) = token.kind {
      if let unit = Vocabulary.rateUnit(typed) {
        try advance()
        return unit
      }
      if let mark = try marker() {
        if let number = mark.number {
          problems.append(
            QueryError(
              .meaning(.misplaced(text(number), because: "a rate counts every mark")),
              at: number, [.advice("leave the number out")]))
        }
        return .mark(mark.pattern)
      }
    }
    throw rateUnitError(token)
  }

  private mutating func hides() throws(QueryError) -> [Hide] {
    let start = try peek().range
    let hides = try list { parser throws(QueryError) in try parser.hide() }
    if hides.contains(.none), hides.count > 1 {
      problems.append(
        QueryError(
          .meaning(.clash("`hide none`", "other sets", because: "`none` hides nothing")),
          at: SourceRange(start.lower, lastEnd)))
    }
    return hides
  }

  private mutating func hide() throws(QueryError) -> Hide {
    if let word = try peekWord(), let set = Vocabulary.hide(word) {
      try advance()
      return set
    }
    return .pattern(try pattern("frames after `hide`"))
  }

  private mutating func orderColumn() throws(QueryError) -> OrderColumn {
    let token = try peek()
    var column: OrderColumn.Column
    if try beginsMeasure() {
      column = .measure(try measure(verb: nil).value)
    } else if let label = try quotedLabel() {
      column = .key(label.value)
    } else if case .word(let typed) = token.kind, let key = Vocabulary.key(typed) {
      try advance()
      column = .key(key)
    } else if try peekWord() == "time" {
      try advance()
      column = .time
    } else {
      throw columnError(token)
    }
    let range = SourceRange(token.range.lower, lastEnd)
    var isAscending: Bool?
    if try take("asc") != nil {
      isAscending = true
    } else if try take("desc") != nil {
      isAscending = false
    }
    return OrderColumn(column: Located(column, range), isAscending: isAscending)
  }

  private mutating func format() throws(QueryError) -> Located<OutputFormat> {
    let token = try peek()
    guard case .word(let typed) = token.kind, let format = Vocabulary.format(typed) else {
      throw formatError(token)
    }
    try advance()
    return Located(format, token.range)
  }
}
