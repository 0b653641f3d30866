/// Reads regular expressions: a tree, and the tests of characters that its leaves are.
///
/// The syntax is that of Swift's `Regex` and so mostly Perl's, without what no automaton can
/// match: references back, looking around, groups that give nothing back.
struct ExpressionParser {
  /// Longest expression in characters; deepest nesting of groups and classes.
  static let lengthLimit = 1 << 16
  static let depthLimit = 128

  /// What `(?imsx)` changes.
  struct Flags {
    var ignoresCase = false
    var isMultiline = false
    var dotMeetsNewline = false
    var isExtended = false
    var isExtendedInClasses = false
  }

  let text: [Character]
  /// UTF-8 offset of each character, and of the end.
  let offsets: [Int]
  var place = 0
  var depth = 0
  var flags: Flags
  private(set) var tests: [CharacterTest] = []
  /// Number of the test of a literal that was seen before.
  private var literals: [Character: Int] = [:]

  private init(_ text: String, ignoresCase: Bool) {
    self.text = Array(text)
    var offset = 0
    var offsets = [0]
    for character in self.text {
      offset += character.utf8.count
      offsets.append(offset)
    }
    self.offsets = offsets
    flags = Flags(ignoresCase: ignoresCase)
  }

  /// Reads a whole expression.
  ///
  /// - Throws: what is wrong, and where.
  static func parse(
    _ text: String, ignoresCase: Bool
  ) throws(ExpressionError) -> (tree: ExpressionNode, tests: [CharacterTest]) {
    guard text.utf8.count <= lengthLimit else {
      throw ExpressionError(
        reason: "it is longer than \(lengthLimit) bytes", range: 0..<text.utf8.count)
    }
    var parser = ExpressionParser(text, ignoresCase: ignoresCase)
    let tree = try parser.alternatives()
    guard parser.place == parser.text.count else {
      throw parser.problem("nothing opens this `)`", at: parser.place)
    }
    return (tree, parser.tests)
  }

  // MARK: Characters of the text

  /// The next character; nil at the end.
  var next: Character? { place < text.count ? text[place] : nil }

  /// Moves over a character if it is the next one.
  mutating func skip(_ character: Character) -> Bool {
    guard next == character else { return false }
    place += 1
    return true
  }

  /// Whether the text goes on with some characters.
  func goesOn(with characters: String) -> Bool {
    text[place...].starts(with: characters)
  }

  /// A mistake from a character up to what is read, at least one character.
  func problem(_ reason: String, at start: Int) -> ExpressionError {
    let first = min(start, max(0, text.count - 1))
    let end = min(max(place, first + 1), text.count)
    return ExpressionError(reason: reason, range: offsets[first]..<offsets[max(end, first)])
  }

  /// Adds a test.
  mutating func take(_ test: CharacterTest) -> ExpressionNode {
    if case .one(let character) = test {
      if let known = literals[character] { return .take(known) }
      literals[character] = tests.count
    }
    tests.append(test)
    return .take(tests.count - 1)
  }

  /// Goes one level deeper.
  mutating func descend(from start: Int) throws(ExpressionError) {
    depth += 1
    guard depth <= Self.depthLimit else {
      throw problem("groups and classes are nested deeper than \(Self.depthLimit)", at: start)
    }
  }

  // MARK: Sequences

  mutating func alternatives() throws(ExpressionError) -> ExpressionNode {
    var parts = [try sequence()]
    while skip("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .alternatives(parts)
  }

  private mutating func sequence() throws(ExpressionError) -> ExpressionNode {
    var parts: [ExpressionNode] = []
    while true {
      skipBlanks()
      guard let character = next, character != "|", character != ")" else { break }
      let start = place
      let atoms = try atom()
      parts += atoms.dropLast()
      guard let last = atoms.last else { continue }
      parts.append(try repetition(of: last, from: start))
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  /// Moves over white space and remarks where they mean nothing.
  private mutating func skipBlanks() {
    guard flags.isExtended else { return }
    while let character = next {
      if character.isWhitespace {
        place += 1
      } else if character == "#" {
        place = text[place...].firstIndex { $0.isNewline } ?? text.count
      } else {
        return
      }
    }
  }

  private mutating func repetition(
    of node: ExpressionNode, from start: Int
  ) throws(ExpressionError) -> ExpressionNode {
    skipBlanks()
    let mark = place
    guard let (least, most) = try bounds() else { return node }
    if case .check = node {
      throw problem("a place between characters cannot be repeated", at: mark)
    }
    if next == "+" {
      place += 1
      throw problem(
        "a repetition that gives nothing back (`\(String(text[mark..<place]))`) needs "
          + "backtracking; leave out the last `+`", at: mark
      ).backtracking
    }
    _ = skip("?")
    if let character = next, "*+?".contains(character) {
      place += 1
      throw problem("`\(character)` repeats a repetition; put that in `(…)`", at: place - 1)
    }
    return .repeated(node, least: least, most: most)
  }

  /// How often something is repeated; nil when it is not.
  private mutating func bounds() throws(ExpressionError) -> (least: Int, most: Int?)? {
    if skip("*") { return (0, nil) }
    if skip("+") { return (1, nil) }
    if skip("?") { return (0, 1) }
    let start = place
    guard skip("{") else { return nil }
    let least = number()
    let hasComma = skip(",")
    let most = hasComma ? number() : least
    guard skip("}"), least != nil || most != nil else {
      // A brace that says no number is a character.
      place = start
      return nil
    }
    if let most, let least, least > most {
      throw problem("at least \(least) and at most \(most) cannot both be", at: start)
    }
    return (least ?? 0, most)
  }

  /// A whole number; what is too great to be meant stays too great.
  private mutating func number() -> Int? {
    var value: Int?
    while let character = next, let digit = character.asciiDigit {
      value = min((value ?? 0) * 10 + digit, Int(Int32.max))
      place += 1
    }
    return value
  }
}

extension Character {
  /// The value of `0` to `9`.
  var asciiDigit: Int? {
    guard let value = asciiValue, value >= 0x30, value <= 0x39 else { return nil }
    return Int(value - 0x30)
  }
}
