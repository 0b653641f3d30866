/// What an error says to whoever writes the next question by program.
extension QueryError {
  /// Whole questions that can be asked instead, best first; each parses.
  ///
  /// - Parameter source: The text the error's ranges are offsets of.
  /// - Returns: Corrected questions without duplicates; empty when the error knows none.
  package func proposals(for source: String) -> [String] {
    var result: [String] = []
    for hint in hints {
      for text in proposals(of: hint, Array(source.utf8)) where !result.contains(text) {
        result.append(text)
      }
    }
    return result
  }

  /// What to do instead in words.
  package var advice: [String] {
    hints.compactMap { if case .advice(let text) = $0 { text } else { nil } }
  }

  /// The place as offsets of characters (Unicode scalars), which most languages count by.
  ///
  /// - Parameter source: The text the range is an offset of.
  /// - Returns: Nil when the error is about the whole.
  package func characterRange(in source: String) -> Range<Int>? {
    guard let range else { return nil }
    let bytes = Array(source.utf8)
    let lower = Self.characters(before: range.lower, in: bytes)
    return lower..<max(lower, Self.characters(before: range.upper, in: bytes))
  }

  private static func characters(before offset: Int, in bytes: [UInt8]) -> Int {
    // Continuation bytes begin no character.
    bytes.prefix(max(0, offset)).reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
  }

  private func proposals(of hint: Hint, _ bytes: [UInt8]) -> [String] {
    let whole = SourceRange(0, bytes.count)
    switch hint {
    case .advice: return []
    case .questions(let questions): return questions
    case .rewrite(let edits):
      return [Self.rewritten(bytes, whole, edits).flatMap(Self.settled)].compactMap { $0 }
    case .didYouMean(let words):
      guard let range else { return [] }
      return words.compactMap { word in
        Self.rewritten(bytes, whole, [Edit(range, word)]).flatMap(Self.settled)
      }
    }
  }
}
