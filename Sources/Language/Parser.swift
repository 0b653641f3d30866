/// A statement and where it stands.
package struct ParsedStatement: Sendable, Hashable {
  /// The statement.
  package var statement: Statement
  /// Its text, from its first token to its last.
  package var text: String
  /// Where that text stands in the program.
  package var range: SourceRange
}

/// Turns text into statements; the grammar is `Grammar/memq.ebnf`.
///
/// The parser accepts exactly the sentences of the grammar, nested at most `maximumDepth` deep.
/// What the grammar cannot say but the statement cannot hold (a part twice, a number too large)
/// is collected in `problems` and refused at the end of the statement.
package struct Parser: Sendable {
  /// How deep `not` and parentheses may nest.
  package static let maximumDepth = 200

  var lexer: Lexer
  var problems: [QueryError] = []
  var typedSizes = TypedSizes.none
  var depth = 0
  /// What has been read of the statement, for the diagnosis of a mistake.
  var read = Reading()
  /// Names of sample types that captures have and that may stand without quotes, in small letters.
  var sampleTypes: [String: String] = [:]
  /// Where the last consumed token ends.
  var lastEnd: Int { read.end }
  private var lookahead: Token?

  init(_ text: String) { lexer = Lexer(text) }

  /// All statements of a text.
  ///
  /// - Parameter text: Statements separated by `;` or line ends.
  /// - Returns: The statements in order, synonyms replaced.
  /// - Throws: The first error of the text.
  package static func parse(_ text: String) throws(QueryError) -> [Statement] {
    let (statements, error) = parseStatements(text)
    if let error { throw error }
    return statements.map(\.statement)
  }

  /// The statements before the first error, and that error.
  ///
  /// - Parameters:
  ///   - text: Statements separated by `;` or line ends.
  ///   - sampleTypes: Names of sample types that may stand without quotes, where they are words
  ///     and none of the language.
  /// - Returns: The statements, and the error behind them.
  package static func parseStatements(
    _ text: String, sampleTypes: Set<String> = []
  ) -> (statements: [ParsedStatement], error: QueryError?) {
    var parser = Parser(text)
    for name in sampleTypes
    where CanonicalNames.isWord(name) && !Vocabulary.words.contains(name.asciiLowercased) {
      parser.sampleTypes[name.asciiLowercased] = name
    }
    var statements: [ParsedStatement] = []
    do throws(QueryError) {
      while let statement = try parser.nextStatement() {
        if let problem = parser.problems.first { throw problem }
        statements.append(statement)
      }
      return (statements, nil)
    } catch {
      return (statements, error)
    }
  }

  /// The next statement, or nil at the end of the text.
  mutating func nextStatement() throws(QueryError) -> ParsedStatement? {
    while try peek().kind == .separator { try advance() }
    let first = try peek()
    guard first.kind != .end else { return nil }
    problems = []
    read = Reading(start: first.range.lower, last: read.last, end: read.end)
    typedSizes = .none
    depth = 0
    let statement = try statement()
    let next = try peek()
    guard next.kind == .separator || next.kind == .end else { throw diagnosis(next).clause }
    return ParsedStatement(
      statement: statement, text: lexer.text(first.range.lower, lastEnd),
      range: SourceRange(first.range.lower, lastEnd))
  }

  private mutating func statement() throws(QueryError) -> Statement {
    switch try peekWord() {
    case "explain":
      try advance()
      let analyze = try take("analyze") != nil
      return .explain(try queryOrAssertion(), analyze: analyze)
    case "show":
      return .show(try show())
    case "let":
      return try letDefinition()
    case "mark":
      try advance()
      try expect("on", after: "`mark`")
      try expect("frame", after: "`mark on`")
      return .markOnFrame(try pattern("the frame that makes the marks"))
    default:
      return try queryOrAssertion()
    }
  }

  private mutating func queryOrAssertion() throws(QueryError) -> Statement {
    if try take("assert") != nil { return .assert(try assertion()) }
    return .query(try query())
  }

  private mutating func show() throws(QueryError) -> Show {
    try advance()
    let token = try peek()
    guard case .word(let typed) = token.kind, let topic = Vocabulary.topic(typed) else {
      throw diagnosis(token).topic
    }
    try advance()
    read.isShow = true
    var show = Show(topic: Located(topic, token.range))
    var draft = Draft(Query(verb: Located(.top, token.range)))
    while let word = try peekWord(), ["of", "as", "to"].contains(word) {
      _ = try part(&draft)
    }
    show.captures = draft.query.captures
    show.output = draft.query.output
    return show
  }

  private mutating func letDefinition() throws(QueryError) -> Statement {
    try advance()
    let token = try peek()
    guard case .word(let name) = token.kind else { throw expected("a name after `let`", token) }
    guard !Vocabulary.words.contains(name.asciiLowercased), Vocabulary.key(name) == nil else {
      throw QueryError(.syntax(.nameTaken(name)), at: token.range)
    }
    try advance()
    let sign = try peek()
    guard sign.kind == .symbol(.equal) else { throw expected("`=` after the name", sign) }
    try advance()
    return .letDefinition(name: Located(name, token.range), predicate: try predicate())
  }
}

