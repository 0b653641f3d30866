import Results
import Render
import TestSupport
import Testing

@Suite struct TerminalTableTests {
  private func text(_ table: ResultTable, _ style: TerminalStyle = TerminalStyle()) -> String {
    Renderer.text(table, as: .terminal, style: style)
  }

  private let sources: SourceLookup = { file, line in
    file.hasPrefix("/srv/app") ? "\tdata = load(\(line))  # \u{1B}[31m 日本" : nil
  }

  @Test func plainTableIsAligned() throws {
    try Snapshot.expect(text(SampleTables.topByLineno()), "top.txt")
    try Snapshot.expect(
      text(SampleTables.topByLineno(filtered: true, sizes: .binary)), "top-filtered-binary.txt")
    try Snapshot.expect(text(SampleTables.timeline()), "timeline.txt")
    try Snapshot.expect(text(SampleTables.differences()), "differences.txt")
    try Snapshot.expect(text(SampleTables.empty()), "empty.txt")
  }

  @Test func terminalShowsBarsColoursAndSource() throws {
    let style = TerminalStyle(
      width: 100, isTerminal: true, usesColor: true, sourceLines: sources)
    try Snapshot.expect(text(SampleTables.topByLineno(), style), "top-terminal.txt")
    try Snapshot.expect(
      text(SampleTables.tracebacks(), TerminalStyle(width: 60, sourceLines: sources)),
      "tracebacks.txt")
  }

  @Test func findingsAreParagraphs() throws {
    try Snapshot.expect(text(SampleTables.findings()), "findings.txt")
    let style = TerminalStyle(width: 50, isTerminal: true, usesColor: true, sourceLines: sources)
    try Snapshot.expect(text(SampleTables.findings(), style), "findings-terminal.txt")
    var none = SampleTables.findings()
    for index in none.columns.indices { none.columns[index].values = .texts([]) }
    none.notes = ["nothing grows for good"]
    let lines = text(none).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines == [
        "suspects", Substring(none.population) + " of out.bin", "", "nothing grows for good", "",
      ])
  }

  @Test(arguments: [20, 30, 40, 60, 80, 200])
  func narrowTablesKeepTheirEssentials(width: Int) throws {
    let style = TerminalStyle(width: width, isTerminal: true)
    try Snapshot.expect(
      text(SampleTables.topByLineno(filtered: true), style), "top-width-\(width).txt")
  }

  @Test(arguments: [60, 80, 120, 200])
  func verbsHaveTheirLooks(width: Int) throws {
    let style = TerminalStyle(width: width, isTerminal: true, sourceLines: sources)
    try Snapshot.expect(text(SampleTables.growth(), style), "growth-width-\(width).txt")
    try Snapshot.expect(text(SampleTables.histogram(), style), "hist-width-\(width).txt")
    try Snapshot.expect(text(SampleTables.waves(12), style), "waves-width-\(width).txt")
    try Snapshot.expect(text(SampleTables.sections(), style), "sections-width-\(width).txt")
  }

  @Test func noLineIsWiderThanAsked() {
    let tables = [
      SampleTables.topByLineno(), SampleTables.topByLineno(filtered: true),
      SampleTables.tracebacks(), SampleTables.timeline(), SampleTables.differences(),
      SampleTables.hostile(), SampleTables.empty(), SampleTables.findings(),
      SampleTables.growth(), SampleTables.sections(), SampleTables.histogram(),
    ]
    for table in tables {
      for width in 20...200 {
        for isTerminal in [false, true] {
          let style = TerminalStyle(width: width, isTerminal: isTerminal, sourceLines: sources)
          for line in text(table, style).split(separator: "\n") {
            let cells = DisplayWidth.of(String(line))
            if cells > width { Issue.record("\(cells) > \(width): \(line) of \(table.query)") }
          }
        }
      }
    }
  }

  @Test func pipedTextIsPlain() {
    for table in [SampleTables.topByLineno(), SampleTables.tracebacks()] {
      let output = text(table, TerminalStyle(width: 50, sourceLines: { _, _ in "x = 1" }))
      #expect(output.utf8.allSatisfy { $0 == 10 || (0x20..<0x7F).contains($0) })
    }
  }

  @Test func nothingInANameReachesTheTerminal() throws {
    let output = text(SampleTables.hostile(), TerminalStyle(sourceLines: { _, _ in "\u{1B}[2J" }))
    for scalar in output.unicodeScalars where scalar != "\n" {
      #expect(!SafeText.isHostile(scalar))
    }
    try Snapshot.expect(output, "hostile.txt")
  }

  @Test func longStacksLoseTheirMiddle() {
    var table = SampleTables.tracebacks()
    let frames = (0..<1000).map { FrameText(function: "f\($0)", file: "a.py", line: $0 + 1) }
    table.columns[0].values = .stacks([frames, nil])
    let lines = text(table).split(separator: "\n")
    #expect(lines.contains { $0.hasSuffix("(975 more frames)") })
    #expect(lines.contains { $0.hasSuffix("f999 (a.py:1000)") })
    #expect(lines.count < 40)
  }

  @Test func columnsOfUnequalLengthAreReadOnlyWhereAllHaveValues() {
    var table = SampleTables.topByLineno()
    table.columns[1].values = .integers([1])
    for format in TableFormat.allCases { #expect(!Renderer.text(table, as: format).isEmpty) }
  }
}
