import Language
import Planning

/// What engines of SQL say in different words.
package struct SQLDialect: Sendable {
  /// Whether the whole text meets a glob; of no text it is false.
  var glob: @Sendable (_ text: String, _ pattern: String) -> String
  /// Whether a path, or what follows any of its slashes, meets a glob.
  var path: @Sendable (_ path: String, _ pattern: String) -> String
  /// Whether a module, or a package above it, meets a glob.
  var module: @Sendable (_ module: String, _ pattern: String) -> String
  /// Whether a part of the text meets a regular expression.
  var regex: @Sendable (_ text: String, _ pattern: String, _ ignoresCase: Bool) -> String
  /// The greatest power of two that is not above a number; 0 for 0.
  var powerOfTwo: @Sendable (_ number: String) -> String
  /// A key as it is put into order: `file:line` by file then line, windows by the clock.
  var ordered: @Sendable (_ key: String) -> String

  /// The tables and functions of `memq sql`.
  package static let sqlite = SQLDialect(
    glob: { "memq_glob(\($0), \($1))" }, path: { "memq_path(\($0), \($1))" },
    module: { "memq_module(\($0), \($1))" },
    regex: { "memq_regex(\($0), \($1)\($2 ? ", 'i'" : ", ''"))" },
    powerOfTwo: { "memq_power_of_two(\($0))" }, ordered: { "\($0) COLLATE memq_key" })

  /// A text in quotes.
  static func text(_ text: String) -> String {
    var quoted = "'"
    var isCut = false
    for character in text.unicodeScalars {
      switch character {
      case "'": quoted += "''"
      case "\n", "\r", "\0":
        // A statement is text of lines, which no value may break.
        quoted += "' || char(\(character.value)) || '"
        isCut = true
      default: quoted += String(Character(character))
      }
    }
    return isCut ? "(\(quoted)')" : quoted + "'"
  }

  /// A name, in quotes where it must be.
  static func name(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy {
      (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f
    }
    if isPlain, !reserved.contains(name) { return name }
    var quoted = "\""
    for character in name.unicodeScalars {
      quoted += character == "\"" ? "\"\"" : String(Character(character))
    }
    return quoted + "\""
  }

  private static let reserved: Set<String> = ["from", "to", "window", "new", "function", "type"]

  /// A number: whole ones without a fraction.
  static func number(_ number: Double) -> String {
    if number.isInfinite { return number > 0 ? "9e999" : "-9e999" }
    return Int64(exactly: number).map(String.init) ?? "\(number)"
  }

  /// Whether a text meets a pattern.
  func meets(_ text: String, _ pattern: Pattern, isPath: Bool) -> String {
    let literal = Self.text(pattern.text)
    if case .regex(let ignoresCase) = pattern.form { return regex(text, literal, ignoresCase) }
    if isPath { return path(text, literal) }
    let hasWildcard = pattern.text.utf8.contains {
      $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?")
    }
    return hasWildcard ? glob(text, literal) : Self.equal(text, literal)
  }

  /// Whether a module, or a package above it, meets a pattern.
  func meets(module: String, _ pattern: Pattern) -> String {
    if case .regex = pattern.form { return meets(module, pattern, isPath: false) }
    return self.module(module, Self.text(pattern.text))
  }

  /// Whether two values are the same; false when one is absent.
  static func equal(_ left: String, _ right: String) -> String {
    "coalesce(\(left) = \(right), FALSE)"
  }
}
