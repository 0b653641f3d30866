/// What of a statement has been read when something else stands there than may.
struct Reading: Sendable {
  /// Where the statement begins.
  var start = 0
  /// Parts begun so far, by name.
  var parts: [String] = []
  /// Where the last of them begins.
  var partStart = 0
  /// The last measure.
  var measure: Located<Measure>?
  /// The last file name.
  var path: SourceRange?
  /// Whether the statement is a `show`.
  var isShow = false
  /// In an assertion before its test: there an operator may follow a name.
  var awaitsTest = false
  /// The last token.
  var last: Token?
  /// Where what has been read ends.
  var end = 0
}

/// What was meant by a mistake: gets what was read and the token that is wrong, is asked by what
/// must have stood there, and proposes what to write.
struct Diagnosis {
  let lexer: Lexer
  let read: Reading
  let token: Token
  /// The token as typed when it is a word, else nothing; and the same in small letters.
  let typed: String
  let word: String
  /// At most three tokens after it in the statement, and their texts as typed.
  let next: [Token]
  let texts: [String]

  init(_ token: Token, _ read: Reading, _ lexer: Lexer) {
    self.lexer = lexer
    self.read = read
    self.token = token
    if case .word(let typed) = token.kind { self.typed = typed } else { typed = "" }
    word = typed.asciiLowercased
    next = lexer.following(token.range.upper, 3)
    texts = next.map { lexer.text($0.range.lower, $0.range.upper) }
  }
}

extension Lexer {
  /// Tokens from a position to the end of the statement, as far as they can be read.
  func following(_ position: Int, _ count: Int) -> [Token] {
    var ahead = Lexer(self, at: position)
    var tokens: [Token] = []
    while tokens.count < count, let next = try? ahead.next(), next.kind != .end,
      next.kind != .separator
    {
      tokens.append(next)
    }
    return tokens
  }
}

/// Pieces of errors.
extension Diagnosis {
  /// The token after the wrong one in small letters, or nothing.
  var second: String { nextWord(0) }

  func nextWord(_ index: Int) -> String { index < texts.count ? texts[index].asciiLowercased : "" }

  /// What was read last, in small letters.
  var last: String { read.last.map { text($0.range).asciiLowercased } ?? "" }

  var isWord: Bool { if case .word = token.kind { true } else { false } }

  /// The place before the wrong token.
  var before: SourceRange { SourceRange(token.range.lower, token.range.lower) }

  /// From the end of what was read to that of the wrong token.
  var gap: SourceRange { SourceRange(read.end, token.range.upper) }

  func text(_ range: SourceRange) -> String { lexer.text(range.lower, range.upper) }

  /// The wrong token and some after it.
  func through(_ count: Int) -> SourceRange {
    let last = count == 0 || next.isEmpty ? token : next[min(count, next.count) - 1]
    return SourceRange(token.range.lower, last.range.upper)
  }

  func expected(_ what: String, _ hints: QueryError.Hint...) -> QueryError {
    QueryError(
      .syntax(.expected(what, found: lexer.describe(token))), at: token.range, hints)
  }

  func mistake(
    _ mistake: CommonMistake, at range: SourceRange? = nil, _ edits: QueryError.Edit...
  ) -> QueryError {
    QueryError(
      .mistake(mistake), at: range ?? token.range, edits.isEmpty ? [] : [.rewrite(edits)])
  }

  func mistake(
    _ mistake: CommonMistake, at range: SourceRange? = nil, advice: String
  ) -> QueryError {
    QueryError(.mistake(mistake), at: range ?? token.range, [.advice(advice)])
  }

  func misplaced(
    _ what: String, _ because: String, at range: SourceRange? = nil, _ hints: [QueryError.Hint] = []
  ) -> QueryError {
    QueryError(.meaning(.misplaced(what, because: because)), at: range ?? token.range, hints)
  }

  /// The word, or with it some after it, is said otherwise.
  func said(_ count: Int = 0, as other: String) -> QueryError {
    said(through(count), as: other)
  }

  func said(_ range: SourceRange, as other: String) -> QueryError {
    mistake(.said(text(range), as: other), at: range, .init(range, other))
  }

