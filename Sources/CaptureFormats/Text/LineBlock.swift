// ⚠ unsafe: lines are copied within their own lengths.

/// Some lines of a text that are looked at together, without colours of terminals.
///
/// Memory is a block: some hundred lines, at most a line over its limit.
struct LineBlock {
  /// Lines of a block.
  static let mostLines = 512
  /// Bytes from which on a block is full.
  static let fullBytes = 1 << 17

  /// The bytes of the lines, one behind the other.
  private(set) var bytes: [UInt8] = []
  /// Where each line ends.
  private(set) var ends: [Int] = []
  /// Lines of the block that were longer than a line may be, by their place in it.
  private(set) var cut: [Int] = []

  /// Reads the next lines; false when there are none.
  mutating func fill(_ lines: inout LineReader) -> Bool {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    cut.removeAll(keepingCapacity: true)
    var bytes = self.bytes
    self.bytes = []
    while ends.count < Self.mostLines, bytes.count < Self.fullBytes {
      guard lines.next({ line in Self.append(line, to: &bytes) }) else { break }
      if lines.isCut { cut.append(ends.count) }
      ends.append(bytes.count)
    }
    self.bytes = bytes
    return !ends.isEmpty
  }

  private static func append(_ line: Span<UInt8>, to bytes: inout [UInt8]) {
    guard let escape = line.position(of: 0x1B) else {
      unsafe line.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
      return
    }
    for place in 0..<escape { bytes.append(line[place]) }
    var place = escape
    while place < line.count {
      guard line[place] == 0x1B else {
        bytes.append(line[place])
        place += 1
        continue
      }
      place += 1
      guard line.byte(place) == UInt8(ascii: "[") else { continue }
      place += 1
      while place < line.count, line[place] < 0x40 { place += 1 }
      place += 1
    }
  }
}
