import Columns

/// A value that groups are made by.
enum KeyValue: Hashable, Sendable {
  case text(String)
  case integer(Int64)
  case stack([FrameText])
}

/// The distinct values of one key over all captures of a query, numbered as they are met.
///
/// Stacks are kept as numbers of their frames, so that a stack is hashed without its texts.
struct KeyDictionary {
  /// The number of an absent value: a stackless allocation.
  static let absent: Int32 = -1

  private enum Stored: Hashable {
    case text(String)
    case integer(Int64)
    case stack([Int32])
  }

  private var numbers: [Stored: Int32] = [:]
  private var stored: [Stored] = []
  private var frameNumbers: [FrameText: Int32] = [:]
  private var frames: [FrameText] = []

  /// Number of values.
  var count: Int { stored.count }

  /// The number of a text, new or known.
  mutating func number(of text: String) -> Int32 { number(of: .text(text)) }

  /// The number of an integer, new or known.
  mutating func number(of integer: Int64) -> Int32 { number(of: .integer(integer)) }

  /// The number of a stack of frame numbers, newest first, new or known.
  mutating func number(ofStack frames: [Int32]) -> Int32 { number(of: .stack(frames)) }

  /// The number of a frame within stacks.
  mutating func frameNumber(of frame: FrameText) -> Int32 {
    if let known = frameNumbers[frame] { return known }
    let number = Int32(frames.count)
    frames.append(frame)
    frameNumbers[frame] = number
    return number
  }

  private mutating func number(of value: Stored) -> Int32 {
    if let known = numbers[value] { return known }
    let number = Int32(stored.count)
    stored.append(value)
    numbers[value] = number
    return number
  }

  /// The value behind a number.
  func value(_ number: Int32) -> KeyValue {
    switch stored[Int(number)] {
    case .text(let text): .text(text)
    case .integer(let integer): .integer(integer)
    case .stack(let numbers): .stack(numbers.map { frames[Int($0)] })
    }
  }

  /// Every value, by number.
  var values: [KeyValue] { stored.indices.map { value(Int32($0)) } }
}
