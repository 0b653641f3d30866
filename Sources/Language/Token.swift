/// One token of a query.
package struct Token: Sendable, Hashable {
  /// What the token is, with its value.
  ///
  /// Literals too large to hold carry nil: the grammar accepts them, the parser refuses them.
  package enum Kind: Sendable, Hashable {
    /// A name, a glob or a word of the language, as typed.
    case word(String)
    /// Quoted text, escapes resolved.
    case string(String)
    /// A regular expression, without its slashes.
    case regex(String, ignoresCase: Bool)
    /// A whole number.
    case integer(Int?)
    /// A number with decimals.
    case number(Double?)
    /// Bytes.
    case size(Double?, TypedSizes)
    /// Nanoseconds.
    case duration(Int64?)
    /// A percentage.
    case percent(Double?)
    /// `#` and a whole number.
    case sequence(Int?)
    /// An operator or a bracket.
    case symbol(Symbol)
    /// `;` or the end of a line.
    case separator
    /// The end of the text.
    case end

    /// Whether it is a whole number.
    var isInteger: Bool { if case .integer = self { true } else { false } }
  }

  /// Operators and brackets.
  package enum Symbol: String, Sendable, CaseIterable, Hashable {
    case equal = "="
    case doubleEqual = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case matches = "~"
    case doesNotMatch = "!~"
    case plus = "+"
    case minus = "-"
    case openParenthesis = "("
    case closeParenthesis = ")"
    case comma = ","
    case range = ".."

    /// The comparison it writes, if it is one.
    package var comparison: Comparison? {
      self == .doubleEqual ? .equal : Comparison(rawValue: rawValue)
    }
  }

  /// What it is.
  package var kind: Kind
  /// Where it stands.
  package var range: SourceRange

  /// A token at a place.
  package init(_ kind: Kind, _ range: SourceRange) {
    self.kind = kind
    self.range = range
  }
}

extension String {
  /// The text with ASCII capitals made small: words of the language ignore case.
  var asciiLowercased: String {
    var bytes = Array(utf8)
    for index in bytes.indices where bytes[index] >= 0x41 && bytes[index] <= 0x5A {
      bytes[index] |= 0x20
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
