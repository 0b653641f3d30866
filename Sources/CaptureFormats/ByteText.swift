// ⚠ unsafe: a word known when compiling is compared within its own length, and a text is made of
// bytes within the span.

/// Looking into lines and tokens of text captures, byte by byte.
///
/// All of it is bounds-checked, and nothing is copied but what is asked for as a text.
extension Span<UInt8> {
  /// The text of a range, repaired where it is no UTF-8.
  func text(_ range: Range<Int>) -> String {
    unsafe extracting(range.clamped(to: 0..<count)).withUnsafeBufferPointer {
      unsafe String(decoding: $0, as: UTF8.self)
    }
  }

  /// The whole text.
  var text: String { text(0..<count) }

  /// Whether the bytes from `start` on are those of `word`.
  func has(_ word: StaticString, at start: Int = 0) -> Bool {
    let length = word.utf8CodeUnitCount
    guard start >= 0, count - start >= length else { return false }
    let expected = unsafe UnsafeBufferPointer(start: word.utf8Start, count: length)
    for index in 0..<length where unsafe expected[index] != self[start + index] { return false }
    return true
  }

  /// Where `word` begins, searched from `start` on.
  func first(_ word: StaticString, from start: Int = 0) -> Int? {
    var place = start
    while place + word.utf8CodeUnitCount <= count {
      if has(word, at: place) { return place }
      place += 1
    }
    return nil
  }

  /// Range without white space at both ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, Self.isSpace(self[start]) { start += 1 }
    while end > start, Self.isSpace(self[end - 1]) { end -= 1 }
    return start..<end
  }

  /// Whether there is nothing but white space.
  var isBlank: Bool { trimmed(0..<count).isEmpty }

  /// The next word from `start` on, between white space; empty when there is none.
  func word(from start: Int) -> Range<Int> {
    var start = start
    while start < count, Self.isSpace(self[start]) { start += 1 }
    var end = start
    while end < count, !Self.isSpace(self[end]) { end += 1 }
    return start..<end
  }

  /// The words of a range, at most `most` of them.
  func words(_ range: Range<Int>, most: Int = .max) -> [Range<Int>] {
    let part = extracting(..<range.upperBound)
    var words: [Range<Int>] = []
    var place = range.lowerBound
    while words.count < most {
      let word = part.word(from: place)
      guard !word.isEmpty else { break }
      words.append(word)
      place = word.upperBound
    }
    return words
  }

  static func isSpace(_ byte: Element) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
