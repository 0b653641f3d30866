import Results
import Execution
import Store
import Testing

/// Suspects of recordings whose programs say what they keep.
@Suite struct SuspectTests {
  private static func table(_ capture: String, _ question: String) throws -> ResultTable {
    let (store, _) = try MemrayFixture(name: capture).imported()
    return try #require(try MemrayQuestionTests.tables(store, question).last)
  }

  private static func reals(_ table: ResultTable, _ name: String) -> [Double?] {
    guard case .reals(let values) = table.columns.first(where: { $0.name == name })?.values
    else { return [] }
    return values
  }

  /// `requests.py` keeps 1,001 bytes a request at line 9, and nothing else.
  @Test func plantedLineIsFirst() throws {
    let table = try Self.table(
      "../marks/requests", "mark on frame handle_request; suspects per mark(handle_request)")
    #expect(MemrayQuestionTests.texts(table, "lineno") == ["requests.py:9"])
    let rate = try #require(Self.reals(table, "rate").first ?? nil)
    #expect(abs(rate - 1009) < 10)
  }

  /// What stands beside a finding gives its numbers.
  @Test func queriesGiveTheNumbers() throws {
    let suspects = try Self.table("../marks/requests", "suspects")
    let query = try #require(MemrayQuestionTests.texts(suspects, "query").first ?? nil)
    let growth = try Self.table("../marks/requests", query)
    #expect(growth.rowCount == 1)
    for name in ["rate", "rate_low", "rate_high"] {
      #expect(Self.reals(growth, name) == Self.reals(suspects, name), "\(name)")
    }
    #expect(
      MemrayQuestionTests.texts(growth, "shape") == MemrayQuestionTests.texts(suspects, "shape"))
    #expect(
      MemrayQuestionTests.integers(growth, "size")
        == MemrayQuestionTests.integers(suspects, "size"))
  }

  /// Without its one leak the program is clean, and the answer says so.
  @Test func cleanIsEmpty() throws {
    let table = try Self.table("../marks/requests", "suspects where lineno != \"requests.py:9\"")
    #expect(table.rowCount == 0)
    #expect(table.notes.contains { $0.contains("no leak is suspected") })
  }

  /// Programs of `Fixtures/memray/endings` that end tidily: the planted line is first, and the answer
  /// says when they began to let go.
  @Test(arguments: [
    ("cleared_then_sleep", 9), ("sleep_then_cleared", 11), ("slowly", 11), ("report", 10),
    ("sawtooth_cleared", 12), ("workers", 12),
  ])
  func tidyEndings(capture: String, line: Int) throws {
    let table = try Self.table("endings/" + capture, "suspects")
    #expect(MemrayQuestionTests.texts(table, "lineno").first == "\(capture).py:\(line)")
    #expect(table.notes.contains { $0.contains("is judged") }, "\(table.notes)")
    #expect(!table.notes.contains { $0.contains("no leak is suspected") })
    #expect(!table.notes.contains { $0.contains("explain 0 B") })
  }

  /// 60 threads wait until they are told to end.
  @Test func threadsToldToEnd() throws {
    let table = try Self.table("endings/threads_told", "suspects")
    let evidence = try #require(MemrayQuestionTests.texts(table, "evidence").first ?? nil)
    #expect(evidence.contains("Threads started at threads_told.py:14 never ended: 60 alive"))
    #expect(table.notes.contains { $0.contains("is judged") }, "\(table.notes)")
  }

  @Test func killedHasNoEnd() throws {
    let table = try Self.table("endings/killed", "suspects")
    #expect(MemrayQuestionTests.texts(table, "lineno").first == "killed.py:11")
    #expect(!table.notes.contains { $0.contains("is judged") }, "\(table.notes)")
  }

  @Test(arguments: ["batches", "warm_up_freed"])
  func cleanEndings(capture: String) throws {
    let table = try Self.table("endings/" + capture, "suspects")
    #expect(table.rowCount == 0)
  }

  /// What calls fill and then leave alone is a warm-up over time.
  ///
  /// Later calls of `filling.py` find their page and allocate nothing, so the calls that the
  /// recording knows are those that grow.
  @Test func fillingCacheIsNoLeakPerCall() throws {
    let table = try Self.table(
      "../marks/filling", "mark on frame handle; suspects per mark(handle)")
    #expect(table.rowCount == 0)
    #expect(table.notes.contains { $0.contains("calls that allocate nothing are no marks") })
    #expect(table.notes.contains { $0.contains("grew and stopped, so no leak: filling.py:11") })
    let (store, _) = try MemrayFixture(name: "../marks/filling").imported()
    var answers: [Answer] = []
    try Engine(store: store, formats: []).run(
      "mark on frame handle; assert rate by lineno < 100B per mark(handle)"
    ) { answers.append($0) }
    #expect(answers.map(\.holds) == [true])
  }

  @Test(arguments: [
    ("assert rate by lineno < 2kB per mark(single)", false),
    ("assert rate by lineno < 900B per mark(single)", true),
    ("assert rate < 900B per mark(single)", true),
    ("assert rate by function < 900B per mark(single) where function = build", false),
    ("assert rate by lineno < 100MB", false), ("assert rate by lineno < 100kB per minute", true),
    ("assert rate by lineno < 99% of \"../marks/requests\"", true),
    ("assert rate by lineno <= 100% of \"../marks/requests\"", false),
  ])
  func rates(assertion: String, isFalse: Bool) throws {
    let (store, _) = try MemrayFixture(name: "../marks/requests").imported()
    var answers: [Answer] = []
    try Engine(store: store, formats: []).run("mark on frame single; " + assertion) {
      answers.append($0)
    }
    #expect(answers.map(\.holds) == [!isFalse])
  }
}
