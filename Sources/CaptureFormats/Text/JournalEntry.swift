/// An entry of the journal as `journalctl -o export` writes it: a field a line, `NAME=value`, and an
/// empty line behind the last.
///
/// Its message is put together with what the other fields say of it, as a line with a head.
struct JournalEntry {
  /// What a line is to the entry.
  enum Answer {
    /// Nothing: no entry is open, and none begins.
    case none
    /// A field of it.
    case taken
    /// Its end, or what stands behind it where `isField` is false.
    case ended(isField: Bool)
  }

  /// Longest name of a field.
  private static let longestName = 64

  private(set) var isOpen = false
  private var time: Int64?
  private var id: Int64?
  private var command: [UInt8] = []
  private var identifier: [UInt8] = []
  private var message: [UInt8] = []
  /// Line of the text where the message stands; 0 without one.
  private(set) var messageLine: UInt64 = 0

  /// Looks at a line.
  @inline(__always)
  mutating func take(_ line: Span<UInt8>, _ number: UInt64) -> Answer {
    guard isOpen || line.byte(0) == UInt8(ascii: "_") else { return .none }
    return takeField(line, number)
  }

  private mutating func takeField(_ line: Span<UInt8>, _ number: UInt64) -> Answer {
    if !isOpen {
      guard line.has("__CURSOR=") || line.has("__REALTIME_TIMESTAMP=") else { return .none }
      self = JournalEntry()
      isOpen = true
    }
    guard line.count > 0 else {
      isOpen = false
      return .ended(isField: true)
    }
    guard let end = Self.nameEnd(line) else {
      isOpen = false
      return .ended(isField: false)
    }
    let value = line.extracting((end + 1)...)
    switch end {
    case 20 where line.has("__REALTIME_TIMESTAMP"):
      if let (microseconds, last) = value.digits(0), last == value.count {
        time = microseconds.multipliedReportingOverflow(by: 1_000).partialValue
      }
    case 4 where line.has("_PID"), 10 where line.has("SYSLOG_PID"):
      if let (number, last) = value.digits(0), last == value.count { id = id ?? number }
    case 5 where line.has("_COMM"): command = Self.bytes(value)
    case 17 where line.has("SYSLOG_IDENTIFIER"): identifier = Self.bytes(value)
    case 7 where line.has("MESSAGE"):
      message = Self.bytes(value)
      messageLine = number
    default: break
    }
    return .taken
  }

  /// Where `NAME` of `NAME=value` ends.
  private static func nameEnd(_ line: Span<UInt8>) -> Int? {
    var place = 0
    while place < min(line.count, longestName) {
      let byte = line[place]
      if byte == UInt8(ascii: "=") { return place > 0 ? place : nil }
      guard byte &- 0x41 < 26 || Span<UInt8>.isDigit(byte) || byte == UInt8(ascii: "_") else {
        return nil
      }
      place += 1
    }
    return nil
  }

  private static func bytes(_ text: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    for place in text.indices { bytes.append(text[place]) }
    return bytes
  }

  /// The message behind the name of its process, and the head that this makes; nil without one.
  ///
  /// The entry is empty then.
  mutating func takeMessage() -> (line: [UInt8], head: LineHead, number: UInt64)? {
    defer { self = JournalEntry() }
    guard messageLine > 0 else { return nil }
    let name = identifier.isEmpty ? command : identifier
    var head = LineHead()
    head.time = time
    head.id = id
    head.name = 0..<name.count
    head.start = name.count + 1
    return (name + [0x20] + message, head, messageLine)
  }
}
