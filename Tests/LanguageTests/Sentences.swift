/// Random sentences of the grammar, and small changes of them; the same for the same seed.
struct SentenceGenerator {
  private let rules: [String: EBNF.Expression]
  private let heights: [String: Int]
  private let words: [String]
  private var random: SplitMix

  init(_ grammar: EBNF, seed: UInt64) {
    rules = Dictionary(uniqueKeysWithValues: grammar.sentences.map { ($0.name, $0.body) })
    heights = Self.heights(rules)
    words =
      grammar.keywords.sorted() + grammar.symbols.sorted() + Self.samples.values.flatMap { $0 }
    random = SplitMix(state: seed)
  }

  /// Texts of each token, chosen to stand near its bounds.
  private static let samples: [String: [String]] = [
    "word": [
      "main", "app.py", "app.py:10", "old", "new-2", "x*", "?", "list", "top", "size", "Mark",
      "größe", "a/b", "_x", "peaks", "end.", "native", "second", "B", "s", "windows", "mark",
    ],
    // No unit: after a number it would be one.
    "name": ["big", "mine", "foo-bar", "q?", "Ünder", "app.py"],
    "labelname": ["label.thread", "Label.request", "label.a/b", "label.size"],
    "string": ["\"a b\"", "'it'", "\"q\\\"x\"", "''", "\"\\n\"", "\"peak\"", "'-- x'", "\"a;b\""],
    "regex": ["/a/", "/a\\/b/i", "/[a-z]+;/", "/ /i", "/-- /"],
    "int": ["0", "1", "10", "1_000", "007"],
    "number": ["1.5", "0.25", "10", "1_0.0"],
    "size": ["1B", "4 kB", "1.5MiB", "10gib", "0.5 tb", "64b"],
    "duration": ["10s", "1.5 ms", "1h30min", "5m", "1 h2 s", "3ns", "7us"],
    "percent": ["50%", "1.5 %", "100%"],
    "seq": ["#1", "#1_000"],
    "path": ["out.csv", "\"my file\"", "/tmp/x.html", "a\"b", "--x", "a(b),c"],
    "separator": [";", "\n"],
  ]

  private static func heights(_ rules: [String: EBNF.Expression]) -> [String: Int] {
    var heights: [String: Int] = [:]
    for _ in 0..<30 {
      for (name, body) in rules { heights[name] = height(body, heights) + 1 }
    }
    return heights
  }

  private static func height(_ expression: EBNF.Expression, _ heights: [String: Int]) -> Int {
    switch expression {
    case .rule(let name): samples[name] == nil || heights[name] != nil ? heights[name] ?? 99 : 0
    case .sequence(let parts): parts.map { height($0, heights) }.max() ?? 0
    case .choice(let parts): parts.map { height($0, heights) }.min() ?? 0
    default: 0
    }
  }

  /// The tokens of one sentence.
  mutating func sentence() -> [String] {
    var tokens = expand(.rule("program"), depth: 0)
    // A name that is a unit would be one of the number before it.
    for index in tokens.indices.dropFirst()
    where ["B", "s"].contains(tokens[index])
      && Self.samples["int", default: []].contains(tokens[index - 1])
    {
      tokens[index] = "main"
    }
    return tokens
  }

  private mutating func expand(_ expression: EBNF.Expression, depth: Int) -> [String] {
    switch expression {
    case .literal(let text): return [random.chance(8) ? text.uppercased() : text]
    case .rule(let name):
      if let body = rules[name] { return expand(body, depth: depth + 1) }
      return [random.pick(Self.samples[name] ?? ["?"])]
    case .sequence(let parts): return parts.flatMap { expand($0, depth: depth) }
    case .choice(let parts):
      if depth > 14 {
        let heights = heights
        let lowest = parts.min { Self.height($0, heights) < Self.height($1, heights) }
        return expand(lowest ?? parts[0], depth: depth + 1)
      }
      return expand(random.pick(parts), depth: depth + 1)
    case .optional(let inner):
      return depth < 16 && random.chance(2) ? expand(inner, depth: depth + 1) : []
    case .star(let inner):
      var tokens: [String] = []
      while depth < 12, random.chance(2), tokens.count < 30 {
        tokens += expand(inner, depth: depth + 1)
      }
      return tokens
    default: return []
    }
  }

  /// A sentence with one small change.
  mutating func mutation(of tokens: [String]) -> [String] {
    guard !tokens.isEmpty else { return [random.pick(words)] }
    var changed = tokens
    let place = random.below(tokens.count)
    switch random.below(6) {
    case 0: changed.remove(at: place)
    case 1: changed.insert(tokens[place], at: place)
    case 2: changed.swapAt(place, random.below(tokens.count))
    case 3: changed[place] = random.pick(words)
    case 4: changed.insert(random.pick(words), at: place)
    default:
      var letters = Array(tokens[place])
      let spot = random.below(letters.count + 1)
      if random.chance(2), spot < letters.count {
        letters.remove(at: spot)
      } else {
        letters.insert(random.pick(Array(" .-_;'\"/#%=<>~!(),1akBs*?:\\\n@é")), at: spot)
      }
      changed[place] = String(letters)
    }
    return changed
  }

  /// Tokens as a text, mostly with single spaces.
  mutating func text(_ tokens: [String], tight: Bool) -> String {
    var text = ""
    for token in tokens {
      let isSymbol = token.allSatisfy { "=<>~!(),.".contains($0) }
      let glue = tight && (isSymbol || random.chance(6))
      text += (text.isEmpty || glue ? "" : random.chance(20) ? " \t " : " ") + token
    }
    return text
  }

  /// Words and symbols in no order.
  mutating func soup() -> String {
    let tokens = (0..<random.below(14)).map { _ in random.pick(words) }
    return text(tokens, tight: random.chance(2))
  }
}

/// A small generator of random numbers.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ limit: Int) -> Int {
    limit <= 0 ? 0 : Int(next() % UInt64(limit))
  }

  mutating func chance(_ oneIn: Int) -> Bool { below(oneIn) == 0 }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
