/// Why a field cannot be read from a window of bytes.
enum FieldError: Error, Equatable {
  /// The bytes end inside the field; more of the file may complete it.
  case endOfData
  /// No further bytes can make the field valid.
  case malformed(reason: String)
}

/// A place in a window of bytes, for the records and headers that are rare.
///
/// Every read checks its bounds and moves on only when it succeeds. Numbers are little-endian.
struct ByteCursor {
  /// Next byte to read.
  private(set) var position = 0

  mutating func readUInt8(from bytes: Span<UInt8>) throws(FieldError) -> UInt8 {
    guard position < bytes.count else { throw .endOfData }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func readUInt32(from bytes: Span<UInt8>) throws(FieldError) -> UInt32 {
    UInt32(truncatingIfNeeded: try readFixed(4, from: bytes))
  }

  mutating func readInt32(from bytes: Span<UInt8>) throws(FieldError) -> Int32 {
    Int32(bitPattern: try readUInt32(from: bytes))
  }

  mutating func readUInt64(from bytes: Span<UInt8>) throws(FieldError) -> UInt64 {
    try readFixed(8, from: bytes)
  }

  mutating func readInt64(from bytes: Span<UInt8>) throws(FieldError) -> Int64 {
    Int64(bitPattern: try readFixed(8, from: bytes))
  }

  /// Reads a varint of at most ten bytes, least significant group first.
  mutating func readVarint(from bytes: Span<UInt8>) throws(FieldError) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    var place = position
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      result |= UInt64(byte & 0x7F) &<< shift
      shift += 7
      if byte < 0x80 {
        position = place
        return result
      }
      if shift >= 64 { throw .malformed(reason: "a number longer than 64 bits") }
    }
    throw .endOfData
  }

  /// Reads a zig-zag coded varint.
  mutating func readSignedVarint(from bytes: Span<UInt8>) throws(FieldError) -> Int64 {
    let code = try readVarint(from: bytes)
    return Int64(bitPattern: (code >> 1) ^ (0 &- (code & 1)))
  }

  /// Reads text up to a NUL; text that is not UTF-8 is repaired.
  ///
  /// - Parameters:
  ///   - bytes: the window.
  ///   - limit: greatest length in bytes, so that damage cannot ask for all of a file.
  /// - Returns: the text without its NUL.
  /// - Throws: `FieldError`.
  mutating func readText(
    from bytes: Span<UInt8>, limit: Int
  ) throws(FieldError) -> String {
    var place = position
    let last = min(bytes.count, position &+ limit &+ 1)
    while place < last, bytes[place] != 0 { place += 1 }
    guard place < last else {
      if last < bytes.count || last - position > limit {
        throw .malformed(reason: "a text longer than \(limit) bytes")
      }
      throw .endOfData
    }
    let text = Self.copy(bytes, position..<place)
    position = place + 1
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads `count` bytes as they are.
  ///
  /// - Parameters:
  ///   - count: number of bytes, as the file gives it.
  ///   - bytes: the window.
  ///   - limit: greatest sensible `count`.
  /// - Returns: the bytes.
  /// - Throws: `FieldError`.
  mutating func readBytes(
    _ count: UInt64, from bytes: Span<UInt8>, limit: Int
  ) throws(FieldError) -> [UInt8] {
    guard count <= UInt64(limit) else {
      throw .malformed(reason: "a table of \(count) bytes, more than \(limit)")
    }
    let length = Int(count)
    guard bytes.count - position >= length else { throw .endOfData }
    defer { position += length }
    return Self.copy(bytes, position..<(position + length))
  }

  /// Moves over `count` bytes.
  mutating func skip(_ count: Int, from bytes: Span<UInt8>) throws(FieldError) {
    guard bytes.count - position >= count else { throw .endOfData }
    position += count
  }

  private mutating func readFixed(
    _ width: Int, from bytes: Span<UInt8>
  ) throws(FieldError) -> UInt64 {
    guard bytes.count - position >= width else { throw .endOfData }
    var result: UInt64 = 0
    for index in 0..<width {
      result |= UInt64(bytes[position + index]) &<< UInt64(8 * index)
    }
    position += width
    return result
  }

  private static func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    for index in range { result.append(bytes[index]) }
    return result
  }
}
