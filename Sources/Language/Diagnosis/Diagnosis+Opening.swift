/// Mistakes where a statement begins.
extension Diagnosis {
  var opening: QueryError {
    guard isWord else {
      return token.isNumber
        ? expected("a verb", .rewrite([.init(before, "top ")]))
        : expected("a verb or a population")
    }
    if let error = openingPhrase ?? openingMistake { return error }
    if Vocabulary.topic(word) != nil, nextWord(0) != "by" {
      return mistake(.wordMissing("show", before: typed), .init(before, "show "))
    }
    if let error = groupsFirst ?? openingWord.map({ said(as: $0) }) ?? common { return error }
    if Vocabulary.statements.contains(where: { $0.value == word }) {
      return misplaced(typed, "only questions and assertions are explained")
    }
    var error = unknown(
      "a verb, population or statement", Vocabulary.openingWords,
      else: .advice("for example: top 10 by lineno"))
    // Two captures and no question.
    if second == "vs" { error.hints = [.rewrite([.init(before, "top of ")])] }
    return error
  }

  /// What a first word of other tools is said as.
  private var openingWord: String? {
    if let other = CommonMistakes.openingWords[word] {
      let isCondition =
        next.count >= 2 && Vocabulary.field(texts[0]) != nil && next[1].isComparison
      return isCondition && other != "assert" ? other + " where" : other
    }
    guard let other = CommonMistakes.partWords[word], other != "to" else { return nil }
    return Vocabulary.population(other) != nil ? other : "top " + other
  }

  private var openingMistake: QueryError? {
    switch word {
    case "select", "with": return select
    case "diff", "compare", "delta": return difference
    case "allocations", "allocs":
      let verb = second == "by" || second == "group" ? "top allocated count" : "list allocated"
      var error = mistake(.allocations, .init(token.range, verb))
      error.hints.append(.advice("`count` is their number, `list` shows each one"))
      return error
    case "no":
      guard ["leaks", "leak", "leaked"].contains(second) else { return nil }
      return mistake(.noLeaks, at: through(1), .init(through(1), "assert leaked count = 0"))
    case "at": return atAlone
    case "help", "quit", "exit", "clear", "version", "?":
      return mistake(
        .command(typed),
        advice: "in the REPL: `.help`, `.quit`; on the command line: `memq --help`")
    default:
      let isAggregate = Parser.measureWords.contains(word) || CommonMistakes.partWords[word] != nil
      if isAggregate, next.first?.kind == .symbol(.openParenthesis) {
        return call(token, verb: "top ")
      }
      guard Self.partOpeners.contains(word) else { return nil }
      let isSeries = Vocabulary.measure(word)?.isSeries == true
      return expected("a verb", .rewrite([.init(before, isSeries ? "timeline " : "top ")]))
    }
  }

  /// Words a part begins with and no statement does.
  private static let partOpeners: Set<String> = Set(
    (Vocabulary.measures.flatMap(\.spellings) + Vocabulary.series.map(\.name)
      + Vocabulary.clauses.flatMap(\.spellings))
      .compactMap { $0.split(separator: " ").first.map(String.init) }
  ).subtracting(["mark", "leak"])

  /// `diff a b` is `top of a vs b`.
  private var difference: QueryError {
    guard next.count >= 2, let last = next.last else {
      return mistake(.diff(typed), advice: "for example: top by lineno of new vs old")
    }
    let isPopulation = Vocabulary.population(texts[0]) != nil
    let joints = ["and", "to", "with"] + (isPopulation ? ["vs"] : [])
    let right = joints.contains(nextWord(1)) ? last : next[1]
    let range = SourceRange(token.range.lower, right.range.upper)
    guard !isPopulation, right.range == next[1].range else {
      let left = isPopulation ? texts[0] : "top of \(texts[0])"
      return mistake(.diff(typed), .init(range, "\(left) vs \(text(right.range))"))
    }
    // `diff OLD NEW`, as everywhere.
    return mistake(.diff(typed), .init(range, "top of \(text(right.range)) vs \(texts[0])"))
  }

  /// `functions by size` is `top 10 size by function`.
  private var groupsFirst: QueryError? {
    guard let key = Vocabulary.key(keyWord)?.name else { return nil }
    let other = next.count >= 2 && second == "by" ? nextWord(1) : ""
    if let other = Vocabulary.key(other)?.name {
      return mistake(.groupsFirst(word), .init(through(2), "top 10 by \(key), \(other)"))
    }
    if let measure = Vocabulary.measure(CommonMistakes.partWords[other] ?? other) {
      return mistake(.groupsFirst(word), .init(through(2), "top 10 \(measure.name) by \(key)"))
    }
    return mistake(.groupsFirst(word), .init(token.range, "top 10 by \(key)"))
  }

  /// The word as a key would be spelled.
  var keyWord: String {
    word == "line" || word == "lines" ? "lineno" : CommonMistakes.singular(word) ?? word
  }
}

