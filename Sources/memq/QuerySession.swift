import CaptureFormats
import Query
import Store

/// A store being asked: one engine, so that `let` and marks last from question to question.
final class QuerySession {
  /// How answers are written.
  var delivery: Delivery
  private let path: String
  private var engine: Engine?
  /// What was defined before the store was opened.
  private let defined: Session

  /// What `let` and `mark on frame` defined so far.
  var definitions: Session { engine?.session ?? defined }

  /// A session with a store that is opened when first asked.
  ///
  /// - Parameters:
  ///   - path: the store's.
  ///   - delivery: how answers are written.
  ///   - definitions: those of an earlier session.
  init(path: String, delivery: Delivery, definitions: Session = Session()) {
    self.path = path
    self.delivery = delivery
    defined = definitions
  }

  /// A session like this one that shares nothing with it.
  func successor(knowing definitions: Session) -> QuerySession {
    QuerySession(path: path, delivery: delivery, definitions: definitions)
  }

  /// Runs a program of the query language and writes its answers.
  ///
  /// - Parameters:
  ///   - text: One or more statements.
  ///   - report: Told of the assertions and of an error.
  /// - Returns: `assertionFalse` when an assertion does not hold, else `success`.
  /// - Throws: `Failure` for a query's error, and what the store and the output throw.
  func ask(_ text: String, report: AssertionReport? = nil) throws -> ExitStatus {
    let engine = try openEngine()
    var status = ExitStatus.success
    // The engine goes on to the next statement; an answer that cannot be written ends the writing.
    var problem: (any Error)?
    do {
      try engine.run(text) { answer in
        guard problem == nil else { return }
        report?.note(answer)
        do { try delivery.deliver(answer) } catch { problem = error }
        if answer.isFalseAssertion { status = .assertionFalse }
      }
    } catch {
      if let problem { throw problem }
      switch error {
      case .query(let error):
        report?.note(error: error.render(source: text))
        throw Failure(error.render(source: text), status: .query)
      case .store(let error): throw error
      }
    }
    if let problem { throw problem }
    return status
  }

  private func openEngine() throws(StoreError) -> Engine {
    if let engine { return engine }
    let formats = FormatRegistry.formats.map { FormatLine(name: $0.name, summary: $0.summary) }
    let opened = Engine(
      store: try Store(path: path, mode: .read), formats: formats, session: defined)
    engine = opened
    return opened
  }
}
