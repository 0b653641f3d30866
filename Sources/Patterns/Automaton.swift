/// Matches texts against a program, and remembers which set of steps follows which on which
/// character, so that most characters cost one look-up.
///
/// Each character costs at most as many steps as the program has, whatever came before: nothing
/// is tried twice. Memory is bounded: when too much is remembered, all is forgotten.
/// Hot: one table look-up a byte of ASCII text, about 1 ns; others are taken character by
/// character.
struct Automaton {
  /// ASCII characters, and the end of a text.
  private static let columns = 129
  private static let endColumn = 128
  private static let stateLimit = 4096
  private static let memberLimit = 1 << 20
  private static let symbolLimit = 1024

  /// What stands before a place in a text.
  private enum Before: UInt8 { case start, newline, word, other }
  /// What stands behind it.
  private enum Behind { case end, newline, lastNewline, word, other }

  /// Steps that the automaton is at, before those that need no character.
  private struct Members: Hashable {
    var steps: [UInt16]
    var before: Before
  }

  /// Answers of the table; greater ones are states, plus two.
  private static let unknown: UInt32 = 0
  private static let matched: UInt32 = 1

  private let steps: [ExpressionProgram.Step]
  private let hasChecks: Bool
  private let needsLastNewline: Bool
  private let tests: [CharacterTest]
  /// Which ASCII characters pass each test.
  private let ascii: [(low: UInt64, high: UInt64)]
  private let words: (low: UInt64, high: UInt64)
  private let word: NamedClass?

  private var table: [UInt32] = []
  private var members: [Members] = []
  private var numbers: [Members: UInt32] = [:]
  private var memberTotal = 0
  /// What is not ASCII: which tests a character passes.
  private var symbols: [Character: [Bool]] = [:]
  private var open: [UInt16] = []
  private var marks: [UInt32]
  private var nextMarks: [UInt32]
  private var round: UInt32 = 0

  init(_ program: ExpressionProgram, _ tests: [CharacterTest]) {
    steps = program.steps
    hasChecks = program.hasChecks
    needsLastNewline = program.steps.contains {
      if case .check(.endOrLastNewline) = $0 { true } else { false }
    }
    self.tests = tests
    ascii = tests.map { Self.bitmap($0) }
    let hasWords = program.steps.contains {
      if case .check(let check) = $0 {
        check == .wordBoundary || check == .noWordBoundary
      } else {
        false
      }
    }
    let word = hasWords ? NamedClass("\\w") : nil
    self.word = word
    words = word.map { Self.bitmap(.named($0)) } ?? (0, 0)
    marks = Array(repeating: 0, count: program.steps.count)
    nextMarks = marks
    forget()
  }

  private static func bitmap(_ test: CharacterTest) -> (low: UInt64, high: UInt64) {
    var bits: (low: UInt64, high: UInt64) = (0, 0)
    if case .one(let character) = test {
      guard let value = character.asciiValue, character.utf8.count == 1 else { return bits }
      if value < 64 { bits.low = 1 << UInt64(value) } else { bits.high = 1 << UInt64(value - 64) }
      return bits
    }
    for value: UInt8 in 0..<128 where test.passes(Character(UnicodeScalar(value))) {
      if value < 64 { bits.low |= 1 << UInt64(value) } else { bits.high |= 1 << UInt64(value - 64) }
    }
    return bits
  }

  @inline(__always)
  private static func contains(_ bits: (low: UInt64, high: UInt64), _ value: Int) -> Bool {
    let word = value < 64 ? bits.low : bits.high
    return word &>> UInt64(value & 63) & 1 != 0
  }

  // MARK: Texts

  /// Whether any part of a text is met.
  mutating func matches(_ text: String) -> Bool {
    if let answer = matchesASCII(text.utf8.span) { return answer }
    return matchesCharacters(text)
  }

  /// Nil when the text holds what is no ASCII, or characters of two bytes.
  private mutating func matchesASCII(_ bytes: Span<UInt8>) -> Bool? {
    if needsLastNewline, let last = bytes.indices.last, (0x0A...0x0D).contains(bytes[last]) {
      return nil
    }
    var state = 0
    for index in bytes.indices {
      let byte = bytes[index]
      guard byte < 0x80, byte != 0x0D else { return nil }
      var next = table[state &* Self.columns &+ Int(byte)]
      if next <= Self.matched {
        if next == Self.unknown { next = follow(state, column: Int(byte)) }
        if next == Self.matched { return true }
      }
      state = Int(next) &- 2
    }
    var last = table[state &* Self.columns &+ Self.endColumn]
    if last == Self.unknown { last = follow(state, column: Self.endColumn) }
    return last == Self.matched
  }

