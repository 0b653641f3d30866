import CaptureFormats
import Interruption
import Language
import Execution
import Store

/// A store being asked: one engine, so that `let` and marks last from question to question.
final class QuerySession {
  /// How answers are written.
  var delivery: Delivery
  /// Whether assertions may name what no record has.
  var allowsAbsentNames = false
  /// Name of the capture that `use` chose; nil for none.
  private(set) var usedCapture: String?
  /// Number of the capture that questions without `of` are about; nil for the newest.
  var standardCapture: Int64?
  /// Whether nobody reads standard output any more.
  private(set) var isClosed = false
  /// The store's path.
  let path: String
  private var engine: Engine?
  private var store: Store?
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
    let session = QuerySession(path: path, delivery: delivery, definitions: definitions)
    session.allowsAbsentNames = allowsAbsentNames
    session.standardCapture = standardCapture
    session.usedCapture = usedCapture
    return session
  }

  /// Runs a program of the query language, writes its answers, and says what goes wrong.
  ///
  /// - Parameters:
  ///   - text: One or more statements.
  ///   - outcomes: Told of the assertions and of every error.
  func ask(_ text: String, noting outcomes: AssertionReport) {
    MemoryLimit.begin(most: nil)
    // The engine goes on to the next statement; an answer that cannot be written ends the writing,
    // but assertions count on.
    var writes = true
    do {
      let engine = try openEngine()
      try engine.run(text) { answer in
        outcomes.note(answer)
        guard writes, !isClosed else { return }
        do {
          try delivery.deliver(answer)
        } catch OutputError.closedPipe {
          isClosed = true
        } catch {
          writes = false
          fail(error, outcomes)
        }
      }
    } catch EngineError.query(let error) {
      fail(Failure(error, in: text), outcomes)
    } catch EngineError.store(let error) {
      fail(error, outcomes)
    } catch {
      fail(error, outcomes)
    }
  }

  /// Asks of a capture from now on where a question names none.
  ///
  /// - Parameter name: the capture's; nil for the newest.
  /// - Throws: a failure when there is none of that name.
  func use(_ name: String?) throws {
    guard let name else {
      (standardCapture, usedCapture) = (nil, nil)
      store?.standardCapture = nil
      return
    }
    _ = try openEngine()
    let captures = try store?.captures() ?? []
    guard let capture = captures.first(where: { $0.name == name || "#\($0.id)" == name }) else {
      throw StoreError.unknownCapture(name: name, known: captures.map(\.name))
    }
    (standardCapture, usedCapture) = (capture.id, capture.name)
    store?.standardCapture = capture.id
  }

  /// Names of the store that may stand at a place of a question.
  func names(_ values: Completion.Values) -> [String] {
    (try? openEngine())?.names(values) ?? []
  }

  /// Prints the SQL of a question, or says why there is none.
  func printSQL(of text: String, noting outcomes: AssertionReport) {
    do {
      let sql = try openEngine().sql(of: text)
      print(Terminal.writesToTerminal ? Message.shown(sql) : sql)
    } catch EngineError.query(let error) {
      fail(Failure(error, in: text), outcomes)
    } catch EngineError.store(let error) {
      fail(error, outcomes)
    } catch {
      fail(error, outcomes)
    }
  }

  /// Runs a program and returns how a process that did nothing else ends.
  func ask(_ text: String) -> ExitStatus {
    let outcomes = AssertionReport()
    ask(text, noting: outcomes)
    return outcomes.status
  }

  private func fail(_ error: any Error, _ outcomes: AssertionReport) {
    if MemoryLimit.stop != nil {
      let failure = Failure(
        "there is not enough memory for this question: ask about less, by `where`, `of` or fewer "
          + "groups")
      DiagnosticPrinter.report(failure)
      return outcomes.note(failure)
    }
    // Whoever stopped it knows.
    guard !Interruption.isRequested else {
      return outcomes.note(Failure("stopped", status: .interrupted))
    }
    let failure = DiagnosticPrinter.failure(for: error) ?? Failure("\(error)")
    DiagnosticPrinter.report(failure)
    outcomes.note(failure)
  }

  private func openEngine() throws(StoreError) -> Engine {
    if let engine { return engine }
    let formats = FormatRegistry.formats.map { FormatLine(name: $0.name, summary: $0.summary) }
    let store = try Store(path: path, mode: .read)
    self.store = store
    store.standardCapture = standardCapture
    let opened = Engine(store: store, formats: formats, session: defined)
    opened.allowsAbsentNames = allowsAbsentNames
    opened.pointBudget = { [weak self] in self?.delivery.pointBudget($0) }
    engine = opened
    return opened
  }
}
