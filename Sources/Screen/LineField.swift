import Language

/// A line that is edited on the screen: text, a cursor, completion and earlier lines.
package struct LineField: Sendable, Equatable {
  private var characters: [Character]
  /// Characters before the cursor.
  package private(set) var cursor: Int
  /// Words that what stands before the cursor may become, after Tab; else none.
  package private(set) var candidates: [String] = []
  private var earlier: [String]
  /// The earlier line that is shown; their number for the one being written.
  private var shown: Int
  private var draft = ""

  /// A line to be changed, with earlier ones behind the up arrow, oldest first.
  package init(_ text: String, earlier: [String] = []) {
    characters = Array(text)
    cursor = characters.count
    self.earlier = earlier
    shown = earlier.count
  }

  /// The line.
  package var text: String { String(characters) }

  /// Takes a key that edits.
  package mutating func press(_ key: KeyPress) {
    if key != .tab { candidates = [] }
    switch key {
    case .character(let character):
      characters.insert(character, at: cursor)
      cursor += 1
    case .backspace where cursor > 0:
      cursor -= 1
      characters.remove(at: cursor)
    case .delete, .control("d"):
      if cursor < characters.count { characters.remove(at: cursor) }
    case .left, .control("b"): cursor = max(0, cursor - 1)
    case .right, .control("f"): cursor = min(characters.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = characters.count
    case .control("k"): characters.removeSubrange(cursor...)
    case .control("u"):
      characters.removeSubrange(..<cursor)
      cursor = 0
    case .control("w"): removeWord()
    case .up, .control("p"): show(shown - 1)
    case .down, .control("n"): show(shown + 1)
    case .tab: complete()
    default: break
    }
  }

  private mutating func removeWord() {
    var start = cursor
    while start > 0, characters[start - 1] == " " { start -= 1 }
    while start > 0, characters[start - 1] != " " { start -= 1 }
    characters.removeSubrange(start..<cursor)
    cursor = start
  }

  private mutating func show(_ index: Int) {
    guard index >= 0, index <= earlier.count, index != shown else { return }
    if shown == earlier.count { draft = text }
    shown = index
    characters = Array(index == earlier.count ? draft : earlier[index])
    cursor = characters.count
  }

  /// Writes what all words of the language share that begin like the word before the cursor.
  private mutating func complete() {
    let start = characters[..<cursor].lastIndex { " \t,(;=~".contains($0) }.map { $0 + 1 } ?? 0
    let typed = String(characters[start..<cursor]).lowercased()
    guard !typed.isEmpty else { return }
    let words = Vocabulary.words.filter { $0.lowercased().hasPrefix(typed) }.sorted()
    candidates = words.count > 1 ? words : []
    guard let first = words.first else { return }
    var common = Array(first)
    for word in words.dropFirst() {
      common = Array(zip(common, word).prefix { $0 == $1 }.map(\.0))
    }
    guard words.count == 1 || common.count > typed.count else { return }
    let ending = words.count == 1 ? common + [" "] : common
    characters.replaceSubrange(start..<cursor, with: ending)
    cursor = start + ending.count
  }
}
