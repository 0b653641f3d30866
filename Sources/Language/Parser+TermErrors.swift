/// Errors inside parts: keys, measures, times, names.
extension Parser {
  func keyError(_ token: Token) -> QueryError {
    guard case .word(let typed) = token.kind else { return expected("a key after `by`", token) }
    let keys = Vocabulary.keys.flatMap(\.spellings)
    let word = typed.asciiLowercased
    if let measure = measurePhrase(at: token) {
      return measureAsKey(measure)
    }
    if word == "time" {
      return QueryError(
        .meaning(.misplaced(typed, because: "groups of time are windows")), at: token.range,
        [
          .rewrite([.init(token.range, "window")]),
          .advice("with `every 10s` or `over 20 windows`"),
        ])
    }
    if word == "allocations" || word == "allocation" {
      return QueryError(
        .lesson(.allocations), at: token.range,
        [.advice("groups are made by keys; `count` measures them: `top 10 count by lineno`")])
    }
    if let other = Lessons.fieldWords[word], Vocabulary.key(other) != nil {
      return .said(token, typed, as: other)
    }
    if let error = commonLesson(token, typed) { return error }
    let measures = Vocabulary.measures.map(\.name) + Vocabulary.series.map(\.name)
    var error = unknown(token, role: "a key", words: keys + measures)
    if case .didYouMean(let near) = error.hints.first, let first = near.first,
      measures.contains(first)
    {
      error.hints.append(.advice("but groups are made by keys: `top 10 \(first) by lineno`"))
    } else if error.hints.isEmpty {
      error.hints = [.advice("keys are " + NearestWord.list(Vocabulary.keys.map(\.name), limit: 7))]
    }
    return error
  }

  private func measurePhrase(at token: Token) -> Located<Measure>? {
    let typed = text(token.range)
    if let measure = Vocabulary.measure(typed) { return Located(measure, token.range) }
    guard let next = following(token, 1).first,
      let measure = Vocabulary.measure(typed + " " + text(next.range))
    else { return nil }
    return Located(measure, SourceRange(token.range.lower, next.range.upper))
  }

  /// `by size`: the measure goes in front of `by`.
  private func measureAsKey(_ measure: Located<Measure>) -> QueryError {
    let name = measure.value.name
    let reason = MeaningReason.misplaced(name, because: "groups are made by keys")
    let after = Token(.end, measure.range)
    let continues = following(after, 1).first?.kind == .symbol(.comma)
    var hints: [QueryError.Hint] = []
    if case .series = measure.value {
      hints.append(.advice("\(name) belongs to the process: `timeline \(name)`"))
    } else if lastMeasure == nil, continues, lastToken?.kind != .symbol(.comma),
      let key = following(after, 2).last
    {
      hints.append(.rewrite([.init(SourceRange(partStart, key.range.lower), name + " by ")]))
    } else if lastMeasure == nil, !continues {
      let by = SourceRange(partStart, partStart)
      if lastToken?.kind == .symbol(.comma) {
        let key = keyEnd(before: measure.range.lower)
        hints.append(
          .rewrite([.init(by, name + " "), .init(SourceRange(key, measure.range.upper), "")]))
      } else {
        let range = SourceRange(partStart, measure.range.upper)
        hints.append(.rewrite([.init(range, "\(name) by lineno")]))
      }
    }
    if measure.value == .size {
      hints.append(.advice("`by sizeclass` groups by the size of records"))
    } else if !hints.contains(where: { if case .advice = $0 { true } else { false } }) {
      hints.append(.advice("rows are ordered with `order by \(name)`"))
    }
    return QueryError(.meaning(reason), at: measure.range, hints)
  }

  /// Where the comma before a position begins, blanks included.
  private func keyEnd(before position: Int) -> Int {
    var end = position
    while end > 0, let previous = lexer.byte(end - 1), previous.isBlank || previous == 0x2C {
      end -= 1
    }
    return end
  }

  func measureError(_ token: Token) -> QueryError {
    if case .word(let typed) = token.kind {
      let word = typed.asciiLowercased
      if let other = Lessons.partWords[word], Vocabulary.measure(other) != nil || other == "avg" {
        return .said(token, typed, as: other)
      }
      if Vocabulary.key(word) != nil {
        return QueryError(
          .syntax(.unknown(typed, role: "a measure")), at: token.range,
          [.advice("it is a key: `by \(typed)`")])
      }
      if let error = commonLesson(token, typed) { return error }
    }
    return unknown(
      token, role: "a measure",
      words: Vocabulary.measures.flatMap(\.spellings) + Vocabulary.series.map(\.name))
  }

