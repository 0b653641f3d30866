/// Cuts text into tokens by the token rules of the grammar.
///
/// Each rule is matched by following all its readings at once; the bounds written above the rules
/// (the end of a word, of a unit) are the only knowledge not read from the file.
struct GrammarTokenizer {
  /// A token: where it ends and which terminals it can be.
  struct Token {
    var end: Int
    var classes: [String]
    var keyword: String?
    var symbol: String?
  }

  let rules: [String: EBNF.Expression]
  let keywords: Set<String>
  let symbols: [[UInt32]]
  let reserved: Set<String>
  private let word: EBNF.Expression
  private var startCache: [String: [Bool]] = [:]

  private static let classes = [
    "string", "regex", "int", "number", "size", "duration", "percent", "seq", "separator",
  ]

  init(_ grammar: EBNF) throws {
    rules = grammar.tokens
    keywords = grammar.keywords
    reserved = grammar.reserved
    symbols = grammar.symbols.map { $0.unicodeScalars.map(\.value) }
    guard case .except(let word, _) = grammar.tokens["word"] else {
      throw EBNF.Malformed(reason: "a word excludes what is reserved")
    }
    self.word = word
    for name in Self.classes {
      let body = EBNF.Expression.rule(name)
      startCache[name] = (0..<128).map { code in
        [[UInt32]]([[code], [code, 0x31], [code, 0x61]]).contains { !ends(body, in: $0).isEmpty }
          || canGoOn(body, code)
      }
    }
  }

  /// Whether a token of this rule can begin with a character, by trying likely continuations.
  private func canGoOn(_ body: EBNF.Expression, _ code: UInt32) -> Bool {
    let tails = ["''", "\"\"", "x/", "1B", "1s", "s", "B", "%"]
    return tails.contains { !ends(body, in: [code] + $0.unicodeScalars.map(\.value)).isEmpty }
  }

  /// The position after blanks and comments.
  func skipBlanks(_ text: [UInt32], _ start: Int) -> Int {
    var position = start
    while position < text.count {
      if let end = ends(.rule("blank"), text, position).max() {
        position = end
      } else if let end = ends(.rule("comment"), text, position).max(),
        end == text.count || text[end] == 0x0A
      {
        position = end
      } else {
        break
      }
    }
    return position
  }

  /// The end of the path at a position.
  func path(_ text: [UInt32], _ start: Int) -> Int? { ends(.rule("path"), text, start).max() }

  /// The longest token at a position.
  func token(_ text: [UInt32], _ start: Int) -> Token? {
    var best = Token(end: start, classes: [])
    func offer(_ end: Int?, _ change: (inout Token) -> Void) {
      guard let end, end >= best.end, end > start else { return }
      if end > best.end { best = Token(end: end, classes: []) }
      change(&best)
    }
    let first = text[start]
    for name in Self.classes where first >= 128 || startCache[name]?[Int(first)] == true {
      let isUnit = name == "size" || name == "duration"
      let found = ends(.rule(name), text, start, ignoringCase: name == "size")
      let end = found.filter { !isUnit || !continuesUnit(text, $0) }.max()
      offer(end) { $0.classes.append(name) }
    }
    for symbol in symbols where text[start...].starts(with: symbol) {
      let name = String(String.UnicodeScalarView(symbol.compactMap(Unicode.Scalar.init)))
      offer(start + symbol.count) { $0.symbol = name }
    }
    let bound = wordBound(text, start)
    let end = ends(word, text, start).filter { $0 <= bound }.max()
    offer(end) { token in
      let typed = String(
        String.UnicodeScalarView(text[start..<token.end].compactMap(Unicode.Scalar.init)))
      let lowered = Self.lowercased(typed)
      if keywords.contains(lowered) { token.keyword = lowered }
      if !reserved.contains(lowered) {
        token.classes.append("word")
        let isLabel = lowered.hasPrefix("label.") && lowered.count > "label.".count
        if isLabel { token.classes.append("labelname") }
        if token.keyword == nil, !isLabel { token.classes.append("name") }
      }
    }
    return best.end > start ? best : nil
  }

