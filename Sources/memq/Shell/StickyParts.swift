import Language

/// What `.focus` and `.hide` add to every question.
struct StickyParts {
  private(set) var filter: Predicate?
  private(set) var hides: [Hide] = []
  /// As they stand in the prompt.
  private var focusText = ""
  private var hideText = ""

  /// Whether nothing is added.
  var isEmpty: Bool { filter == nil && hides.isEmpty }

  /// As the prompt shows them.
  var words: String { [focusText, hideText].filter { !$0.isEmpty }.joined(separator: "; ") }

  /// Sets the condition; nothing takes it away.
  ///
  /// - Parameter text: a condition as after `where`, or frames as after `stack has`.
  /// - Throws: what cannot be read.
  mutating func focus(_ text: String) throws {
    guard !text.isEmpty else {
      (filter, focusText) = (nil, "")
      return
    }
    let condition = text.lowercased().hasPrefix("where ") ? String(text.dropFirst(6)) : text
    // One word is a name.
    let candidates =
      condition.contains(" ")
      ? [condition, "stack has \(condition)"] : ["stack has \(condition)", condition]
    for candidate in candidates {
      if let found = Self.query("top where \(candidate)")?.filter {
        (filter, focusText) = (found, "focus " + condition)
        return
      }
    }
    let question = "top where \(condition)"
    throw Self.failure(question)
  }

  /// Sets the edits of stacks; nothing takes them away.
  mutating func hide(_ text: String) throws {
    guard !text.isEmpty else {
      (hides, hideText) = ([], "")
      return
    }
    guard let found = Self.query("top hide \(text)")?.hides, !found.isEmpty else {
      throw Self.failure("top hide \(text)")
    }
    (hides, hideText) = (found, "hide " + text)
  }

  /// The same statements with the parts added; as typed where one cannot be read.
  func applied(to text: String) -> String {
    let (parsed, error) = Parser.parseStatements(text)
    guard error == nil else { return text }
    return parsed.map { one in
      let changed = applied(to: one.statement)
      return changed == one.statement ? one.text : changed.canonicalText
    }.joined(separator: "; ")
  }

  private func applied(to statement: Statement) -> Statement {
    switch statement {
    case .query(let query): return .query(applied(to: query))
    case .assert(var assertion):
      assertion.query = applied(to: assertion.query)
      return .assert(assertion)
    case .explain(let inner, let analyze): return .explain(applied(to: inner), analyze: analyze)
    case .show, .letDefinition, .markOnFrame: return statement
    }
  }

  private func applied(to query: Query) -> Query {
    guard query.verb.value != .paths else { return query }
    var query = query
    if let filter { query.filter = query.filter.map { $0.and(filter) } ?? filter }
    query.hides += hides.filter { !query.hides.contains($0) }
    return query
  }

  private static func query(_ text: String) -> Query? {
    guard case .query(let query)? = (try? Parser.parse(text))?.first,
      (try? Checker.check(query)) != nil
    else { return nil }
    return query
  }

  private static func failure(_ question: String) -> Failure {
    do throws(QueryError) {
      for statement in try Parser.parse(question) { try Checker.check(statement) }
    } catch { return Failure(error, in: question) }
    return Failure("\(question) cannot be read")
  }
}
