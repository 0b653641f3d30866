/// A row of one of objgraph's prints: a type and its numbers, which end the line.
struct TypeRow: Equatable {
  /// Which print it is of.
  enum Shape: Equatable { case common, growth, newIDs }

  var name: String
  var count: Int64
  /// Change as printed; 0 where there is none.
  var delta: Int64
  var shape: Shape
  /// Column where the first number ends or begins, equal for all rows of a print.
  var column: Int

  /// Longest name that is taken for one.
  private static let nameLimit = 200

  /// Reads a row of `show_growth` or `show_most_common_types`; nil when it is none.
  init?(_ line: Span<UInt8>) {
    guard line.count > 2, line.byte(0) > 0x20, line.count < Self.nameLimit + 40,
      Span<UInt8>.isDigit(line.byte(line.count - 1))
    else { return nil }
    let words = line.words(0..<line.count)
    guard words.count >= 2, let last = words.last else { return nil }
    let sign = line.byte(last.lowerBound)
    if sign == UInt8(ascii: "+"), words.count >= 3,
      let (delta, deltaEnd) = line.digits(last.lowerBound + 1), deltaEnd == line.count
    {
      let number = words[words.count - 2]
      guard let (count, end) = line.digits(number.lowerBound), end == number.upperBound
      else { return nil }
      self.init(line, nameEnd: words[words.count - 3].upperBound, count, delta, .growth, end)
    } else {
      guard let (count, end) = line.digits(last.lowerBound), end == line.count else { return nil }
      self.init(
        line, nameEnd: words[words.count - 2].upperBound, count, 0, .common, last.lowerBound)
    }
  }

  /// Reads a row of `get_new_ids`: old, current and new ids, and the change of the count.
  init?(newIDs line: Span<UInt8>) {
    let words = line.words(0..<line.count)
    guard words.count >= 5 else { return nil }
    let numbers = words.suffix(4).map { word -> Int64? in
      let first = line.byte(word.lowerBound)
      let isSigned = first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
      guard let (value, end) = line.digits(word.lowerBound + (isSigned ? 1 : 0)),
        end == word.upperBound
      else { return nil }
      return first == UInt8(ascii: "-") ? -value : value
    }
    guard let count = numbers[1], numbers[0] != nil, numbers[2] != nil, let delta = numbers[3]
    else { return nil }
    self.init(line, nameEnd: words[words.count - 5].upperBound, count, delta, .newIDs, 0)
  }

  private init?(
    _ line: Span<UInt8>, nameEnd: Int, _ count: Int64, _ delta: Int64, _ shape: Shape, _ column: Int
  ) {
    // Types have names of letters; `a;b 3` is a stack, `key: 3` a setting.
    let bytes = line.extracting(0..<nameEnd)
    guard bytes.position(of: UInt8(ascii: ";")) == nil,
      bytes.position(of: UInt8(ascii: "=")) == nil,
      bytes.byte(nameEnd - 1) != UInt8(ascii: ":")
    else { return nil }
    name = line.text(0..<nameEnd)
    guard let first = name.unicodeScalars.first,
      first == "_" || first == "<" || first.properties.isAlphabetic
    else { return nil }
    self.count = count
    self.delta = delta
    self.shape = shape
    self.column = column
  }

  /// Whether this row can follow `last` in the same print.
  func follows(_ last: TypeRow) -> Bool {
    guard shape == last.shape else { return false }
    switch shape {
    case .common: return count <= last.count && column == last.column
    case .growth: return delta <= last.delta && column == last.column
    case .newIDs: return true
    }
  }
}
