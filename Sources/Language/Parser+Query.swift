/// A question while its parts are collected.
struct Draft {
  var query: Query
  /// Parts seen, for those that stand twice.
  var seen: Set<String> = []

  init(_ query: Query) { self.query = query }
}

/// Questions, assertions and the order of their parts.
extension Parser {
  mutating func query() throws(QueryError) -> Query {
    let token = try peek()
    guard case .word(let typed) = token.kind else { throw diagnosis(token).opening }
    var draft = Draft(Query(verb: Located(.top, token.range)))
    if let verb = Vocabulary.verb(typed) {
      try advance()
      draft.query.verb = Located(verb, token.range)
      let second = verb == .peek ? try peek().kind : nil
      if second?.isInteger ?? true { try rowLimit(&draft) }
      if verb == .source { draft.query.file = try sourceFile() }
      if verb == .peek { draft.query.pathTarget = try pattern("a function after `peek`") }
    } else if typed.asciiLowercased == "paths" {
      try advance()
      let to = try expect("to", after: "`paths`")
      draft.query.verb = Located(.paths, SourceRange(token.range.lower, to.range.upper))
      draft.query.pathTarget = try pattern("a type after `paths to`")
    } else if Vocabulary.population(typed) == nil {
      throw diagnosis(token).opening
    }
    while try part(&draft) {}
    if let versus = try take("vs") { try self.versus(&draft, from: versus) }
    draft.query.typedSizes = typedSizes
    return draft.query
  }

  /// The number right after a verb.
  private mutating func rowLimit(_ draft: inout Draft) throws(QueryError) {
    let token = try peek()
    if case .integer(let number) = token.kind {
      try advance()
      setLimit(number, token, &draft)
    } else if let all = try take("all") {
      draft.query.limit = Located(.all, all.range)
      draft.seen.insert("limit")
    }
  }

  /// The file after `source`: words of the grammar need quotes, so that parts can follow.
  private mutating func sourceFile() throws(QueryError) -> Pattern? {
    switch try peek().kind {
    case .word(let word) where !Vocabulary.words.contains(word.asciiLowercased):
      return try pattern("a file")
    case .string, .regex: return try pattern("a file")
    default: return nil
    }
  }

  mutating func setLimit(_ number: Int?, _ token: Token, _ draft: inout Draft) {
    once("limit", "the number of rows", token.range, &draft)
    let rows = value(number, token, orElse: 1)
    if rows == 0 {
      problems.append(
        QueryError(
          .syntax(.zero("the number of rows")), at: token.range,
          [.advice("`stats` gives totals alone")]))
    }
    draft.query.limit = Located(.rows(rows), token.range)
  }

  /// Notes a part, and the problem when it stands twice.
  mutating func once(
    _ part: String, _ description: String, _ range: SourceRange, _ draft: inout Draft
  ) {
    let previous = read.parts.last
    if part != "limit" {
      read.partStart = range.lower
      read.parts.append(part)
    }
    guard !draft.seen.insert(part).inserted else { return }
    var hints: [QueryError.Hint] = []
    if previous == part, let joint = Self.joints[part] {
      let isWord = part != "measures"
      let end = isWord ? range.upper : lastEnd
      hints = [.rewrite([.init(SourceRange(lastEnd, end), joint)])]
    }
    problems.append(QueryError(.syntax(.repeated(description)), at: range, hints))
  }

  /// What joins a part to itself when it stands twice in a row.
  private static let joints = [
    "measures": ",", "by": ",", "hide": ",", "of": ",", "where": " and", "having": " and",
  ]

  mutating func assertion() throws(QueryError) -> Assertion {
    var draft = Draft(Query(verb: Located(.top, SourceRange(lastEnd, lastEnd))))
    read.awaitsTest = true
    while try part(&draft) {}
    read.awaitsTest = false
    let token = try peek()
    guard case .symbol(let symbol) = token.kind, let comparison = symbol.comparison else {
      throw diagnosis(token).test
    }
    try advance()
    let bound = try assertionBound()
    while try part(&draft) {}
    draft.query.typedSizes = typedSizes
    return Assertion(
      query: draft.query, comparison: Located(comparison, token.range), bound: bound)
  }

  private mutating func assertionBound() throws(QueryError) -> Located<AssertionBound> {
    let token = try peek()
    guard case .percent(let percent) = token.kind else {
      let amount = try amount(allowsPercent: false)
      return Located(.amount(amount.value), amount.range)
    }
    try advance()
    let share = value(percent, token, orElse: 0)
    try expect("of", after: "the percentage of an assertion")
    let capture = try capture("the capture the percentage is of")
    return Located(
      .percent(share, of: capture), SourceRange(token.range.lower, lastEnd))
  }

  /// `vs` and everything after it.
  private mutating func versus(_ draft: inout Draft, from token: Token) throws(QueryError) {
    read.parts.append("vs")
    guard let word = try peekWord(), Vocabulary.population(word) != nil else {
      let capture = try capture("a capture or a population after `vs`")
      draft.query.versus = .captures([capture], SourceRange(token.range.lower, lastEnd))
      while try part(&draft) {}
      return
    }
    let population = try population()
    var range: Located<TimeSpan>?
    if let start = try take("in") { range = try span(from: start.range.lower) }
    draft.query.versus = .population(population, range)
    // A second range cannot follow directly: it would be nobody's.
    if range != nil, let second = try peekRepeatedRange() { throw second }
    while try part(&draft) {}
  }

  private mutating func peekRepeatedRange() throws(QueryError) -> QueryError? {
    guard try peekWord() == "in" else { return nil }
    return QueryError(
      .syntax(.repeated("the range of the right side")), at: try peek().range,
      [.advice("put the left side's `in` before `vs`")])
  }

  /// One part of a question; false when no part begins here.
  mutating func part(_ draft: inout Draft) throws(QueryError) -> Bool {
    let start = try peek().range
    if try beginsMeasure() {
      once("measures", "the list of measures", start, &draft)
      draft.query.measures = try list { parser throws(QueryError) in
        try parser.measure(verb: draft.query.verb.value)
      }
      return true
    }
    guard let word = try peekWord() else { return false }
    if Vocabulary.population(word) != nil {
      once("population", "the population", start, &draft)
      draft.query.population = try population()
    } else if word == "in" {
      once("in", "`in`", start, &draft)
      try advance()
      draft.query.range = try span(from: start.lower)
    } else {
      return try clause(word, start, &draft)
    }
    return true
  }

  /// Items separated by commas.
  mutating func list<Item>(
    _ item: (inout Parser) throws(QueryError) -> Item
  ) throws(QueryError) -> [Item] {
    var items = [try item(&self)]
    while try take(.comma) != nil { items.append(try item(&self)) }
    return items
  }
}
