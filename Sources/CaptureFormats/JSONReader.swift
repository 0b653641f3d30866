// ⚠ unsafe: `base` points to the stream's unread bytes, `place <= count` always holds, and the
// stream's zero slack stands behind them.
import CaptureModel

/// Why a JSON text cannot be read on.
enum JSONProblem: Error, Equatable {
  /// The bytes end inside a value.
  case endOfData(offset: UInt64)
  /// No JSON, at this offset.
  case malformed(offset: UInt64, reason: String)
}

/// The tokens of a JSON text, one after another (RFC 8259).
///
/// Memory is the stream's window and one string of at most `stringLimit` bytes; nesting takes
/// one byte a level and no recursion. Several texts may follow each other, as in JSON lines.
/// Cost: about 3 ns a byte of numbers, 1 ns a byte of strings.
@safe
final class JSONReader {
  /// A token; keys and strings are in `text`, numbers in `number`.
  enum Token: UInt8 {
    case beginObject, endObject, beginArray, endArray, key, string, number, isTrue, isFalse, null
  }

  /// Longest string in bytes, as it stands in the file.
  static let stringLimit = 1 << 26
  /// Deepest nesting.
  static let depthLimit = 1 << 16

  /// What may come next.
  private enum State: UInt8 {
    /// A value, at the outermost level.
    case top
    case firstElement, element, afterElement
    case firstKey, key, afterKey, afterMember
  }

  let stream: CaptureStream
  private var base: UnsafePointer<UInt8>?
  private var count = 0
  private var place = 0
  private var state = State.top
  /// Open containers from the outermost: true for an object.
  private var containers: [Bool] = []
  private var textRange = 0..<0
  private var hasEscapes = false
  /// The number last read.
  private(set) var number = 0.0
  /// The number last read when it is a whole one that fits.
  private(set) var integer: Int64?

  /// Whether a text must end on the line where it begins.
  private let isLineBound: Bool
  /// Lines behind the reader, where texts are bound to lines.
  private(set) var linesRead: UInt64 = 0

  /// Reads from a stream's next byte on.
  ///
  /// - Parameters:
  ///   - stream: the content.
  ///   - isLineBound: whether the texts are JSON lines, so that one that is broken ends there.
  init(_ stream: CaptureStream, isLineBound: Bool = false) {
    self.stream = stream
    self.isLineBound = isLineBound
    lookAgain()
    if count < 3 { _ = more() }
    // A byte order mark.
    if count >= 3, unsafe base?[0] == 0xEF, unsafe base?[1] == 0xBB, unsafe base?[2] == 0xBF {
      place = 3
    }
  }

  /// Offset of the next byte in the content.
  var offset: UInt64 { stream.offset &+ UInt64(place) }

  /// Number of containers that are open.
  var depth: Int { containers.count }

  // MARK: The window

  private func lookAgain() {
    unsafe base = stream.unread.baseAddress
    count = stream.unreadCount
  }

  /// Gets more bytes behind those from `place` on; false when there are none.
  private func more() -> Bool {
    stream.consume(place)
    place = 0
    let found = stream.refill()
    lookAgain()
    return found
  }

  /// The byte at `place` after white space; nil at the end of the data.
  private func peek() -> UInt8? {
    while true {
      while place < count {
        let byte = unsafe base.unsafelyUnwrapped[place]
        guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else {
          return byte
        }
        if byte == 0x0A, isLineBound {
          // Inside a text the newline is a byte that does not belong there.
          guard state == .top else { return byte }
          linesRead &+= 1
        }
        place &+= 1
      }
      guard more() else { return nil }
    }
  }

  private func malformed(_ reason: String) -> JSONProblem {
    .malformed(offset: offset, reason: reason)
  }

  // MARK: Tokens

  /// The next token; nil when the data end between texts.
  func next() throws(JSONProblem) -> Token? {
    while true {
      guard let byte = peek() else {
        if state == .top { return nil }
        throw .endOfData(offset: offset)
      }
      switch state {
      case .top, .element: return try value(byte)
      case .firstElement: return byte == UInt8(ascii: "]") ? end(isObject: false) : try value(byte)
      case .afterElement:
        if byte == UInt8(ascii: "]") { return end(isObject: false) }
        try step(over: UInt8(ascii: ","), to: .element)
      case .firstKey: return byte == UInt8(ascii: "}") ? end(isObject: true) : try key(byte)
      case .key: return try key(byte)
      case .afterKey: try step(over: UInt8(ascii: ":"), to: .element)
      case .afterMember:
        if byte == UInt8(ascii: "}") { return end(isObject: true) }
        try step(over: UInt8(ascii: ","), to: .key)
      }
    }
  }

