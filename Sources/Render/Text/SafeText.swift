/// Names as they may be shown: nothing in them steers a terminal or reorders a line.
///
/// Captures hold whatever the program's files and functions were called, escape sequences and
/// direction overrides included.
package enum SafeText {
  /// `text` with control, format and separator characters written as `\n`, `\x1b`, `\u{202e}`.
  package static func shown(_ text: String) -> String {
    if isPlain(text) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHostile(scalar) {
        result += escape(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The beginning of a name too long to read, and how long it is; others as they are.
  package static func cut(_ text: String, most: Int = 1000) -> String {
    guard text.utf8.count > most else { return text }
    return String(text.unicodeScalars.prefix(most))
      + "… (\(Humanize.count(Int64(text.utf8.count))) bytes)"
  }

  /// Whether a character must not reach a screen as it is.
  package static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x061C, 0x180E, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F: true
    case 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
    default: false
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\t": return "\\t"
    case "\r": return "\\r"
    default:
      let hex = String(scalar.value, radix: 16)
      guard scalar.value < 0x100 else { return "\\u{\(hex)}" }
      return "\\x" + (hex.utf8.count < 2 ? "0" : "") + hex
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    for byte in text.utf8 where byte < 0x20 || byte >= 0x7F { return false }
    return true
  }
}
