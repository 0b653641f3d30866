/// Mistakes inside parts: keys, measures, formats, names.
extension Diagnosis {
  var key: QueryError {
    guard isWord else { return expected("a key after `by`") }
    if let measure = measureHere { return measureAsKey(measure) }
    if word == "time" {
      return misplaced(
        typed, "groups of time are windows",
        [
          .rewrite([.init(token.range, "window")]),
          .advice("with `every 10s` or `over 20 windows`"),
        ])
    }
    if word == "allocations" || word == "allocation" {
      return mistake(
        .allocations,
        advice: "groups are made by keys; `count` measures them: `top 10 count by lineno`")
    }
    if let other = CommonMistakes.fieldWords[word], Vocabulary.key(other) != nil {
      return said(as: other)
    }
    if let error = common { return error }
    let measures = Vocabulary.measures.map(\.name) + Vocabulary.series.map(\.name)
    var error = unknown(
      "a key", Vocabulary.keys.flatMap(\.spellings) + measures,
      else: .advice("keys are " + NearestWord.list(Vocabulary.keys.map(\.name), limit: 7)))
    if case .didYouMean(let near) = error.hints.first, let first = near.first,
      measures.contains(first)
    {
      error.hints.append(.advice("but groups are made by keys: `top 10 \(first) by lineno`"))
    }
    return error
  }

  /// The measure that stands here, of one word or two.
  private var measureHere: Located<Measure>? {
    if let measure = Vocabulary.measure(typed) { return Located(measure, token.range) }
    guard !next.isEmpty, let measure = Vocabulary.measure(typed + " " + texts[0]) else {
      return nil
    }
    return Located(measure, through(1))
  }

  /// `by size`: the measure goes in front of `by`.
  private func measureAsKey(_ measure: Located<Measure>) -> QueryError {
    let name = measure.value.name
    let after = lexer.following(measure.range.upper, 2)
    let continues = after.first?.kind == .symbol(.comma)
    let follows = read.last?.kind == .symbol(.comma)
    var hints: [QueryError.Hint] = []
    if measure.value.isSeries {
      hints.append(.advice("\(name) belongs to the process: `timeline \(name)`"))
    } else if read.measure == nil, continues, !follows, let key = after.last {
      let range = SourceRange(read.partStart, key.range.lower)
      hints.append(.rewrite([.init(range, name + " by ")]))
    } else if read.measure == nil, !continues, follows {
      let by = SourceRange(read.partStart, read.partStart)
      let key = SourceRange(keyEnd(before: measure.range.lower), measure.range.upper)
      hints.append(.rewrite([.init(by, name + " "), .init(key, "")]))
    } else if read.measure == nil, !continues {
      let range = SourceRange(read.partStart, measure.range.upper)
      hints.append(.rewrite([.init(range, "\(name) by lineno")]))
    }
    if measure.value == .size {
      hints.append(.advice("`by sizeclass` groups by the size of records"))
    } else if !measure.value.isSeries {
      hints.append(.advice("rows are ordered with `order by \(name)`"))
    }
    return misplaced(name, "groups are made by keys", at: measure.range, hints)
  }

  /// Where the comma before a position begins, blanks included.
  private func keyEnd(before position: Int) -> Int {
    var end = position
    while end > 0, let previous = lexer.byte(end - 1), previous.isBlank || previous == 0x2C {
      end -= 1
    }
    return end
  }

  var measure: QueryError {
    if let other = CommonMistakes.partWords[word],
      Vocabulary.measure(other) != nil || other == "avg"
    {
      return said(as: other)
    }
    if Vocabulary.key(word) != nil {
      return QueryError(
        .syntax(.unknown(typed, role: "a measure")), at: token.range,
        [.advice("it is a key: `by \(typed)`")])
    }
    return common
      ?? unknown(
        "a measure", Vocabulary.measures.flatMap(\.spellings) + Vocabulary.series.map(\.name))
  }

  /// `avg` and the like without their second word.
  func secondWord(_ first: Token) -> QueryError {
    let word = text(first.range).asciiLowercased
    if word == "leak" { return said(first.range, as: "leaked") }
    if token.kind == .symbol(.openParenthesis) { return call(first) }
    let phrases = Vocabulary.measures.flatMap(\.spellings).filter { $0.hasPrefix(word + " ") }
    return expected(phrases.map { "`\($0)`" }.joined(separator: " or "))
  }

  /// `max(size)` is `max size`.
  func call(_ word: Token, verb: String = "") -> QueryError {
    let inside = lexer.following(word.range.upper, 3)
    let range = SourceRange(word.range.lower, inside.last?.range.upper ?? word.range.upper)
    let argument = inside.dropFirst().first.map { text($0.range).asciiLowercased } ?? ""
    let typed = text(word.range).asciiLowercased
    let function = CommonMistakes.partWords[typed] ?? typed
    let measure =
      Vocabulary.measure(function + " " + argument) ?? Vocabulary.measure(function)
      ?? Vocabulary.measure(argument) ?? .size
    return mistake(.call(text(word.range)), at: range, .init(range, verb + measure.name))
  }

  var column: QueryError {
    common
      ?? unknown(
        "something rows are ordered by",
        Vocabulary.measures.flatMap(\.spellings) + Vocabulary.series.map(\.name)
          + Vocabulary.keys.flatMap(\.spellings) + ["time"])
  }

