/// Values as JSON bytes.
package enum JSONText {
  private static let hexDigits = Array("0123456789abcdef".utf8)

  /// Appends a quoted string; control, format and separator characters are escaped.
  ///
  /// With `forHTML`, `<`, `>` and `&` are escaped too, so that no text can end a script element.
  package static func append(_ text: String, to bytes: inout [UInt8], forHTML: Bool = false) {
    bytes.append(UInt8(ascii: "\""))
    var needsScalars = false
    for byte in text.utf8 where byte < 0x20 || byte >= 0x7F {
      needsScalars = true
      break
    }
    if needsScalars {
      for scalar in text.unicodeScalars { append(scalar, to: &bytes, forHTML: forHTML) }
    } else {
      for byte in text.utf8 { append(printable: byte, to: &bytes, forHTML: forHTML) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends a whole number.
  static func append(_ value: Int64, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: String(value).utf8)
  }

  /// Appends a number; what JSON cannot say is null.
  static func append(_ value: Double, to bytes: inout [UInt8]) {
    guard value.isFinite else {
      bytes.append(contentsOf: "null".utf8)
      return
    }
    bytes.append(contentsOf: "\(value)".utf8)
  }

  private static func append(printable byte: UInt8, to bytes: inout [UInt8], forHTML: Bool) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
      if forHTML { escape(UInt16(byte), to: &bytes) } else { bytes.append(byte) }
    default: bytes.append(byte)
    }
  }

  private static func append(
    _ scalar: Unicode.Scalar, to bytes: inout [UInt8], forHTML: Bool
  ) {
    switch scalar {
    case "\n": bytes.append(contentsOf: "\\n".utf8)
    case "\r": bytes.append(contentsOf: "\\r".utf8)
    case "\t": bytes.append(contentsOf: "\\t".utf8)
    case _ where SafeText.isHostile(scalar):
      for unit in UTF16.encode(scalar) ?? .init() { escape(unit, to: &bytes) }
    case _ where scalar.value < 0x7F:
      append(printable: UInt8(truncatingIfNeeded: scalar.value), to: &bytes, forHTML: forHTML)
    default: bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
    }
  }

  private static func escape(_ unit: UInt16, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "\\u".utf8)
    for shift in [12, 8, 4, 0] { bytes.append(hexDigits[Int(unit >> UInt16(shift)) & 15]) }
  }
}
