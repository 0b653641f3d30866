/// Recognises sentences by Earley's algorithm over the grammar as it stands in the file.
struct EarleyRecogniser {
  private enum Symbol: Hashable {
    case nonterminal(Int)
    case terminal(Int)
  }

  private struct Production {
    var left: Int
    var right: [Symbol]
    var first = SIMD4<UInt64>()
    var isNullable = false
  }

  private struct Item: Hashable {
    var production: Int32
    var dot: Int32
    var origin: Int32
  }

  let tokenizer: GrammarTokenizer
  private var productions: [Production] = []
  private var byLeft: [[Int]] = []
  private var nullable: [Bool] = []
  private var terminals: [String: Int] = [:]
  private var names: [String: Int] = [:]
  private var pathMask = SIMD4<UInt64>()

  init(_ grammar: EBNF) throws {
    tokenizer = try GrammarTokenizer(grammar)
    for rule in grammar.sentences { names[rule.name] = newNonterminal() }
    for rule in grammar.sentences {
      guard let left = names[rule.name] else { continue }
      try add(rule.body, to: left, tokens: grammar.tokens)
    }
    byLeft = Array(repeating: [], count: nullable.count)
    for (index, production) in productions.enumerated() { byLeft[production.left].append(index) }
    computeFirstSets()
    if let path = terminals["<path>"] { pathMask = Self.mask(path) }
    guard terminals.count <= 256, names["program"] == 0 else {
      throw EBNF.Malformed(reason: "too many terminals, or no program")
    }
  }

  private mutating func newNonterminal() -> Int {
    nullable.append(false)
    return nullable.count - 1
  }

  private mutating func terminal(_ name: String) -> Symbol {
    if let index = terminals[name] { return .terminal(index) }
    terminals[name] = terminals.count
    return .terminal(terminals.count - 1)
  }

  private mutating func add(
    _ body: EBNF.Expression, to left: Int, tokens: [String: EBNF.Expression]
  ) throws {
    if case .choice(let parts) = body {
      for part in parts {
        let right = try symbols(part, tokens)
        productions.append(Production(left: left, right: right))
      }
    } else {
      let right = try symbols(body, tokens)
      productions.append(Production(left: left, right: right))
    }
  }

  private mutating func symbols(
    _ expression: EBNF.Expression, _ tokens: [String: EBNF.Expression]
  ) throws -> [Symbol] {
    switch expression {
    case .literal(let text): return [terminal(text)]
    case .rule(let name):
      if let index = names[name] { return [.nonterminal(index)] }
      guard tokens[name] != nil else { throw EBNF.Malformed(reason: "no rule \(name)") }
      return [terminal("<\(name)>")]
    case .sequence(let parts):
      var right: [Symbol] = []
      for part in parts { right += try symbols(part, tokens) }
      return right
    case .choice:
      let inner = newNonterminal()
      try add(expression, to: inner, tokens: tokens)
      return [.nonterminal(inner)]
    case .optional(let part):
      let inner = newNonterminal()
      let right = try symbols(part, tokens)
      productions.append(Production(left: inner, right: []))
      productions.append(Production(left: inner, right: right))
      return [.nonterminal(inner)]
    case .star(let part):
      let inner = newNonterminal()
      let right = try symbols(part, tokens)
      productions.append(Production(left: inner, right: []))
      productions.append(Production(left: inner, right: [.nonterminal(inner)] + right))
      return [.nonterminal(inner)]
    case .plus, .set, .except: throw EBNF.Malformed(reason: "a rule of sentences")
    }
  }

  private static func mask(_ terminal: Int) -> SIMD4<UInt64> {
    var mask = SIMD4<UInt64>()
    mask[terminal / 64] = 1 << UInt64(terminal % 64)
    return mask
  }

