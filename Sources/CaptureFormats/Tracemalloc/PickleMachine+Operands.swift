import CaptureModel

/// Operands of instructions: words, lines, numbers and texts.
///
/// Everything is read before the machine changes, so that an instruction of which a part is
/// missing can be begun anew.
extension PickleMachine {
  /// Reads `width` bytes as a little-endian number.
  @inline(__always)
  static func word(
    _ width: Int, _ bytes: Span<UInt8>, _ place: inout Int
  ) throws(FieldError) -> UInt64 {
    guard bytes.count &- place >= width else { throw .endOfData }
    var result: UInt64 = 0
    for index in 0..<width {
      result |= UInt64(bytes[place &+ index]) &<< UInt64(8 &* index)
    }
    place &+= width
    return result
  }

  /// Reads up to a newline, which is not part of the result.
  static func line(
    _ bytes: Span<UInt8>, _ place: inout Int
  ) throws(FieldError) -> Range<Int> {
    let start = place
    let last = min(bytes.count, start + TracemallocLayout.textLimit)
    var end = start
    while end < last, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    guard end < last else {
      if end == bytes.count { throw .endOfData }
      throw .malformed(reason: "a line longer than \(TracemallocLayout.textLimit) bytes")
    }
    place = end + 1
    return start..<end
  }

  /// Text of a range of bytes, repaired where it is no UTF-8.
  static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    var copy: [UInt8] = []
    copy.reserveCapacity(range.count)
    for index in range { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
  }

  /// The number in a line of digits; Python 2 wrote an L behind long ones.
  static func decimal(
    _ range: Range<Int>, _ bytes: Span<UInt8>
  ) throws(FieldError) -> Int64 {
    var digits = text(bytes, range)
    if digits.last == "\r" { digits.removeLast() }
    if digits.last == "L" { digits.removeLast() }
    guard let number = Int64(digits) else {
      throw .malformed(reason: "a line where a number belongs")
    }
    return number
  }

  /// Reads a two's complement number of `length` bytes.
  mutating func pushLong(
    _ length: UInt64, _ bytes: Span<UInt8>, _ place: inout Int
  ) throws(FieldError) {
    guard length <= 8 else {
      throw .malformed(reason: "a number of \(length) bytes, more than any size has")
    }
    let width = Int(length)
    let word = try Self.word(width, bytes, &place)
    let unused = UInt64(64 - 8 * width)
    try push(width == 0 ? 0 : Int64(bitPattern: word << unused) >> Int64(unused))
  }

  mutating func pushText(
    _ length: UInt64, _ bytes: Span<UInt8>, _ place: inout Int
  ) throws(FieldError) {
    guard length <= UInt64(TracemallocLayout.textLimit) else {
      throw .malformed(
        reason: "a text of \(length) bytes, more than \(TracemallocLayout.textLimit)")
    }
    let end = place + Int(length)
    guard end <= bytes.count else { throw .endOfData }
    try push(try content.text(Self.text(bytes, place..<end)))
    place = end
  }

  /// Pushes protocol 0's text: Latin-1 with `\u` and four digits, or `\U` and eight.
  mutating func pushEscapedText(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(FieldError) {
    var result: [UInt8] = []
    var place = range.lowerBound
    while place < range.upperBound {
      let byte = bytes[place]
      place += 1
      var scalar = UInt32(byte)
      if byte == UInt8(ascii: "\\"), place < range.upperBound {
        let width = bytes[place] == UInt8(ascii: "u") ? 4 : 8
        if width == 4 || bytes[place] == UInt8(ascii: "U") {
          let digits = Self.text(bytes, place + 1..<min(place + 1 + width, range.upperBound))
          guard digits.utf8.count == width, let number = UInt32(digits, radix: 16) else {
            throw .malformed(reason: "an escape without its digits")
          }
          scalar = number
          place += 1 + width
        }
      }
      Self.append(scalar, to: &result)
    }
    try push(try content.text(String(decoding: result, as: UTF8.self)))
  }

  /// Appends a code point; lone surrogates too, which later show as damage, as they do in
  /// other protocols.
  private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
    func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | scalar >> shift & 0x3F) }
    switch scalar {
    case ..<0x80: text.append(UInt8(scalar))
    case ..<0x800: text += [UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6), tail(0)]
    case ..<0x10000:
      text += [UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12), tail(6), tail(0)]
    default:
      text += [UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18 & 7), tail(12), tail(6), tail(0)]
    }
  }
}
