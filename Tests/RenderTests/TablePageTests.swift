import Columns
import Foundation
import Render
import Testing

@Suite struct TablePageTests {
  private func page(_ table: ResultTable, budget: Int? = 5_000_000) -> String {
    String(
      decoding: TablePage.render(
        table, title: "out.bin", budgetBytes: budget,
        sourceLines: { _, line in "  x = </code><script>alert(\(line))</script>" }),
      as: UTF8.self)
  }

  @Test func rowsAreMarkup() {
    let text = page(SampleTables.topByLineno(filtered: true))
    #expect(text.contains("data-v=\"49999999\" title=\"49999999\">50.0 MB</td>"))
    #expect(text.contains("<td class=\"n\">200 MB</td>"))
    #expect(text.contains("other (123 more)"))
    #expect(text.contains("%shown") && text.contains("%all"))
    #expect(text.contains("<td class=\"k none\">&lt;no stack&gt;</td>"))
    #expect(text.contains("x = &lt;/code&gt;&lt;script&gt;alert(12)"))
  }

  @Test func hostileNamesStayText() {
    let text = page(SampleTables.hostile())
    #expect(text.components(separatedBy: "<script>").count == 2)
    #expect(text.components(separatedBy: "</script>").count == 2)
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !SafeText.isHostile($0) })
    #expect(text.contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"))
  }

  @Test func emptyTablesAndTimesMakeAPage() {
    #expect(page(SampleTables.empty()).contains("no rows"))
    let text = page(SampleTables.timeline())
    #expect(!text.contains(">nan<") && text.contains("data-v=\"NaN\""))
    #expect(page(ResultTable(query: "")).contains("</html>"))
  }

  @Test func hostileTextsOfFindingsAndPartsStayText() {
    let long = String(repeating: "long_name_", count: 100_000)
    let names = SampleTables.hostileNames + [long]
    var findings = SampleTables.findings()
    findings.columns = [
      ResultColumn(name: "lineno", role: .key, unit: .none, values: .texts(names.map { $0 })),
      ResultColumn(
        name: "traceback", role: .key, unit: .none,
        values: .stacks(names.map { [FrameText(function: $0, file: $0, line: 1)] })),
      ResultColumn(
        name: "evidence", role: .prose, unit: .none,
        values: .texts(SampleTables.hostileNames.map { $0 } + ["grows"])),
    ]
    var parts = SampleTables.sections()
    parts.columns = [
      ResultColumn(name: "section", role: .key, unit: .none, values: .texts(names.map { $0 })),
      ResultColumn(name: "name", role: .key, unit: .none, values: .texts(names.map { $0 })),
    ]
    for table in [findings, parts] {
      let text = page(table)
      #expect(text.components(separatedBy: "<script>").count == 2)
      #expect(text.components(separatedBy: "</script>").count == 2)
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !SafeText.isHostile($0) })
      // A megabyte of name is cut, and says how long it is.
      #expect(text.contains("(1,000,000 bytes)"))
      #expect(text.utf8.count < 100_000)
      #expect(!text.contains("rows are left out"))
    }
  }

  @Test func partsHaveTheirOwnColumns() {
    let text = page(SampleTables.sections())
    let parts = text.components(separatedBy: "<section><h2>").dropFirst()
    #expect(parts.map { $0.prefix { $0 != "<" } } == ["total", "allocator", "capture"])
    let titles = parts.map { part in
      part.components(separatedBy: "<button>").dropFirst().map { $0.prefix { $0 != "<" } }
    }
    #expect(
      titles == [["size", "count", "name"], ["size", "count", "name"], ["name", "value"]])
    #expect(text.contains("<td class=\"k\">python -m service --port 8000 --workers 4</td>"))
    // 1 of 8 MB in its own part.
    #expect(text.contains("--w:13%"))
  }

  @Test func findingsAreCards() {
    let text = page(SampleTables.findings())
    #expect(text.components(separatedBy: "<article").count == 3)
    #expect(text.contains("none of its 1,204 blocks was freed before the end.</p>"))
    #expect(text.contains("<pre>growth where lineno = &quot;/srv/app/cache.py:40&quot;</pre>"))
    #expect(!text.contains("<table"))
  }

  @Test func budgetsLeaveOutRowsAndSaySo() {
    var table = SampleTables.topByLineno()
    table.columns = [
      ResultColumn(
        name: "function", role: .key, unit: .none,
        values: .texts((0..<5000).map { "function_\($0)" })),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes, values: .integers((0..<5000).map { $0 })),
    ]
    let whole = page(table, budget: nil)
    let cut = page(table, budget: 100_000)
    #expect(whole.components(separatedBy: "<tr data-row").count == 5001)
    #expect(cut.utf8.count <= 100_000)
    let rows = cut.components(separatedBy: "<tr data-row").count - 1
    #expect(rows > 100 && rows < 5000)
    #expect(cut.contains("\(Humanized.count(5000 - rows)) of 5,000 rows are left out"))
  }

  /// Writes the pages that `Tests/Browser` opens.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["MEMQ_PAGES"] != nil))
  func pagesForTheBrowser() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["MEMQ_PAGES"])
    let base = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
    let tables = [
      "table": SampleTables.topByLineno(filtered: true), "table-hostile": SampleTables.hostile(),
      "table-stacks": SampleTables.tracebacks(), "table-sections": SampleTables.sections(),
      "table-findings": SampleTables.findings(),
    ]
    for (name, table) in tables {
      let sources: SourceLookup = { _, line in "    data = load(\(line), \"</script>\")" }
      try Data(TablePage.render(table, title: name, sourceLines: sources))
        .write(to: base.appendingPathComponent("\(name).html"))
    }
  }
}

private enum Humanized {
  static func count(_ value: Int) -> String { Humanize.count(Int64(value)) }
}
