/// The texts of a snapshot, each once, as bytes.
///
/// A look-up hashes the bytes and compares them; texts are seldom written twice, so it is no hot
/// path.
struct TorchTexts {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private let numbers = IdentityTable()

  /// The words first, so that their numbers are known.
  init() {
    for word in TorchWord.allCases {
      let text = Array(word.rawValue.utf8)
      _ = number(of: text.span, 0..<text.count)
    }
  }

  var count: Int { ends.count }

  /// The number of a text.
  mutating func number(of source: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
    var key = Self.hash(source, range)
    while let known = numbers.index(key) {
      if isEqual(known, source, range) { return known }
      key &+= 0x9E37_79B9_7F4A_7C15
    }
    let number = UInt32(ends.count)
    for index in range { bytes.append(source[index]) }
    ends.append(bytes.count)
    numbers.set(key, to: number)
    return number
  }

  /// A text, repaired where it is no UTF-8.
  func text(_ number: UInt32) -> String {
    guard Int(number) < ends.count else { return "" }
    let start = number == 0 ? 0 : ends[Int(number) - 1]
    return String(decoding: bytes[start..<ends[Int(number)]], as: UTF8.self)
  }

  private func isEqual(_ number: UInt32, _ source: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let start = number == 0 ? 0 : ends[Int(number) - 1]
    guard ends[Int(number)] - start == range.count else { return false }
    for index in 0..<range.count where bytes[start + index] != source[range.lowerBound + index] {
      return false
    }
    return true
  }

  private static func hash(_ source: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(range.count)
    for index in range {
      hash = (hash ^ UInt64(source[index])) &* 0x0000_0100_0000_01B3
    }
    return hash
  }
}
