/// What is wrong with a query: the reason, where, and what to write instead.
package struct QueryError: Error, Sendable, Hashable {
  /// Why it is refused.
  package var reason: Reason
  /// Where in the text; nil when it is about the whole.
  package var range: SourceRange?
  /// What to do instead, best first.
  package var hints: [Hint]

  /// An error of the language.
  package init(_ reason: Reason, at range: SourceRange?, _ hints: [Hint] = []) {
    self.reason = reason
    self.range = range
    self.hints = hints
  }

  /// Kinds of reasons, by the stage that finds them.
  package enum Reason: Sendable, Hashable {
    case lexical(LexicalReason)
    case syntax(SyntaxReason)
    case mistake(CommonMistake)
    case meaning(MeaningReason)
    case answer(AnswerReason)

    /// The reason in plain words, on one line.
    package var message: String {
      switch self {
      case .lexical(let reason): reason.message
      case .syntax(let reason): reason.message
      case .mistake(let mistake): mistake.message
      case .meaning(let reason): reason.message
      case .answer(let reason): reason.message
      }
    }
  }

  /// What to do instead.
  package enum Hint: Sendable, Hashable {
    /// Nearest valid words.
    case didYouMean([String])
    /// The corrected sentence, as edits of the text.
    case rewrite([Edit])
    /// A way out in words.
    case advice(String)
    /// Whole questions that may have been meant, best first.
    case questions([String])
  }

  /// A replacement of a piece of the query; an empty range inserts.
  package struct Edit: Sendable, Hashable {
    /// What goes.
    package var range: SourceRange
    /// What comes.
    package var text: String

    /// A replacement.
    package init(_ range: SourceRange, _ text: String) {
      self.range = range
      self.text = text
    }
  }

  /// The reason in plain words, on one line.
  package var message: String { reason.message }
}

/// Errors the engine raises for questions that parse but cannot be answered.
extension QueryError {
  /// No capture has this name; the nearest of those that exist are suggested.
  package static func unknownCapture(
    _ name: String, known: [String], at range: SourceRange?
  ) -> QueryError {
    let near = NearestWord.matches(for: name, in: known)
    let hints: [Hint] =
      if !near.isEmpty {
        [.didYouMean(near)]
      } else if known.isEmpty {
        [.advice("import one: `memq import FILE`")]
      } else {
        [.advice("there is " + NearestWord.list(known, limit: 5))]
      }
    if let measure = Vocabulary.measure(
      CommonMistakes.singular(name) ?? CommonMistakes.partWords[name] ?? name)
    {
      return QueryError(
        .answer(.unknownCapture(name)), at: range,
        [.advice("a measure stands without `of`: `\(measure.name)`")] + hints)
    }
    return QueryError(.answer(.unknownCapture(name)), at: range, hints)
  }

  /// A question this capture cannot answer: what is missing, and what could be asked.
  ///
  /// - Parameters:
  ///   - reason: One line, such as `temporary needs every allocation; snap.pickle holds totals`.
  ///   - suggestion: What to ask or record instead, if anything.
  ///   - range: The part of the query it is about.
  /// - Returns: The error, without a nearest word.
  package static func cannotAnswer(
    _ reason: String, suggestion: String? = nil, at range: SourceRange? = nil
  ) -> QueryError {
    QueryError(
      .answer(.cannotAnswer(reason)), at: range, suggestion.map { [.advice($0)] } ?? [])
  }

  /// A time beyond the end of a capture.
  package static func beyondEnd(
    capture: String, end: String, at range: SourceRange?
  ) -> QueryError {
    QueryError(
      .answer(.beyondEnd(capture: capture, end: end)), at: range,
      [.advice("`end` is its last state")])
  }

  /// A range that runs backwards, found once its times are known.
  package static func backwards(at range: SourceRange?) -> QueryError {
    QueryError(.meaning(.backwards), at: range)
  }

  /// No mark, or not so many, meets a pattern.
  package static func unknownMark(
    _ pattern: String, number: Int, found: Int, at range: SourceRange?
  ) -> QueryError {
    QueryError(
      .answer(.unknownMark(pattern, number: number, found: found)), at: range,
      [.advice("`show marks` lists them")])
  }
}
