import Results
import Execution
import Store
import Testing

/// Growth of a recording whose program says what it keeps: 1,001 bytes a request.
@Suite struct GrowthTests {
  private static func table(_ question: String) throws -> ResultTable {
    let (store, _) = try MemrayFixture(name: "../marks/requests").imported()
    return try #require(try MemrayQuestionTests.tables(store, question).first)
  }

  private static func reals(_ table: ResultTable, _ name: String) -> [Double?] {
    guard case .reals(let values) = table.columns.first(where: { $0.name == name })?.values
    else { return [] }
    return values
  }

  @Test(arguments: ["growth per mark(\"handle_request\")", "growth leaked per mark(single)"])
  func bytesPerRequest(question: String) throws {
    let table = try Self.table("mark on frame handle_request; mark on frame single; " + question)
    #expect(MemrayQuestionTests.texts(table, "lineno").first == "requests.py:9")
    #expect(MemrayQuestionTests.texts(table, "shape").first == "steady")
    let rate = try #require(Self.reals(table, "rate").first ?? nil)
    // The buffer, and 8 bytes for its place in the list.
    #expect(abs(rate - 1009) < 10)
  }

  @Test func nothingElseGrows() throws {
    let rates = Self.reals(try Self.table("growth all"), "rate").compactMap { $0 }
    #expect(rates.filter { $0 > 0 }.count == 1)
  }

  /// Every point is what `live at` says, and `top` of the groups adds up to it.
  @Test func pointsAreLiveBytes() throws {
    let (store, _) = try MemrayFixture(name: "../marks/requests").imported()
    let growth = try #require(
      try MemrayQuestionTests.tables(
        store, "growth all by function in start..400ms over 4 windows where filename ~ requests.py"
      ).first)
    guard case .series(let series) = growth.columns.last?.values else {
      Issue.record("no points")
      return
    }
    let top = try #require(
      try MemrayQuestionTests.tables(
        store, "top all live at 400ms by function where filename ~ requests.py"
      ).first)
    var live: [String?: Int64] = [:]
    for (name, size) in zip(
      MemrayQuestionTests.texts(top, "function"), MemrayQuestionTests.integers(top, "size"))
    { live[name] = size }
    let names = MemrayQuestionTests.texts(growth, "function")
    for (name, points) in zip(names, series) {
      #expect(points.count == 5)
      #expect(Int64(points.last?.value ?? 0) == live[name] ?? 0)
    }
    #expect(!names.isEmpty)
  }
}
