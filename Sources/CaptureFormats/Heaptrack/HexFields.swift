/// Hexadecimal numbers of a line, with spaces between them.
struct HexFields {
  private(set) var place: Int

  /// Fields from a place of a line on.
  init(at place: Int) { self.place = place }

  /// The next number; nil at the end of the line and where there is none.
  mutating func next(_ line: Span<UInt8>) -> UInt64? {
    while place < line.count, line[place] == 0x20 { place += 1 }
    var value: UInt64 = 0
    let start = place
    while place < line.count, let digit = Self.digit(line[place]) {
      guard value < 1 << 60 else { return nil }
      value = value << 4 | UInt64(digit)
      place += 1
    }
    guard place > start, place == line.count || line[place] == 0x20 || line[place] == 0x0D else {
      return nil
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    case 0x41...0x46: byte - 0x41 + 10
    default: nil
    }
  }
}
