/// Writes gzip (RFC 1952) with one block of fixed codes (RFC 1951, section 3.2.6).
///
/// Matches are found through one table of the last place of each four bytes: not the smallest
/// file, but a third of the size or less for profiles. Cost: about 20 ns a byte.
enum Gzip {
  private static let windowBytes = 32_768
  private static let leastMatch = 4
  private static let greatestMatch = 258

  /// The compressed bytes, header and checksum included.
  static func compress(_ content: [UInt8]) -> [UInt8] {
    // Deflate, no flags, no time, no extra flags, unknown system.
    var writer = BitWriter([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    writer.append(1, bits: 1)
    writer.append(1, bits: 2)
    deflate(content, to: &writer)
    writer.literal(256)
    writer.flush()
    writer.append(little: crc(content))
    writer.append(little: UInt32(truncatingIfNeeded: content.count))
    return writer.bytes
  }

  private static func deflate(_ content: [UInt8], to writer: inout BitWriter) {
    var places = [Int](repeating: -1, count: 1 << 15)
    let bytes = content.span
    var position = 0
    while position < bytes.count {
      var length = 0
      var distance = 0
      if position + leastMatch <= bytes.count {
        let slot = hash(bytes, position)
        let earlier = places[slot]
        places[slot] = position
        if earlier >= 0, position - earlier <= windowBytes {
          length = matchLength(bytes, earlier, position)
          distance = position - earlier
        }
      }
      guard length >= leastMatch else {
        writer.literal(UInt32(bytes[position]))
        position += 1
        continue
      }
      writer.match(length: length, distance: distance)
      position += length
    }
  }

  private static func hash(_ bytes: Span<UInt8>, _ position: Int) -> Int {
    var word: UInt32 = 0
    for offset in 0..<4 { word = word << 8 | UInt32(bytes[position + offset]) }
    return Int((word &* 2_654_435_761) >> 17)
  }

  private static func matchLength(_ bytes: Span<UInt8>, _ earlier: Int, _ position: Int) -> Int {
    let limit = min(greatestMatch, bytes.count - position)
    var length = 0
    while length < limit, bytes[earlier + length] == bytes[position + length] { length += 1 }
    return length
  }

  private static let crcTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
    }
  }

  /// CRC-32 as gzip counts it.
  static func crc(_ content: [UInt8]) -> UInt32 {
    var value = ~UInt32(0)
    for byte in content { value = crcTable[Int((value ^ UInt32(byte)) & 0xFF)] ^ (value >> 8) }
    return ~value
  }
}

/// Bits in the order of deflate: the lowest first, codes from their highest bit.
private struct BitWriter {
  private(set) var bytes: [UInt8]
  private var waiting: UInt64 = 0
  private var count: UInt64 = 0

  /// Base and extra bits of each length code from 257, and of each distance code.
  private static let lengths = table(codes: 28, first: 3, plain: 8, step: 4)
  private static let distances = table(codes: 30, first: 1, plain: 4, step: 2)

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private static func table(
    codes: Int, first: Int, plain: Int, step: Int
  ) -> [(base: Int, bits: UInt64)] {
    var base = first
    return (0..<codes).map { code in
      let bits = code < plain ? 0 : (code - plain) / step + 1
      defer { base += 1 << bits }
      return (base, UInt64(bits))
    }
  }

  mutating func append(_ value: UInt64, bits: UInt64) {
    waiting |= value << count
    count += bits
    while count >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: waiting))
      waiting >>= 8
      count -= 8
    }
  }

  mutating func flush() {
    if count > 0 { append(0, bits: 8 - count) }
  }

  mutating func append(little value: UInt32) {
    for shift in [0, 8, 16, 24] as [UInt32] {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// A code, highest bit first.
  private mutating func append(code: UInt32, bits: UInt64) {
    var reversed: UInt64 = 0
    for bit in 0..<bits { reversed |= UInt64(code >> UInt32(bit) & 1) << (bits - 1 - bit) }
    append(reversed, bits: bits)
  }

  /// A literal, the end, or a length code.
  mutating func literal(_ symbol: UInt32) {
    switch symbol {
    case ..<144: append(code: 0x30 + symbol, bits: 8)
    case ..<256: append(code: 0x190 + symbol - 144, bits: 9)
    case ..<280: append(code: symbol - 256, bits: 7)
    default: append(code: 0xC0 + symbol - 280, bits: 8)
    }
  }

  mutating func match(length: Int, distance: Int) {
    // 258 has a code of its own.
    if length == 258 {
      literal(285)
    } else {
      let code = Self.lengths.lastIndex { $0.base <= length } ?? 0
      literal(257 + UInt32(code))
      append(UInt64(length - Self.lengths[code].base), bits: Self.lengths[code].bits)
    }
    let code = Self.distances.lastIndex { $0.base <= distance } ?? 0
    append(code: UInt32(code), bits: 5)
    append(UInt64(distance - Self.distances[code].base), bits: Self.distances[code].bits)
  }
}
