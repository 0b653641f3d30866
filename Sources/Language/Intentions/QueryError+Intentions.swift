/// What was meant by a sentence that cannot be read, where it is said in other words.
extension QueryError {
  /// The same error with the questions that were most likely meant.
  ///
  /// - Parameters:
  ///   - text: what was typed; ranges are offsets of it.
  ///   - names: what the captures have.
  /// - Returns: an error whose first hint is at most three questions, or the same error.
  package func meant(in text: String, _ names: IntentionNames) -> QueryError {
    guard isOfWords else { return self }
    let (statement, place) = Self.statement(around: range?.lower ?? 0, in: text)
    let isMended = hints.contains { mends($0, text) }
    if isMended, case .syntax(.unknown) = reason { return self }
    let matches = IntentionFinder(statement, names).matches()
    guard let best = matches.first,
      best.score >= (isMended ? IntentionFinder.sure : IntentionFinder.least)
    else { return self }
    var questions: [String] = []
    for match in matches where match.score >= best.score * 0.9 {
      for question in match.questions where questions.count < 3 && !questions.contains(question) {
        questions.append(question)
      }
    }
    var meant = QueryError(.mistake(.otherWords(statement)), at: place, [.questions(questions)])
    if let advice = best.intention.advice { meant.hints.append(.advice(advice)) }
    return meant
  }

  /// Whether it is about words, not about what the captures hold.
  private var isOfWords: Bool {
    switch reason {
    case .mistake(.select): false
    case .lexical, .syntax(.unknown), .syntax(.expected), .syntax(.needsQuotes), .mistake: true
    case .answer(.unknownCapture), .meaning(.unknownName): true
    case .syntax, .meaning, .answer: false
    }
  }

  /// Whether a hint leads to a question.
  private func mends(_ hint: Hint, _ text: String) -> Bool {
    let bytes = Array(text.utf8)
    let line = SourceRange(0, bytes.count)
    switch hint {
    case .advice: return false
    case .questions: return true
    case .rewrite(let edits): return Self.rewritten(bytes, line, edits).flatMap(Self.settled) != nil
    case .didYouMean(let words):
      guard let range else { return false }
      return words.contains { word in
        Self.rewritten(bytes, line, [Edit(range, word)]).flatMap(Self.settled) != nil
      }
    }
  }

  /// The statement that a place is in, and where it stands.
  private static func statement(around place: Int, in text: String) -> (String, SourceRange) {
    let bytes = Array(text.utf8)
    func ends(_ byte: UInt8) -> Bool { byte == .newline || byte == .semicolon }
    var lower = max(0, min(place, bytes.count))
    var upper = lower
    while lower > 0, !ends(bytes[lower - 1]) { lower -= 1 }
    while upper < bytes.count, !ends(bytes[upper]) { upper += 1 }
    while lower < upper, bytes[lower].isBlank { lower += 1 }
    while upper > lower, bytes[upper - 1].isBlank { upper -= 1 }
    let range = SourceRange(lower, upper)
    return (String(decoding: bytes[lower..<upper], as: UTF8.self), range)
  }
}
