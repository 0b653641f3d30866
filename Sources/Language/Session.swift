/// What `let` and `mark on frame` said so far: lasts for a command line, a file or a REPL.
package struct Session: Sendable {
  /// A named condition, as typed.
  package struct Definition: Sendable, Hashable {
    /// The name; case matters.
    package var name: String
    /// The condition, names of other definitions unresolved.
    package var predicate: Predicate
  }

  /// Definitions in the order of their first `let`.
  private(set) var defined: [Definition] = []
  /// Frames whose outermost calls are marks, in order.
  package private(set) var marks: [Pattern] = []

  /// A session that knows nothing.
  package init() {}

  /// Notes a `let` or `mark on frame`; other statements change nothing.
  ///
  /// - Parameter statement: A parsed statement.
  /// - Throws: A definition that uses unknown names, or itself.
  package mutating func note(_ statement: Statement) throws(QueryError) {
    switch statement {
    case .letDefinition(let name, let predicate): try define(name, predicate)
    case .markOnFrame(let pattern):
      if !marks.contains(where: { $0.text == pattern.text && $0.form == pattern.form }) {
        marks.append(pattern)
      }
    default: return
    }
  }

  /// Makes a parsed statement ready for planning: checked, noted, names replaced.
  ///
  /// - Parameter statement: A parsed statement.
  /// - Returns: The same statement without names of `let`.
  /// - Throws: What means nothing, unknown names and circles.
  package mutating func prepare(_ statement: Statement) throws(QueryError) -> Statement {
    let resolved = try resolve(statement)
    try Checker.check(resolved)
    try note(resolved)
    return resolved
  }

  /// The statement with the names of its conditions replaced by what they stand for.
  ///
  /// - Parameter statement: A parsed statement.
  /// - Returns: The same statement without names.
  /// - Throws: A name that no `let` defined.
  package func resolve(_ statement: Statement) throws(QueryError) -> Statement {
    switch statement {
    case .query(let query): return .query(try resolve(query))
    case .assert(var assertion):
      assertion.query = try resolve(assertion.query)
      return .assert(assertion)
    case .explain(let inner, let analyze):
      return .explain(try resolve(inner), analyze: analyze)
    default: return statement
    }
  }

  /// The question with the names of its conditions replaced by what they stand for.
  package func resolve(_ query: Query) throws(QueryError) -> Query {
    var resolved = query
    if query.usesMarks { resolved.frameMarks = marks }
    resolved.suppressions = try suppressions(of: query)
    guard let filter = query.filter else { return resolved }
    resolved.filter = try resolve(filter)
    return resolved
  }

  /// A condition with names replaced.
  func resolve(_ predicate: Predicate) throws(QueryError) -> Predicate {
    var resolution = LetResolution(lets: lets)
    return try resolution.resolve(predicate, at: nil).simplified
  }

  /// The canonical text of a resolved statement with the marks of the session it speaks of.
  package func canonicalText(of statement: Statement) -> String {
    let text = statement.canonicalText
    guard !marks.isEmpty, statement.usesMarks else { return text }
    return (marks.map { "mark on frame " + $0.canonicalText } + [text]).joined(separator: "; ")
  }

  private mutating func define(
    _ name: Located<String>, _ predicate: Predicate
  ) throws(QueryError) {
    var definitions = defined
    let definition = Definition(name: name.value, predicate: predicate)
    if let index = defined.firstIndex(where: { $0.name == name.value }) {
      definitions[index] = definition
    } else {
      definitions.append(definition)
    }
    var extended = self
    extended.defined = definitions
    var resolution = LetResolution(lets: extended.lets)
    resolution.open = [name.value]
    _ = try resolution.resolve(predicate, at: nil)
    self = extended
  }
}

/// Replaces names, within bounds on size and depth.
private struct LetResolution {
  /// More terms than a person writes; doubling definitions would grow without end.
  static let maximumTerms = 10_000

  let lets: [Session.Definition]
  var open: [String] = []
  private var terms = 0
  private var depth = 0

  init(lets: [Session.Definition]) { self.lets = lets }

  /// Errors point to `range`, where the name stands whose definition this is.
  mutating func resolve(
    _ predicate: Predicate, at range: SourceRange?
  ) throws(QueryError) -> Predicate {
    terms += 1
    depth += 1
    defer { depth -= 1 }
    if terms > Self.maximumTerms || depth > Parser.maximumDepth {
      throw QueryError(
        .syntax(.tooDeep(Parser.maximumDepth)), at: range ?? predicate.firstRange,
        [.advice("definitions that use definitions grow; write fewer terms")])
    }
    switch predicate {
    case .and(let parts): return .and(try resolve(all: parts, at: range))
    case .or(let parts): return .or(try resolve(all: parts, at: range))
    case .not(let part): return .not(try resolve(part, at: range))
    case .leaf(.name(let name)): return try resolve(name, at: range)
    case .leaf(let term): return .leaf(range.map { term.moved(to: $0) } ?? term)
    }
  }

  private mutating func resolve(
    all predicates: [Predicate], at range: SourceRange?
  ) throws(QueryError) -> [Predicate] {
    var result: [Predicate] = []
    for predicate in predicates { result.append(try resolve(predicate, at: range)) }
    return result
  }

  private mutating func resolve(
    _ name: Located<String>, at range: SourceRange?
  ) throws(QueryError) -> Predicate {
    let place = range ?? name.range
    if open.contains(name.value) {
      throw QueryError(.meaning(.cyclicLet(name.value)), at: place)
    }
    guard let definition = lets.first(where: { $0.name == name.value }) else {
      throw unknown(name.value, at: place)
    }
    open.append(name.value)
    defer { open.removeLast() }
    return try resolve(definition.predicate, at: place)
  }

  private func unknown(_ name: String, at range: SourceRange) -> QueryError {
    let fields = Vocabulary.fields.flatMap(\.spellings) + Vocabulary.keys.flatMap(\.spellings)
    let names = lets.map(\.name).filter { !open.contains($0) }
    let near = NearestWord.matches(for: name, in: names + fields)
    return QueryError(
      .meaning(.unknownName(name)), at: range,
      near.isEmpty ? [.advice("for example: let \(name) = size > 1MB")] : [.didYouMean(near)])
  }
}

extension Term {
  /// Every place in it set to one place.
  fileprivate func moved(to range: SourceRange) -> Term {
    switch self {
    case .compare(let field, let comparison, let value):
      .compare(
        Located(field.value, range), Located(comparison.value, range), value.moved(to: range))
    case .inRange(let field, let negated, let lower, let upper):
      .inRange(
        Located(field.value, range), negated: negated, lower.moved(to: range),
        upper.moved(to: range))
    case .inSet(let field, let negated, let values):
      .inSet(
        Located(field.value, range), negated: negated, values.map { $0.moved(to: range) })
    case .stackHas(let patterns): .stackHas(patterns.map { $0.moved(to: range) })
    case .name: self
    }
  }
}

/// `Value` by a name that `Located` does not shadow.
private typealias FieldValue = Value

extension Located where Value == FieldValue {
  fileprivate func moved(to range: SourceRange) -> Self {
    if case .pattern(let pattern) = value {
      return Located(.pattern(pattern.moved(to: range)), range)
    }
    return Located(value, range)
  }
}

extension Pattern {
  fileprivate func moved(to range: SourceRange) -> Pattern {
    Pattern(text: text, form: form, range: range)
  }
}
