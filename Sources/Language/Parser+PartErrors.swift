/// Errors where a part of a statement could begin.
extension Parser {
  /// Tokens after one, as far as they can be read.
  func following(_ token: Token, _ count: Int) -> [Token] {
    var ahead = Lexer(lexer, at: token.range.upper)
    var tokens: [Token] = []
    while tokens.count < count, let next = try? ahead.next(), next.kind != .end,
      next.kind != .separator
    {
      tokens.append(next)
    }
    return tokens
  }

  /// No part begins with this token, and the statement does not end here.
  mutating func trailingError(_ token: Token) -> QueryError {
    if let number = lastToken, let error = unitLesson(number, token) { return error }
    if isShow { return expected("`of`, `as` or `to`", token) }
    if let path = lastPath, path.upper == lastEnd, !isPartStart(token) {
      let range = SourceRange(path.lower, wordEnd(from: token.range.upper))
      return QueryError(
        .syntax(.expected("a clause", found: describe(token))), at: token.range,
        [.rewrite([.init(range, "\"\(text(range))\"")])])
    }
    switch token.kind {
    case .word(let typed): return wordError(token, typed)
    case .symbol(let symbol): return symbolError(token, symbol)
    case .integer, .number, .duration, .percent, .sequence: return numberError(token)
    case .string:
      return QueryError(
        .syntax(.expected("a clause", found: describe(token))), at: token.range,
        [.advice("captures are named with `of`, frames with `from frame`")])
    default: return expected("a clause", token)
    }
  }

  private func isPartStart(_ token: Token) -> Bool {
    guard case .word(let typed) = token.kind else { return false }
    return !NearestWord.matches(for: typed, in: Vocabulary.partWords).isEmpty
  }

  private mutating func wordError(_ token: Token, _ typed: String) -> QueryError {
    let word = typed.asciiLowercased
    if let error = partLesson(token, typed, word) ?? partPhrase(token, typed, word) { return error }
    if let other = Lessons.partWords[word] {
      return .said(typed, as: other, at: widened(token, word))
    }
    let start = SourceRange(token.range.lower, token.range.lower)
    if Vocabulary.verb(word) != nil {
      return QueryError(
        .meaning(.misplaced(typed, because: "a verb stands at the beginning")), at: token.range)
    }
    if Vocabulary.format(word) != nil {
      return .lesson(.wordMissing("as", before: typed), at: token.range, .init(start, "as "))
    }
    if let error = keyAlone(token, typed, word) { return error }
    if let error = commonLesson(token, typed) { return error }
    var error = unknown(token, role: "a measure or clause", words: Vocabulary.partWords)
    if error.hints.isEmpty {
      error.hints = [.advice("captures are named with `of`, frames with `from frame`")]
    }
    return error
  }

  /// `top 10 functions by size`, `top 10 function`, `top by lineno function`.
  private func keyAlone(_ token: Token, _ typed: String, _ word: String) -> QueryError? {
    let singular = word == "lines" || word == "line" ? "lineno" : Lessons.singular(word) ?? word
    guard let key = Vocabulary.key(singular) else { return nil }
    if parts.last == "by" {
      let range = SourceRange(lastEnd, token.range.upper)
      return .lesson(
        .wordMissing(",", before: typed), at: token.range, .init(range, ", \(singular)"))
    }
    let next = following(token, 2)
    let second = next.count == 2 ? text(next[1].range).asciiLowercased : ""
    if next.count == 2, text(next[0].range).asciiLowercased == "by",
      let measure = Vocabulary.measure(Lessons.partWords[second] ?? second)
    {
      let range = SourceRange(token.range.lower, next[1].range.upper)
      return .lesson(
        .wordMissing("by", before: typed), at: token.range,
        .init(range, "\(measure.name) by \(key.name)"))
    }
    return .lesson(
      .wordMissing("by", before: typed), at: token.range, .init(token.range, "by \(singular)"))
  }

  /// The word with a second one that only goes with it: `compared to`, `sum size`.
  private func widened(_ token: Token, _ word: String) -> SourceRange {
    guard let next = following(token, 1).first else { return token.range }
    let second = text(next.range).asciiLowercased
    let isPair =
      word == "compared" && ["to", "with"].contains(second)
      || Lessons.partWords[word] == second
    return isPair ? SourceRange(token.range.lower, next.range.upper) : token.range
  }

