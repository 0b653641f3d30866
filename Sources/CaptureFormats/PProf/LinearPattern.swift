/// A regular expression that is matched in time linear in pattern and text, so that no file can
/// stall an import.
///
/// Understood: characters, `.`, classes in brackets, `\d \w \s` and their opposites, groups, `|`,
/// `* + ?` and their lazy forms, `^` and `$` (which mean nothing where the whole text must
/// match). Bytes are compared.
struct LinearPattern {
  private enum Node {
    /// Goes on at the next node when a byte is in the set.
    case bytes(ByteSet)
    case split(Int, Int)
    case jump(Int)
    case accept
  }

  private struct ByteSet {
    var low: (UInt64, UInt64) = (0, 0)
    var high: (UInt64, UInt64) = (0, 0)

    func contains(_ byte: UInt8) -> Bool {
      let bit: UInt64 = 1 << UInt64(byte & 63)
      return switch byte >> 6 {
      case 0: low.0 & bit != 0
      case 1: low.1 & bit != 0
      case 2: high.0 & bit != 0
      default: high.1 & bit != 0
      }
    }

    mutating func insert(_ range: ClosedRange<UInt8>) {
      for byte in range {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: low.0 |= bit
        case 1: low.1 |= bit
        case 2: high.0 |= bit
        default: high.1 |= bit
        }
      }
    }

    mutating func formUnion(_ other: ByteSet) {
      low = (low.0 | other.low.0, low.1 | other.low.1)
      high = (high.0 | other.high.0, high.1 | other.high.1)
    }

    var inverted: ByteSet {
      var set = ByteSet()
      set.low = (~low.0, ~low.1)
      set.high = (~high.0, ~high.1)
      return set
    }

