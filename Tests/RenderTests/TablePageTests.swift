import Results
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
      ResultColumn(
        name: "lineno", role: .key, unit: .none, meaning: .place, values: .texts(names.map { $0 })),
      ResultColumn(
        name: "traceback", role: .key, unit: .none, meaning: .stack,
        values: .stacks(names.map { [FrameText(function: $0, file: $0, line: 1)] })),
      ResultColumn(
        name: "evidence", role: .prose, unit: .none,
        values: .texts(SampleTables.hostileNames.map { $0 } + ["grows"])),
    ]
    var parts = SampleTables.sections()
    parts.columns = [
      ResultColumn(
        name: "section", role: .key, unit: .none, meaning: .section,
        values: .texts(names.map { $0 })),
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
      part.components(separatedBy: "</table>")[0].components(separatedBy: "<button>").dropFirst()
        .map { $0.prefix { $0 != "<" } }
    }
    #expect(
      titles == [["size", "count", "name"], ["size", "count", "name"], ["name", "value"]])
    #expect(text.contains("<td class=\"k\">python -m service --port 8000 --workers 4</td>"))
    // 1 of 8 MB in its own part.
    #expect(text.contains("--w:13%"))
  }

  @Test func measuresThatAddUpSayTheirUnitAndTotal() {
    let text = page(SampleTables.topByLineno())
    #expect(text.contains(" data-unit=\"bytes\" data-total=\""))
    // A largest size is no sum.
    var table = SampleTables.topByLineno()
    table.columns[1].total = .none
    #expect(!page(table).contains("data-unit=\"bytes\""))
  }

  @Test func pathsBeginAtThePackageAndAreWholeUnderThePointer() {
    var table = SampleTables.topByLineno()
    table.columns = [
      ResultColumn(
        name: "lineno", role: .key, unit: .none, meaning: .place,
        values: .texts(["/usr/lib/python3.11/json/decoder.py:3", "/a/b/c/d/e.py:4", "f.py:5"])),
      ResultColumn(name: "size", role: .measure, unit: .bytes, values: .integers([3, 2, 1])),
    ]
    let text = page(table)
    #expect(
      text.contains(
        "<span title=\"/usr/lib/python3.11/json/decoder.py:3\">json/decoder.py:3</span>"))
    #expect(text.contains("<span title=\"/a/b/c/d/e.py:4\">…/c/d/e.py:4</span>"))
    #expect(text.contains("<td class=\"k\">f.py:5"))
  }

  @Test func sourceIsAListingWithHeat() {
    var table = ResultTable(query: "source \"app.py\"", captures: ["out"], population: "peak")
    table.columns = [
      ResultColumn(
        name: "filename", role: .key, unit: .none, meaning: .file,
        values: .texts(["/srv/app.py", "/srv/app.py"])),
      ResultColumn(
        name: "line", role: .key, unit: .none, meaning: .line, values: .integers([2, 40])),
      ResultColumn(name: "size", role: .measure, unit: .bytes, values: .integers([1000, 250])),
    ]
    table.total = [MeasureValue(column: "size", value: 1250)]
    let known: SourceLookup = { _, line in line <= 50 ? "\tx\(line) = <b>" : nil }
    let text = String(
      decoding: TablePage.render(table, title: "out", sourceLines: known), as: UTF8.self)
    #expect(text.contains("<h2 class=\"path\" title=\"/srv/app.py\">/srv/app.py</h2>"))
    #expect(text.contains("class=\"hot\" style=\"--h:100%\""))
    #expect(text.contains("class=\"hot\" style=\"--h:25%\""))
    #expect(text.contains("<td class=\"n line\">40</td><td class=\"k\">    x40 = &lt;b&gt;</td>"))
    // Lines 6 to 36 are folded, and there to be opened.
    #expect(text.contains("… 31 lines</button>"))
    #expect(text.contains("data-gap=\"5\" hidden") && text.contains("x20 = &lt;b&gt;"))
    #expect(text.contains("total: size 1.25 kB"))
    // Without the file the lines that hold something stand alone.
    let bare = String(decoding: TablePage.render(table, title: "out"), as: UTF8.self)
    #expect(bare.components(separatedBy: "<tr data-row").count == 3)
  }

  @Test func findingsSayWhatWasFoundFirst() throws {
    let text = page(SampleTables.findings())
    let sentence = try #require(text.range(of: "was freed before the end.</p>"))
    let stack = try #require(text.range(of: "<details class=\"k\">"))
    let query = try #require(text.range(of: "<button class=\"copy\">"))
    #expect(sentence.lowerBound < query.lowerBound && query.lowerBound < stack.lowerBound)
    if let note = text.range(of: "<p class=\"note\">") {
      #expect(note.lowerBound > stack.lowerBound)
    }
  }

  @Test func tabsSayTheQuestion() {
    let table = SampleTables.topByLineno()
    let text = page(table)
    #expect(text.contains("<title>\(table.query)"))
    #expect(!text.contains("<title>out.bin</title>"))
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
        name: "function", role: .key, unit: .none, meaning: .stack,
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
