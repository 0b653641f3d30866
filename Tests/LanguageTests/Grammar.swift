import Foundation

/// A grammar in the EBNF of the W3C, read without help of the parser it is compared with.
struct EBNF {
  indirect enum Expression {
    case literal(String)
    case set([ClosedRange<UInt32>], negated: Bool)
    case rule(String)
    case sequence([Expression])
    case choice([Expression])
    case optional(Expression)
    case star(Expression)
    case plus(Expression)
    case except(Expression, Expression)
  }

  /// Rules of sentences, in order.
  var sentences: [(name: String, body: Expression)] = []
  /// Rules of tokens.
  var tokens: [String: Expression] = [:]

  init(contentsOf file: URL) throws {
    try self.init(String(contentsOf: file, encoding: .utf8))
  }

  init(_ text: String) throws {
    let halves = text.components(separatedBy: "/* tokens */")
    guard halves.count == 2 else { throw Malformed(reason: "one line of tokens is wanted") }
    sentences = try Reader(halves[0]).rules()
    for rule in try Reader(halves[1]).rules() { tokens[rule.name] = rule.body }
  }

  struct Malformed: Error { var reason: String }

  /// Every literal of an expression.
  static func literals(_ expression: Expression) -> [String] {
    switch expression {
    case .literal(let text): [text]
    case .set, .rule: []
    case .sequence(let parts), .choice(let parts): parts.flatMap(literals)
    case .optional(let inner), .star(let inner), .plus(let inner): literals(inner)
    case .except(let left, _): literals(left)
    }
  }

  /// Literals of the rules of sentences that are words.
  var keywords: Set<String> {
    Set(sentences.flatMap { Self.literals($0.body) }.filter { $0.first?.isLetter == true })
  }

  /// Literals of the rules of sentences that are no words.
  var symbols: Set<String> {
    Set(sentences.flatMap { Self.literals($0.body) }.filter { $0.first?.isLetter != true })
  }

  /// Words that cannot be names.
  var reserved: Set<String> { Set(tokens["reserved"].map(Self.literals) ?? []) }
}

/// Recursive descent over the text of a grammar.
private struct Reader {
  private var scalars: [Unicode.Scalar]
  private var index = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  func rules() throws -> [(name: String, body: EBNF.Expression)] {
    var reader = self
    var rules: [(name: String, body: EBNF.Expression)] = []
    while let name = reader.ruleStart() { rules.append((name, try reader.choice())) }
    reader.skipBlanks()
    guard reader.index == reader.scalars.count else {
      throw EBNF.Malformed(reason: "a rule at \(reader.index)")
    }
    return rules
  }

  private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    index + offset < scalars.count ? scalars[index + offset] : nil
  }

  private mutating func skipBlanks() {
    while let next = peek() {
      if next == " " || next == "\n" {
        index += 1
      } else if next == "/", peek(1) == "*" {
        while index < scalars.count, !(peek() == "*" && peek(1) == "/") { index += 1 }
        index = min(index + 2, scalars.count)
      } else {
        return
      }
    }
  }

  private mutating func word() -> String {
    var text = String.UnicodeScalarView()
    while let next = peek(), next.properties.isAlphabetic || next.properties.numericType != nil {
      text.append(next)
      index += 1
    }
    return String(text)
  }

  /// The name of a rule, when `::=` follows it; else nothing is read.
  private mutating func ruleStart() -> String? {
    let start = index
    skipBlanks()
    let name = word()
    skipBlanks()
    guard !name.isEmpty, peek() == ":", peek(1) == ":", peek(2) == "=" else {
      index = start
      return nil
    }
    index += 3
    return name
  }

  private mutating func choice() throws -> EBNF.Expression {
    var parts = [try sequence()]
    skipBlanks()
    while peek() == "|" {
      index += 1
      parts.append(try sequence())
      skipBlanks()
    }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private mutating func sequence() throws -> EBNF.Expression {
    var parts: [EBNF.Expression] = []
    while true {
      skipBlanks()
      guard let next = peek(), next != "|", next != ")" else { break }
      let start = index
      if ruleStart() != nil {
        index = start
        break
      }
      if next == "-" {
        index += 1
        guard let left = parts.popLast() else { throw EBNF.Malformed(reason: "a lone minus") }
        skipBlanks()
        parts.append(.except(left, try suffixed()))
      } else {
        parts.append(try suffixed())
      }
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func suffixed() throws -> EBNF.Expression {
    var expression = try primary()
    while let next = peek(), ["?", "*", "+"].contains(next) {
      index += 1
      switch next {
      case "?": expression = .optional(expression)
      case "*": expression = .star(expression)
      default: expression = .plus(expression)
      }
    }
    return expression
  }

  private mutating func primary() throws -> EBNF.Expression {
    guard let next = peek() else { throw EBNF.Malformed(reason: "the end") }
    switch next {
    case "(":
      index += 1
      let inner = try choice()
      skipBlanks()
      guard peek() == ")" else { throw EBNF.Malformed(reason: "no closing parenthesis") }
      index += 1
      return inner
    case "'", "\"":
      index += 1
      var text = String.UnicodeScalarView()
      while let inside = peek(), inside != next {
        text.append(inside)
        index += 1
      }
      index += 1
      return .literal(String(text))
    case "[": return try set()
    case "#":
      let value = try character()
      return .set([value...value], negated: false)
    default:
      let name = word()
      guard !name.isEmpty else { throw EBNF.Malformed(reason: "`\(next)` at \(index)") }
      return .rule(name)
    }
  }

  private mutating func set() throws -> EBNF.Expression {
    index += 1
    let negated = peek() == "^"
    if negated { index += 1 }
    var ranges: [ClosedRange<UInt32>] = []
    while let next = peek(), next != "]" {
      let lower = try character()
      if peek() == "-", peek(1) != "]" {
        index += 1
        ranges.append(lower...(try character()))
      } else {
        ranges.append(lower...lower)
      }
    }
    index += 1
    return .set(ranges, negated: negated)
  }

  private mutating func character() throws -> UInt32 {
    guard let next = peek() else { throw EBNF.Malformed(reason: "the end") }
    index += 1
    guard next == "#", peek() == "x" else { return next.value }
    index += 1
    var digits = ""
    while let digit = peek(), digit.properties.isASCIIHexDigit {
      digits.unicodeScalars.append(digit)
      index += 1
    }
    guard let value = UInt32(digits, radix: 16) else { throw EBNF.Malformed(reason: "#x") }
    return value
  }
}
