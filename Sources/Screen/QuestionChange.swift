import Language

/// Questions that follow from one by looking closer.
package enum QuestionChange {
  /// The same question of what a frame called: below it, and through it.
  ///
  /// - Parameters:
  ///   - pattern: Meets the frame.
  ///   - text: One question.
  /// - Returns: Its canonical text; nil when the text is no question about stacks.
  package static func descending(into pattern: String, of text: String) -> String? {
    changed(text) { query in
      // An earlier step stays a condition, so that only its part of the frame is meant.
      if let earlier = query.fromFrame, earlier.text != pattern {
        let condition = Predicate.leaf(.stackHas([earlier]))
        query.filter = query.filter.map { $0.and(condition) } ?? condition
      }
      query.fromFrame = quoted(pattern)
    }
  }

  /// The same question with a frame left out of the stacks: its memory counts for its callers.
  ///
  /// - Parameters:
  ///   - pattern: Meets the frame.
  ///   - text: One question.
  /// - Returns: Its canonical text; nil when the text is no question about stacks.
  package static func hiding(_ pattern: String, in text: String) -> String? {
    changed(text) { query in
      query.hides.removeAll { $0 == .none }
      let isThere = query.hides.contains {
        // Where it stands and how it is quoted is no other pattern.
        if case .pattern(let known) = $0 { known.text == pattern } else { false }
      }
      if !isThere { query.hides.append(.pattern(quoted(pattern))) }
    }
  }

  /// The frames that are counted and their callers: the question with `inclusive`; nil for one that
  /// has it, or whose answer has no groups of frames in it.
  package static func inclusive(_ text: String) -> String? {
    guard let query = query(in: text), query.verb.value == .top, query.inclusive == nil,
      query.versus == nil, query.windows == nil, query.having == nil, query.measures.isEmpty,
      query.keys.count < 2,
      query.keys.allSatisfy({ [.lineno, .function, .filename, .frame, .module].contains($0.value) })
    else { return nil }
    var changed = query
    changed.inclusive = SourceRange(0, 0)
    changed.limit = Located(.all, SourceRange(0, 0))
    return changed.canonicalText
  }

  private static func query(in text: String) -> Query? {
    guard let statements = try? Parser.parse(text), statements.count == 1,
      case .query(let query) = statements[0]
    else { return nil }
    return query
  }

  private static func changed(_ text: String, _ change: (inout Query) -> Void) -> String? {
    guard var query = query(in: text), ![.paths, .peek, .source].contains(query.verb.value)
    else {
      return nil
    }
    change(&query)
    return query.canonicalText
  }

  private static func quoted(_ text: String) -> Pattern {
    Pattern(text: text, form: .quoted, range: SourceRange(0, 0))
  }
}
