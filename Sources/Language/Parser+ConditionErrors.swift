/// Errors inside conditions, times and durations.
extension Parser {
  /// No condition of `where` begins with this token.
  func fieldError(_ token: Token) -> QueryError {
    guard case .word(let typed) = token.kind else { return valueFirst(token) }
    let word = typed.asciiLowercased
    if let error = clauseAgain(token, word) { return error }
    if let measure = Self.measureWords.contains(word) ? word : nil {
      return measureInWhere(token, measure)
    }
    if Vocabulary.population(word) != nil {
      return QueryError(
        .meaning(.misplaced(typed, because: "a population stands after the verb")),
        at: token.range)
    }
    if let error = commonLesson(token, typed) { return error }
    return expected("a condition", token)
  }

  /// `where a and where b`, `where a and having b`.
  private func clauseAgain(_ token: Token, _ word: String) -> QueryError? {
    guard word == "where" || word == "having", let clause = parts.last, let last = lastToken,
      ["and", "or"].contains(text(last.range).asciiLowercased)
    else { return nil }
    let next = following(token, 1).first.map { text($0.range).asciiLowercased } ?? ""
    let isOfGroups = clause == "having" && Vocabulary.field(next) == nil
    let isSame = word == clause || isOfGroups
    let range =
      isSame
      ? SourceRange(last.range.upper, token.range.upper)
      : SourceRange(last.range.lower, token.range.lower)
    return QueryError(
      .syntax(.expected("a condition", found: describe(token))), at: token.range,
      [.rewrite([.init(range, "")])])
  }

  /// `5 > size`: the field comes first.
  private func valueFirst(_ token: Token) -> QueryError {
    let next = following(token, 2)
    let flipped = ["<": ">", "<=": ">=", ">": "<", ">=": "<="]
    guard next.count == 2, case .symbol(let symbol) = next[0].kind, symbol.comparison != nil,
      case .word(let typed) = next[1].kind, Vocabulary.field(typed) != nil
    else { return expected("a condition", token) }
    let range = SourceRange(token.range.lower, next[1].range.upper)
    let comparison = flipped[symbol.rawValue] ?? symbol.rawValue
    var error = expected("a field", token)
    error.hints = [.rewrite([.init(range, "\(typed) \(comparison) \(text(token.range))")])]
    return error
  }

  private func measureInWhere(_ token: Token, _ word: String) -> QueryError {
    var hints: [QueryError.Hint] = []
    if let last = lastToken, text(last.range).asciiLowercased == "where" {
      let follows = parts.dropLast().last == "having"
      if follows || !parts.contains("having") {
        hints.append(.rewrite([.init(last.range, follows ? "and" : "having")]))
      }
    } else {
      hints.append(.advice("conditions on groups follow `having`"))
    }
    let reason: QueryError.Reason =
      word == "count"
      ? .lesson(.countInWhere)
      : .meaning(.misplaced(word, because: "it is measured of groups, not of records"))
    return QueryError(reason, at: token.range, hints)
  }

  /// The error when a word is used as a field and is none; nil when it is a name of `let`.
  mutating func unknownFieldError(
    _ token: Token, _ typed: String
  ) throws(QueryError) -> QueryError? {
    guard let next = following(token, 1).first else { return nil }
    let isUsed: Bool
    switch next.kind {
    case .symbol(let symbol): isUsed = symbol.comparison != nil && !awaitsTest
    case .word(let word):
      switch word.asciiLowercased {
      case "not": isUsed = true
      case "in": isUsed = !isSpan(after: next)
      case "over", "under", "below", "above": isUsed = false
      case let other: isUsed = Lessons.operatorWords[other] != nil
      }
    default: isUsed = false
    }
    guard isUsed else { return nil }
    let word = typed.asciiLowercased
    if let other = Lessons.fieldWords[word] {
      let isStack = other == "stack has" && next.kind != .end
      let range = isStack ? SourceRange(token.range.lower, next.range.upper) : token.range
      return .said(typed, as: other, at: range)
    }
    if word == "line" { return lineError(token) }
    if let error = commonLesson(token, typed) { return error }
    var error = unknown(
      token, role: "a field",
      words: Vocabulary.fields.flatMap(\.spellings) + Vocabulary.keys.flatMap(\.spellings))
    if error.hints.isEmpty {
      let near = NearestWord.matches(for: typed, in: Vocabulary.measures.map(\.name))
      error.hints =
        near.isEmpty
        ? [.advice("`show keys` lists the fields")]
        : [.didYouMean(near), .advice("but that is of groups: `having`")]
    }
    return error
  }