  private mutating func computeFirstSets() {
    var first = Array(repeating: SIMD4<UInt64>(), count: nullable.count)
    var changed = true
    while changed {
      changed = false
      for index in productions.indices {
        var set = SIMD4<UInt64>()
        var isNullable = true
        for symbol in productions[index].right where isNullable {
          switch symbol {
          case .terminal(let terminal):
            set |= Self.mask(terminal)
            isNullable = false
          case .nonterminal(let inner):
            set |= first[inner]
            isNullable = nullable[inner]
          }
        }
        productions[index].first = set
        productions[index].isNullable = isNullable
        let left = productions[index].left
        if first[left] | set != first[left] || isNullable && !nullable[left] { changed = true }
        first[left] |= set
        if isNullable { nullable[left] = true }
      }
    }
  }

  /// Whether a text is a sentence.
  func accepts(_ source: String) -> Bool {
    let text = source.unicodeScalars.map(\.value)
    var position = tokenizer.skipBlanks(text, 0)
    var sets: [[Item]] = [
      byLeft[0].map { Item(production: Int32($0), dot: 0, origin: 0) }
    ]
    while true {
      let isEnd = position == text.count
      let token = isEnd ? nil : tokenizer.token(text, position)
      let classes = token.map(mask) ?? SIMD4<UInt64>()
      close(&sets, classes)
      let set = sets[sets.count - 1]
      if isEnd { return set.contains { $0.origin == 0 && isComplete($0) && isOfProgram($0) } }
      var next = advanced(set, over: pathMask)
      var end = next.isEmpty ? nil : tokenizer.path(text, position)
      if next.isEmpty {
        next = advanced(set, over: classes)
        end = token?.end
      }
      guard let end, !next.isEmpty else { return false }
      sets.append(next)
      position = tokenizer.skipBlanks(text, end)
    }
  }

  private func mask(_ token: GrammarTokenizer.Token) -> SIMD4<UInt64> {
    let names = token.classes.map { "<\($0)>" } + [token.keyword, token.symbol].compactMap { $0 }
    return names.compactMap { terminals[$0] }.reduce(into: SIMD4<UInt64>()) { $0 |= Self.mask($1) }
  }

  private func isComplete(_ item: Item) -> Bool {
    Int(item.dot) == productions[Int(item.production)].right.count
  }

  private func isOfProgram(_ item: Item) -> Bool { productions[Int(item.production)].left == 0 }

  private func advanced(_ set: [Item], over mask: SIMD4<UInt64>) -> [Item] {
    set.compactMap { item in
      let right = productions[Int(item.production)].right
      guard Int(item.dot) < right.count, case .terminal(let terminal) = right[Int(item.dot)],
        mask[terminal / 64] & (1 << UInt64(terminal % 64)) != 0
      else { return nil }
      return Item(production: item.production, dot: item.dot + 1, origin: item.origin)
    }
  }

  /// Predicts and completes until nothing is new; predictions look one token ahead.
  private func close(_ sets: inout [[Item]], _ classes: SIMD4<UInt64>) {
    let here = Int32(sets.count - 1)
    let mask = classes | pathMask
    var items = sets[sets.count - 1]
    var seen = Set(items)
    var index = 0
    func add(_ item: Item) {
      if seen.insert(item).inserted { items.append(item) }
    }
    while index < items.count {
      let item = items[index]
      index += 1
      let right = productions[Int(item.production)].right
      guard Int(item.dot) < right.count else {
        let left = productions[Int(item.production)].left
        let origin = item.origin == here ? items : sets[Int(item.origin)]
        for waiting in origin where expects(waiting, left) {
          add(
            Item(production: waiting.production, dot: waiting.dot + 1, origin: waiting.origin))
        }
        continue
      }
      guard case .nonterminal(let inner) = right[Int(item.dot)] else { continue }
      for candidate in byLeft[inner] {
        let production = productions[candidate]
        if production.isNullable || production.first & mask != SIMD4<UInt64>() {
          add(Item(production: Int32(candidate), dot: 0, origin: here))
        }
      }
      if nullable[inner] {
        add(Item(production: item.production, dot: item.dot + 1, origin: item.origin))
      }
    }
    sets[sets.count - 1] = items
  }

  private func expects(_ item: Item, _ left: Int) -> Bool {
    let right = productions[Int(item.production)].right
    return Int(item.dot) < right.count && right[Int(item.dot)] == .nonterminal(left)
  }
}
