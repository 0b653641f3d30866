/// A key as a person presses it.
package enum KeyPress: Sendable, Hashable {
  /// A character that stands for itself.
  case character(Character)
  /// A letter with Ctrl held, in lower case.
  case control(Character)
  case enter, tab, backspace, delete, escape
  case up, down, left, right, pageUp, pageDown, home, end
}

/// Turns what a terminal sends into keys, however the bytes are cut into reads.
///
/// Keys beyond characters are escape sequences (ECMA-48 and xterm's). One that is not known is
/// swallowed whole.
package struct KeyDecoder {
  private var pending: [UInt8] = []

  private static let escape: UInt8 = 0x1B
  /// Longer ones are none.
  private static let mostBytes = 32

  /// A decoder at the beginning of a stream.
  package init() {}

  /// Whether the bytes so far could be the Escape key, or the beginning of another.
  package var isWaiting: Bool { !pending.isEmpty }

  /// Takes bytes as they came.
  ///
  /// - Returns: The keys that are complete.
  package mutating func take(_ bytes: [UInt8]) -> [KeyPress] {
    pending += bytes
    var keys: [KeyPress] = []
    while !pending.isEmpty {
      guard let (key, count) = Self.first(of: pending) else { break }
      pending.removeFirst(min(count, pending.count))
      if let key { keys.append(key) }
    }
    return keys
  }

  /// Nothing more came for a while: what was pending is the Escape key, or nothing.
  ///
  /// - Returns: The Escape key, if it was pressed, and what follows it.
  package mutating func flush() -> [KeyPress] {
    guard let first = pending.first else { return [] }
    let rest = Array(pending.dropFirst())
    pending = []
    let isEscape = first == Self.escape
    let keys = take(isEscape ? rest.filter { $0 != Self.escape } : rest)
    // The beginning of a character whose end did not come.
    pending = []
    return isEscape ? [.escape] + keys : keys
  }

  /// The first key and how many bytes it takes; nil when more must come.
  private static func first(of bytes: [UInt8]) -> (key: KeyPress?, count: Int)? {
    switch bytes[0] {
    case escape: return sequence(bytes)
    case 0x0D, 0x0A: return (.enter, 1)
    case 0x09: return (.tab, 1)
    case 0x08, 0x7F: return (.backspace, 1)
    case 0x01...0x1A:
      return (.control(Character(Unicode.Scalar(bytes[0] + 0x60))), 1)
    case 0x00...0x1F: return (nil, 1)
    case 0x20...0x7E: return (.character(Character(Unicode.Scalar(bytes[0]))), 1)
    default: return character(bytes)
    }
  }

  /// A character of several bytes of UTF-8; bytes that are none are dropped.
  private static func character(_ bytes: [UInt8]) -> (key: KeyPress?, count: Int)? {
    let count: Int
    switch bytes[0] {
    case 0xC2...0xDF: count = 2
    case 0xE0...0xEF: count = 3
    case 0xF0...0xF4: count = 4
    default: return (nil, 1)
    }
    let available = bytes.prefix(count)
    guard available.dropFirst().allSatisfy({ (0x80...0xBF).contains($0) }) else { return (nil, 1) }
    guard available.count == count else { return nil }
    guard let text = String(validating: available, as: UTF8.self), let character = text.first else {
      return (nil, 1)
    }
    return (.character(character), count)
  }

  private static func sequence(_ bytes: [UInt8]) -> (key: KeyPress?, count: Int)? {
    guard bytes.count > 1 else { return nil }
    switch bytes[1] {
    case UInt8(ascii: "["): return controlSequence(bytes)
    case UInt8(ascii: "O"):
      guard bytes.count > 2 else { return nil }
      return (named(bytes[2]), 3)
    // Escape was pressed, and then something else.
    default: return (.escape, 1)
    }
  }

  /// `ESC [ parameters final`.
  private static func controlSequence(_ bytes: [UInt8]) -> (key: KeyPress?, count: Int)? {
    guard let end = bytes.indices.dropFirst(2).first(where: { (0x40...0x7E).contains(bytes[$0]) })
    else { return bytes.count > mostBytes ? (nil, bytes.count) : nil }
    let count = end + 1
    guard bytes[end] == UInt8(ascii: "~") else { return (named(bytes[end]), count) }
    let number = bytes[2..<end].prefix { $0 != UInt8(ascii: ";") }
    switch String(decoding: number, as: UTF8.self) {
    case "1", "7": return (.home, count)
    case "3": return (.delete, count)
    case "4", "8": return (.end, count)
    case "5": return (.pageUp, count)
    case "6": return (.pageDown, count)
    default: return (nil, count)
    }
  }

  private static func named(_ final: UInt8) -> KeyPress? {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "M"): .enter
    default: nil
    }
  }
}
