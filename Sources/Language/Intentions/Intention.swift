// ⚠ unsafe: reads the bytes of C that the linker put into the program and that never change.

internal import CGrammar

/// A way in which people ask, and the questions that answer it: a line of `Grammar/intentions.txt`.
package struct Intention: Sendable {
  /// As a person would type it, words in capitals for what differs.
  package var phrasing: String
  /// Questions with the same words in capitals, best first.
  package var questions: [String]
  /// What to know beside; nil without.
  package var advice: String?
  /// The words of the phrasing, in order.
  let words: [IntentionWord]

  /// A line of the table; nil for comments, empty lines and what is none.
  init?(line: Substring) {
    guard !line.hasPrefix("#"), let arrow = Self.place(of: "=>", in: line) else { return nil }
    phrasing = String(line[..<arrow.lowerBound]).withoutOuterBlanks
    var right = line[arrow.upperBound...]
    if let mark = Self.place(of: " // ", in: right) {
      advice = String(right[mark.upperBound...]).withoutOuterBlanks
      right = right[..<mark.lowerBound]
    }
    questions = right.split(separator: "|").map { String($0).withoutOuterBlanks }
    words = IntentionWord.words(of: phrasing, isTyped: false)
  }

  private static func place(of mark: String, in text: Substring) -> Range<Substring.Index>? {
    let bytes = Array(mark.utf8)
    var start = text.utf8.startIndex
    while start < text.utf8.endIndex {
      if text.utf8[start...].starts(with: bytes),
        let end = text.utf8.index(start, offsetBy: bytes.count, limitedBy: text.utf8.endIndex)
      {
        return start..<end
      }
      start = text.utf8.index(after: start)
    }
    return nil
  }

  /// Every line of the table, in its order.
  package static let all: [Intention] = {
    let bytes = unsafe UnsafeBufferPointer(start: intentions_bytes(), count: intentions_size())
    let text = unsafe String(decoding: bytes, as: UTF8.self)
    return text.split(separator: "\n").compactMap { Intention(line: $0) }
  }()
}

extension String {
  /// Without spaces at both ends.
  var withoutOuterBlanks: String {
    var text = self[...].drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
