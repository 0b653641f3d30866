/// Cuts a query into tokens, one at a time and only as far as asked.
///
/// The longest token wins. What follows `to` is read by `nextPath()`, because only the parser
/// knows that a path stands there. The rules are those of `Grammar/memq.ebnf`.
package struct Lexer: Sendable {
  let bytes: [UInt8]
  private(set) var position: Int

  /// Starts at the beginning of a text.
  package init(_ text: String) {
    bytes = Array(text.utf8)
    position = 0
  }

  /// Starts in the middle of another lexer's text.
  init(_ other: Lexer, at position: Int) {
    bytes = other.bytes
    self.position = position
  }

  /// The next token; `.end` for ever after the last.
  ///
  /// - Throws: A lexical error; the lexer then stands where the bad token starts.
  package mutating func next() throws(QueryError) -> Token {
    try skipBlanks()
    let token = try tokenHere()
    position = token.range.upper
    return token
  }

  /// The path that stands after `to`: quoted text, or everything up to a blank or `;`.
  ///
  /// - Returns: The path, or nil where the statement ends.
  /// - Throws: A quote that is not closed.
  package mutating func nextPath() throws(QueryError) -> Located<String>? {
    try skipBlanks(refusesOptions: false)
    guard let first = byte(position), first != .newline, first != .semicolon else { return nil }
    if first == .doubleQuote || first == .singleQuote {
      let token = try string(from: position, quote: first)
      position = token.range.upper
      guard case .string(let text) = token.kind else { return nil }
      return Located(text, token.range)
    }
    let start = position
    while let next = byte(position), !next.isBlank, next != .newline, next != .semicolon {
      position += 1
    }
    return Located(text(start, position), SourceRange(start, position))
  }

  func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

  /// The text of some bytes; empty when they are none.
  func text(_ lower: Int, _ upper: Int) -> String {
    guard lower >= 0, lower <= upper, upper <= bytes.count else { return "" }
    return String(decoding: bytes[lower..<upper], as: UTF8.self)
  }

  /// Skips spaces and comments; `--` glued to something else is an option, an error, or where a
  /// path stands its beginning.
  private mutating func skipBlanks(refusesOptions: Bool = true) throws(QueryError) {
    while let next = byte(position) {
      if next.isBlank {
        position += 1
      } else if next == .minus, byte(position + 1) == .minus {
        guard byte(position + 2)?.isBlankOrNewline ?? true else {
          if refusesOptions { throw dashes() }
          return
        }
        while let comment = byte(position), comment != .newline { position += 1 }
      } else {
        return
      }
    }
  }

  private func dashes() -> QueryError {
    var end = position
    while let next = byte(end), !next.isBlankOrNewline, next != .semicolon { end += 1 }
    let range = SourceRange(position, end)
    let error = QueryError.Reason.lexical(.option(text(position, end)))
    let name = text(position + 2, end).asciiLowercased
    let options = ["temporary-allocations": "temporary", "output": "to", "format": "as"]
    let format = Vocabulary.format(name).map { "as " + $0.rawValue }
    if let word = format ?? (Vocabulary.words.contains(name) ? name : options[name]) {
      return QueryError(error, at: range, [.rewrite([.init(range, word)])])
    }
    return QueryError(
      error, at: range,
      [.advice("a comment is `--` and a space; everything else is written in words")])
  }

  private func tokenHere() throws(QueryError) -> Token {
    guard let first = byte(position) else {
      return Token(.end, SourceRange(position, position))
    }
    if first == .newline || first == .semicolon {
      return Token(.separator, SourceRange(position, position + 1))
    }
    if first == .doubleQuote || first == .singleQuote {
      return try string(from: position, quote: first)
    }
    if first.isDigit { return number(from: position) }
    if first.startsWord { return word(from: position) }
    if first == .slash { return try regex(from: position) }
    if first == .hash, byte(position + 1)?.isDigit == true { return sequence(from: position) }
    return try symbol(from: position)
  }

  /// A word ends before `..`, and after `start`, `end`, `peak` before a sign and a digit.
  private func word(from start: Int) -> Token {
    var end = start + 1
    while let next = byte(end) {
      if next == .dot {
        if byte(end + 1) == .dot { break }
      } else if next == .minus {
        let isTime = ["start", "end", "peak"].contains(text(start, end).asciiLowercased)
        if isTime, byte(end + 1)?.isDigit == true { break }
      } else if !next.continuesWord {
        break
      }
      end += 1
    }
    return Token(.word(text(start, end)), SourceRange(start, end))
  }

  /// In quotes `\"`, `\'` and `\\` are escapes; another backslash is itself.
  private func string(from start: Int, quote: UInt8) throws(QueryError) -> Token {
    var end = start + 1
    var content: [UInt8] = []
    while let next = byte(end) {
      if next == quote {
        let value = String(decoding: content, as: UTF8.self)
        return Token(.string(value), SourceRange(start, end + 1))
      }
      if next == .backslash {
        guard let escaped = byte(end + 1), escaped != .newline else { break }
        let isEscape = [.doubleQuote, .singleQuote, .backslash].contains(escaped)
        content += isEscape ? [escaped] : [next, escaped]
        end += 2
      } else {
        content.append(next)
        end += 1
      }
    }
    throw QueryError(.lexical(.unclosedQuote), at: SourceRange(start, lineEnd(from: start)))
  }

  private func regex(from start: Int) throws(QueryError) -> Token {
    var end = start + 1
    while let next = byte(end), next != .newline {
      if next == .slash {
        guard end > start + 1 else {
          throw QueryError(.lexical(.emptyRegex), at: SourceRange(start, end + 1))
        }
        let ignoresCase = byte(end + 1) == .smallI
        return Token(
          .regex(text(start + 1, end), ignoresCase: ignoresCase),
          SourceRange(start, end + (ignoresCase ? 2 : 1)))
      }
      if next == .backslash {
        guard let escaped = byte(end + 1), escaped != .newline else { break }
        end += 2
      } else {
        end += 1
      }
    }
    throw QueryError(
      .lexical(.unclosedRegex), at: SourceRange(start, lineEnd(from: start)),
      [.advice("a path that begins with `/` needs quotes")])
  }

  private func lineEnd(from start: Int) -> Int {
    var end = start
    while let next = byte(end), next != .newline { end += 1 }
    return end
  }

  private func symbol(from start: Int) throws(QueryError) -> Token {
    for length in [2, 1] where start + length <= bytes.count {
      if let symbol = Token.Symbol(rawValue: text(start, start + length)) {
        return Token(.symbol(symbol), SourceRange(start, start + length))
      }
    }
    throw foreignSymbol(from: start)
  }

  private func foreignSymbol(from start: Int) -> QueryError {
    let replacements: [(typed: String, meant: String)] = [
      ("&&", "and"), ("||", "or"), ("|", "or"), ("&", "and"), ("!", "not"),
      ("[", "("), ("]", ")"), ("{", "("), ("}", ")"), ("^", "not"),
    ]
    for (typed, meant) in replacements where text(from: start, length: typed.utf8.count) == typed {
      let range = SourceRange(start, start + typed.utf8.count)
      return QueryError(.lexical(.foreignOperator(typed)), at: range, [.didYouMean([meant])])
    }
    let range = SourceRange(start, start + 1)
    return QueryError(.lexical(.strayCharacter(text(start, start + 1))), at: range)
  }

  private func text(from start: Int, length: Int) -> String {
    text(start, min(start + length, bytes.count))
  }
}

