/// Canonical times.
extension TimeSpan {
  /// The canonical form, `A..B`.
  package var canonicalText: String {
    start.value.canonicalText + ".." + end.value.canonicalText
  }
}

extension TimePoint {
  /// The canonical form, such as `peak-1s`.
  package var canonicalText: String {
    guard offsetNanoseconds != 0 else { return base.canonicalText }
    let sign = offsetNanoseconds < 0 ? "-" : "+"
    let length = offsetNanoseconds == .min ? .max : abs(offsetNanoseconds)
    return base.canonicalText + sign + CanonicalNumber.duration(length)
  }
}

extension TimeBase {
  fileprivate var canonicalText: String {
    switch self {
    case .start: "start"
    case .end: "end"
    case .peak: "peak"
    case .percent(let percent): CanonicalNumber.decimal(percent) + "%"
    case .elapsed(let nanoseconds): CanonicalNumber.duration(nanoseconds)
    case .instant(let number): "#\(number)"
    case .mark(let pattern, let number):
      "mark(" + pattern.canonicalText + (number == 1 ? ")" : ", \(number))")
    case .wallClock(let text): CanonicalNames.quoted(text)
    }
  }
}

extension Pattern {
  /// The pattern as typed, in double quotes when it needs quotes.
  package var canonicalText: String {
    switch form {
    case .word: CanonicalNames.isWord(text) ? text : CanonicalNames.quoted(text)
    case .quoted: CanonicalNames.quoted(text)
    case .regex(let ignoresCase): "/\(text)/" + (ignoresCase ? "i" : "")
    }
  }
}

enum CanonicalNames {
  /// Whether a text can stand without quotes; a dot at its end would join a `..`.
  static func isWord(_ text: String) -> Bool {
    var lexer = Lexer(text)
    guard let token = try? lexer.next(), token.kind == .word(text), !text.hasSuffix(".") else {
      return false
    }
    return !Vocabulary.reserved.contains(text.asciiLowercased)
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }

  static func path(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { $0.isBlankOrNewline || $0 == .semicolon }
    let startsBadly = text.hasPrefix("\"") || text.hasPrefix("'") || text == "--"
    return needsQuotes || startsBadly || text.isEmpty ? quoted(text) : text
  }
}

/// Numbers that parse to exactly the same value.
enum CanonicalNumber {
  /// Without an exponent, as few digits as name the value.
  static func decimal(_ value: Double) -> String {
    if let whole = Int64(exactly: value) { return String(whole) }
    let text = value.description
    guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...])
    else { return text }
    let digits = text[..<mark].filter { $0 != "." }
    guard exponent < 0 else { return digits + String(repeating: "0", count: exponent) }
    return "0." + String(repeating: "0", count: -exponent - 1) + digits
  }

  /// In the greatest unit of the family that needs at most three decimals.
  static func size(_ bytes: Double, _ family: TypedSizes) -> String {
    let wanted = family == .none ? likelyFamily(bytes) : family
    let units = Vocabulary.sizeUnits.filter { $0.value.family == wanted }
    for unit in units.reversed() where bytes >= unit.value.bytes {
      let scaled = (bytes / unit.value.bytes * 1000).rounded() / 1000
      let isShort = scaled < 1024 || unit.name.hasPrefix("T")
      if isShort, scaled * unit.value.bytes == bytes { return decimal(scaled) + unit.name }
    }
    return decimal(bytes) + "B"
  }

  /// Without a typed unit, powers of two only for whole KiB that are no whole kB.
  private static func likelyFamily(_ bytes: Double) -> TypedSizes {
    let isBinary = bytes.remainder(dividingBy: 1024) == 0
    return isBinary && bytes.remainder(dividingBy: 1000) != 0 ? .binary : .decimal
  }

  /// In h, min and s from a second on, else in the greatest unit that fits.
  static func duration(_ nanoseconds: Int64) -> String {
    let second: Int64 = 1_000_000_000
    guard nanoseconds >= second else { return fraction(nanoseconds) }
    let hours = nanoseconds / (3600 * second)
    let minutes = nanoseconds / (60 * second) % 60
    let rest = nanoseconds % (60 * second)
    var text = hours > 0 ? "\(hours)h" : ""
    if minutes > 0 { text += "\(minutes)min" }
    if rest > 0 || text.isEmpty { text += scaled(rest, unit: second) + "s" }
    return text
  }

  private static func fraction(_ nanoseconds: Int64) -> String {
    if nanoseconds >= 1_000_000 { return scaled(nanoseconds, unit: 1_000_000) + "ms" }
    if nanoseconds >= 1000 { return scaled(nanoseconds, unit: 1000) + "us" }
    return nanoseconds == 0 ? "0s" : "\(nanoseconds)ns"
  }

  /// Exact decimals of a number of units.
  private static func scaled(_ nanoseconds: Int64, unit: Int64) -> String {
    let whole = nanoseconds / unit
    var rest = nanoseconds % unit
    guard rest > 0 else { return String(whole) }
    var digits = ""
    var place = unit / 10
    while rest > 0, place > 0 {
      digits += String(rest / place)
      rest %= place
      place /= 10
    }
    return "\(whole).\(digits)"
  }
}