  private func partLesson(_ token: Token, _ typed: String, _ word: String) -> QueryError? {
    let next = following(token, 1).first
    switch word {
    case "and", "or":
      return .lesson(
        .andInList, at: token.range, .init(SourceRange(lastEnd, token.range.upper), ","))
    case "at": return atLesson(token)
    case "between": return betweenLesson(token)
    case "diff", "compare": return diffPart(token, typed)
    case "allocations": return allocationsPart(token)
    case "exclude", "without", "except", "excluding", "ignore", "not":
      return excludeLesson(token, typed, next)
    case "vs":
      return QueryError(.syntax(.repeated("`vs`")), at: token.range)
    case "asc", "desc", "ascending", "descending":
      if text(SourceRange(partStart, lastEnd)).asciiLowercased.hasPrefix("order") {
        return .said(token, typed, as: word.hasPrefix("asc") ? "asc" : "desc")
      }
      return QueryError(
        .meaning(.needs("`\(typed)`", "`order by`")), at: token.range,
        [.advice("for example: order by size asc")])
    case "graph", "graphs":
      guard let last = lastToken, text(last.range).asciiLowercased == "flame" else { return nil }
      let range = SourceRange(last.range.lower, token.range.upper)
      return .said(text(range), as: "flame", at: range)
    case "during": return .lesson(.stretch(typed), at: token.range, .init(token.range, "in"))
    default:
      guard let stretch = Lessons.stretches[word], let next else { return nil }
      let range = SourceRange(token.range.lower, next.range.upper)
      return .lesson(
        .stretch(typed), at: token.range,
        .init(range, stretch.before + text(next.range) + stretch.after))
    }
  }

  /// `between A and B` is `in A..B`.
  func betweenLesson(_ token: Token) -> QueryError {
    let next = following(token, 3)
    guard next.count == 3, text(next[1].range).asciiLowercased == "and" else {
      return .lesson(.between, at: token.range, .init(token.range, "in"))
    }
    let range = SourceRange(token.range.lower, next[2].range.upper)
    return .lesson(
      .between, at: token.range,
      .init(range, "in \(text(next[0].range))..\(text(next[2].range))"))
  }

  private func allocationsPart(_ token: Token) -> QueryError {
    let next = following(token, 2)
    if next.count == 2, text(next[0].range).asciiLowercased == "by",
      Vocabulary.measure(text(next[1].range)) != nil
    {
      return QueryError(
        .lesson(.allocations), at: token.range,
        [.advice("single records, biggest first: `list 10`; groups: `top 10 size by lineno`")])
    }
    return .lesson(.allocations, at: token.range, .init(token.range, "count"))
  }

  func atLesson(_ token: Token) -> QueryError {
    if let last = lastToken, Vocabulary.population(text(last.range)) != nil {
      return .lesson(.atAlone, at: token.range, .init(last.range, "live"))
    }
    let start = SourceRange(token.range.lower, token.range.lower)
    return .lesson(.atAlone, at: token.range, .init(start, "live "))
  }

  private func diffPart(_ token: Token, _ typed: String) -> QueryError {
    .lesson(.diff(typed), at: token.range, .init(token.range, "vs"))
  }

  private func excludeLesson(_ token: Token, _ typed: String, _ next: Token?) -> QueryError {
    let name = next.map { text($0.range) } ?? "P"
    let range = SourceRange(token.range.lower, next?.range.upper ?? token.range.upper)
    return QueryError(
      .lesson(.exclude(typed)), at: token.range,
      [
        .rewrite([.init(range, "where not stack has \(name)")]),
        .advice("or `hide \(name)`, which edits stacks and keeps the totals"),
      ])
  }