  /// `avg` and the like without their second word.
  func secondWordError(_ first: Token, _ second: Token) -> QueryError {
    let word = text(first.range).asciiLowercased
    if word == "leak" {
      return QueryError.said(first, text(first.range), as: "leaked")
    }
    let phrases = Vocabulary.measures.flatMap(\.spellings).filter { $0.hasPrefix(word + " ") }
    if second.kind == .symbol(.openParenthesis) { return callLesson(first, verb: "") }
    let choices = phrases.map { "`\($0)`" }.joined(separator: " or ")
    return expected(choices, second)
  }

  /// `max(size)` is `max size`.
  func callLesson(_ word: Token, verb: String) -> QueryError {
    let inside = following(word, 3)
    let range = SourceRange(word.range.lower, inside.last?.range.upper ?? word.range.upper)
    let argument = inside.dropFirst().first.map { text($0.range).asciiLowercased } ?? ""
    let typed = text(word.range).asciiLowercased
    let function = Lessons.partWords[typed] ?? typed
    let measure =
      Vocabulary.measure(function + " " + argument)?.name ?? Vocabulary.measure(function)?.name
      ?? Vocabulary.measure(argument)?.name ?? "size"
    return .lesson(.call(text(word.range)), at: range, .init(range, verb + measure))
  }

  func columnError(_ token: Token) -> QueryError {
    if case .word(let typed) = token.kind, let error = commonLesson(token, typed) { return error }
    return unknown(
      token, role: "something rows are ordered by",
      words: Vocabulary.measures.flatMap(\.spellings) + Vocabulary.series.map(\.name)
        + Vocabulary.keys.flatMap(\.spellings) + ["time"])
  }

  func formatError(_ token: Token) -> QueryError {
    var error = unknown(token, role: "a format", words: Vocabulary.formats.map(\.name))
    if error.hints.isEmpty {
      error.hints = [
        .advice("formats are " + NearestWord.list(Vocabulary.formats.map(\.name), limit: 10))
      ]
    }
    return error
  }

  func rateUnitError(_ token: Token) -> QueryError {
    guard case .word(let typed) = token.kind else {
      return expected("`second`, `minute`, `hour` or `mark(…)` after `per`", token)
    }
    let units = ["sec": "second", "s": "second", "min": "minute", "m": "minute", "h": "hour"]
    let near =
      units[typed].map { [$0] }
      ?? NearestWord.matches(for: typed, in: Vocabulary.rateUnits.map(\.name))
    if let unit = near.first { return .said(token, typed, as: unit) }
    let key =
      Vocabulary.key(typed) ?? Lessons.singular(typed.asciiLowercased).flatMap(Vocabulary.key)
    if let key, key != .mark {
      let range = SourceRange(partStart, token.range.upper)
      return .said(text(range), as: "by \(key.name)", at: range)
    }
    let isWord = Vocabulary.reserved.contains(typed.asciiLowercased)
    if isWord || typed == "mark" {
      return QueryError(
        .lesson(.perWord), at: token.range, [.advice("for example: per mark(\"request *\")")])
    }
    return .lesson(.perWord, at: token.range, .init(token.range, "mark(\"\(typed)\")"))
  }

  func fromError(_ from: Token) -> QueryError {
    let next = following(from, 3)
    guard let first = next.first else {
      return QueryError(
        .syntax(.expected("`frame` after `from`", found: "the end")),
        at: SourceRange(lastEnd, lastEnd))
    }
    let words = next.map { text($0.range).asciiLowercased }
    if case .word(let typed) = first.kind, !NearestWord.matches(for: typed, in: ["frame"]).isEmpty {
      return .said(first, typed, as: "frame")
    }
    let isTime = isTimeLike(first)
    if words.count == 3, ["to", "until", ".."].contains(words[1]) || isTime {
      let range = SourceRange(from.range.lower, next[2].range.upper)
      return .lesson(
        .fromTo, at: range, .init(range, "in \(text(first.range))..\(text(next[2].range))"))
    }
    if isTime {
      let range = SourceRange(from.range.lower, first.range.upper)
      return .lesson(.fromTo, at: range, .init(range, "in \(text(first.range))..end"))
    }
    if words[0].hasSuffix(".py") {
      let range = SourceRange(from.range.lower, first.range.upper)
      return .said(text(range), as: "where filename ~ \(text(first.range))", at: range)
    }
    return QueryError(
      .lesson(.fromCapture), at: from.range,
      [
        .rewrite([.init(from.range, "of")]),
        .advice("or, when it is a frame: from frame \(text(first.range))"),
      ])
  }

