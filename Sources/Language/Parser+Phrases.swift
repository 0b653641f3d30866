/// Phrases of people and of other tools, said in the words of the language.
///
/// Each corrects one thing; what is shown is corrected until it is a sentence.
extension Lessons {
  /// Words that say nothing.
  static let fillers: Set<String> = [
    "the", "a", "an", "me", "my", "please", "is", "are", "was", "were", "that", "much", "many",
    "most", "using", "usage", "used", "lived", "trace", "traces", "got", "use", "uses", "does",
    "did", "has", "biggest", "largest", "holds", "held", "taking", "eating",
  ]

  /// Comparisons in words; with `than`.
  static let comparatives: [String: String] = [
    "larger": "size >", "bigger": "size >", "greater": "size >", "more": "size >",
    "above": "size >", "smaller": "size <", "less": "size <", "fewer": "size <",
    "lower": "size <", "below": "size <", "longer": "lifetime >", "shorter": "lifetime <",
  ]

  /// Reports of memray.
  static let reports: [String: String] = [
    "flamegraph": "flame", "table": "top all by function, lineno", "tree": "tree",
    "stats": "stats", "summary": "top all size, count by function, filename inclusive",
    "transform": "flame as speedscope",
  ]
}

extension Parser {
  /// What a statement's first words mean; nil when they are no phrase.
  mutating func openingPhrase(_ token: Token, _ typed: String, _ word: String) -> QueryError? {
    let next = following(token, 3)
    let words = next.map { text($0.range) }
    let second = words.first?.asciiLowercased ?? ""
    func said(_ count: Int, as other: String) -> QueryError {
      let end = count == 0 ? token.range.upper : next[count - 1].range.upper
      let range = SourceRange(token.range.lower, end)
      return .said(text(range), as: other, at: range)
    }
    switch word {
    case "memray":
      guard let report = Lessons.reports[second] else { return nil }
      guard words.count > 1 else { return said(1, as: report) }
      let file = words[1].split(separator: "/").last.map(String.init) ?? words[1]
      let name = file.hasSuffix(".bin") ? String(file.dropLast(4)) : file
      return said(2, as: "\(report) of \(name)")
    case "table" where next.isEmpty: return said(0, as: "top all by function, lineno")
    case "statistics", "snapshot", "snapshot.statistics":
      return statistics(token, next)
    case "compare_to", "snapshot.compare_to":
      return words.isEmpty ? nil : said(1, as: "top vs \(words[0])")
    case "callers", "calls", "callees":
      let hasOf = second == "of"
      guard words.count > (hasOf ? 1 : 0) else { return nil }
      let name = words[hasOf ? 1 : 0]
      let question =
        word == "callees" ? "tree from frame \(name)" : "tree inverted where function = \(name)"
      return said(hasOf ? 2 : 1, as: question)
    case "export", "save", "write":
      let rest = ["as", "to"].contains(second) ? 1 : 0
      guard words.count > rest else { return nil }
      let isFormat = Vocabulary.format(words[rest]) != nil
      return said(rest + 1, as: isFormat ? "top as \(words[rest])" : "top to \(words[rest])")
    default: return peoplesPhrase(token, typed, word, next)
    }
  }

  /// Phrases of people.
  private func peoplesPhrase(
    _ token: Token, _ typed: String, _ word: String, _ next: [Token]
  ) -> QueryError? {
    let words = next.map { text($0.range) }
    let second = words.first?.asciiLowercased ?? ""
    func said(_ count: Int, as other: String) -> QueryError {
      let end = count == 0 ? token.range.upper : next[count - 1].range.upper
      let range = SourceRange(token.range.lower, end)
      return .said(text(range), as: other, at: range)
    }
    switch word {
    case "when":
      guard let place = words.firstIndex(where: { $0.asciiLowercased == "peak" }) else {
        return nil
      }
      return said(place + 1, as: "show peak")
    case "short":
      return said(["lived", "living"].contains(second) ? 1 : 0, as: "temporary")
    case "short-lived", "shortlived": return said(0, as: "temporary")
    case "exclude", "without", "except", "excluding", "ignore", "hide":
      guard let name = words.first, let first = next.first, !isSymbol(first) else { return nil }
      let isSet = word == "hide" || Vocabulary.hide(name) != nil
      return said(1, as: isSet ? "top hide \(name)" : "top where not stack has \(name)")
    case "only", "filter":
      guard let name = words.first, Vocabulary.field(name) == nil, words.count == 1 else {
        return nil
      }
      return said(1, as: "top where stack has \(name)")
    case "number", "amount", "count", "total":
      if word == "total", ["allocations", "usage"].contains(second) { return said(1, as: "stats") }
      return second == "of" && words.count > 1 ? said(2, as: "top count") : nil
    case "max", "maximum", "highest":
      let heaps = ["memory", "usage", "heap", "mem"]
      return heaps.contains(second) ? said(1, as: "show peak") : nil
    case "biggest", "largest":
      return second.hasPrefix("allocation") ? said(1, as: "list") : nil
    case "call":
      let names = words.drop { ["tree", "stack", "graph", "of"].contains($0.asciiLowercased) }
      guard let name = names.first else { return nil }
      return said(words.count - names.count + 1, as: "tree from frame \(name)")
    case "how": return said(0, as: "top")
    default: return shortPhrase(token, typed, word, next)
    }
  }

