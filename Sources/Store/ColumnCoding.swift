import Compression

/// How integers become the bytes of a stored column, and back.
///
/// ```
/// column  := tag u8 (0 stored, 1 LZ4) · length u32 (of the content) · payload
///          | tag u8 (2 pair) · length u32 (of the first column) · column · column
/// content := varints, 7 bits a byte, least significant first
/// ```
package enum ColumnCoding {
  /// Bytes before the payload.
  private static let prefixLength = 5
  /// Below this length compression is not tried.
  private static let smallestCompressed = 64
  private static let pairTag: UInt8 = 2

  /// Wraps content as column bytes, compressed when that is smaller.
  package static func seal(_ content: Span<UInt8>) -> [UInt8] {
    var output: [UInt8] = [0]
    append(length: content.count, to: &output)
    if content.count >= smallestCompressed {
      let block = LZ4Block.compress(content, appendingTo: &output)
      if block < content.count {
        output[0] = 1
        return output
      }
      output.removeLast(block)
    }
    output.reserveCapacity(prefixLength &+ content.count)
    for index in content.indices { output.append(content[index]) }
    return output
  }

  /// Unwraps column bytes; nil when they are damaged.
  package static func open(_ bytes: [UInt8]) -> [UInt8]? {
    var content: [UInt8] = []
    return open(bytes.span, into: &content) ? content : nil
  }

  /// Unwraps column bytes into a buffer that is used again; false when they are damaged.
  static func open(_ bytes: Span<UInt8>, into content: inout [UInt8]) -> Bool {
    guard bytes.count >= prefixLength else { return false }
    let payload = bytes.extracting(prefixLength...)
    let length = length(bytes)
    switch bytes[0] {
    case 0:
      guard payload.count == length else { return false }
      content.resize(to: length)
      var target = content.mutableSpan
      for index in payload.indices { target[index] = payload[index] }
      return true
    case 1:
      guard length <= payload.count &* 255 else { return false }
      content.resize(to: length)
      var target = content.mutableSpan
      do {
        try LZ4Block.decompress(payload, into: &target)
        return true
      } catch {
        return false
      }
    default:
      return false
    }
  }

  /// Wraps two contents as one column: what every row has, and what only some have.
  static func seal(_ first: Span<UInt8>, _ second: Span<UInt8>) -> [UInt8] {
    let column = seal(first)
    var output: [UInt8] = [pairTag]
    append(length: column.count, to: &output)
    output += column
    output += seal(second)
    return output
  }

  /// Unwraps a column of two contents; false when it is damaged.
  static func open(
    _ bytes: [UInt8], into first: inout [UInt8], _ second: inout [UInt8]
  ) -> Bool {
    let source = bytes.span
    guard source.count >= prefixLength, source[0] == pairTag else { return false }
    let rest = source.extracting(prefixLength...)
    let length = length(source)
    guard length <= rest.count else { return false }
    return open(rest.extracting(..<length), into: &first)
      && open(rest.extracting(length...), into: &second)
  }

  /// Unwraps the first of two contents; false when it is damaged.
  static func open(_ bytes: [UInt8], intoFirst first: inout [UInt8]) -> Bool {
    let source = bytes.span
    guard source.count >= prefixLength, source[0] == pairTag else { return false }
    let rest = source.extracting(prefixLength...)
    let length = length(source)
    return length <= rest.count && open(rest.extracting(..<length), into: &first)
  }

  private static func append(length: Int, to output: inout [UInt8]) {
    for shift in [0, 8, 16, 24] as [Int] {
      output.append(UInt8(truncatingIfNeeded: length &>> shift))
    }
  }

  private static func length(_ bytes: Span<UInt8>) -> Int {
    var length = 0
    for index in 1..<prefixLength { length |= Int(bytes[index]) &<< ((index &- 1) &* 8) }
    return length
  }

  /// Appends one varint.
  package static func append(_ value: UInt64, to output: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    output.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Maps signed to unsigned so that small magnitudes stay small.
  package static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value &<< 1) ^ (value &>> 63))
  }

  /// Undoes `zigzag`.
  package static func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// Encodes integers as a column; `delta` stores differences, for sorted or slow values.
  package static func encode<Values: Sequence>(_ values: Values, delta: Bool = false) -> [UInt8]
  where Values.Element: FixedWidthInteger {
    var content: [UInt8] = []
    var previous: Int64 = 0
    for value in values {
      let number = Int64(truncatingIfNeeded: value)
      if delta {
        append(zigzag(number &- previous), to: &content)
        previous = number
      } else {
        append(UInt64(bitPattern: number), to: &content)
      }
    }
    return seal(content.span)
  }

  /// Decodes a column of integers; nil when it is damaged or holds another number of values.
  package static func decode(_ bytes: [UInt8], count: Int, delta: Bool = false) -> [Int64]? {
    decoded(bytes, count: count, delta: delta)
  }

  /// Decodes a column of integers of which the lower 32 bits are wanted; nil as `decode`.
  static func decodeWords(_ bytes: [UInt8], count: Int, delta: Bool) -> [UInt32]? {
    decoded(bytes, count: count, delta: delta)
  }

  /// Inlined, so that there is a loop for each kind of value and none that asks for it.
  @inline(__always)
  private static func decoded<Value: FixedWidthInteger>(
    _ bytes: [UInt8], count: Int, delta: Bool
  ) -> [Value]? {
    guard let content = open(bytes), count >= 0, count <= content.count else { return nil }
    var values = [Value](repeating: 0, count: count)
    var target = values.mutableSpan
    let span = content.span
    var cursor = 0
    var previous: Int64 = 0
    for index in 0..<count {
      guard let raw = next(span, &cursor) else { return nil }
      let value = delta ? previous &+ unzigzag(raw) : Int64(bitPattern: raw)
      previous = value
      target[index] = Value(truncatingIfNeeded: value)
    }
    return cursor == content.count ? values : nil
  }

  /// Reads one varint; nil at the end or when it is longer than 64 bits.
  @inline(__always)
  package static func next(_ bytes: Span<UInt8>, _ cursor: inout Int) -> UInt64? {
    guard cursor < bytes.count else { return nil }
    let byte = bytes[cursor]
    guard byte < 0x80 else { return nextLong(bytes, &cursor) }
    cursor &+= 1
    return UInt64(byte)
  }

  private static func nextLong(_ bytes: Span<UInt8>, _ cursor: inout Int) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while cursor < bytes.count, shift < 64 {
      let byte = bytes[cursor]
      cursor &+= 1
      value |= UInt64(byte & 0x7f) &<< shift
      if byte < 0x80 { return value }
      shift &+= 7
    }
    return nil
  }

  /// Encodes texts as one column: lengths, then UTF-8 bytes.
  package static func encode(texts: [String]) -> [UInt8] {
    var content: [UInt8] = []
    for text in texts {
      append(UInt64(text.utf8.count), to: &content)
      content.append(contentsOf: text.utf8)
    }
    return seal(content.span)
  }

  /// Decodes a column of texts; nil when it is damaged or holds another number of values.
  package static func decodeTexts(_ bytes: [UInt8], count: Int) -> [String]? {
    guard let content = open(bytes), count >= 0, count <= content.count else { return nil }
    var texts: [String] = []
    texts.reserveCapacity(count)
    var cursor = 0
    let span = content.span
    for _ in 0..<count {
      guard let length = next(span, &cursor), length <= UInt64(content.count &- cursor) else {
        return nil
      }
      let end = cursor &+ Int(length)
      texts.append(String(decoding: content[cursor..<end], as: UTF8.self))
      cursor = end
    }
    return cursor == content.count ? texts : nil
  }
}

extension Array where Element: FixedWidthInteger {
  /// Makes the array `count` values long; what they are is undefined.
  mutating func resize(to count: Int) {
    if self.count > count {
      removeLast(self.count &- count)
    } else if self.count < count {
      self = Array(repeating: 0, count: count)
    }
  }
}
