import Results
import Foundation
import Render
import Testing

@Suite struct ChartPageTests {
  private func data(_ table: ResultTable) throws -> [String: Any] {
    let bytes = try #require(ChartPage.render(table, title: "out.bin"))
    let page = String(decoding: bytes, as: UTF8.self)
    let open = try #require(page.range(of: "id=\"memq-data\">"))
    let close = try #require(page.range(of: "</script>", range: open.upperBound..<page.endIndex))
    let text = page[open.upperBound..<close.lowerBound]
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func series(_ json: [String: Any]) throws -> [[String: Any]] {
    let panels = try #require(json["panels"] as? [[String: Any]])
    return panels.flatMap { $0["series"] as? [[String: Any]] ?? [] }
  }

  @Test func unitsHavePanelsOfTheirOwn() throws {
    let json = try data(SampleTables.waves())
    let panels = try #require(json["panels"] as? [[String: Any]])
    #expect(panels.map { $0["unit"] as? String } == ["bytes", "allocations"])
    let all = try series(json)
    #expect(all.map { $0["name"] as? String } == ["size", "rss", "count"])
    let rss = try #require(all[1]["values"] as? [Any])
    #expect(rss.count == 200 && rss[49] is NSNull)
    // Step 4: 6 MB warm, 18 MB wave, 360 kB leaked.
    #expect((all[0]["values"] as? [Int])?[4] == 24_360_000)
  }

  @Test func textKeysBecomeStackedSeries() throws {
    let json = try data(SampleTables.areas())
    let panels = try #require(json["panels"] as? [[String: Any]])
    #expect(panels.count == 1 && panels[0]["stacked"] as? Bool == true)
    #expect((json["xs"] as? [Double])?.count == 60)
    let all = try series(json)
    #expect(all.count == 5)
    let sums = all.map { ($0["values"] as? [Int] ?? []).reduce(0, +) }
    #expect(sums == sums.sorted(by: >))
    guard case .integers(let sizes) = SampleTables.areas().columns[2].values else { return }
    #expect(sums.reduce(0, +) == Int(sizes.compactMap { $0 }.reduce(0, +)))
  }

  @Test func histogramsOfTwoSidesDrawBoth() throws {
    var table = SampleTables.histogram()
    table.columns = Array(table.columns.prefix(3))
    table.columns.append(
      ResultColumn(
        name: "count_diff", role: .measure, unit: .allocations, isDifference: true,
        values: .integers([-3, 12, 40, 0, 0, 0, 0, 0, 0, 0, 0, 0])))
    let all = try series(try data(table))
    #expect(all.map { $0["name"] as? String } == ["count", "count, right side"])
    #expect((all[1]["values"] as? [Int])?.prefix(4) == [3, 0, 300, 9000])
  }

  @Test func histogramsKnowTheirEnds() throws {
    let json = try data(SampleTables.histogram())
    #expect((json["ends"] as? [Int])?.prefix(3) == [2, 4, 8])
  }

  @Test func longTimelinesKeepTheirPeaks() throws {
    var table = SampleTables.waves(50_000)
    guard case .integers(var sizes) = table.columns[1].values else { return }
    sizes[33_333] = 9_999_999_999_999
    table.columns[1].values = .integers(sizes)
    let json = try data(table)
    let values = try #require(try series(json)[0]["values"] as? [Int])
    #expect(values.count <= 8000 && values.max() == 9_999_999_999_999)
    #expect((json["notes"] as? String)?.contains("the one of 7 rows") == true)
  }

  @Test func hostileNamesStayText() throws {
    let bytes = try #require(
      ChartPage.render(SampleTables.hostileSeries(), title: "</title><script>", showsRows: true))
    let page = String(decoding: bytes, as: UTF8.self)
    // One closing tag for the data, one for the script.
    #expect(page.components(separatedBy: "</script").count == 3)
    for markup in ["<script>alert", "<!--", "</svg>", "</path>"] { #expect(!page.contains(markup)) }
    #expect(page.contains("(1,000,000 bytes)"))
    #expect(page.unicodeScalars.allSatisfy { $0 == "\n" || !SafeText.isHostile($0) })
  }

  @Test func tablesWithoutANumericKeyHaveNoChart() {
    #expect(ChartPage.render(SampleTables.topByLineno(), title: "") == nil)
    #expect(ChartPage.render(SampleTables.empty(), title: "") == nil)
    #expect(ChartPage.render(ResultTable(query: ""), title: "") == nil)
  }

  /// Writes the pages that `Tests/Browser` opens.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["MEMQ_PAGES"] != nil))
  func pagesForTheBrowser() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["MEMQ_PAGES"])
    let base = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
    let charts = [
      "chart-waves": SampleTables.waves(), "chart-areas": SampleTables.areas(),
      "chart-histogram": SampleTables.histogram(), "chart-odd": SampleTables.timeline(),
      "chart-hostile": SampleTables.hostileSeries(), "chart-growth-odd": SampleTables.growth(),
    ]
    for (name, table) in charts {
      let showsRows = name == "chart-histogram" || name == "chart-growth-odd"
      let bytes = try #require(ChartPage.render(table, title: name, showsRows: showsRows))
      try Data(bytes).write(to: base.appendingPathComponent("\(name).html"))
    }
  }
}