  /// Phrases that are told by their second word, or by how the first one is spelled.
  private func shortPhrase(
    _ token: Token, _ typed: String, _ word: String, _ next: [Token]
  ) -> QueryError? {
    if let first = next.first, first.kind == .symbol(.minus), next.count > 1 {
      let range = SourceRange(token.range.lower, next[1].range.upper)
      return .said(
        text(range), as: "top of \(typed) vs \(text(next[1].range))", at: range)
    }
    if ["get_traced_memory", "traced_memory"].contains(word) {
      return .said(token, typed, as: "stats")
    }
    return isVerbless(word) ? fillerError(token, typed) : nil
  }

  private func isSymbol(_ token: Token) -> Bool {
    if case .symbol = token.kind { true } else { false }
  }

  private func isVerbless(_ word: String) -> Bool {
    Lessons.fillers.contains(word) && Lessons.openingWords[word] == nil
      && Vocabulary.verb(word) == nil
  }

  /// tracemalloc's `statistics("lineno")`.
  private func statistics(_ token: Token, _ next: [Token]) -> QueryError? {
    let inner = next.first?.kind == .symbol(.openParenthesis) ? 1 : 0
    guard next.count > inner else { return .said(token, text(token.range), as: "stats") }
    var key = text(next[inner].range)
    if case .string(let quoted) = next[inner].kind { key = quoted }
    guard let known = Vocabulary.key(key) else {
      return .said(token, text(token.range), as: "stats")
    }
    let end = inner == 1 && next.count > 2 ? next[2].range.upper : next[inner].range.upper
    let range = SourceRange(token.range.lower, end)
    return .said(text(range), as: "top by \(known.name)", at: range)
  }

  /// A word within a sentence that begins a phrase; nil when it begins none.
  func partPhrase(_ token: Token, _ typed: String, _ word: String) -> QueryError? {
    let next = following(token, 2)
    let second = next.first.map { text($0.range).asciiLowercased } ?? ""
    if let comparative = Lessons.comparatives[word], let first = next.first {
      let end = second == "than" ? first.range.upper : token.range.upper
      let range = SourceRange(token.range.lower, end)
      return .said(text(range), as: "where \(comparative)", at: range)
    }
    switch word {
    case "calls", "callers":
      guard let name = next.last(where: { text($0.range).asciiLowercased != "of" }) else {
        return nil
      }
      let range = SourceRange(statementStart, name.range.upper)
      return .said(
        text(range), as: "tree inverted where function = \(text(name.range))", at: range)
    case "captures" where lastToken.map { text($0.range).asciiLowercased } == "list":
      let range = SourceRange(statementStart, token.range.upper)
      return .said(text(range), as: "show captures", at: range)
    case "statistics", "stats":
      guard second == "by" || second.isEmpty || next.isEmpty, Vocabulary.verb(word) == nil else {
        return nil
      }
      return .lesson(
        .filler(typed), at: token.range, .init(SourceRange(lastEnd, token.range.upper), ""))
    default: return fillerError(token, typed)
    }
  }

  /// `the`, `me` and the like are left out.
  func fillerError(_ token: Token, _ typed: String) -> QueryError? {
    guard Lessons.fillers.contains(typed.asciiLowercased) else { return nil }
    let next = following(token, 1).first
    let isFirst = token.range.lower == statementStart
    guard next != nil || !isFirst else { return nil }
    let range =
      isFirst
      ? SourceRange(token.range.lower, next?.range.lower ?? token.range.upper)
      : SourceRange(lastEnd, token.range.upper)
    return .lesson(.filler(typed), at: token.range, .init(range, ""))
  }

  /// `memory over time` is a timeline.
  func overTime(_ token: Token) -> QueryError? {
    guard case .word(let typed) = token.kind, typed.asciiLowercased == "time" else { return nil }
    let over = SourceRange(partStart, token.range.upper)
    var start = Lexer(lexer, at: statementStart)
    guard let first = try? start.next(), case .word(let verb) = first.kind else { return nil }
    let removal = QueryError.Edit(over, "")
    if verb.asciiLowercased == "timeline" {
      return .lesson(.filler("over time"), at: over, removal)
    }
    let isTop = Vocabulary.verb(verb) != nil
    let place = isTop ? first.range : SourceRange(first.range.lower, first.range.lower)
    return .lesson(
      .said("over time", as: "timeline"), at: over, .init(place, isTop ? "timeline" : "timeline "),
      removal)
  }
}
