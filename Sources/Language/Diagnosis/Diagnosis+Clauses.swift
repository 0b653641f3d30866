/// Mistakes where a part of a statement could begin.
extension Diagnosis {
  /// No part begins here, and the statement does not end here.
  var clause: QueryError {
    if let error = unitMistake(after: read.last, token) { return error }
    if read.isShow { return expected("`of`, `as` or `to`") }
    if let path = read.path, path.upper == read.end,
      !isWord || NearestWord.matches(for: typed, in: Vocabulary.partWords).isEmpty
    {
      let range = SourceRange(path.lower, wordEnd)
      return expected("a clause", .rewrite([.init(range, "\"\(text(range))\"")]))
    }
    switch token.kind {
    case .word: return wordInPlaceOfClause
    case .symbol(let symbol): return symbolInPlaceOfClause(symbol)
    case .integer, .number, .duration, .percent, .sequence: return numberInPlaceOfClause
    case .string: return expected("a clause", Self.names)
    case .size, .regex, .separator, .end: return expected("a clause")
    }
  }

  private static let names = QueryError.Hint.advice(
    "captures are named with `of`, frames with `from frame`")

  private var wordInPlaceOfClause: QueryError {
    if let error = partMistake ?? partPhrase { return error }
    if let other = CommonMistakes.partWords[word] {
      // With a second word that only goes with it: `compared to`, `sum size`.
      let isPair = word == "compared" && ["to", "with"].contains(second) || other == second
      return mistake(
        .said(typed, as: other), at: through(isPair ? 1 : 0), .init(through(isPair ? 1 : 0), other))
    }
    if Vocabulary.verb(word) != nil {
      return misplaced(typed, "a verb stands at the beginning")
    }
    if Vocabulary.format(word) != nil {
      return mistake(.wordMissing("as", before: typed), .init(before, "as "))
    }
    return keyAlone ?? common
      ?? unknown("a measure or clause", Vocabulary.partWords, else: Self.names)
  }

  /// `top 10 functions by size`, `top 10 function`, `top by lineno function`.
  private var keyAlone: QueryError? {
    guard let key = Vocabulary.key(keyWord) else { return nil }
    if read.parts.last == "by" {
      return mistake(.wordMissing(",", before: typed), .init(gap, ", \(keyWord)"))
    }
    let other = next.count >= 2 && second == "by" ? nextWord(1) : ""
    if let measure = Vocabulary.measure(CommonMistakes.partWords[other] ?? other) {
      return mistake(
        .wordMissing("by", before: typed), .init(through(2), "\(measure.name) by \(key.name)"))
    }
    return mistake(.wordMissing("by", before: typed), .init(token.range, "by \(keyWord)"))
  }

  private var partMistake: QueryError? {
    switch word {
    case "and", "or": return mistake(.andInList, .init(gap, ","))
    case "at": return atAlone
    case "between": return between
    case "diff", "compare": return mistake(.diff(typed), .init(token.range, "vs"))
    case "allocations":
      if second == "by", Vocabulary.measure(nextWord(1)) != nil {
        return mistake(
          .allocations,
          advice: "single records, biggest first: `list 10`; groups: `top 10 size by lineno`")
      }
      return mistake(.allocations, .init(token.range, "count"))
    case "exclude", "without", "except", "excluding", "ignore", "not":
      let name = texts.first ?? "P"
      var error = mistake(.exclude(typed), .init(through(1), "where not stack has \(name)"))
      error.hints.append(.advice("or `hide \(name)`, which edits stacks and keeps the totals"))
      return error
    case "vs": return QueryError(.syntax(.repeated("`vs`")), at: token.range)
    case "asc", "desc", "ascending", "descending":
      if text(SourceRange(read.partStart, read.end)).asciiLowercased.hasPrefix("order") {
        return said(as: word.hasPrefix("asc") ? "asc" : "desc")
      }
      return QueryError(
        .meaning(.needs("`\(typed)`", "`order by`")), at: token.range,
        [.advice("for example: order by size asc")])
    case "graph", "graphs":
      guard let flame = read.last, last == "flame" else { return nil }
      return said(SourceRange(flame.range.lower, token.range.upper), as: "flame")
    case "during": return mistake(.stretch(typed), .init(token.range, "in"))
    default:
      guard let stretch = CommonMistakes.stretches[word], let time = texts.first else { return nil }
      return mistake(
        .stretch(typed), .init(through(1), stretch.before + time + stretch.after))
    }
  }

  /// A word within a sentence that begins a phrase; nil when it begins none.
  private var partPhrase: QueryError? {
    if let comparative = CommonMistakes.comparatives[word], !next.isEmpty {
      return said(second == "than" ? 1 : 0, as: "where \(comparative)")
    }
    switch word {
    case "calls", "callers":
      guard let name = next.prefix(2).last(where: { text($0.range).asciiLowercased != "of" }) else {
        return nil
      }
      return said(
        SourceRange(read.start, name.range.upper),
        as: "peek \(text(name.range))")
    case "captures" where last == "list":
      return said(SourceRange(read.start, token.range.upper), as: "show captures")
    case "statistics", "stats":
      guard second == "by" || next.isEmpty, Vocabulary.verb(word) == nil else { return nil }
      return mistake(.filler(typed), .init(gap, ""))
    default: return filler
    }
  }

