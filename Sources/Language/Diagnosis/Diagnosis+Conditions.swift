/// Mistakes inside conditions.
extension Diagnosis {
  /// No condition of `where` begins here.
  var field: QueryError {
    guard isWord else { return valueFirst }
    if let error = clauseAgain { return error }
    if Parser.measureWords.contains(word) { return measureInWhere }
    if Vocabulary.population(word) != nil {
      return misplaced(typed, "a population stands after the verb")
    }
    return common ?? expected("a condition")
  }

  /// `where a and where b`, `where a and having b`.
  private var clauseAgain: QueryError? {
    guard word == "where" || word == "having", let clause = read.parts.last,
      let joint = read.last, last == "and" || last == "or"
    else { return nil }
    let isOfGroups = clause == "having" && Vocabulary.field(second) == nil
    let range =
      word == clause || isOfGroups
      ? SourceRange(joint.range.upper, token.range.upper)
      : SourceRange(joint.range.lower, token.range.lower)
    return expected("a condition", .rewrite([.init(range, "")]))
  }

  /// `5 > size`: the field comes first.
  private var valueFirst: QueryError {
    guard next.count >= 2, case .symbol(let symbol) = next[0].kind, symbol.comparison != nil,
      case .word(let field) = next[1].kind, Vocabulary.field(field) != nil
    else { return expected("a condition") }
    let flipped = ["<": ">", "<=": ">=", ">": "<", ">=": "<="]
    let comparison = flipped[symbol.rawValue] ?? symbol.rawValue
    return expected(
      "a field", .rewrite([.init(through(2), "\(field) \(comparison) \(text(token.range))")]))
  }

  private var measureInWhere: QueryError {
    var hints: [QueryError.Hint] = []
    if let clause = read.last, last == "where" {
      let follows = read.parts.dropLast().last == "having"
      if follows || !read.parts.contains("having") {
        hints.append(.rewrite([.init(clause.range, follows ? "and" : "having")]))
      }
    } else {
      hints.append(.advice("conditions on groups follow `having`"))
    }
    guard word == "count" else {
      return misplaced(word, "it is measured of groups, not of records", hints)
    }
    return QueryError(.mistake(.countInWhere), at: token.range, hints)
  }

  /// The error when a word is used as a field and is none; nil when it is a name of `let`.
  var unknownField: QueryError? {
    guard let sign = next.first, isUsed(before: sign) else { return nil }
    if let other = CommonMistakes.fieldWords[word] {
      return mistake(
        .said(typed, as: other), at: through(other == "stack has" ? 1 : 0),
        .init(through(other == "stack has" ? 1 : 0), other))
    }
    if word == "line" { return line }
    if let error = common { return error }
    var error = unknown(
      "a field", Vocabulary.fields.flatMap(\.spellings) + Vocabulary.keys.flatMap(\.spellings))
    if error.hints.isEmpty {
      let near = NearestWord.matches(for: typed, in: Vocabulary.measures.map(\.name))
      error.hints =
        near.isEmpty
        ? [.advice("`show keys` lists the fields")]
        : [.didYouMean(near), .advice("but that is of groups: `having`")]
    }
    return error
  }

  /// Whether what follows compares the word with something.
  private func isUsed(before sign: Token) -> Bool {
    guard case .word(let word) = sign.kind else { return sign.isComparison && !read.awaitsTest }
    switch word.asciiLowercased {
    case "not": return true
    case "in": return !Parser.beginsSpan(lexer, at: sign.range.upper)
    case "over", "under", "below", "above": return false
    case let other: return CommonMistakes.operatorWords[other] != nil
    }
  }

  /// `line = 5` is `lineno ~ "*:5"`.
  private var line: QueryError {
    if next.count >= 2, case .integer = next[1].kind, next[0].kind == .symbol(.equal) {
      return mistake(.line, .init(through(2), "lineno ~ \"*:\(texts[1])\""))
    }
    if next.count >= 2, case .word = next[1].kind {
      return mistake(.line, .init(token.range, "lineno"))
    }
    return mistake(.line, advice: "`lineno` is `file:line`: lineno = app.py:10")
  }

