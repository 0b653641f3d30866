extension ExpressionParser {
  /// Reads what a repetition can follow: mostly one node; several of a quotation, none of flags.
  mutating func atom() throws(ExpressionError) -> [ExpressionNode] {
    let start = place
    guard let character = next else { return [] }
    place += 1
    switch character {
    case "(": return try group(from: start)
    case "[": return [take(try characterClass(from: start))]
    case ".": return [take(flags.dotMeetsNewline ? .any : .noNewline)]
    case "^": return [.check(flags.isMultiline ? .lineStart : .start)]
    case "$": return [.check(flags.isMultiline ? .lineEnd : .end)]
    case "*", "+", "?": throw problem("there is nothing to repeat", at: start)
    case "\\": return try escape(from: start)
    default: return [take(.literal(character, ignoresCase: flags.ignoresCase))]
    }
  }

  // MARK: Groups

  private mutating func group(from start: Int) throws(ExpressionError) -> [ExpressionNode] {
    let outer = flags
    if skip("?") {
      guard try groupHead(from: start) else { return [] }
    } else if next == "*" {
      place += 1
      throw problem("`(*` would steer backtracking, which there is none of", at: start).backtracking
    }
    try descend(from: start)
    let node = try alternatives()
    depth -= 1
    guard skip(")") else {
      throw ExpressionError(
        reason: "this `(` is never closed", range: offsets[start]..<offsets[start + 1])
    }
    flags = outer
    // A group may be repeated whatever it holds.
    return [.sequence([node])]
  }

  /// Reads what follows `(?`; false when that was all, as of a remark and of flags for the rest.
  private mutating func groupHead(from start: Int) throws(ExpressionError) -> Bool {
    if skip(":") { return true }
    if skip("#") {
      place = text[place...].firstIndex(of: ")") ?? text.count
      guard skip(")") else { throw problem("this remark is never closed", at: start) }
      return false
    }
    for around in ["=", "!", "<=", "<!"] where goesOn(with: around) {
      place += around.count
      throw problem(
        "looking around (`(?\(around)`) needs backtracking; say it with a second condition",
        at: start
      ).backtracking
    }
    if skip(">") {
      throw problem("a group that gives nothing back (`(?>`) needs backtracking", at: start)
        .backtracking
    }
    if try skippedName(from: start) { return true }
    return try flagGroup(from: start)
  }

  /// Moves over `<name>`, `P<name>` or `'name'`.
  private mutating func skippedName(from start: Int) throws(ExpressionError) -> Bool {
    let close: Character
    if goesOn(with: "P<") {
      place += 2
      close = ">"
    } else if skip("<") {
      close = ">"
    } else if skip("'") {
      close = "'"
    } else {
      return false
    }
    let first = place
    while let character = next, character.isLetter || character.isNumber || character == "_" {
      place += 1
    }
    guard place > first, skip(close) else {
      throw problem("the name of a group is letters, digits and `_`", at: start)
    }
    return true
  }

  /// Reads `ims-x:` or `ims-x)`.
  private mutating func flagGroup(from start: Int) throws(ExpressionError) -> Bool {
    var isOn = true
    while let character = next {
      place += 1
      switch character {
      case ")": return false
      case ":": return true
      case "-": isOn = false
      case "^":
        flags = Flags()
      case "i": flags.ignoresCase = isOn
      case "m": flags.isMultiline = isOn
      case "s": flags.dotMeetsNewline = isOn
      case "n", "U": break
      case "x":
        flags.isExtended = isOn
        if skip("x") || !isOn { flags.isExtendedInClasses = isOn }
      default:
        throw problem("`(?\(character)` is no kind of group that is known here", at: start)
      }
    }
    throw problem("this `(` is never closed", at: start)
  }

  // MARK: Escapes

  private mutating func escape(from start: Int) throws(ExpressionError) -> [ExpressionNode] {
    guard let letter = next else { throw problem("nothing follows this `\\`", at: start) }
    if let assertion = Self.assertions[letter] {
      place += 1
      return [.check(assertion)]
    }
    if letter == "Q" {
      place += 1
      var nodes: [ExpressionNode] = []
      while let character = next, !goesOn(with: "\\E") {
        nodes.append(take(.literal(character, ignoresCase: flags.ignoresCase)))
        place += 1
      }
      if next != nil { place += 2 }
      return nodes
    }
    if letter == "E" {
      throw problem("no `\\Q` is before this `\\E`", at: start)
    }
    if let digit = letter.asciiDigit, digit > 0 { throw reference(from: start) }
    if letter == "g" || letter == "k" { throw reference(from: start) }
    if let named = try namedClass(from: start) { return [take(named)] }
    return [take(.literal(try character(from: start), ignoresCase: flags.ignoresCase))]
  }

  private static let assertions: [Character: ExpressionNode.Assertion] = [
    "A": .start, "G": .start, "z": .end, "Z": .endOrLastNewline, "b": .wordBoundary,
    "B": .noWordBoundary,
  ]

  private mutating func reference(from start: Int) -> ExpressionError {
    place += 1
    return problem("a reference to what a group met needs backtracking", at: start).backtracking
  }

  /// Reads `w`, `p{…}` and others behind a backslash; nil when it is no class.
  mutating func namedClass(from start: Int) throws(ExpressionError) -> CharacterTest? {
    guard let letter = next else { return nil }
    if "dDwWsShHvVRX".contains(letter) {
      place += 1
      if letter == "X" { return .any }
      return NamedClass("\\\(letter)").map { .named($0) }
    }
    guard letter == "p" || letter == "P" else { return nil }
    place += 1
    guard skip("{"), let close = text[place...].firstIndex(of: "}"), close - place <= 100 else {
      throw problem("`\\\(letter)` needs a property: `\\\(letter){L}`", at: start)
    }
    let name = String(text[place..<close])
    place = close + 1
    guard let named = NamedClass("\\\(letter){\(name)}") else {
      throw problem("`\(name)` is no property of characters", at: start)
    }
    return .named(named)
  }

  /// Reads the character that stands behind a backslash.
  mutating func character(from start: Int) throws(ExpressionError) -> Character {
    guard let letter = next else { throw problem("nothing follows this `\\`", at: start) }
    place += 1
    switch letter {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "f": return "\u{0C}"
    case "e": return "\u{1B}"
    case "a": return "\u{07}"
    case "x": return try coded(next == "{" ? nil : (0...2), radix: 16, from: start)
    case "u": return try coded(next == "{" ? nil : (4...4), radix: 16, from: start)
    case "U": return try coded(8...8, radix: 16, from: start)
    case "o": return try coded(nil, radix: 8, from: start)
    case "0": return try coded(0...3, radix: 8, from: start)
    case "N":
      if goesOn(with: "{U+") {
        place += 3
        return try coded(1...8, radix: 16, until: "}", from: start)
      }
    default:
      if letter.isASCII, !letter.isLetter, !letter.isNumber { return letter }
    }
    throw problem("`\\\(letter)` means nothing here", at: start)
  }

  /// Reads a number of digits; in braces where no length is given.
  private mutating func coded(
    _ length: ClosedRange<Int>?, radix: Int, until end: Character? = nil, from start: Int
  ) throws(ExpressionError) -> Character {
    if length == nil, !skip("{") { throw problem("a number in `{…}` was expected", at: start) }
    let close = length == nil ? "}" : end
    var value: UInt32 = 0
    var count = 0
    while count < length?.upperBound ?? 8, let digit = next?.hexDigitValue, digit < radix {
      value = value &* UInt32(radix) &+ UInt32(digit)
      place += 1
      count += 1
    }
    if let close, !skip(close) { throw problem("`\(close)` was expected", at: start) }
    guard count >= length?.lowerBound ?? 1 else { throw problem("too few digits", at: start) }
    guard let scalar = UnicodeScalar(value) else {
      throw problem("no character has this number", at: start)
    }
    return Character(scalar)
  }
}