  /// Before the first `..`, and after a word of time before a sign and a digit.
  private func wordBound(_ text: [UInt32], _ start: Int) -> Int {
    var bound = text.count
    for index in start..<text.count where index + 1 < text.count {
      if text[index] == 0x2E, text[index + 1] == 0x2E {
        bound = index
        break
      }
    }
    for time in ["start", "end", "peak"] {
      let end = start + time.count
      guard end + 1 < text.count, text[end] == 0x2D, (0x30...0x39).contains(text[end + 1]) else {
        continue
      }
      let typed = text[start..<end].compactMap(Unicode.Scalar.init)
      if Self.lowercased(String(String.UnicodeScalarView(typed))) == time {
        bound = min(bound, end)
      }
    }
    return bound
  }

  private func continuesUnit(_ text: [UInt32], _ end: Int) -> Bool {
    guard end < text.count else { return false }
    let next = text[end]
    return !ends(.rule("letter"), text, end).isEmpty || (0x30...0x39).contains(next)
      || [0x2A, 0x3F, 0x3A, 0x2F].contains(next)
  }

  private static func lowercased(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map {
          (0x41...0x5A).contains($0.value) ? Unicode.Scalar(UInt8($0.value) | 0x20) : $0
        }))
  }

  private func ends(_ body: EBNF.Expression, in text: [UInt32]) -> Set<Int> {
    Set(ends(body, text, 0, ignoringCase: true))
  }

  /// Every place where a reading of the expression ends.
  private func ends(
    _ expression: EBNF.Expression, _ text: [UInt32], _ start: Int, ignoringCase: Bool = false
  ) -> [Int] {
    switch expression {
    case .literal(let literal):
      var index = start
      for scalar in literal.unicodeScalars {
        guard index < text.count, same(text[index], scalar.value, ignoringCase) else { return [] }
        index += 1
      }
      return [index]
    case .set(let ranges, let negated):
      guard start < text.count else { return [] }
      let next = text[start]
      var isIn = ranges.contains { $0.contains(next) }
      if ignoringCase, !isIn, (0x41...0x5A).contains(next & ~0x20) {
        isIn = ranges.contains { $0.contains(next ^ 0x20) }
      }
      return isIn != negated ? [start + 1] : []
    case .rule(let name):
      return rules[name].map { ends($0, text, start, ignoringCase: ignoringCase) } ?? []
    case .sequence(let parts):
      var places = [start]
      for part in parts {
        places = unique(places.flatMap { ends(part, text, $0, ignoringCase: ignoringCase) })
        if places.isEmpty { break }
      }
      return places
    case .choice(let parts):
      return unique(parts.flatMap { ends($0, text, start, ignoringCase: ignoringCase) })
    case .optional(let inner):
      return unique([start] + ends(inner, text, start, ignoringCase: ignoringCase))
    case .star(let inner): return repeated(inner, text, [start], ignoringCase)
    case .plus(let inner):
      let first = ends(inner, text, start, ignoringCase: ignoringCase)
      return repeated(inner, text, first, ignoringCase)
    case .except(let left, let right):
      let excluded = ends(right, text, start, ignoringCase: ignoringCase)
      return ends(left, text, start, ignoringCase: ignoringCase).filter { !excluded.contains($0) }
    }
  }

  private func repeated(
    _ inner: EBNF.Expression, _ text: [UInt32], _ starts: [Int], _ ignoringCase: Bool
  ) -> [Int] {
    var found = starts
    var frontier = starts
    while !frontier.isEmpty {
      let next = frontier.flatMap { ends(inner, text, $0, ignoringCase: ignoringCase) }
      frontier = unique(next).filter { !found.contains($0) }
      found += frontier
    }
    return found
  }

  private func unique(_ places: [Int]) -> [Int] {
    places.count < 2 ? places : Array(Set(places)).sorted()
  }

  private func same(_ left: UInt32, _ right: UInt32, _ ignoringCase: Bool) -> Bool {
    left == right
      || ignoringCase && left ^ right == 0x20 && (0x41...0x5A).contains(left & ~0x20)
  }
}