  private func symbolError(_ token: Token, _ symbol: Token.Symbol) -> QueryError {
    if symbol == .closeParenthesis {
      return QueryError(.syntax(.strayParenthesis), at: token.range)
    }
    if symbol == .greater, let next = following(token, 1).first,
      text(next.range).contains(where: { $0 == "." || $0 == "/" }), case .word = next.kind
    {
      return .lesson(.fileByArrow, at: token.range, .init(token.range, "to"))
    }
    if symbol.comparison != nil, let last = lastToken,
      Vocabulary.population(text(last.range)) != nil
    {
      let end = SourceRange(lastEnd, lastEnd)
      return .lesson(.conditionAlone("size"), at: token.range, .init(end, " where size"))
    }
    if let measure = lastMeasure, measure.range.upper == lastEnd {
      if symbol.comparison != nil { return conditionAlone(measure) }
      let word = Token(.word(text(measure.range)), measure.range)
      if symbol == .openParenthesis { return callLesson(word, verb: "") }
    }
    if symbol == .comma, parts.last == "where" || parts.last == "having" {
      let next = following(token, 1).first.map { text($0.range) } ?? ""
      let isOfGroups = Self.measureWords.contains(next) && Vocabulary.field(next) == nil
      let joint = isOfGroups && parts.last == "where" ? " having" : " and"
      return .lesson(.commaInCondition, at: token.range, .init(token.range, joint))
    }
    return expected("a clause", token)
  }

  /// `size > 1MB` without `where`.
  func conditionAlone(_ measure: Located<Measure>) -> QueryError {
    if case .series = measure.value {
      let name = measure.value.name
      return QueryError(
        .lesson(.conditionAlone(name)), at: measure.range,
        [.advice("for example: assert \(name) < 1GB")])
    }
    let isField = measure.value == .size || measure.value == .averageLifetime
    let start = SourceRange(measure.range.lower, measure.range.lower)
    return QueryError(
      .lesson(.conditionAlone(measure.value.name)), at: measure.range,
      [
        .rewrite([.init(start, isField ? "where " : "having ")]),
        .advice("`where` is about single records, `having` about groups"),
      ])
  }

  private func numberError(_ token: Token) -> QueryError {
    let start = SourceRange(token.range.lower, token.range.lower)
    let last = lastToken.map { text($0.range).asciiLowercased } ?? ""
    if last == "temporary" {
      return .lesson(.temporaryNumber, at: token.range, .init(start, "within "))
    }
    if last == "live" {
      return .lesson(
        .wordMissing("at", before: text(token.range)), at: token.range, .init(start, "at "))
    }
    if case .duration(let second?) = token.kind, let previous = lastToken,
      case .duration(let first?) = previous.kind, second < first
    {
      let range = SourceRange(previous.range.lower, token.range.upper)
      return QueryError(
        .syntax(.expected("one duration", found: "two")), at: range,
        [.rewrite([.init(range, text(previous.range) + text(token.range))])])
    }
    if following(token, 1).first?.kind == .symbol(.range) {
      return .lesson(
        .wordMissing("in", before: text(token.range)), at: token.range, .init(start, "in "))
    }
    return QueryError(
      .syntax(.expected("a clause", found: describe(token))), at: token.range,
      isNumber(token) ? [.advice("the number of rows stands right after the verb")] : [])
  }

  /// A word that `show` does not know.
  func topicError(_ token: Token) -> QueryError {
    if case .word(let typed) = token.kind, let last = lastToken {
      let word = typed.asciiLowercased
      if Vocabulary.verb(word) != nil || Vocabulary.population(word) != nil {
        let range = SourceRange(last.range.lower, token.range.lower)
        return .lesson(.showQuestion(typed), at: token.range, .init(range, ""))
      }
    }
    var error = unknown(
      token, role: "something `show` lists", words: Vocabulary.topics.map(\.name))
    if error.hints.isEmpty {
      let start = SourceRange(statementStart, token.range.lower)
      error.hints = [
        .rewrite([.init(start, "")]),
        .advice("it lists " + NearestWord.list(Vocabulary.topics.map(\.name), limit: 9)),
      ]
    }
    return error
  }

  /// An assertion without its comparison.
  mutating func assertionError(_ token: Token) -> QueryError {
    if case .word(let typed) = token.kind {
      if typed.asciiLowercased == "no" {
        let range = SourceRange(
          token.range.lower, following(token, 1).first?.range.upper ?? token.range.upper)
        return .lesson(.noLeaks, at: range, .init(range, "leaked count = 0"))
      }
      return trailingError(token)
    }
    guard token.kind == .end || token.kind == .separator else { return trailingError(token) }
    return QueryError(
      .syntax(.expected("a comparison such as `< 1GB`", found: describe(token))), at: token.range,
      [.advice("for example: assert peak size < 1GB")])
  }
}