  /// `line = 5` is `lineno ~ "*:5"`.
  private func lineError(_ token: Token) -> QueryError {
    let next = following(token, 2)
    if next.count == 2, case .integer = next[1].kind, case .symbol(.equal) = next[0].kind {
      let range = SourceRange(token.range.lower, next[1].range.upper)
      let glob = "lineno ~ \"*:\(text(next[1].range))\""
      return .lesson(.line, at: token.range, .init(range, glob))
    }
    if next.count == 2, case .word = next[1].kind {
      return .lesson(.line, at: token.range, .init(token.range, "lineno"))
    }
    return QueryError(
      .lesson(.line), at: token.range, [.advice("`lineno` is `file:line`: lineno = app.py:10")])
  }

  /// Whether a stretch of time follows `in`.
  private func isSpan(after token: Token) -> Bool {
    var ahead = self
    ahead.restart(at: token.range.upper)
    do throws(QueryError) {
      _ = try ahead.span(from: token.range.lower)
      return true
    } catch {
      return false
    }
  }

  /// A field without a comparison.
  mutating func comparisonError(_ field: Located<Field>, _ token: Token) -> QueryError {
    let name = text(field.range)
    guard case .word(let typed) = token.kind else {
      return comparisonMissing(field, token)
    }
    let word = typed.asciiLowercased
    let next = following(token, 3)
    if word == "between" { return betweenLesson(token) }
    guard var symbol = Lessons.operatorWords[word] else {
      if word == "has" {
        return QueryError(
          .meaning(.misplaced(typed, because: "`has` asks about the stack")), at: token.range,
          [.rewrite([.init(field.range, "stack")])])
      }
      return comparisonMissing(field, token)
    }
    var edits: [QueryError.Edit] = []
    if symbol == "=", let not = next.first, text(not.range).asciiLowercased == "not" {
      symbol = "!="
      edits.append(.init(SourceRange(token.range.lower, not.range.upper), symbol))
    } else {
      edits.append(.init(token.range, symbol))
      if let operand = next.first, let glob = Self.glob(word, text(operand.range)) {
        edits.append(.init(operand.range, glob))
      }
      if next.isEmpty {
        return QueryError(
          .lesson(.textOperator(typed, symbol: symbol)), at: token.range,
          [.advice("for example: \(name) \(symbol) *.py")])
      }
    }
    return QueryError(
      .lesson(.textOperator(typed, symbol: symbol)), at: token.range, [.rewrite(edits)])
  }

