/// The members of a JSON object on one line, at any depth, without building anything.
///
/// What is no JSON ends the walk; members before it have been told.
struct JSONLine {
  /// A value that is no object or list.
  enum Value {
    /// A text between its quotes, and whether it has escapes.
    case text(Range<Int>, hasEscapes: Bool)
    case number(Double)
  }

  /// Deepest nesting.
  private static let depthLimit = 32

  /// Tells every member that holds a text or number.
  ///
  /// - Parameters:
  ///   - line: the line.
  ///   - body: is given the names of the member and of the object around it, and the value.
  /// - Returns: whether the line is one whole object.
  static func walk(
    _ line: Span<UInt8>, _ body: (_ name: Range<Int>, _ parent: Range<Int>, Value) -> Void
  ) -> Bool {
    var names: [Range<Int>] = []
    var name = 0..<0
    var place = line.skippingSpaces(0)
    var depth = 0
    while place < line.count {
      let byte = line[place]
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard depth < depthLimit else { return false }
        depth += 1
        names.append(name)
        place += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        place += 1
        guard let last = names.popLast() else { return false }
        name = last
        if depth == 0 { return line.skippingSpaces(place) == line.count }
      case UInt8(ascii: "\""):
        guard let (text, hasEscapes) = string(line, place) else { return false }
        place = line.skippingSpaces(text.upperBound + 1)
        if line.byte(place) == UInt8(ascii: ":") {
          name = text
          place += 1
        } else {
          body(name, names.last ?? 0..<0, .text(text, hasEscapes: hasEscapes))
        }
      case UInt8(ascii: ","), 0x20, 0x09: place += 1
      default:
        let start = place
        while place < line.count, !isEnd(line[place]) { place += 1 }
        guard place > start else { return false }
        if let number = line.number(start..<place) {
          body(name, names.last ?? 0..<0, .number(number))
        } else if !isWord(line.extracting(start..<place)) {
          // `{ rss: 4935680 }` is a print of a program's, and no JSON.
          return false
        }
      }
    }
    return false
  }

  /// `true`, `false` and `null`.
  private static func isWord(_ text: Span<UInt8>) -> Bool {
    text.equals("true") || text.equals("false") || text.equals("null")
  }

  private static func isEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
      || byte == 0x20
  }

  private static func string(
    _ line: Span<UInt8>, _ start: Int
  ) -> (Range<Int>, hasEscapes: Bool)? {
    var place = start + 1
    var hasEscapes = false
    while place < line.count {
      if line[place] == UInt8(ascii: "\"") { return (start + 1..<place, hasEscapes) }
      if line[place] == UInt8(ascii: "\\") {
        hasEscapes = true
        place += 1
      }
      place += 1
    }
    return nil
  }

}

extension Span<UInt8> {
  /// The number that a range is; nil when it is none.
  fileprivate func number(_ range: Range<Int>) -> Double? {
    if let (whole, end) = digits(range.lowerBound), end == range.upperBound, range.count <= 15 {
      return Double(whole)
    }
    if let number = LogValue.decimal(self, range.lowerBound), number.end == range.upperBound {
      return number.value
    }
    return Double(text(range))
  }
}