  private func step(over byte: UInt8, to next: State) throws(JSONProblem) {
    guard unsafe base.unsafelyUnwrapped[place] == byte else {
      throw malformed("`\(Character(UnicodeScalar(byte)))` was expected")
    }
    place &+= 1
    state = next
  }

  private func key(_ byte: UInt8) throws(JSONProblem) -> Token {
    guard byte == UInt8(ascii: "\"") else { throw malformed("a key in quotes was expected") }
    try scanString()
    state = .afterKey
    return .key
  }

  private func begin(isObject: Bool) throws(JSONProblem) -> Token {
    guard containers.count < Self.depthLimit else {
      throw malformed("nested deeper than \(Self.depthLimit) levels")
    }
    place &+= 1
    containers.append(isObject)
    state = isObject ? .firstKey : .firstElement
    return isObject ? .beginObject : .beginArray
  }

  private func end(isObject: Bool) -> Token {
    place &+= 1
    containers.removeLast()
    valueEnded()
    return isObject ? .endObject : .endArray
  }

  private func valueEnded() {
    state = containers.last.map { $0 ? .afterMember : .afterElement } ?? .top
  }

  private func value(_ byte: UInt8) throws(JSONProblem) -> Token {
    switch byte {
    case UInt8(ascii: "{"): return try begin(isObject: true)
    case UInt8(ascii: "["): return try begin(isObject: false)
    case UInt8(ascii: "\""):
      try scanString()
      valueEnded()
      return .string
    case UInt8(ascii: "t"): return try word("true", .isTrue)
    case UInt8(ascii: "f"): return try word("false", .isFalse)
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "N"):
      // Python writes NaN and Infinity.
      number = .nan
      integer = nil
      return try word("NaN", .number)
    case UInt8(ascii: "I"):
      number = .infinity
      integer = nil
      return try word("Infinity", .number)
    default:
      guard byte == UInt8(ascii: "-") || (byte >= 0x30 && byte <= 0x39) else {
        throw malformed("a value was expected")
      }
      try scanNumber()
      valueEnded()
      return .number
    }
  }

  private func word(_ text: StaticString, _ token: Token) throws(JSONProblem) -> Token {
    let length = text.utf8CodeUnitCount
    while count - place < length {
      guard more() else { throw .endOfData(offset: offset) }
    }
    for index in 0..<length
    where unsafe base.unsafelyUnwrapped[place &+ index] != text.utf8Start[index] {
      throw malformed("a value was expected")
    }
    place &+= length
    valueEnded()
    return token
  }

  // MARK: Strings

  /// Moves over a string at `place`; its content is `textRange` until the next token.
  private func scanString() throws(JSONProblem) {
    var length = 1
    hasEscapes = false
    while true {
      while place &+ length < count {
        let byte = unsafe base.unsafelyUnwrapped[place &+ length]
        if byte == UInt8(ascii: "\"") {
          textRange = (place &+ 1)..<(place &+ length)
          place &+= length &+ 1
          return
        }
        if byte == 0x0A, isLineBound { throw malformed("the line ends inside a text") }
        if byte == UInt8(ascii: "\\") {
          hasEscapes = true
          // The byte behind it may not be here yet.
          if place &+ length &+ 1 >= count { break }
          length &+= 1
        }
        length &+= 1
      }
      guard length <= Self.stringLimit else {
        throw malformed("a string longer than \(Self.stringLimit) bytes")
      }
      guard more() else { throw .endOfData(offset: offset) }
    }
  }

  /// Whether the key or string last read is `text`, which has no escapes.
  func isText(_ text: StaticString) -> Bool {
    guard textRange.count == text.utf8CodeUnitCount else { return false }
    for index in 0..<textRange.count
    where unsafe base.unsafelyUnwrapped[textRange.lowerBound &+ index] != text.utf8Start[index] {
      return false
    }
    return true
  }

  /// The key or string last read; what is no UTF-8 is repaired.
  var text: String {
    let bytes = unsafe UnsafeBufferPointer(
      start: base.unsafelyUnwrapped + textRange.lowerBound, count: textRange.count)
    guard hasEscapes else { return unsafe String(decoding: bytes, as: UTF8.self) }
    return JSONEscapes.resolved(unsafe bytes.span)
  }

  /// Appends the beginning of the key or string last read, about `limit` bytes of it as they
  /// stand in the file, with escapes resolved.
  func appendText(limit: Int, to bytes: inout [UInt8]) {
    let text = unsafe UnsafeBufferPointer(
      start: base.unsafelyUnwrapped + textRange.lowerBound, count: min(textRange.count, limit))
    if hasEscapes {
      JSONEscapes.append(unsafe text.span, to: &bytes)
    } else {
      unsafe bytes.append(contentsOf: text)
    }
  }

  // MARK: Numbers

  /// Moves over elements of the open list that are plain whole numbers, as they come.
  ///
  /// It stops before anything else, before the last bytes of the window, and after `most`;
  /// `next` reads on from there. Cost: 1 ns a byte (benchmark: import of object graphs).
  func appendIntegers(to values: inout [Int64], most: Int) {
    guard state == .firstElement || state == .afterElement else { return }
    let base = unsafe base
    let count = count
    var isFirst = state == .firstElement
    var left = most
    var place = place
    // Lines are counted elsewhere.
    let newline: UInt8 = isLineBound ? 0x20 : 0x0A
    @inline(__always) func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == newline }
    while left > 0 {
      var next = place
      while next < count, isSpace(unsafe base.unsafelyUnwrapped[next]) { next &+= 1 }
      if !isFirst {
        guard next < count, unsafe base.unsafelyUnwrapped[next] == UInt8(ascii: ",") else { break }
        next &+= 1
        while next < count, isSpace(unsafe base.unsafelyUnwrapped[next]) { next &+= 1 }
      }
      let first = next
      var value: Int64 = 0
      while next < count {
        let digit = unsafe base.unsafelyUnwrapped[next] &- 0x30
        guard digit < 10 else { break }
        value = value &* 10 &+ Int64(digit)
        next &+= 1
      }
      // The byte behind tells whether the number ends there.
      guard next < count, next &- first < 19, next > first,
        unsafe !Self.isOfNumber(base.unsafelyUnwrapped[next])
      else { break }
      values.append(value)
      place = next
      isFirst = false
      left &-= 1
    }
    self.place = place
    state = isFirst ? .firstElement : .afterElement
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private func scanNumber() throws(JSONProblem) {
    // A number ends before a byte that is none of it, so one such byte must be seen.
    var length = 0
    while true {
      while place &+ length < count, Self.isOfNumber(unsafe base.unsafelyUnwrapped[place &+ length])
      { length &+= 1 }
      if place &+ length < count { break }
      guard length <= 1024 else { throw malformed("a number of over 1024 digits") }
      if !more() { break }
    }
    let digits = unsafe UnsafeBufferPointer(start: base.unsafelyUnwrapped + place, count: length)
    guard let value = unsafe Self.value(digits.span) else { throw malformed("this is no number") }
    (number, integer) = value
    place &+= length
  }

  @inline(__always)
  private static func isOfNumber(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
  }

  /// A number's value, also as a whole one if it is.
  private static func value(_ bytes: Span<UInt8>) -> (Double, Int64?)? {
    let isNegative = bytes[0] == UInt8(ascii: "-")
    var index = isNegative ? 1 : 0
    var whole: UInt64 = 0
    let first = index
    while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39, index - first < 18 {
      whole = whole &* 10 &+ UInt64(bytes[index] &- 0x30)
      index += 1
    }
    guard index > first else { return nil }
    if index == bytes.count {
      let integer = isNegative ? -Int64(whole) : Int64(whole)
      return (Double(integer), integer)
    }
    if bytes[index] == UInt8(ascii: "."), whole < 1 << 53 {
      var fraction = whole
      var places = index + 1
      while places < bytes.count, bytes[places] >= 0x30, bytes[places] <= 0x39,
        fraction < (1 << 53) / 10
      {
        fraction = fraction &* 10 &+ UInt64(bytes[places] &- 0x30)
        places += 1
      }
      let count = places - index - 1
      if places == bytes.count, count > 0, count < powersOfTen.count {
        // Both are exact, so the quotient is the nearest number (Clinger 1990).
        let value = Double(fraction) / powersOfTen[count]
        return (isNegative ? -value : value, nil)
      }
    }
    let text = String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self)
    guard let value = Double(text) else { return nil }
    return (value, Int64(text))
  }

  // MARK: Moving on

  /// Moves behind the value whose first token was `token`.
  func skip(_ token: Token) throws(JSONProblem) {
    guard token == .beginObject || token == .beginArray else { return }
    let level = depth
    while depth >= level {
      guard try next() != nil else { throw .endOfData(offset: offset) }
    }
  }

  /// Gives up the text that is being read and goes to the next line.
  func skipLine() {
    containers.removeAll(keepingCapacity: true)
    state = .top
    while let byte = unsafe place < count ? base.unsafelyUnwrapped[place] : nil {
      if byte == 0x0A { return }
      place &+= 1
      if place == count, !more() { return }
    }
  }

  /// Reads and skips the next value.
  func skipValue() throws(JSONProblem) {
    guard let token = try next() else { throw .endOfData(offset: offset) }
    try skip(token)
  }

  /// The next token of a text that cannot end here.
  func required() throws(JSONProblem) -> Token {
    guard let token = try next() else { throw .endOfData(offset: offset) }
    return token
  }
}