  private mutating func matchesCharacters(_ text: String) -> Bool {
    var state = 0
    var index = text.startIndex
    while index < text.endIndex {
      let character = text[index]
      index = text.index(after: index)
      let isLast = index == text.endIndex && character.isNewline
      let next: UInt32
      if character.utf8.count == 1, let value = character.asciiValue, !(isLast && needsLastNewline)
      {
        let known = table[state &* Self.columns &+ Int(value)]
        next = known == Self.unknown ? follow(state, column: Int(value)) : known
      } else {
        next = follow(state, character, isLast: isLast)
      }
      if next == Self.matched { return true }
      state = Int(next) &- 2
    }
    let last = table[state &* Self.columns &+ Self.endColumn]
    return (last == Self.unknown ? follow(state, column: Self.endColumn) : last) == Self.matched
  }

  // MARK: States

  private mutating func forget() {
    table.removeAll(keepingCapacity: true)
    members.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    memberTotal = 0
    _ = number(of: Members(steps: [0], before: hasChecks ? .start : .other))
  }

  private mutating func number(of found: Members) -> UInt32 {
    if let known = numbers[found] { return known }
    if members.count >= Self.stateLimit || memberTotal > Self.memberLimit { forget() }
    // The first state is known again by now.
    if let known = numbers[found] { return known }
    let number = UInt32(members.count) + 2
    numbers[found] = number
    members.append(found)
    memberTotal += found.steps.count
    table.append(contentsOf: repeatElement(Self.unknown, count: Self.columns))
    return number
  }

  /// The state behind an ASCII character or the end, kept in the table.
  private mutating func follow(_ state: Int, column: Int) -> UInt32 {
    let from = members[state]
    let behind: Behind
    let before: Before
    if column == Self.endColumn {
      (behind, before) = (.end, .other)
    } else if (0x0A...0x0D).contains(column) {
      (behind, before) = (.newline, .newline)
    } else if Self.contains(words, column) {
      (behind, before) = (.word, .word)
    } else {
      (behind, before) = (.other, .other)
    }
    let isEnd = column == Self.endColumn
    let bitmaps = ascii
    let next = follow(from, behind, before) { test in
      !isEnd && Self.contains(bitmaps[test], column)
    }
    let count = members.count
    let answer = next.map { number(of: $0) } ?? Self.matched
    // Unless all was forgotten on the way.
    if members.count >= count, state < members.count, members[state] == from {
      table[state &* Self.columns &+ column] = answer
    }
    return answer
  }

  private mutating func follow(_ state: Int, _ character: Character, isLast: Bool) -> UInt32 {
    let passes: [Bool]
    if let known = symbols[character] {
      passes = known
    } else {
      passes = tests.map { $0.passes(character) }
      if symbols.count >= Self.symbolLimit { symbols.removeAll(keepingCapacity: true) }
      symbols[character] = passes
    }
    let isWord = word?.contains(character) ?? false
    let isNewline = character.isNewline
    let next = follow(
      members[state], isNewline ? (isLast ? .lastNewline : .newline) : isWord ? .word : .other,
      isNewline ? .newline : isWord ? .word : .other
    ) { passes[$0] }
    return next.map { number(of: $0) } ?? Self.matched
  }

  // MARK: Steps

  /// The steps behind a character; nil when the program is met before it.
  private mutating func follow(
    _ from: Members, _ behind: Behind, _ before: Before, _ passes: (Int) -> Bool
  ) -> Members? {
    startRound()
    open.removeAll(keepingCapacity: true)
    open.append(contentsOf: from.steps)
    // A match may begin anywhere.
    var found: [UInt16] = [0]
    nextMarks[0] = round
    while let step = open.popLast() {
      let index = Int(step)
      guard marks[index] != round else { continue }
      marks[index] = round
      switch steps[index] {
      case .accept: return nil
      case .jump(let target): open.append(UInt16(target))
      case .split(let one, let other):
        open.append(UInt16(one))
        open.append(UInt16(other))
      case .check(let assertion):
        if Self.holds(assertion, from.before, behind) { open.append(step + 1) }
      case .take(let test):
        if nextMarks[index + 1] != round, passes(test) {
          nextMarks[index + 1] = round
          found.append(step + 1)
        }
      }
    }
    found.sort()
    return Members(steps: found, before: hasChecks ? before : .other)
  }

  private mutating func startRound() {
    round &+= 1
    guard round == 0 else { return }
    for index in marks.indices {
      marks[index] = 0
      nextMarks[index] = 0
    }
    round = 1
  }

  private static func holds(
    _ assertion: ExpressionNode.Assertion, _ before: Before, _ behind: Behind
  ) -> Bool {
    switch assertion {
    case .start: before == .start
    case .end: behind == .end
    case .lineStart: before == .start || before == .newline
    case .lineEnd: behind == .end || behind == .newline || behind == .lastNewline
    case .endOrLastNewline: behind == .end || behind == .lastNewline
    case .wordBoundary: (before == .word) != (behind == .word)
    case .noWordBoundary: (before == .word) == (behind == .word)
    }
  }
}