  /// A field without a comparison.
  func comparison(_ field: Located<Field>) -> QueryError {
    if word == "between" { return between }
    if word == "has" {
      return misplaced(
        typed, "`has` asks about the stack", [.rewrite([.init(field.range, "stack")])])
    }
    guard var symbol = CommonMistakes.operatorWords[word] else { return comparisonMissing(field) }
    if next.isEmpty {
      return mistake(
        .textOperator(typed, symbol: symbol),
        advice: "for example: \(text(field.range)) \(symbol) *.py")
    }
    if symbol == "=", second == "not" {
      symbol = "!="
      return mistake(.textOperator(typed, symbol: symbol), .init(through(1), symbol))
    }
    var edits = [QueryError.Edit(token.range, symbol)]
    if let glob = Self.glob(word, texts[0]) { edits.append(.init(next[0].range, glob)) }
    return QueryError(
      .mistake(.textOperator(typed, symbol: symbol)), at: token.range, [.rewrite(edits)])
  }

  private func comparisonMissing(_ field: Located<Field>) -> QueryError {
    var error = expected("a comparison after `\(text(field.range))`")
    switch token.kind {
    case .end, .separator, .symbol, .percent: return error
    case .word where Vocabulary.words.contains(word): return error
    default: break
    }
    let isKey = Vocabulary.keys.contains { field.value == .key($0.value) }
    let symbol = field.value == .key(.traceback) ? "has " : isKey ? "= " : "> "
    error.hints = [.rewrite([.init(before, symbol)])]
    return error
  }

  /// The glob that says what a text operator of other languages means.
  private static func glob(_ word: String, _ operand: String) -> String? {
    var text = operand
    var quote = ""
    if let first = text.first, first == "\"" || first == "'" {
      quote = String(first)
      text = String(text.dropFirst().dropLast())
    }
    switch word {
    case "contains": text = "*\(text)*"
    case "startswith": text = "\(text)*"
    case "endswith": text = "*\(text)"
    case "like": text = String(text.map { $0 == "%" ? "*" : $0 })
    default: return nil
    }
    return quote + text + quote
  }

  /// `field not value`.
  func membership(_ not: Token) -> QueryError {
    var error = expected("`in` after `not`")
    if token.kind != .end, token.kind != .separator {
      error.hints = [.rewrite([.init(not.range, "!=")])]
    }
    return error
  }

  /// `in` with one value.
  func set(_ field: Located<Field>, _ first: Located<Value>) -> QueryError {
    let value = text(first.range)
    if word == "and" || word == "to", case .pattern = first.value {
      return expected(
        "`..` or a list in parentheses", .rewrite([.init(first.range, "(\(value))")]))
    }
    if token.kind == .symbol(.comma) || token.kind == .end || token.kind == .separator {
      return expected(
        "`..` or a list in parentheses",
        .advice("for example: \(field.value.name) in (\(value), …)"))
    }
    return expected("`..` after the first value")
  }

  /// A condition of `having` must begin here.
  var limit: QueryError {
    guard isWord else { return expected("a measure after `having`") }
    if let error = clauseAgain { return error }
    guard Vocabulary.key(word) != nil || word == "time" || word == "stack" else { return measure }
    var hint = QueryError.Hint.advice("conditions on records follow `where`")
    if let clause = read.last, last == "having" { hint = .rewrite([.init(clause.range, "where")]) }
    return misplaced(typed, "`having` compares measures of groups", [hint])
  }

  /// A parenthesis must close here.
  var closing: QueryError { unitMistake(after: read.last, token) ?? expected("`)`") }

