/// SQL where a question must stand.
extension Diagnosis {
  /// `SELECT …`: the same question here, as far as it is seen, and where SQL can be asked.
  var select: QueryError {
    let sql = QueryError.Hint.advice("SQL is asked by `memq sql \"SELECT …\"`")
    let end = lexer.following(token.range.upper, 400).last?.range.upper ?? token.range.upper
    let range = SourceRange(token.range.lower, end)
    var error = mistake(.select(typed), at: token.range)
    let question = SelectStatement(lexer.following(token.range.upper, 400), text).question
    error.hints = [.rewrite([.init(range, question)]), sql]
    return error
  }
}

/// What a `SELECT` asks for, in the words of the language.
private struct SelectStatement {
  private var words: [String]
  private var texts: [String]

  init(_ tokens: [Token], _ text: (SourceRange) -> String) {
    texts = tokens.map { text($0.range) }
    words = texts.map(\.asciiLowercased)
  }

  /// Without `where` where its condition is none of the language.
  var question: String {
    let whole = parts(condition: condition)
    do throws(QueryError) {
      for statement in try Parser.parse(whole) { try Checker.check(statement) }
      return whole
    } catch {
      return parts(condition: nil)
    }
  }

  private func parts(condition: String?) -> String {
    let rows = after("limit").flatMap { Int($0) } ?? 10
    let isOfRecords = keys.isEmpty && measures.isEmpty
    guard !isOfRecords else {
      return "list \(max(1, rows))" + (condition.map { " where " + $0 } ?? "")
    }
    var parts = ["top \(max(1, rows))"]
    if !measures.isEmpty { parts.append(measures.joined(separator: ", ")) }
    parts.append("by " + (keys.isEmpty ? "lineno" : keys.joined(separator: ", ")))
    if let condition { parts.append("where " + condition) }
    return parts.joined(separator: " ")
  }

  private func after(_ word: String) -> String? {
    guard let place = words.lastIndex(of: word), place + 1 < words.count else { return nil }
    return words[place + 1]
  }

  /// What stands between a word and the next clause.
  private func clause(_ word: String, skipping: Int = 1) -> ArraySlice<Int> {
    guard let start = words.firstIndex(of: word) else { return [] }
    let ends: Set<String> = ["where", "group", "order", "limit", "having", "from"]
    let first = min(start + skipping, words.count)
    let places = Array(words.indices)[first...]
    return places.prefix { !ends.contains(words[$0]) }
  }

  private var keys: [String] {
    unique(clause("group", skipping: 2).compactMap { Self.key(words[$0]) })
  }

  private static func key(_ word: String) -> String? {
    let last = word.split(separator: ".").last.map(String.init) ?? word
    let others = ["file": "filename", "line": "lineno"]
    return Vocabulary.key(others[last] ?? last)?.name
  }

  private var measures: [String] {
    var found: [String] = []
    for place in words.indices.prefix(while: { words[$0] != "from" }) {
      let inner = place + 2 < words.count && words[place + 1] == "(" ? words[place + 2] : ""
      switch words[place] {
      case "sum": found.append("size")
      case "count": found.append("count")
      case "avg", "max":
        let measure = words[place] + (inner == "lifetime" ? " lifetime" : " size")
        found.append(measure)
      default: continue
      }
    }
    return unique(found)
  }

  private var condition: String? {
    let places = clause("where")
    return places.isEmpty ? nil : places.map { texts[$0] }.joined(separator: " ")
  }

  private func unique(_ words: [String]) -> [String] {
    words.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
