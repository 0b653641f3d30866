extension ExpressionParser {
  /// Reads a class behind its `[`.
  mutating func characterClass(from start: Int) throws(ExpressionError) -> CharacterTest {
    try descend(from: start)
    defer { depth -= 1 }
    let isInverted = skip("^")
    var test = try members(from: start)
    while let combine = combination() {
      let other = try members(from: start)
      test = combine(test, other)
    }
    guard skip("]") else {
      throw ExpressionError(
        reason: "this `[` is never closed", range: offsets[start]..<offsets[start + 1])
    }
    return isInverted ? .not(test) : test
  }

  /// Moves over `&&`, `--` or `~~`; nil when none is next.
  private mutating func combination() -> ((CharacterTest, CharacterTest) -> CharacterTest)? {
    let known: [(String, (CharacterTest, CharacterTest) -> CharacterTest)] = [
      ("&&", { .intersection($0, $1) }), ("--", { .difference($0, $1) }),
      ("~~", { .either($0, $1) }),
    ]
    for (text, combine) in known where goesOn(with: text) {
      place += 2
      return combine
    }
    return nil
  }

  private func isCombined() -> Bool {
    goesOn(with: "&&") || goesOn(with: "--") || goesOn(with: "~~")
  }

  private mutating func members(from start: Int) throws(ExpressionError) -> CharacterTest {
    var members: [CharacterTest] = []
    while let character = next, character != "]", !isCombined() {
      if flags.isExtendedInClasses, character == " " || character == "\t" {
        place += 1
        continue
      }
      members.append(try member())
    }
    if members.isEmpty, next != nil {
      throw problem("a class needs members; as one of them `]` is written `\\]`", at: start)
    }
    return members.count == 1 ? members[0] : .union(members)
  }

  private mutating func member() throws(ExpressionError) -> CharacterTest {
    let start = place
    if next == "[" {
      if let posix = try posixClass() { return posix }
      place += 1
      return try characterClass(from: start)
    }
    guard let first = try boundary() else {
      // A class by name stands alone.
      let named = try classMember(from: start)
      if next == "-", place + 1 < text.count, text[place + 1] != "]", !isCombined() {
        throw problem("a range goes from one character to another", at: start)
      }
      return named
    }
    guard next == "-", place + 1 < text.count, text[place + 1] != "]", !isCombined() else {
      return .literal(first, ignoresCase: flags.ignoresCase)
    }
    place += 1
    guard let last = try boundary(), let lower = first.onlyScalar, let upper = last.onlyScalar
    else { throw problem("a range goes from one character to another", at: start) }
    guard lower <= upper else {
      throw problem("`\(last)` comes before `\(first)`", at: start)
    }
    return .range(lower...upper, ignoresCase: flags.ignoresCase)
  }

  /// Reads a character that may begin or end a range; nil before a class by name.
  private mutating func boundary() throws(ExpressionError) -> Character? {
    let start = place
    guard let character = next, character != "[" else { return nil }
    place += 1
    guard character == "\\" else { return character }
    if next == "b" {
      place += 1
      return "\u{08}"
    }
    if let letter = next, "dDwWsShHvVRXpP".contains(letter) {
      place = start
      return nil
    }
    return try self.character(from: start)
  }

  private mutating func classMember(from start: Int) throws(ExpressionError) -> CharacterTest {
    place += 1
    guard let named = try namedClass(from: start) else {
      throw problem("no member of a class", at: start)
    }
    return named
  }

  /// Reads `[:alpha:]` or `[:^alpha:]`; nil when it is none.
  private mutating func posixClass() throws(ExpressionError) -> CharacterTest? {
    guard goesOn(with: "[:") else { return nil }
    let start = place
    var end = place + 2
    while end < text.count, text[end].isLetter || "^_ -=".contains(text[end]) { end += 1 }
    guard end + 1 < text.count, text[end] == ":", text[end + 1] == "]" else { return nil }
    let name = String(text[(place + 2)..<end])
    place = end + 2
    guard let named = NamedClass("[[:\(name):]]") else {
      throw problem("`\(name)` is no class of characters", at: start)
    }
    return .named(named)
  }
}
