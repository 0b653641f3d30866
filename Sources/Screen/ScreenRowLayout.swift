import Render

/// Lays rows out: as many columns of numbers as leave room for the names.
struct ScreenRowLayout {
  private let rows: ScreenRows
  private let selection: Int
  private let width: Int
  private let columns: [(column: ScreenRows.Column, width: Int)]
  private let barCells: Int

  /// Names have at least this much, or as much as they need.
  private static let leastName = 24
  private static let marginCells = 2

  init(_ rows: ScreenRows, selection: Int, width: Int) {
    self.rows = rows
    self.selection = selection
    self.width = width
    let longest = rows.names.map(DisplayWidth.of).max() ?? 0
    let name = min(max(longest, DisplayWidth.of(rows.nameTitle)), Self.leastName)
    var shown = rows.columns.map { column in
      (column: column, width: Self.cells(of: column))
    }
    func taken() -> Int { Self.marginCells + shown.reduce(0) { $0 + $1.width + 2 } }
    while taken() + name > width, shown.count > 1,
      let last = shown.indices.max(by: { shown[$0].column.rank < shown[$1].column.rank })
    {
      shown.remove(at: last)
    }
    columns = shown
    let left = width - taken() - longest - 2
    barCells = rows.shares.isEmpty || left < 8 ? 0 : min(left, 20)
  }

  private static func cells(of column: ScreenRows.Column) -> Int {
    ([column.title, column.total] + column.texts).map(DisplayWidth.of).max() ?? 0
  }

  /// The titles, the rows around the selection, the total and remarks, in so many lines.
  func lines(_ room: Int) -> [ScreenLine] {
    guard !rows.names.isEmpty else {
      return [ScreenLine("nothing", .faint, within: width)] + remarks
    }
    let total = rows.columns.contains { !$0.total.isEmpty } ? [totalLine] : []
    let forRows = max(1, room - 1 - total.count - (rows.remarks.isEmpty ? 0 : 1))
    let first = max(0, min(selection - forRows + 1, rows.names.count - forRows))
    let shown = (first..<min(rows.names.count, first + forRows)).map(line)
    return (room > 1 ? [titles] : []) + shown + total + remarks
  }

  private var remarks: [ScreenLine] { rows.remarks.map { ScreenLine($0, .note, within: width) } }

  private var titles: ScreenLine {
    var line = ScreenLine("  ", within: width)
    for (column, cells) in columns {
      line.add(DisplayWidth.pad(column.title, to: cells, alignRight: true), .faint, within: width)
      line.add("  ", within: width)
    }
    if barCells > 0 { line.add(String(repeating: " ", count: barCells + 2), within: width) }
    line.add(rows.nameTitle, .faint, within: width)
    return line
  }

  private func line(_ row: Int) -> ScreenLine {
    var line = ScreenLine()
    // The mark beside the reversal: some terminals show none.
    line.add(row == selection ? "> " : "  ", within: width)
    for (column, cells) in columns {
      line.add(DisplayWidth.pad(column.texts[row], to: cells, alignRight: true), within: width)
      line.add("  ", within: width)
    }
    if barCells > 0 {
      line.add(bar(rows.shares[row]), .bar, within: width)
      line.add("  ", within: width)
    }
    let room = width - line.width
    line.add(DisplayWidth.middle(rows.names[row], width: room, ellipsis: "…"), within: width)
    return row == selection ? line.selected(to: width) : line
  }

  private var totalLine: ScreenLine {
    var line = ScreenLine("  ", within: width)
    for (column, cells) in columns {
      line.add(DisplayWidth.pad(column.total, to: cells, alignRight: true), .bold, within: width)
      line.add("  ", within: width)
    }
    if barCells > 0 { line.add(String(repeating: " ", count: barCells + 2), within: width) }
    let more = rows.others > 0 ? "total, with \(Humanize.count(Int64(rows.others))) more" : "total"
    line.add(more, .bold, within: width)
    return line
  }

  private func bar(_ share: Double) -> String {
    let cells = max(0, min(barCells, Int((share * Double(barCells)).rounded())))
    return String(repeating: "█", count: cells)
      + String(repeating: " ", count: barCells - cells)
  }
}
