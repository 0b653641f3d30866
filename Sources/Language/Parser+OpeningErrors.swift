/// Errors where a statement begins.
extension Parser {
  /// Nothing begins with this token.
  mutating func openingError(_ token: Token) -> QueryError {
    guard case .word(let typed) = token.kind else {
      if isNumber(token) {
        return QueryError(
          .syntax(.expected("a verb", found: describe(token))), at: token.range,
          [.rewrite([.init(SourceRange(token.range.lower, token.range.lower), "top ")])])
      }
      return expected("a verb or a population", token)
    }
    let word = typed.asciiLowercased
    if let error = openingPhrase(token, typed, word) { return error }
    if let error = openingLesson(token, typed, word) { return error }
    if Vocabulary.topic(word) != nil, following(token, 1).first.map({ text($0.range) }) != "by" {
      let start = SourceRange(token.range.lower, token.range.lower)
      return .lesson(.wordMissing("show", before: typed), at: token.range, .init(start, "show "))
    }
    if let error = groupsFirst(token, word) { return error }
    if let other = openingWord(token, word) { return .said(token, typed, as: other) }
    if let error = commonLesson(token, typed) { return error }
    if Vocabulary.statements.contains(where: { $0.value == word }) {
      return QueryError(
        .meaning(.misplaced(typed, because: "only questions and assertions are explained")),
        at: token.range)
    }
    var error = unknown(
      token, role: "a verb, population or statement", words: Vocabulary.openingWords)
    if let next = following(token, 1).first, text(next.range).asciiLowercased == "vs" {
      // Two captures and no question.
      let start = SourceRange(token.range.lower, token.range.lower)
      error.hints = [.rewrite([.init(start, "top of ")])]
    }
    if error.hints.isEmpty { error.hints = [.advice("for example: top 10 by lineno")] }
    return error
  }

  /// What a first word of other tools is said as.
  private func openingWord(_ token: Token, _ word: String) -> String? {
    let next = following(token, 2)
    if let other = Lessons.openingWords[word] {
      let isCondition =
        next.count == 2 && Vocabulary.field(text(next[0].range)) != nil
        && Self.isComparison(next[1])
      return isCondition && other != "assert" ? other + " where" : other
    }
    guard let other = Lessons.partWords[word], other != "to" else { return nil }
    let isPopulation = Vocabulary.population(other) != nil
    return isPopulation ? other : "top " + other
  }

  private static func isComparison(_ token: Token) -> Bool {
    if case .symbol(let symbol) = token.kind { symbol.comparison != nil } else { false }
  }

  private mutating func openingLesson(
    _ token: Token, _ typed: String, _ word: String
  ) -> QueryError? {
    switch word {
    case "select", "with", "describe":
      return QueryError(
        .lesson(.select(typed)), at: token.range,
        [.advice("for example: top 10 size, count by function where size > 1MB")])
    case "diff", "compare", "delta":
      return diffLesson(token, typed)
    case "allocations", "allocs":
      return allocationsLesson(token)
    case "no":
      let next = following(token, 1).first
      guard let next, ["leaks", "leak", "leaked"].contains(text(next.range).asciiLowercased) else {
        return nil
      }
      let range = SourceRange(token.range.lower, next.range.upper)
      return .lesson(.noLeaks, at: range, .init(range, "assert leaked count = 0"))
    case "at": return atLesson(token)
    case "help", "quit", "exit", "clear", "version", "?":
      return QueryError(
        .lesson(.command(typed)), at: token.range,
        [.advice("in the REPL: `.help`, `.quit`; on the command line: `memq --help`")])
    default:
      let next = following(token, 1).first
      let isAggregate = Self.measureWords.contains(word) || Lessons.partWords[word] != nil
      if isAggregate, next?.kind == .symbol(.openParenthesis) {
        return callLesson(token, verb: "top ")
      }
      guard Self.partOpeners.contains(word) else { return nil }
      let isSeries = Vocabulary.measure(word).map { if case .series = $0 { true } else { false } }
      let verb = isSeries == true ? "timeline " : "top "
      let start = SourceRange(token.range.lower, token.range.lower)
      return QueryError(
        .syntax(.expected("a verb", found: describe(token))), at: token.range,
        [.rewrite([.init(start, verb)])])
    }
  }

  /// Words a part begins with and no statement does.
  private static let partOpeners: Set<String> = Set(
    (Vocabulary.measures.flatMap(\.spellings) + Vocabulary.series.map(\.name)
      + Vocabulary.clauses.flatMap(\.spellings))
      .compactMap { $0.split(separator: " ").first.map(String.init) }
  ).subtracting(["mark", "leak"])

  /// `diff a b` is `top of a vs b`.
  private func diffLesson(_ token: Token, _ typed: String) -> QueryError {
    let names = following(token, 3)
    let first = names.first.map { text($0.range) } ?? ""
    guard let last = names.last, names.count >= 2, first != ";",
      let second = names.dropFirst().first
    else {
      return QueryError(
        .lesson(.diff(typed)), at: token.range,
        [.advice("for example: top by lineno of new vs old")])
    }
    if Vocabulary.population(first) != nil {
      let joined = ["and", "to", "with", "vs"].contains(text(second.range).asciiLowercased)
      let right = joined ? last : second
      let range = SourceRange(token.range.lower, right.range.upper)
      return .lesson(
        .diff(typed), at: token.range, .init(range, "\(first) vs \(text(right.range))"))
    }
    let joins = ["and", "to", "with"].contains(text(second.range).asciiLowercased)
    let right = joins ? last : second
    let range = SourceRange(token.range.lower, right.range.upper)
    return .lesson(
      .diff(typed), at: token.range, .init(range, "top of \(first) vs \(text(right.range))"))
  }

  private func allocationsLesson(_ token: Token) -> QueryError {
    let next = following(token, 1).first.map { text($0.range).asciiLowercased }
    let verb = next == "by" || next == "group" ? "top allocated count" : "list allocated"
    return QueryError(
      .lesson(.allocations), at: token.range,
      [
        .rewrite([.init(token.range, verb)]),
        .advice("`count` is their number, `list` shows each one"),
      ])
  }

  /// `functions by size` is `top 10 size by function`.
  private func groupsFirst(_ token: Token, _ word: String) -> QueryError? {
    let singular = word == "line" || word == "lines" ? "lineno" : Lessons.singular(word) ?? word
    guard let key = Vocabulary.key(singular)?.name else { return nil }
    let next = following(token, 3)
    let words = next.map { text($0.range).asciiLowercased }
    let second = words.count >= 2 && words[0] == "by" ? words[1] : ""
    if let other = Vocabulary.key(second)?.name {
      let range = SourceRange(token.range.lower, next[1].range.upper)
      return .lesson(
        .groupsFirst(word), at: token.range, .init(range, "top 10 by \(key), \(other)"))
    }
    if let measure = Vocabulary.measure(Lessons.partWords[second] ?? second) {
      let range = SourceRange(token.range.lower, next[1].range.upper)
      return .lesson(
        .groupsFirst(word), at: token.range, .init(range, "top 10 \(measure.name) by \(key)"))
    }
    return .lesson(
      .groupsFirst(word), at: token.range, .init(token.range, "top 10 by \(key)"))
  }
}
