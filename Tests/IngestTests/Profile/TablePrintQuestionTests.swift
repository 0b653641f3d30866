import CaptureFormats
import Results
import Foundation
import Execution
import Store
import TestSupport
import Testing

/// Questions to reports, tables and prints as people keep them, against the numbers in them.
@Suite("files as people have them")
struct TablePrintQuestionTests {
  private func asked(_ name: String) throws -> AskedStore {
    let asked = try AskedStore()
    try asked.add(fixture: name, in: "cases", "file")
    return asked
  }

  private func notes(_ table: ResultTable, hold words: String) -> Bool {
    table.notes.contains { $0.contains(words) }
  }

  @Test("what a print of growth leaves out is unknown in a comparison")
  func partialPrints() throws {
    let table = try asked("objgraph-growth-partial.txt").table("top 20 by type vs live at start")
    let rows = Dictionary(
      uniqueKeysWithValues: zip(table["type"], zip(table["count"], table["count_diff"])))
    // dict 18,098 and 18,554; SomeRef only in the second print, function only in the first.
    #expect(rows["dict"]?.0 == "18554" && rows["dict"]?.1 == "456")
    #expect(rows["SomeRef"]?.0 == "9" && rows["SomeRef"]?.1 == "")
    #expect(rows["function"]?.0 == "" && rows["function"]?.1 == "")
    #expect(table.total?.first { $0.column == "count_diff" }?.value == nil)
    #expect(notes(table, hold: "unknown"))
    let alone = try asked("objgraph-growth-partial.txt").table("top by type")
    #expect(notes(alone, hold: "unknown"))
  }

  @Test("sums of lists, and peaks looked for among them, say that more may be held")
  func partialMoments() throws {
    let store = try asked("objgraph-growth-partial.txt")
    let whole = try store.table("timeline count")
    #expect(whole.rowCount == 2 && notes(whole, hold: "not listed is unknown"))
    let types = try store.table("timeline count by type limit 30")
    // SomeRef stands in the second print only: at the first it is unknown, and no row.
    let rows = zip(types["type"], types["count"]).filter { $0.0 == "SomeRef" }
    #expect(rows.map(\.1) == ["9"] && notes(types, hold: "not listed is unknown"))
    #expect(notes(try store.table("show peak"), hold: "not listed is unknown"))
    let guppy = try asked("prefixed-actions-guppy.txt")
    #expect(try !notes(guppy.table("timeline size"), hold: "unknown"))
    #expect(try !notes(guppy.table("show peak"), hold: "unknown"))
  }

  @Test("two prints of one file are compared by suspects")
  func twoPrints() throws {
    let table = try asked("objgraph-growth-partial.txt").table("suspects")
    let rises = Dictionary(uniqueKeysWithValues: zip(table["type"], table["count_diff"]))
    #expect(rises["dict"] == "456" && rises["list"] == "6" && rises["SomeRef"] == "4")
    #expect(rises["function"] == nil)
    #expect(notes(table, hold: "unknown"))
  }

  @Test("a difference that tracemalloc printed has both sides")
  func differences() throws {
    let store = try asked("tracemalloc-diff-2.txt")
    let top = try store.table("top by lineno")
    #expect(top["size"] == Array(repeating: "26738688", count: 5))
    #expect(notes(top, hold: "rounded"))
    let versus = try store.table("top by lineno vs live at start")
    #expect(versus["size_diff"] == Array(repeating: "26004685", count: 5))
    #expect(versus["count_diff"] == Array(repeating: "929972", count: 5))
    let suspects = try store.table("suspects")
    #expect(suspects["size_diff"] == Array(repeating: "26004685", count: 5))
  }

  @Test("memory behind a line is the most of all calls, its increments are added up")
  func reportsOfLines() throws {
    let store = try asked("mp-leak-between-calls.log")
    let top = try store.table("top by lineno")
    #expect(Set(top["max_size"]) == ["\(450 << 20)"])
    #expect(top["size"] == ["0", "0"] && top["count"] == ["3", "3"])
    #expect(notes(top, hold: "max_size"))
    #expect(top.total?.first { $0.column == "max_size" }?.value == Double(450 << 20))
    let growth = try store.table("growth")
    #expect(growth["series"] == ["rss"] && growth["value_diff"] == ["\(400 << 20)"])
    let suspects = try store.table("suspects")
    #expect(suspects.rowCount == 1)
    #expect(try store.refusal("top live by lineno").contains("`top by lineno`"))
    #expect(try store.refusal("flame").contains("no stacks"))
  }

  @Test("increments may be negative, and old reports count no executions")
  func negativeIncrements() throws {
    let top = try asked("mp-old-MB.txt").table("top all by lineno order by lineno")
    #expect(top["lineno"].count == 7)
    // -0.12 MB of 1024 × 1024 bytes.
    #expect(top["size"].contains("-125829"))
    #expect(!top.columns.contains { $0.name == "count" })
    let peak = try asked("mp-old-MB.txt").table("show peak")
    #expect(peak["peak"] == ["8178893"])
  }

  @Test("peaks of tests are told apart")
  func tests() throws {
    let table = try asked("pytest-memray-print.txt").table("top by pid")
    #expect(table["size"].last == "95315558")
  }
}
