/// Lines that people type and paste: which of them are one statement.
package enum StatementLines {
  /// Words that no statement begins with and that go on with the one before.
  private static let joints: Set<String> = [
    "where", "having", "by", "group", "hide", "from", "of", "vs", "in", "every", "over", "per",
    "order", "sort", "limit", "as", "to", "and", "or", "then", "inclusive", "cumulative",
    "inverted", "normalized",
  ]

  /// Whether a text waits for more: a parenthesis or a quote is open, or a `\` ends it.
  package static func isUnfinished(_ text: String) -> Bool {
    let state = scan(Array(text.utf8))
    return state.depth > 0 || state.isQuoted || endsInBackslash(text)
  }

  /// Whether a line goes on with the statement before it: it begins with what begins none.
  package static func continues(_ line: String) -> Bool {
    let text = line.drop { $0 == " " || $0 == "\t" }
    guard let first = text.first else { return false }
    if first == "," || first == ")" { return true }
    let word = text.prefix { $0.isLetter }
    return joints.contains(String(word).asciiLowercased)
  }

  /// The text with each statement on one line; places stay what they are.
  package static func joined(_ text: String) -> String {
    var bytes = Array(text.utf8)
    guard bytes.contains(.newline) else { return text }
    var start = 0
    for index in bytes.indices where bytes[index] == .newline {
      let statement = bytes[start..<index]
      let state = scan(Array(statement))
      let rest = bytes[(index + 1)...].prefix { $0 != .newline }
      if let last = statement.lastIndex(where: { !$0.isBlank }), statement[last] == .backslash,
        !state.isQuoted
      {
        (bytes[last], bytes[index]) = (.space, .space)
      } else if state.depth > 0 || state.isQuoted
        || (statement.contains { !$0.isBlank } && !state.endsInComment
          && continues(String(decoding: rest, as: UTF8.self)))
      {
        bytes[index] = .space
      } else {
        start = index + 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func endsInBackslash(_ text: String) -> Bool {
    text.utf8.last { !$0.isBlankOrNewline } == .backslash
  }

  /// Parentheses and quotes that are open at the end of the last statement of some bytes.
  private static func scan(_ bytes: [UInt8]) -> (depth: Int, isQuoted: Bool, endsInComment: Bool) {
    var depth = 0
    var quote: UInt8?
    var isComment = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if isComment {
        if byte == .newline { isComment = false }
      } else if let open = quote {
        if byte == .backslash { index += 1 } else if byte == open { quote = nil }
      } else {
        switch byte {
        case .doubleQuote: quote = byte
        // An apostrophe within a word is no quote.
        case .singleQuote where index == 0 || !bytes[index - 1].continuesWord: quote = byte
        case UInt8(ascii: "("): depth += 1
        case UInt8(ascii: ")"): depth = max(0, depth - 1)
        case .semicolon: depth = 0
        case .minus where index + 1 < bytes.count && bytes[index + 1] == .minus:
          isComment = index + 2 >= bytes.count || bytes[index + 2].isBlankOrNewline
        default: break
        }
      }
      index += 1
    }
    return (depth, quote != nil, isComment)
  }
}
