/// Escapes in JSON strings.
enum JSONEscapes {
  /// A string's text with its escapes resolved; lone surrogates become U+FFFD.
  static func resolved(_ bytes: Span<UInt8>) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    append(bytes, to: &result)
    return String(decoding: result, as: UTF8.self)
  }

  /// Appends a string's bytes with its escapes resolved.
  static func append(_ bytes: Span<UInt8>, to result: inout [UInt8]) {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < bytes.count else {
        result.append(byte)
        continue
      }
      let letter = bytes[index]
      index += 1
      switch letter {
      case UInt8(ascii: "n"): result.append(10)
      case UInt8(ascii: "t"): result.append(9)
      case UInt8(ascii: "r"): result.append(13)
      case UInt8(ascii: "b"): result.append(8)
      case UInt8(ascii: "f"): result.append(12)
      case UInt8(ascii: "u"): append(unit(bytes, &index), bytes, &index, to: &result)
      default: result.append(letter)
      }
    }
  }

  /// Four hexadecimal digits; nil when they are none.
  private static func unit(_ bytes: Span<UInt8>, _ index: inout Int) -> UInt32? {
    guard index + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for place in index..<(index + 4) {
      guard let digit = Character(UnicodeScalar(bytes[place])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    index += 4
    return value
  }

  private static func append(
    _ unit: UInt32?, _ bytes: Span<UInt8>, _ index: inout Int, to result: inout [UInt8]
  ) {
    var value = unit ?? 0xFFFD
    if value & 0xFC00 == 0xD800, index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    {
      var next = index + 2
      if let low = self.unit(bytes, &next), low & 0xFC00 == 0xDC00 {
        value = 0x10000 + ((value & 0x3FF) << 10 | (low & 0x3FF))
        index = next
      }
    }
    let scalar = UnicodeScalar(value) ?? "\u{FFFD}"
    result.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
  }
}
