import CaptureModel
import Dialects
import Results
package import Language
import Planning
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
    do throws(EngineError) { try answer(text, deliver) } catch {
      guard case .query(let refusal) = error else { throw error }
      throw .query(refusal.meant(in: text, meantNames))
    }
  }

  /// Names that may stand at a place of a question that is being typed.
  ///
  /// - Parameters:
  ///   - values: what the place takes; paths are nobody's of the store.
  ///   - limit: how many at most.
  /// - Returns: names without duplicates, as a question writes them.
  package func names(_ values: Completion.Values, limit: Int = 2000) -> [String] {
    let names =
      (try? store.snapshot { () throws(EngineError) in
        try MeantNames(store).names(values)
      }) ?? []
    return names.sorted().prefix(limit).map(CaptureReference.text)
  }

  /// What the capture asked has, for questions that were meant by other words.
  private var meantNames: IntentionNames {
    var names = IntentionNames()
    let store = store
    guard let all = try? store.captures(), !all.isEmpty else { return names }
    names.captures = all.reversed().map(\.name)
    let known = MeantNames(store)
    names.has = { known.has($0) }
    names.usual = { self.firstText(of: "top 1 by function") }
    names.accepts = { self.accepts($0) }
    return names
  }

  /// Whether a question can be asked of the captures.
  private func accepts(_ text: String) -> Bool {
    let (statements, error) = Parser.parseStatements(text)
    guard error == nil else { return false }
    var session = session
    for parsed in statements {
      do {
        let statement = try session.prepare(parsed.statement)
        _ = try store.snapshot { () throws(EngineError) in try self.planned(statement) }
      } catch { return false }
    }
    return true
  }

  /// The first text of an answer; nil without rows.
  private func firstText(of question: String) -> String? {
    guard let statement = try? Parser.parse(question).first,
      let answer = try? store.snapshot({ () throws(EngineError) in try self.answer(statement) }),
      case .table(let table) = answer.content
    else { return nil }
    for column in table.columns {
      if case .texts(let texts) = column.values, let text = texts.first { return text }
    }
    return nil
  }

  private func answer(_ text: String, _ deliver: (Answer) -> Void) throws(EngineError) {
    let (statements, error) = try parse(text)
    for parsed in statements {
      let statement: Statement
      do throws(QueryError) {
        statement = try session.prepare(parsed.statement)
      } catch { throw .query(error) }
      let answer = try store.snapshot { () throws(EngineError) in
        let answer = try self.answer(statement)
        // What has more rows than fit into memory is read while it is written.
        if let answer, answer.parts != nil { deliver(answer) }
        return answer
      }
      if let answer, answer.parts == nil { deliver(answer) }
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
    for info in try reading(try store.captures()) where !info.holdsEvents {
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
    case .query, .assert: return try planned(statement)?.run()
    case .explain(let inner, let analyze):
      return try Explanation(
        store: store, text: session.canonicalText(of: inner), analyzes: analyze
      ).answer(inner) { (statement) throws(EngineError) in try self.planned(statement) }
    case .show(let show):
      return try ShowRunner(
        store: store, session: session, formats: formats, show: show
      ).answer()
    case .letDefinition, .markOnFrame: return nil
    }
  }

  /// The SQL of a question, over the tables of `memq sql` and `SQLAdditions`.
  ///
  /// - Parameter text: a question, perhaps with `explain` in front and definitions before it.
  /// - Returns: one statement with the same rows, columns named as the answer's.
  /// - Throws: why there is no answer, or why SQL cannot say it.
  package func sql(of text: String) throws(EngineError) -> String {
    let (statements, error) = try parse(text)
    if let error { throw .query(error) }
    var printed: String?
    for parsed in statements {
      var statement = try asking(try session.prepare(parsed.statement))
      while case .explain(let inner, _) = statement { statement = inner }
      switch statement {
      case .letDefinition, .markOnFrame: continue
      case .query, .assert, .show, .explain: break
      }
      guard printed == nil else {
        throw .cannotAnswer("one question at a time", suggestion: "ask for the SQL of each")
      }
      let asked = statement
      printed = try store.snapshot { () throws(EngineError) in try self.sql(of: asked) }
    }
    guard let printed else { throw .cannotAnswer("there is no question") }
    return printed
  }

  private func sql(of statement: Statement) throws(EngineError) -> String {
    guard case .query = statement, let planned = try planned(statement) else {
      throw .cannotAnswer(
        "only questions become SQL", suggestion: "such as: memq explain --sql \"top 10 by lineno\"")
    }
    // What has no answer has no statement either.
    let log = ScanLog(isDry: true, reads: store.reads)
    store.scanLog = log
    defer { store.scanLog = nil }
    do throws(EngineError) { _ = try planned.run() } catch {
      guard !log.steps.isEmpty, case .query = error else { throw error }
    }
    store.scanLog = nil
    return try planned.executor.question.sql(of: planned.plan, in: .sqlite)
  }

  /// A question or an assertion with its plan; nil for other statements.
  private func planned(_ statement: Statement) throws(EngineError) -> PlannedQuestion? {
    switch statement {
    case .query(let query):
      let question = try Question(store: store, query: query)
      return PlannedQuestion(
        executor: Executor(
          store: store, question: question, pointBudget: pointBudget(query.output)),
        plan: try asking(try Planner(query: question.query, sides: question.planned).plan()))
    case .assert(let assertion):
      let question = try Question(store: store, assertion: assertion)
      return PlannedQuestion(
        executor: Executor(
          store: store, question: question, allowsAbsentNames: allowsAbsentNames),
        plan: Planner(query: question.query, sides: question.planned).plan(of: assertion))
    case .explain, .show, .letDefinition, .markOnFrame: return nil
    }
  }
}

/// A question, its plan, and what runs it.
struct PlannedQuestion {
  let executor: Executor
  let plan: Plan

  /// The answer.
  func run() throws(EngineError) -> Answer { try executor.answer(plan) }
}