extension UInt8 {
  static let newline: UInt8 = 0x0A
  static let semicolon: UInt8 = 0x3B
  static let doubleQuote: UInt8 = 0x22
  static let singleQuote: UInt8 = 0x27
  static let backslash: UInt8 = 0x5C
  static let slash: UInt8 = 0x2F
  static let hash: UInt8 = 0x23
  static let minus: UInt8 = 0x2D
  static let dot: UInt8 = 0x2E
  static let space: UInt8 = 0x20
  static let underscore: UInt8 = 0x5F
  static let percent: UInt8 = 0x25
  static let smallI: UInt8 = 0x69

  /// Space, tab or carriage return.
  var isBlank: Bool { self == .space || self == 0x09 || self == 0x0D }

  var isBlankOrNewline: Bool { isBlank || self == .newline }

  var isDigit: Bool { self >= 0x30 && self <= 0x39 }

  /// A letter of the grammar: ASCII letters, `_`, and everything beyond ASCII.
  var isLetter: Bool {
    let small = self | 0x20
    return small >= 0x61 && small <= 0x7A || self == .underscore || self >= 0x80
  }

  /// A letter, `*` or `?`.
  var startsWord: Bool { isLetter || self == 0x2A || self == 0x3F }

  /// What a word may go on with, `-` and `.` apart; a unit ends where this does not follow.
  var continuesWord: Bool {
    startsWord || isDigit || self == 0x3A || self == .slash || self == 0x40
  }
}