  private func comparisonMissing(_ field: Located<Field>, _ token: Token) -> QueryError {
    var error = expected("a comparison after `\(text(field.range))`", token)
    let start = SourceRange(token.range.lower, token.range.lower)
    switch token.kind {
    case .end, .separator, .symbol, .percent: return error
    case .word(let typed)
    where Vocabulary.words.contains(typed.asciiLowercased):
      return error
    default: break
    }
    let isText = Vocabulary.keys.contains { field.value == .key($0.value) }
    let symbol =
      field.value == .key(.traceback) ? "has " : isText ? "= " : "> "
    error.hints = [.rewrite([.init(start, symbol)])]
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
  func notError(_ not: Token, _ token: Token) -> QueryError {
    var error = expected("`in` after `not`", token)
    if token.kind != .end, token.kind != .separator {
      error.hints = [.rewrite([.init(not.range, "!=")])]
    }
    return error
  }

  /// `in` with one value.
  func setError(_ field: Located<Field>, _ first: Located<Value>, _ token: Token) -> QueryError {
    if case .word(let typed) = token.kind, ["and", "to"].contains(typed.asciiLowercased),
      case .pattern = first.value
    {
      return QueryError(
        .syntax(.expected("`..` or a list in parentheses", found: describe(token))),
        at: token.range,
        [.rewrite([.init(first.range, "(\(text(first.range)))")])])
    }
    if token.kind == .symbol(.comma) || token.kind == .end || token.kind == .separator {
      return QueryError(
        .syntax(.expected("`..` or a list in parentheses", found: describe(token))),
        at: token.range,
        [.advice("for example: \(field.value.name) in (\(text(first.range)), …)")])
    }
    return expected("`..` after the first value", token)
  }

  /// A condition of `having` must begin here.
  func boundError(_ token: Token) -> QueryError {
    guard case .word(let typed) = token.kind else {
      return expected("a measure after `having`", token)
    }
    let word = typed.asciiLowercased
    if let error = clauseAgain(token, word) { return error }
    if Vocabulary.key(word) != nil || word == "time" || word == "stack" {
      var hints: [QueryError.Hint] = [.advice("conditions on records follow `where`")]
      if let last = lastToken, text(last.range).asciiLowercased == "having" {
        hints = [.rewrite([.init(last.range, "where")])]
      }
      return QueryError(
        .meaning(.misplaced(typed, because: "`having` compares measures of groups")),
        at: token.range, hints)
    }
    return measureError(token)
  }

  /// An amount must stand here.
  mutating func amountError(_ token: Token) -> QueryError {
    if case .percent = token.kind {
      return QueryError(
        .syntax(.expected("an amount", found: describe(token))), at: token.range,
        [.advice("for example: < 105% of old")])
    }
    if token.kind == .symbol(.minus) {
      return QueryError(
        .syntax(.expected("an amount", found: "`-`")), at: token.range,
        [.advice("amounts are not negative")])
    }
    return expected("an amount such as `1MB` or `100`", token)
  }

  func insideParenthesesError(_ token: Token) -> QueryError {
    if let number = lastToken, let error = unitLesson(number, token) { return error }
    return expected("`)`", token)
  }

  /// A time must stand here.
  mutating func timeError(_ token: Token, _ what: String) -> QueryError {
    if isNumber(token) {
      let next = following(token, 1).first
      if let error = unitLesson(token, next) { return error }
      let number = text(token.range)
      return QueryError(
        .lesson(.bareTime(number)), at: token.range, [.didYouMean([number + "s", "#" + number])])
    }
    guard case .word(let typed) = token.kind else { return expected(what, token) }
    let words = ["start", "end", "peak"]
    let others = [
      "begin": "start", "beginning": "start", "finish": "end", "exit": "end",
      "stop": "end", "now": "end", "max": "peak", "maximum": "peak", "last": "end",
    ]
    if let other = others[typed.asciiLowercased] { return .said(token, typed, as: other) }
    if let error = fillerError(token, typed) { return error }
    if typed.contains("."), text(SourceRange(partStart, lastEnd)).asciiLowercased == "in" {
      let range = SourceRange(partStart, token.range.upper)
      return .said(text(range), as: "where filename ~ \(typed)", at: range)
    }
    var error = unknown(token, role: "a time", words: words)
    if error.hints.isEmpty {
      error.hints = [.advice("times are `12s`, `40%`, `peak`, `end-1s`, `#100`, `mark(\"name\")`")]
    }
    return error
  }

  /// `in A` without `..B`.
  func spanError(_ token: Token, start: Int, first: Located<TimePoint>) -> QueryError {
    if case .word(let typed) = token.kind, ["and", "to", "until"].contains(typed.asciiLowercased) {
      let end = following(token, 1).first?.range.upper ?? token.range.upper
      let last = lexer.text(token.range.upper, end).drop { $0 == " " }
      let range = SourceRange(first.range.lower, end)
      return .lesson(.fromTo, at: token.range, .init(range, "\(text(first.range))..\(last)"))
    }
    var error = expected("`..` and a second time", token)
    error.hints = [.advice("for example: \(text(first.range))..end")]
    return error
  }

  /// A length of time must stand here.
  func durationError(_ token: Token, after word: String) -> QueryError {
    if isNumber(token) {
      let next = following(token, 1).first
      if word == "every", let next, text(next.range).asciiLowercased == "windows" {
        return .lesson(
          .everyNumber, at: token.range, .init(SourceRange(partStart, partStart + 5), "over"))
      }
      if let error = unitLesson(token, next) { return error }
      let number = text(token.range)
      return QueryError(
        .lesson(.bareDuration(number)), at: token.range,
        [.didYouMean([number + "s", number + "ms"])])
    }
    return expected("a duration such as `10s` after `\(word)`", token)
  }

  func overError(_ token: Token) -> QueryError {
    if case .duration = token.kind {
      return .lesson(
        .overLength, at: token.range, .init(SourceRange(partStart, partStart + 4), "every"))
    }
    return overTime(token) ?? expected("a number of windows after `over`", token)
  }

  func windowsMissing(_ number: Token, _ token: Token) -> QueryError {
    if let error = unitLesson(number, token) { return error }
    let end = SourceRange(number.range.upper, number.range.upper)
    var error = expected("`windows` after the number", token)
    error.hints = [.rewrite([.init(end, " windows")])]
    if case .word(let typed) = token.kind,
      !NearestWord.matches(for: typed, in: ["windows"]).isEmpty
    {
      error.hints = [.rewrite([.init(token.range, "windows")])]
    }
    return error
  }
}