  var format: QueryError {
    let names = Vocabulary.formats.map(\.name)
    var error = unknown("a format", names)
    if error.hints.isEmpty {
      error.hints = [.advice("formats are " + NearestWord.list(names, limit: 10))]
    }
    return error
  }

  var rateUnit: QueryError {
    guard isWord else { return expected("`second`, `minute`, `hour` or `mark(…)` after `per`") }
    let units = ["sec": "second", "s": "second", "min": "minute", "m": "minute", "h": "hour"]
    if let unit = units[typed]
      ?? NearestWord.matches(for: typed, in: Vocabulary.rateUnits.map(\.name)).first
    {
      return said(as: unit)
    }
    let key = Vocabulary.key(typed) ?? CommonMistakes.singular(word).flatMap(Vocabulary.key)
    if let key, key != .mark {
      return said(SourceRange(read.partStart, token.range.upper), as: "by \(key.name)")
    }
    if Vocabulary.reserved.contains(word) || typed == "mark" {
      return mistake(.perWord, advice: "for example: per mark(\"request *\")")
    }
    return mistake(.perWord, .init(token.range, "mark(\"\(typed)\")"))
  }

  /// `from`, which is the wrong token, without `frame`.
  var frame: QueryError {
    guard let first = next.first else {
      return QueryError(
        .syntax(.expected("`frame` after `from`", found: "the end")),
        at: SourceRange(read.end, read.end))
    }
    if case .word(let typed) = first.kind, !NearestWord.matches(for: typed, in: ["frame"]).isEmpty {
      return said(first.range, as: "frame")
    }
    let isTime = first.isTimeLike
    if next.count == 3, ["to", "until", ".."].contains(nextWord(1)) || isTime {
      return mistake(.fromTo, at: through(3), .init(through(3), "in \(texts[0])..\(texts[2])"))
    }
    if isTime { return mistake(.fromTo, at: through(1), .init(through(1), "in \(texts[0])..end")) }
    if second.hasSuffix(".py") { return said(1, as: "where filename ~ \(texts[0])") }
    var error = mistake(.fromCapture, .init(token.range, "of"))
    error.hints.append(.advice("or, when it is a frame: from frame \(texts[0])"))
    return error
  }

  /// Reserved words that begin a clause: where a name is missing, they are no name.
  private static let clauseWords: Set<String> = [
    "by", "where", "having", "hide", "from", "of", "vs", "in", "every", "over", "per", "order",
    "as", "to", "and", "or",
  ]

  /// A name must stand here.
  func name(_ what: String) -> QueryError {
    let range = SourceRange(token.range.lower, wordEnd)
    let quoted = QueryError.Hint.rewrite([.init(range, "\"\(text(range))\"")])
    switch token.kind {
    case .word:
      if Self.clauseWords.contains(word), !next.isEmpty { break }
      return populationAsCapture(range)
        ?? QueryError(.syntax(.needsQuotes(typed)), at: range, [quoted])
    case .symbol where token.isComparison:
      if let error = foreignComparison ?? quotedBrackets(what) { return error }
    case .integer, .number, .size, .duration, .percent:
      return QueryError(
        .syntax(.expected(what, found: "`\(text(range))`")), at: range, [quoted])
    case .regex: return expected(what, .advice("captures are named by words, globs or `#2`"))
    case .symbol, .string, .sequence, .separator, .end: break
    }
    return expected(what)
  }

  /// `<>`, `=<`, `=~` and the like, of which the first half was read.
  private var foreignComparison: QueryError? {
    guard let last = read.last, last.range.upper == token.range.lower else { return nil }
    let range = SourceRange(last.range.lower, token.range.upper)
    let meanings = ["<>": "!=", "=<": "<=", "=>": ">=", "=~": "~", "~=": "~", "===": "="]
    return meanings[text(range)].map { meant in
      QueryError(
        .lexical(.foreignOperator(text(range))), at: range, [.rewrite([.init(range, meant)])])
    }
  }

  /// `<lambda>` without quotes.
  private func quotedBrackets(_ what: String) -> QueryError? {
    guard token.kind == .symbol(.less), next.count >= 2, next[1].kind == .symbol(.greater) else {
      return nil
    }
    let name = text(through(2))
    return QueryError(
      .syntax(.expected(what, found: "`\(name)`")), at: through(2),
      [.rewrite([.init(through(2), "\"\(name)\"")])])
  }

  /// `flame of leaks`: what stands after `of` is a capture.
  private func populationAsCapture(_ range: SourceRange) -> QueryError? {
    guard let of = read.last, last == "of", text(range) == typed,
      Vocabulary.population(word) != nil
    else { return nil }
    return QueryError(
      .syntax(.needsQuotes(typed)), at: range,
      [
        .rewrite([.init(SourceRange(of.range.lower, range.upper), word)]),
        .advice("a population stands without `of`, a capture's name in quotes"),
      ])
  }
}

extension Token {
  /// Whether it may be a time.
  fileprivate var isTimeLike: Bool {
    switch kind {
    case .duration, .percent, .sequence, .integer: true
    case .word(let word): Vocabulary.times.contains { $0.name == word.asciiLowercased }
    default: false
    }
  }
}
