import CaptureModel

/// A row of a heap profile: a stack and its four numbers.
struct HeapTextRow {
  /// Range of its addresses among all, innermost first.
  var addresses: Range<Int>
  /// Range of its frames that the file names itself; empty without.
  var frames: Range<Int> = 0..<0
  /// Blocks and bytes alive, blocks and bytes ever allocated.
  var numbers: [Int64]
  /// The same of each thread (jemalloc).
  var threads: [(name: String, numbers: [Int64])] = []
}

/// Lines of a heap profile, taken apart.
enum HeapTextLine {
  /// `N: BYTES [M: ALLOCATED]` from a place on, and where it ends; nil when it is none.
  static func numbers(_ line: Span<UInt8>, from start: Int) -> (numbers: [Int64], end: Int)? {
    var place = start
    var numbers: [Int64] = []
    for end: UInt8 in [0x3A, 0x5B, 0x3A, 0x5D] {
      while place < line.count, line[place] == 0x20 || line[place] == 0x09 { place += 1 }
      guard let number = number(line, &place) else { return nil }
      numbers.append(number)
      while place < line.count, line[place] == 0x20 || line[place] == 0x09 { place += 1 }
      guard place < line.count, line[place] == end else { return nil }
      place += 1
    }
    return (numbers, place)
  }

  /// A decimal number.
  private static func number(_ line: Span<UInt8>, _ place: inout Int) -> Int64? {
    let start = place
    var value: Int64 = 0
    while place < line.count, line[place] >= 0x30, line[place] <= 0x39 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int64(line[place] - 0x30))
      guard !overflow, !carry else { return nil }
      value = sum
      place += 1
    }
    return place > start ? value : nil
  }

  /// `0xADDRESS …` from a place on, up to a limit.
  static func addresses(_ line: Span<UInt8>, from start: Int, into all: inout [UInt64]) -> Bool {
    var count = 0
    var place = start
    while true {
      let word = line.word(from: place)
      guard !word.isEmpty else { return true }
      guard count < HeapTextLayout.frameLimit, let address = address(line, word) else {
        return false
      }
      all.append(address)
      count += 1
      place = word.upperBound
    }
  }

  /// A hexadecimal number with `0x` in front.
  static func address(_ line: Span<UInt8>, _ word: Range<Int>) -> UInt64? {
    guard word.count > 2, word.count <= 18, line.has("0x", at: word.lowerBound) else { return nil }
    return UInt64(line.text(word.lowerBound + 2..<word.upperBound), radix: 16)
  }
}

/// A part of a process's memory that a file was mapped to.
struct HeapTextMap {
  var start: UInt64
  var end: UInt64
  var offset: UInt64
  /// Number of the file on its device; 0 of none.
  var inode: UInt64
  var path: String

  /// `START-END PERMISSIONS OFFSET DEVICE INODE PATH`; nil of others.
  init?(_ line: Span<UInt8>) {
    let words = line.words(0..<line.count, most: 5)
    guard words.count == 5 else { return nil }
    let range = line.text(words[0]).split(separator: "-")
    guard range.count == 2, let start = UInt64(range[0], radix: 16),
      let end = UInt64(range[1], radix: 16), start < end,
      let offset = UInt64(line.text(words[2]), radix: 16)
    else { return nil }
    (self.start, self.end, self.offset) = (start, end, offset)
    inode = UInt64(line.text(words[4])) ?? 0
    path = line.text(line.trimmed(words[4].upperBound..<line.count))
  }
}