  /// An amount must stand here.
  var amount: QueryError {
    if case .percent = token.kind {
      return expected("an amount", .advice("for example: < 105% of old"))
    }
    if token.kind == .symbol(.minus) {
      return expected("an amount", .advice("amounts are not negative"))
    }
    return expected("an amount such as `1MB` or `100`")
  }
}

/// Mistakes inside times and their lengths.
extension Diagnosis {
  /// A time must stand here.
  func time(_ what: String) -> QueryError {
    if token.isNumber {
      let number = text(token.range)
      return unitMistake(after: token, next.first)
        ?? QueryError(
          .mistake(.bareTime(number)), at: token.range,
          [.didYouMean([number + "s", "#" + number])])
    }
    guard isWord else { return expected(what) }
    let others = [
      "begin": "start", "beginning": "start", "finish": "end", "exit": "end",
      "stop": "end", "now": "end", "max": "peak", "maximum": "peak", "last": "end",
    ]
    if let error = others[word].map({ said(as: $0) }) ?? filler { return error }
    if typed.contains("."), text(SourceRange(read.partStart, read.end)).asciiLowercased == "in" {
      return said(
        SourceRange(read.partStart, token.range.upper), as: "where filename ~ \(typed)")
    }
    return unknown(
      "a time", Vocabulary.times.map(\.name),
      else: .advice("times are `12s`, `40%`, `peak`, `end-1s`, `#100`, `mark(\"name\")`"))
  }

  /// `in A` without `..B`.
  func secondTime(_ first: Located<TimePoint>) -> QueryError {
    let time = text(first.range)
    guard ["and", "to", "until"].contains(word) else {
      return expected("`..` and a second time", .advice("for example: \(time)..end"))
    }
    let range = SourceRange(first.range.lower, through(1).upper)
    let last = text(SourceRange(token.range.upper, range.upper)).drop { $0 == " " }
    return mistake(.fromTo, .init(range, "\(time)..\(last)"))
  }

  /// A length of time must stand here.
  func duration(after word: String) -> QueryError {
    guard token.isNumber else { return expected("a duration such as `10s` after `\(word)`") }
    if word == "every", second == "windows" {
      let every = SourceRange(read.partStart, read.partStart + 5)
      return mistake(.everyNumber, .init(every, "over"))
    }
    let number = text(token.range)
    return unitMistake(after: token, next.first)
      ?? QueryError(
        .mistake(.bareDuration(number)), at: token.range,
        [.didYouMean([number + "s", number + "ms"])])
  }

  /// A number of windows must stand here.
  var windows: QueryError {
    if case .duration = token.kind {
      let over = SourceRange(read.partStart, read.partStart + 4)
      return mistake(.overLength, .init(over, "every"))
    }
    return overTime ?? expected("a number of windows after `over`")
  }

  /// `memory over time` is a timeline.
  private var overTime: QueryError? {
    guard word == "time", let first = lexer.following(read.start, 1).first,
      case .word(let verb) = first.kind
    else { return nil }
    let over = SourceRange(read.partStart, token.range.upper)
    if verb.asciiLowercased == "timeline" {
      return mistake(.filler("over time"), at: over, .init(over, ""))
    }
    let isVerb = Vocabulary.verb(verb) != nil
    let place = isVerb ? first.range : SourceRange(first.range.lower, first.range.lower)
    return mistake(
      .said("over time", as: "timeline"), at: over,
      .init(place, isVerb ? "timeline" : "timeline "), .init(over, ""))
  }

  /// `windows` must stand after its number.
  func windowsWord(_ number: Token) -> QueryError {
    if let error = unitMistake(after: number, token) { return error }
    let isNear = isWord && !NearestWord.matches(for: typed, in: ["windows"]).isEmpty
    let end = SourceRange(number.range.upper, number.range.upper)
    return expected(
      "`windows` after the number",
      .rewrite([isNear ? .init(token.range, "windows") : .init(end, " windows")]))
  }
}
