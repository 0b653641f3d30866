import Testing

@testable import Language

/// What sentences mean: the tree they become.
@Suite struct LanguageParserTests {
  private func query(_ text: String) throws -> Query {
    let statements = try Parser.parse(text)
    try #require(statements.count == 1)
    guard case .query(let query) = statements[0] else {
      throw Mismatch.notAQuery
    }
    return query
  }

  private enum Mismatch: Error { case notAQuery }

  @Test func mainSentence() throws {
    let query = try query("top 10 by lineno where size>1MB")
    #expect(query.verb.value == .top)
    #expect(query.limit?.value == .rows(10))
    #expect(query.keys.map(\.value) == [.lineno])
    #expect(query.typedSizes == .decimal)
    guard case .leaf(.compare(let field, let comparison, let value)) = query.filter else {
      Issue.record("no comparison")
      return
    }
    #expect(field.value == .size)
    #expect(comparison.value == .greater)
    #expect(value.value == .size(1_000_000))
    #expect(value.range == SourceRange(28, 31))
  }

  @Test func populationInFrontMeansTop() throws {
    let query = try query("live at 50% - 1s by function")
    #expect(query.verb.value == .top)
    guard case .live(let time) = query.population?.value else {
      Issue.record("not live")
      return
    }
    #expect(time?.value == TimePoint(base: .percent(50), offsetNanoseconds: -1_000_000_000))
  }

  @Test func synonymsAreReplaced() throws {
    let left = try query("histogram bytes leaks")
    #expect(left.verb.value == .hist)
    #expect(left.measures.map(\.value) == [.size])
    #expect(left.population?.value == .leaked)
    let right = try query("top group by file, func, stack cumulative sort by leak rate limit 3")
    #expect(right.keys.map(\.value) == [.filename, .function, .traceback])
    #expect(right.inclusive != nil)
    #expect(right.order.map(\.column.value) == [.measure(.rate)])
    #expect(right.limit?.value == .rows(3))
  }

  @Test func signAfterTimeWord() throws {
    let query = try query("allocated in peak-1s..peak")
    #expect(query.range?.value.start.value.offsetNanoseconds == -1_000_000_000)
    #expect(query.range?.value.end.value.base == .peak)
  }

  @Test func unitsAreWholeWords() throws {
    #expect(try query("top 10 by lineno").limit?.value == .rows(10))
    let query = try query("top where lifetime < 1h30min and size >= 1.5 kib")
    guard case .and(let terms) = query.filter, terms.count == 2,
      case .leaf(.compare(_, _, let time)) = terms[0],
      case .leaf(.compare(_, _, let size)) = terms[1]
    else {
      Issue.record("not two comparisons")
      return
    }
    #expect(time.value == .time(TimePoint(base: .elapsed(5_400_000_000_000))))
    #expect(size.value == .size(1536))
    #expect(query.typedSizes == .binary)
  }

  @Test func pathsRunToTheNextSpace() throws {
    let query = try query("flame to /a/b-c(1).html by thread")
    #expect(query.output.path?.value == "/a/b-c(1).html")
    #expect(query.keys.map(\.value) == [.thread])
    let program = try Parser.parse("flame to x.html; top")
    #expect(program.count == 2)
  }

  @Test func statementsBeforeAnErrorAreKept() {
    let (statements, error) = Parser.parseStatements("top 10\nlist 3 -- three\ntpo\npeak")
    #expect(statements.map(\.text) == ["top 10", "list 3"])
    #expect(error?.range == SourceRange(23, 26))
    #expect(
      error?.render(source: "top 10\nlist 3 -- three\ntpo\npeak") == """
        error in line 3: `tpo` is not a verb, population or statement
          tpo
          ^^^
          did you mean `top`?
        """)
  }
}