  /// The token is nothing of `words`: the nearest are suggested, or else something else.
  func unknown(
    _ role: String, _ words: [String], else hints: QueryError.Hint...
  ) -> QueryError {
    guard isWord else { return expected(role) }
    let near = NearestWord.matches(for: typed, in: words)
    return QueryError(
      .syntax(.unknown(typed, role: role)), at: token.range,
      near.isEmpty ? hints : [.didYouMean(near)])
  }
}

/// Mistakes that are made wherever a word may stand.
extension Diagnosis {
  var common: QueryError? {
    guard isWord else { return nil }
    if let error = typography { return error }
    if word == "line" || word == "lines" {
      let range = through(["number", "numbers", "no"].contains(second) ? 1 : 0)
      return mistake(.line, at: range, .init(range, "lineno"))
    }
    return CommonMistakes.singular(word).map { singular in
      mistake(.plural(typed, singular: singular), .init(token.range, singular))
    }
  }

  /// Characters that came with text copied from elsewhere.
  var typography: QueryError? {
    let scalars = typed.unicodeScalars
    if scalars.contains(where: { "“”„‘’«»".unicodeScalars.contains($0) }) {
      return mistake(
        .typography("a curly quote"), advice: "write straight quotes: `\"` or `'`")
    }
    if scalars.contains("\u{A0}") || scalars.contains("\u{200B}") {
      return mistake(.typography("an invisible character"), advice: "write plain spaces")
    }
    return nil
  }

  /// `the`, `me` and the like are left out.
  var filler: QueryError? {
    guard CommonMistakes.fillers.contains(word) else { return nil }
    let isFirst = token.range.lower == read.start
    guard !next.isEmpty || !isFirst else { return nil }
    let range =
      isFirst
      ? SourceRange(token.range.lower, next.first?.range.lower ?? token.range.upper) : gap
    return mistake(.filler(typed), .init(range, ""))
  }

  /// A number followed by a word that means a unit, glued or not.
  func unitMistake(after number: Token?, _ token: Token?) -> QueryError? {
    guard let number, number.isNumber, let token, case .word(let typed) = token.kind else {
      return nil
    }
    let range = SourceRange(number.range.lower, token.range.upper)
    let digits = text(number.range)
    if typed == "M" || typed == "Mb" {
      return QueryError(
        .mistake(.unitMissing(text(range))), at: range,
        [.didYouMean([digits + "MB"])])
    }
    guard let unit = CommonMistakes.units[typed] ?? spacedUnit(typed, number, token) else {
      return glued(number, token)
    }
    let isLetter = typed.utf8.count == 1 && unit.hasSuffix("B")
    return mistake(
      isLetter ? .unitMissing(text(range)) : .unitSpelling(text(range), unit: unit), at: range,
      .init(range, digits + unit))
  }

  /// A unit that stands too far from its number.
  private func spacedUnit(_ typed: String, _ number: Token, _ token: Token) -> String? {
    guard token.range.lower > number.range.upper + 1 else { return nil }
    if Vocabulary.durationUnit(typed) != nil { return typed }
    return Vocabulary.sizeUnits.first { $0.name.asciiLowercased == typed.asciiLowercased }?.name
  }

  /// A number with letters at its end.
  private func glued(_ number: Token, _ token: Token) -> QueryError? {
    guard token.range.lower == number.range.upper else { return nil }
    let range = SourceRange(number.range.lower, token.range.upper)
    let rest = text(token.range)
    let isExponent =
      rest.count > 1 && "eE".contains(rest.first ?? "-")
      && rest.utf8.dropFirst().allSatisfy(\.isDigit)
    return QueryError(
      .syntax(.gluedNumber(text(range))), at: range,
      [
        .advice(
          isExponent
            ? "numbers are written out, such as `1_000_000`"
            : "a name that begins with a digit needs quotes")
      ])
  }
}

extension Token {
  /// Whether it is a number without a unit.
  var isNumber: Bool {
    switch kind {
    case .integer, .number: true
    default: false
    }
  }

  /// Whether it compares two values.
  var isComparison: Bool {
    if case .symbol(let symbol) = kind { symbol.comparison != nil } else { false }
  }
}

extension Lexer {
  /// A token as errors name it.
  func describe(_ token: Token) -> String {
    let text = text(token.range.lower, token.range.upper)
    return switch token.kind {
    case .end: "the end"
    case .separator: text == ";" ? "`;`" : "the end of the line"
    default: "`\(text)`"
    }
  }
}
