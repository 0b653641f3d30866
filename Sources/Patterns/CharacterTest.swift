/// What one character must be.
///
/// Characters are what people see as such: an accent belongs to its letter, and equal ones are
/// equal however they are composed.
indirect enum CharacterTest {
  case any
  case noNewline
  case one(Character)
  /// A character's lower case.
  case oneIgnoringCase(String)
  case range(ClosedRange<UInt32>, ignoresCase: Bool)
  /// A class that has a name.
  case named(NamedClass)
  case union([CharacterTest])
  case intersection(CharacterTest, CharacterTest)
  case difference(CharacterTest, CharacterTest)
  case either(CharacterTest, CharacterTest)
  case not(CharacterTest)

  /// A test of one character as it stands in an expression.
  static func literal(_ character: Character, ignoresCase: Bool) -> Self {
    guard ignoresCase, character.isCased else { return .one(character) }
    return .oneIgnoringCase(character.lowercased())
  }

  /// Whether a character passes.
  ///
  /// Recursion is as deep as classes are nested.
  func passes(_ character: Character) -> Bool {
    switch self {
    case .any: true
    case .noNewline: !character.isNewline
    case .one(let wanted): character == wanted
    case .oneIgnoringCase(let wanted): character.lowercased() == wanted
    case .range(let range, let ignoresCase):
      Self.contains(range, character)
        || (ignoresCase && Self.contains(range, eitherCaseOf: character))
    case .named(let named): named.contains(character)
    case .union(let tests): tests.contains { $0.passes(character) }
    case .intersection(let one, let other): one.passes(character) && other.passes(character)
    case .difference(let one, let other): one.passes(character) && !other.passes(character)
    case .either(let one, let other): one.passes(character) != other.passes(character)
    case .not(let test): !test.passes(character)
    }
  }

  private static func contains(_ range: ClosedRange<UInt32>, _ character: Character) -> Bool {
    character.onlyScalar.map { range.contains($0) } ?? false
  }

  private static func contains(
    _ range: ClosedRange<UInt32>, eitherCaseOf character: Character
  ) -> Bool {
    for text in [character.lowercased(), character.uppercased()] where text.count == 1 {
      if let first = text.first, contains(range, first) { return true }
    }
    return false
  }
}

extension Character {
  /// The scalar that it is, composed; nil when it takes several.
  var onlyScalar: UInt32? {
    if let first = unicodeScalars.first, unicodeScalars.count == 1 { return first.value }
    // What is written as a letter and an accent may have one scalar for both.
    return (0xC0..<0x250 as Range<UInt32>).first { value in
      UnicodeScalar(value).map { Character($0) == self } ?? false
    }
  }
}

/// A class of characters known by name: `\w`, `\p{Lu}`, `[:alpha:]`.
struct NamedClass {
  private let expression: Regex<AnyRegexOutput>

  /// Nil when there is no such class.
  ///
  /// - Parameter text: how it is written, alone.
  init?(_ text: String) {
    guard let expression = try? Regex(text) else { return nil }
    self.expression = expression
  }

  /// Whether a character belongs to it; that is a match of one character, so it costs the same
  /// for all.
  func contains(_ character: Character) -> Bool {
    (try? expression.wholeMatch(in: String(character))) != nil
  }
}