    static let all = ByteSet().inverted
  }

  /// Longest expression, bytes; deepest nesting of groups.
  private static let lengthLimit = 1 << 16
  private static let depthLimit = 100

  private var nodes: [Node] = []

  /// Reads an expression; nil when it is none that is understood.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.lengthLimit else { return nil }
    var place = 0
    guard alternatives(bytes, &place, depth: 0), place == bytes.count else { return nil }
    nodes.append(.accept)
  }

  /// Whether all of a text is met.
  func matchesWhole(_ text: [UInt8]) -> Bool {
    var marks = [Int](repeating: -1, count: nodes.count)
    var current: [Int] = []
    add(0, at: 0, &current, &marks)
    for (index, byte) in text.enumerated() {
      var next: [Int] = []
      for node in current {
        guard case .bytes(let set) = nodes[node], set.contains(byte) else { continue }
        add(node + 1, at: index + 1, &next, &marks)
      }
      guard !next.isEmpty else { return false }
      current = next
    }
    return current.contains { if case .accept = nodes[$0] { true } else { false } }
  }

  /// Follows what needs no byte.
  private func add(_ first: Int, at index: Int, _ list: inout [Int], _ marks: inout [Int]) {
    var open = [first]
    while let node = open.popLast() {
      guard marks[node] != index else { continue }
      marks[node] = index
      switch nodes[node] {
      case .jump(let target): open.append(target)
      case .split(let one, let other): open += [other, one]
      case .bytes, .accept: list.append(node)
      }
    }
  }

  // MARK: Reading

  private mutating func alternatives(_ text: [UInt8], _ place: inout Int, depth: Int) -> Bool {
    guard depth < Self.depthLimit else { return false }
    var ends: [Int] = []
    var start = nodes.count
    guard sequence(text, &place, depth: depth) else { return false }
    while place < text.count, text[place] == UInt8(ascii: "|") {
      place += 1
      insertSplit(at: start)
      ends.append(nodes.count)
      nodes.append(.jump(0))
      nodes[start] = .split(start + 1, nodes.count)
      start = nodes.count
      guard sequence(text, &place, depth: depth) else { return false }
    }
    for end in ends { nodes[end] = .jump(nodes.count) }
    return true
  }

  private mutating func sequence(_ text: [UInt8], _ place: inout Int, depth: Int) -> Bool {
    while place < text.count, text[place] != UInt8(ascii: "|"), text[place] != UInt8(ascii: ")") {
      let start = nodes.count
      guard atom(text, &place, depth: depth), repetition(text, &place, from: start) else {
        return false
      }
    }
    return true
  }

  private mutating func atom(_ text: [UInt8], _ place: inout Int, depth: Int) -> Bool {
    let byte = text[place]
    place += 1
    switch byte {
    case UInt8(ascii: "("):
      if place + 1 < text.count, text[place] == UInt8(ascii: "?") {
        guard text[place + 1] == UInt8(ascii: ":") else { return false }
        place += 2
      }
      guard alternatives(text, &place, depth: depth + 1), place < text.count,
        text[place] == UInt8(ascii: ")")
      else { return false }
      place += 1
    case UInt8(ascii: "["):
      guard let set = bracket(text, &place) else { return false }
      nodes.append(.bytes(set))
    case UInt8(ascii: "."): nodes.append(.bytes(.all))
    case UInt8(ascii: "^"), UInt8(ascii: "$"): break
    case UInt8(ascii: "\\"):
      guard place < text.count, let set = Self.escape(text[place]) else { return false }
      place += 1
      nodes.append(.bytes(set))
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"): return false
    default:
      var set = ByteSet()
      set.insert(byte...byte)
      nodes.append(.bytes(set))
    }
    return true
  }

  private mutating func repetition(_ text: [UInt8], _ place: inout Int, from start: Int) -> Bool {
    while place < text.count {
      switch text[place] {
      case UInt8(ascii: "*"):
        insertSplit(at: start)
        nodes.append(.jump(start))
        nodes[start] = .split(start + 1, nodes.count)
      case UInt8(ascii: "+"): nodes.append(.split(start, nodes.count + 1))
      case UInt8(ascii: "?"):
        insertSplit(at: start)
        nodes[start] = .split(start + 1, nodes.count)
      case UInt8(ascii: "{"): return false
      default: return true
      }
      place += 1
    }
    return true
  }

  /// Makes room for a node; targets behind it move on.
  private mutating func insertSplit(at start: Int) {
    nodes.insert(.jump(start), at: start)
    func moved(_ target: Int) -> Int { target >= start ? target + 1 : target }
    for index in (start + 1)..<nodes.count {
      switch nodes[index] {
      case .jump(let target): nodes[index] = .jump(moved(target))
      case .split(let one, let other): nodes[index] = .split(moved(one), moved(other))
      case .bytes, .accept: break
      }
    }
  }

  private func bracket(_ text: [UInt8], _ place: inout Int) -> ByteSet? {
    var set = ByteSet()
    let isInverted = place < text.count && text[place] == UInt8(ascii: "^")
    if isInverted { place += 1 }
    var isFirst = true
    while place < text.count, isFirst || text[place] != UInt8(ascii: "]") {
      isFirst = false
      var first = text[place]
      place += 1
      if first == UInt8(ascii: "\\") {
        guard place < text.count, let escaped = Self.escape(text[place]) else { return nil }
        if Self.isClass(text[place]) {
          place += 1
          set.formUnion(escaped)
          continue
        }
        first = text[place]
        place += 1
      }
      var last = first
      if place + 1 < text.count, text[place] == UInt8(ascii: "-"),
        text[place + 1] != UInt8(ascii: "]")
      {
        last = text[place + 1]
        place += 2
      }
      guard first <= last else { return nil }
      set.insert(first...last)
    }
    guard place < text.count else { return nil }
    place += 1
    return isInverted ? set.inverted : set
  }

  private static func isClass(_ byte: UInt8) -> Bool { "dDwWsS".utf8.contains(byte) }

  private static func escape(_ byte: UInt8) -> ByteSet? {
    var set = ByteSet()
    switch byte | 0x20 {
    case UInt8(ascii: "d"): set.insert(0x30...0x39)
    case UInt8(ascii: "s"): for space: UInt8 in [9, 10, 12, 13, 32] { set.insert(space...space) }
    case UInt8(ascii: "w"):
      set.insert(0x30...0x39)
      set.insert(0x41...0x5A)
      set.insert(0x61...0x7A)
      set.insert(0x5F...0x5F)
    case 0x61...0x7A where byte | 0x20 == byte || byte & 0x20 == 0:
      // Other letters mean what is not understood here.
      if (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) { return nil }
      set.insert(byte...byte)
    default: set.insert(byte...byte)
    }
    return isClass(byte) && byte & 0x20 == 0 ? set.inverted : set
  }
}