  /// `between A and B` is `in A..B`.
  var between: QueryError {
    guard next.count == 3, nextWord(1) == "and" else {
      return mistake(.between, .init(token.range, "in"))
    }
    return mistake(.between, .init(through(3), "in \(texts[0])..\(texts[2])"))
  }

  var atAlone: QueryError {
    if let last = read.last, Vocabulary.population(text(last.range)) != nil {
      return mistake(.atAlone, .init(last.range, "live"))
    }
    return mistake(.atAlone, .init(before, "live "))
  }

  private func symbolInPlaceOfClause(_ symbol: Token.Symbol) -> QueryError {
    if symbol == .closeParenthesis {
      return QueryError(.syntax(.strayParenthesis), at: token.range)
    }
    if symbol == .greater, let file = next.first, case .word = file.kind,
      texts[0].contains(where: { $0 == "." || $0 == "/" })
    {
      return mistake(.fileByArrow, .init(token.range, "to"))
    }
    if symbol.comparison != nil, Vocabulary.population(last) != nil {
      return mistake(
        .conditionAlone("size"), .init(SourceRange(read.end, read.end), " where size"))
    }
    if let measure = read.measure, measure.range.upper == read.end {
      if symbol.comparison != nil { return conditionAlone(measure) }
      if symbol == .openParenthesis {
        return call(Token(.word(text(measure.range)), measure.range))
      }
    }
    if symbol == .comma, read.parts.last == "where" || read.parts.last == "having" {
      let name = texts.first ?? ""
      let isOfGroups = Parser.measureWords.contains(name) && Vocabulary.field(name) == nil
      let joint = isOfGroups && read.parts.last == "where" ? " having" : " and"
      return mistake(.commaInCondition, .init(token.range, joint))
    }
    return expected("a clause")
  }

  /// `size > 1MB` without `where`.
  private func conditionAlone(_ measure: Located<Measure>) -> QueryError {
    let name = measure.value.name
    guard !measure.value.isSeries else {
      return mistake(
        .conditionAlone(name), at: measure.range, advice: "for example: assert \(name) < 1GB")
    }
    let isField = measure.value == .size || measure.value == .averageLifetime
    let start = SourceRange(measure.range.lower, measure.range.lower)
    var error = mistake(
      .conditionAlone(name), at: measure.range, .init(start, isField ? "where " : "having "))
    error.hints.append(.advice("`where` is about single records, `having` about groups"))
    return error
  }

  private var numberInPlaceOfClause: QueryError {
    let number = text(token.range)
    if last == "temporary" { return mistake(.temporaryNumber, .init(before, "within ")) }
    if last == "live" {
      return mistake(.wordMissing("at", before: number), .init(before, "at "))
    }
    if case .duration(let second?) = token.kind, let previous = read.last,
      case .duration(let first?) = previous.kind, second < first
    {
      let range = SourceRange(previous.range.lower, token.range.upper)
      return QueryError(
        .syntax(.expected("one duration", found: "two")), at: range,
        [.rewrite([.init(range, text(previous.range) + number)])])
    }
    if next.first?.kind == .symbol(.range) {
      return mistake(.wordMissing("in", before: number), .init(before, "in "))
    }
    var error = expected("a clause")
    if token.isNumber {
      error.hints = [.advice("the number of rows stands right after the verb")]
    }
    return error
  }

  /// A word that `show` does not know.
  var topic: QueryError {
    if let show = read.last, Vocabulary.verb(word) != nil || Vocabulary.population(word) != nil {
      return mistake(
        .showQuestion(typed), .init(SourceRange(show.range.lower, token.range.lower), ""))
    }
    let names = Vocabulary.topics.map(\.name)
    var error = unknown("something `show` lists", names)
    if error.hints.isEmpty {
      error.hints = [
        .rewrite([.init(SourceRange(read.start, token.range.lower), "")]),
        .advice("it lists " + NearestWord.list(names, limit: 9)),
      ]
    }
    return error
  }

  /// An assertion without its comparison.
  var test: QueryError {
    if word == "no" {
      return mistake(.noLeaks, at: through(1), .init(through(1), "leaked count = 0"))
    }
    guard token.kind == .end || token.kind == .separator else { return clause }
    return expected(
      "a comparison such as `< 1GB`", .advice("for example: assert peak size < 1GB"))
  }

  /// Where the name that begins with the token ends.
  var wordEnd: Int {
    var end = token.range.upper
    while let next = lexer.byte(end), next.continuesWord || next == .minus || next == .dot {
      end += 1
    }
    return end
  }
}
