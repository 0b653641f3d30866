/// Which known word a mistyped one is nearest to.
package enum NearestWord {
  /// The nearest words, best first, at most two; none when nothing is near.
  ///
  /// Near is a small Damerau-Levenshtein distance for the word's length, or an abbreviation of at
  /// least three letters. Case is ignored.
  package static func matches(for typed: String, in known: some Sequence<String>) -> [String] {
    let word = Array(typed.asciiLowercased.utf8)
    guard !word.isEmpty, word.count <= 40 else { return [] }
    var best: [(word: String, score: Int)] = []
    for candidate in known {
      let other = Array(candidate.asciiLowercased.utf8)
      guard other != word, other.count <= 80, let score = score(word, other) else { continue }
      best.append((candidate, score))
    }
    guard let least = best.map(\.score).min() else { return [] }
    var result: [String] = []
    for match in best where match.score == least && !result.contains(match.word) {
      result.append(match.word)
    }
    return result.count <= 2 ? result : Array(result.prefix(2))
  }

  /// Words in backticks, separated by commas, cut after a number of them.
  package static func list(_ words: [String], limit: Int) -> String {
    let shown = words.prefix(limit).map { "`\($0)`" }.joined(separator: ", ")
    return words.count > limit ? shown + ", …" : shown
  }

  /// Smaller is nearer; nil is not near.
  private static func score(_ word: [UInt8], _ other: [UInt8]) -> Int? {
    let allowed = word.count <= 4 ? 1 : word.count <= 8 ? 2 : 3
    let edits = distance(word, other)
    // Of a short word at least half must be left.
    if edits <= allowed, edits * 2 <= max(word.count, 2) { return edits * 2 }
    if word.count >= 3, other.count <= word.count * 2 + 1, other.starts(with: word) { return 5 }
    return nil
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
  package static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    if abs(left.count - right.count) > 3 { return abs(left.count - right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let isSame = left[row] == right[column]
        var cost = min(last[column + 1], current[column]) + 1
        cost = min(cost, last[column] + (isSame ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