/// Looking at tokens and taking them.
extension Parser {
  mutating func peek() throws(QueryError) -> Token {
    if let lookahead { return lookahead }
    let token = try lexer.next()
    lookahead = token
    return token
  }

  /// The token after the next one; nil when there is none that can be read.
  mutating func peekSecond() throws(QueryError) -> Token? {
    _ = try peek()
    var ahead = lexer
    return try? ahead.next()
  }

  /// The next token in small letters, if it is a word.
  mutating func peekWord() throws(QueryError) -> String? {
    guard case .word(let word) = try peek().kind else { return nil }
    return word.asciiLowercased
  }

  @discardableResult
  mutating func advance() throws(QueryError) -> Token {
    let token = try peek()
    lookahead = nil
    read.last = token
    read.end = token.range.upper
    return token
  }

  /// Takes the next token if it is this word of the language.
  mutating func take(_ word: String) throws(QueryError) -> Token? {
    try peekWord() == word ? try advance() : nil
  }

  mutating func take(_ symbol: Token.Symbol) throws(QueryError) -> Token? {
    try peek().kind == .symbol(symbol) ? try advance() : nil
  }

  @discardableResult
  mutating func expect(_ word: String, after: String) throws(QueryError) -> Token {
    if let token = try take(word) { return token }
    let token = try peek()
    var error = expected("`\(word)` after \(after)", token)
    if case .word(let typed) = token.kind,
      !NearestWord.matches(for: typed, in: [word]).isEmpty
    {
      error.hints = [.rewrite([QueryError.Edit(token.range, word)])]
    } else if ["by", "to"].contains(word), token.kind != .end, token.kind != .separator {
      let start = SourceRange(token.range.lower, token.range.lower)
      error.hints = [.rewrite([QueryError.Edit(start, word + " ")])]
    }
    throw error
  }

  /// The path after a `to` that was just taken.
  mutating func path() throws(QueryError) -> Located<String> {
    guard let path = try lexer.nextPath() else {
      throw expected("a file after `to`", try peek())
    }
    read.end = path.range.upper
    read.path = path.range
    if path.value.isEmpty {
      problems.append(QueryError(.syntax(.emptyText("the file name")), at: path.range))
    }
    return path
  }

  /// The source text of a range.
  func text(_ range: SourceRange) -> String { lexer.text(range.lower, range.upper) }

  func expected(_ what: String, _ found: Token) -> QueryError {
    diagnosis(found).expected(what)
  }

  /// What was meant by a token that stands where something else must.
  func diagnosis(_ token: Token) -> Diagnosis { Diagnosis(token, read, lexer) }

  /// Whether a stretch of time begins at a place.
  static func beginsSpan(_ lexer: Lexer, at position: Int) -> Bool {
    var ahead = Parser("")
    ahead.lexer = Lexer(lexer, at: position)
    return (try? ahead.span(from: position)) != nil
  }

  /// A literal's value, or a problem when it was too large to hold.
  mutating func value<Number>(_ number: Number?, _ token: Token, orElse: Number) -> Number {
    if let number { return number }
    problems.append(QueryError(.syntax(.tooLarge(text(token.range))), at: token.range))
    return orElse
  }
}
