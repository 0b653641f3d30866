import Columns
package import Store

/// Answers statements about the captures of a store.
///
/// Keeps what `let` defined for as long as it lives. Used by one thread at a time.
package final class Engine {
  private let store: Store
  private let formats: [FormatLine]
  /// What `let` and `mark on frame` defined so far.
  package private(set) var session: Session
  /// Whether an assertion may name what no record of its captures has.
  package var allowsAbsentNames = false
  /// How many points of a timeline whoever asks takes, by where its answer goes; nil means all.
  package var pointBudget: (Output) -> PointBudget? = { _ in nil }

  /// An engine over an open store.
  ///
  /// - Parameters:
  ///   - store: holds the captures.
  ///   - formats: what `show formats` lists.
  ///   - session: what was defined before.
  package init(store: Store, formats: [FormatLine], session: Session = Session()) {
    self.store = store
    self.formats = formats
    self.session = session
  }

  /// Answers the statements of a text in order; an error stops what follows.
  ///
  /// - Parameters:
  ///   - text: statements separated by `;` or line ends.
  ///   - deliver: called with each answer.
  /// - Throws: the first error; ranges of `query` errors are places in `text`.
  package func run(_ text: String, deliver: (Answer) -> Void) throws(EngineError) {
    let (statements, error) = try parse(text)
    for parsed in statements {
      let statement: Statement
      do throws(QueryError) {
        statement = try session.prepare(parsed.statement)
      } catch { throw .query(error) }
      let answer = try store.snapshot { () throws(EngineError) in try self.answer(statement) }
      if let answer { deliver(answer) }
    }
    if let error { throw .query(error) }
  }

  /// Parses a text; names of sample types that captures have stand without quotes where nothing
  /// else is meant.
  private func parse(
    _ text: String
  ) throws(EngineError) -> (statements: [ParsedStatement], error: QueryError?) {
    let plain = Parser.parseStatements(text)
    guard let error = plain.error else { return plain }
    var names: Set<String> = []
    for info in try reading(try store.captures()) where info.kind != "events" {
      guard let facts = try? CaptureData(store: store, info: info).profile() else { continue }
      names.formUnion(facts.values.map(\.name))
    }
    names.remove("")
    guard !names.isEmpty else { return plain }
    // A word that looks like none of the language's: the answer names what captures have.
    if let word = error.unknownPart { names.insert(word) }
    let named = Parser.parseStatements(text, sampleTypes: names)
    // What is read further with the names is what was meant.
    guard let left = named.error else { return named }
    return (left.range?.lower ?? 0) > (error.range?.lower ?? 0) ? named : plain
  }

  private func answer(_ statement: Statement) throws(EngineError) -> Answer? {
    switch statement {
    case .query(let query): return try answer(query)
    case .assert(let assertion):
      return try AssertionRunner(
        store: store, assertion: assertion, allowsAbsentNames: allowsAbsentNames
      ).answer()
    case .explain(let inner, let analyze):
      let runner = ExplainRunner(store: store, session: session) { (one) throws(EngineError) in
        _ = try self.answer(one)
      }
      return try runner.answer(inner, analyze: analyze)
    case .show(let show):
      return try ShowRunner(
        store: store, session: session, formats: formats, show: show
      ).answer()
    case .letDefinition, .markOnFrame: return nil
    }
  }

  private func answer(_ query: Query) throws(EngineError) -> Answer {
    if let versus = query.versus, query.verb.value == .top {
      return try VersusRunner(store: store, query: query, versus: versus).answer()
    }
    if let versus = query.versus, [.flame, .tree].contains(query.verb.value) {
      if let per = query.per {
        throw .query(
          .cannotAnswer(
            "stacks are compared by their sums", wayOut: "`top by traceback vs … per …`",
            at: per.range))
      }
      let (left, right) = query.sides(of: versus)
      return try StackRunner(
        try QueryContext(store: store, query: left),
        base: try QueryContext(store: store, query: right),
        query: query
      ).answer()
    }
    if let versus = query.versus, [.hist, .timeline].contains(query.verb.value) {
      return try AxisComparison(
        store: store, query: query, versus: versus, budget: pointBudget(query.output)
      ).answer()
    }
    if query.verb.value == .suspects { return try answer(suspects: query) }
    let context = try QueryContext(store: store, query: query)
    switch query.verb.value {
    case .top: return try answer(top: context)
    case .list: return try answer(list: context)
    case .stats: return try answer(stats: context)
    case .hist: return try context.histogram().answer(query)
    case .timeline:
      return try TimelineRunner(context, budget: pointBudget(query.output)).rows().answer(query)
    case .flame, .tree: return try StackRunner(context).answer()
    case .growth: return try answer(growth: context)
    case .suspects: return try answer(suspects: query)
    case .source: return try SourceRunner(context).answer()
    case .paths: return try PathsRunner(context).answer()
    }
  }

  private func answer(suspects query: Query) throws(EngineError) -> Answer {
    if let answer = try TotalsSuspects(store: store, query: query).answer() { return answer }
    return try SuspectsRunner(store: store, query: query).answer()
  }
}
