/// The texts of a pprof profile by their numbers, each distinct one kept once.
///
/// A file of a megabyte can inflate to any number of texts, so their number and length are bounded.
struct PProfTexts {
  /// Most texts.
  static let limit = 1 << 24
  /// Most bytes of all distinct ones.
  static let mostBytes = 1 << 29

  private var distinct: [String] = []
  private var numbers: [String: UInt32] = [:]
  /// Of each text which distinct one it is.
  private(set) var texts: [UInt32] = []
  private var bytes = 0

  /// Whether the first text is the empty one, as the format wants it.
  var beginsEmpty: Bool { texts.first.map { distinct[Int($0)].isEmpty } ?? false }

  /// Adds the next text.
  mutating func append(_ text: String) throws(FieldError) {
    guard texts.count < Self.limit else {
      throw .malformed(reason: "more than \(Self.limit) texts, which no profile has")
    }
    if let known = numbers[text] { return texts.append(known) }
    bytes += text.utf8.count
    guard bytes <= Self.mostBytes else {
      throw .malformed(reason: "texts of more than \(Self.mostBytes) bytes, which no profile has")
    }
    let number = UInt32(distinct.count)
    numbers[text] = number
    distinct.append(text)
    texts.append(number)
  }

  /// The text of a number.
  func text(_ index: UInt64) throws(FieldError) -> String {
    guard index < UInt64(texts.count) else {
      throw .malformed(reason: "text \(index), but there are \(texts.count)")
    }
    return distinct[Int(texts[Int(index)])]
  }
}