  /// Where the name that begins with a number ends.
  func wordEnd(from position: Int) -> Int {
    var end = position
    while let next = lexer.byte(end), next.continuesWord || next == .minus || next == .dot {
      end += 1
    }
    return end
  }

  func isTimeLike(_ token: Token) -> Bool {
    switch token.kind {
    case .duration, .percent, .sequence, .integer: true
    case .word(let word): ["start", "end", "peak"].contains(word.asciiLowercased)
    default: false
    }
  }

  /// Reserved words that begin a clause: where a name is missing, they are the next clause.
  private static let clauseWords: Set<String> = [
    "by", "where", "having", "hide", "from", "of", "vs", "in", "every", "over", "per", "order",
    "as", "to", "and", "or",
  ]

  /// `<>`, `=<`, `=~` and the like, of which the first half was read.
  private func foreignComparison(_ token: Token) -> QueryError? {
    guard let last = lastToken, last.range.upper == token.range.lower else { return nil }
    let range = SourceRange(last.range.lower, token.range.upper)
    let meanings = ["<>": "!=", "=<": "<=", "=>": ">=", "=~": "~", "~=": "~", "===": "="]
    guard let meant = meanings[text(range)] else { return nil }
    return QueryError(
      .lexical(.foreignOperator(text(range))), at: range, [.rewrite([.init(range, meant)])])
  }

  /// `<lambda>` without quotes.
  private func quotedBrackets(_ token: Token, _ what: String) -> QueryError? {
    let next = following(token, 2)
    guard token.kind == .symbol(.less), next.count == 2, next[1].kind == .symbol(.greater) else {
      return nil
    }
    let range = SourceRange(token.range.lower, next[1].range.upper)
    return QueryError(
      .syntax(.expected(what, found: "`\(text(range))`")), at: range,
      [.rewrite([.init(range, "\"\(text(range))\"")])])
  }

  /// A name must stand here.
  func nameError(_ token: Token, _ what: String) -> QueryError {
    switch token.kind {
    case .word(let typed):
      if Self.clauseWords.contains(typed.asciiLowercased), !following(token, 1).isEmpty { break }
      let range = SourceRange(token.range.lower, wordEnd(from: token.range.upper))
      if let error = populationError(typed, at: range) { return error }
      return QueryError(
        .syntax(.needsQuotes(typed)), at: range,
        [.rewrite([.init(range, "\"\(text(range))\"")])])
    case .symbol(let symbol) where symbol.comparison != nil:
      if let error = foreignComparison(token) ?? quotedBrackets(token, what) { return error }
    case .integer, .number, .size, .duration, .percent:
      let range = SourceRange(token.range.lower, wordEnd(from: token.range.upper))
      return QueryError(
        .syntax(.expected(what, found: "`\(text(range))`")), at: range,
        [.rewrite([.init(range, "\"\(text(range))\"")])])
    case .regex:
      var error = expected(what, token)
      error.hints = [.advice("captures are named by words, globs or `#2`")]
      return error
    default: break
    }
    return expected(what, token)
  }

  /// `flame of leaks`: what stands after `of` is a capture.
  private func populationError(_ typed: String, at range: SourceRange) -> QueryError? {
    guard let last = lastToken, text(last.range).asciiLowercased == "of", text(range) == typed,
      Vocabulary.population(typed.asciiLowercased) != nil
    else { return nil }
    let both = SourceRange(last.range.lower, range.upper)
    return QueryError(
      .syntax(.needsQuotes(typed)), at: range,
      [
        .rewrite([.init(both, typed.asciiLowercased)]),
        .advice("a population stands without `of`, a capture's name in quotes"),
      ])
  }
}