/// Phrases of people and of other tools.
extension Diagnosis {
  /// What a statement's first words mean; nil when they are no phrase.
  private var openingPhrase: QueryError? {
    switch word {
    case "memray":
      guard let report = CommonMistakes.reports[second] else { return nil }
      guard texts.count > 1 else { return said(1, as: report) }
      let file = texts[1].split(separator: "/").last.map(String.init) ?? texts[1]
      let name = file.hasSuffix(".bin") ? String(file.dropLast(4)) : file
      return said(2, as: "\(report) of \(name)")
    case "table" where next.isEmpty: return said(as: "top all by function, lineno")
    case "statistics", "snapshot", "snapshot.statistics": return statistics
    case "compare_to", "snapshot.compare_to":
      return texts.isEmpty ? nil : said(1, as: "top vs \(texts[0])")
    case "callers", "calls", "callees":
      let place = second == "of" ? 1 : 0
      guard texts.count > place else { return nil }
      return said(place + 1, as: "peek \(texts[place])")
    case "export", "save", "write":
      let place = ["as", "to"].contains(second) ? 1 : 0
      guard texts.count > place else { return nil }
      let isFormat = Vocabulary.format(texts[place]) != nil
      return said(place + 1, as: (isFormat ? "top as " : "top to ") + texts[place])
    default: return peoplesPhrase
    }
  }

  private var peoplesPhrase: QueryError? {
    switch word {
    case "when":
      return texts.firstIndex { $0.asciiLowercased == "peak" }.map {
        said($0 + 1, as: "show peak")
      }
    case "short": return said(["lived", "living"].contains(second) ? 1 : 0, as: "temporary")
    case "short-lived", "shortlived": return said(as: "temporary")
    case "exclude", "without", "except", "excluding", "ignore", "hide":
      guard let first = next.first else { return nil }
      if case .symbol = first.kind { return nil }
      let isSet = word == "hide" || Vocabulary.hide(texts[0]) != nil
      return said(1, as: (isSet ? "top hide " : "top where not stack has ") + texts[0])
    case "only", "filter":
      guard texts.count == 1, Vocabulary.field(texts[0]) == nil else { return nil }
      return said(1, as: "top where stack has \(texts[0])")
    case "number", "amount", "count", "total":
      if word == "total", ["allocations", "usage"].contains(second) { return said(1, as: "stats") }
      let isOfBlocks = ["allocation", "allocations", "blocks", "objects"].contains(nextWord(1))
      return second == "of" && isOfBlocks ? said(2, as: "top count") : nil
    case "max", "maximum", "highest":
      return ["memory", "usage", "heap", "mem"].contains(second) ? said(1, as: "show peak") : nil
    case "biggest", "largest": return second.hasPrefix("allocation") ? said(1, as: "list") : nil
    case "call":
      let names = texts.drop { ["tree", "stack", "graph", "of"].contains($0.asciiLowercased) }
      return names.first.map {
        said(texts.count - names.count + 1, as: "tree from frame \($0)")
      }
    case "how": return said(as: "top")
    case "which", "what": return askedGroups
    case _ where next.first?.kind == .symbol(.minus) && next.count > 1:
      return said(2, as: "top of \(typed) vs \(texts[1])")
    case "get_traced_memory", "traced_memory": return said(as: "stats")
    default:
      let isVerbless = CommonMistakes.openingWords[word] == nil && Vocabulary.verb(word) == nil
      return isVerbless ? filler : nil
    }
  }

  /// `which threads hold most memory` asks for groups: what is said of them before the first clause
  /// names a population and a measure, or nothing.
  private var askedGroups: QueryError? {
    let key = second == "lines" ? "lineno" : CommonMistakes.singular(second) ?? second
    guard let key = Vocabulary.key(key)?.name else { return nil }
    let clauses = Set(Vocabulary.clauses.compactMap { $0.name.split(separator: " ").first })
    let said = lexer.following(token.range.upper, 100).prefix {
      !clauses.contains(Substring(text($0.range)))
    }
    let words = said.dropFirst().map { token in
      let word = text(token.range).asciiLowercased
      let isKnown = Vocabulary.population(word) != nil || Vocabulary.measure(word) != nil
      return isKnown
        ? word : CommonMistakes.partWords[word] ?? CommonMistakes.singular(word) ?? word
    }
    let grows = words.contains { CommonMistakes.openingWords[$0] == "growth" }
    let population = words.lazy.compactMap { Vocabulary.population($0)?.rawValue }.first
    let measure = words.lazy.compactMap { Vocabulary.measure($0)?.name }.first
    let parts = grows ? ["growth", measure] : ["top 10", population, measure]
    let range = SourceRange(token.range.lower, said.last?.range.upper ?? token.range.upper)
    return self.said(range, as: (parts + ["by \(key)"]).compactMap(\.self).joined(separator: " "))
  }

  /// tracemalloc's `statistics("lineno")`.
  private var statistics: QueryError {
    let inner = next.first?.kind == .symbol(.openParenthesis) ? 1 : 0
    guard next.count > inner else { return said(as: "stats") }
    var key = texts[inner]
    if case .string(let quoted) = next[inner].kind { key = quoted }
    guard let known = Vocabulary.key(key) else { return said(as: "stats") }
    return said(inner == 1 && next.count > 2 ? 3 : inner + 1, as: "top by \(known.name)")
  }
}
