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
    let isMended = hints.contains { mends($0, text, names) }
    let matches = IntentionFinder(statement, names).matches()
    guard let best = matches.first, best.score >= leastScore(isMended) else { return self }
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

  /// How near a phrasing must be; what looks mistyped is not taken for other words.
  private func leastScore(_ isMended: Bool) -> Double {
    guard isMended else { return IntentionFinder.least }
    if case .syntax(.unknown) = reason { return 0.97 }
    return IntentionFinder.sure
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
  private func mends(_ hint: Hint, _ text: String, _ names: IntentionNames) -> Bool {
    let bytes = Array(text.utf8)
    let line = SourceRange(0, bytes.count)
    func leads(_ edits: [Edit]) -> Bool {
      let question = Self.rewritten(bytes, line, edits).flatMap(Self.settled)
      return question.map(names.accepts) ?? false
    }
    switch hint {
    case .advice: return false
    case .questions: return true
    case .rewrite(let edits): return leads(edits)
    case .didYouMean(let words):
      guard let range else { return false }
      return words.contains { leads([Edit(range, $0)]) }
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
