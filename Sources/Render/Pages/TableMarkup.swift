import Columns

/// The rows of a table page as markup.
struct TableMarkup {
  private let table: ResultTable
  private let sourceLines: SourceLookup?
  private let cells: TerminalCells
  private let columns: [TerminalColumn]

  init(table: ResultTable, sourceLines: SourceLookup?) {
    self.table = table
    self.sourceLines = sourceLines
    // The same columns as on a terminal: numbers with their shares left, names right.
    let style = TerminalStyle(width: 0, isTerminal: false)
    let layout = TerminalFitting(table, style: style).layout()
    cells = TerminalCells(table: table)
    columns = layout.numbers + layout.names
    let shown = columns
    barColumn = shown.firstIndex { table.columns[$0.index].role == .measure }
    greatest = barColumn.map { place in
      let column = table.columns[shown[place].index]
      return (0..<table.safeRowCount).reduce(0.0) { max($0, column.number($1)?.magnitude ?? 0) }
    }
  }

  /// The first measure, drawn as a bar behind its numbers, and its greatest value.
  private let barColumn: Int?
  private let greatest: Double?

  /// The titles: buttons that sort.
  func writeHead(to bytes: inout [UInt8]) {
    bytes.append("<thead><tr>")
    for column in columns {
      let kind = column.alignsRight ? "n" : "t"
      let title = HTMLPage.escaped(column.title)
      bytes.append("<th scope=\"col\" class=\"\(kind)\"><button>\(title)</button></th>")
    }
    bytes.append("</tr></thead>\n")
  }

  /// The rows within `budget` bytes, and how many they are.
  func body(budget: Int?) -> (bytes: [UInt8], rows: Int) {
    var bytes = Array("<tbody>\n".utf8)
    var shown = 0
    for row in 0..<table.safeRowCount {
      let before = bytes.count
      writeRow(row, to: &bytes)
      if let budget, bytes.count > budget {
        bytes.removeLast(bytes.count - before)
        break
      }
      shown += 1
    }
    if table.safeRowCount == 0 {
      bytes.append("<tr><td class=\"empty\" colspan=\"\(max(1, columns.count))\">no rows</td></tr>")
    }
    bytes.append("</tbody>\n")
    return (bytes, shown)
  }

  func writeFoot(to bytes: inout [UInt8]) {
    guard table.safeRowCount > 0, table.columns.contains(where: { $0.role == .key }) else { return }
    bytes.append("<tfoot>\n")
    if table.otherCount > 0 { writeSum(table.other, label: cells.otherLabel, to: &bytes) }
    if table.total != nil { writeSum(table.total, label: "total", to: &bytes) }
    bytes.append("</tfoot>\n")
  }

  private func writeRow(_ row: Int, to bytes: inout [UInt8]) {
    bytes.append("<tr data-row=\"\(row)\">")
    for (place, column) in columns.enumerated() {
      if table.columns[column.index].isNumeric {
        writeNumber(column, row, isBar: place == barColumn, to: &bytes)
      } else {
        writeName(column, row, to: &bytes)
      }
    }
    bytes.append("</tr>\n")
  }

  private func writeNumber(
    _ column: TerminalColumn, _ row: Int, isBar: Bool, to bytes: inout [UInt8]
  ) {
    let text = HTMLPage.escaped(cells.number(column, row, compact: false))
    guard let value = table.columns[column.index].number(row) else {
      return bytes.append("<td class=\"n\" data-v=\"NaN\"></td>")
    }
    let exact = SumText.exact(value, in: table.columns[column.index]) ?? ""
    let share = (greatest ?? 0) > 0 ? value.magnitude / (greatest ?? 1) * 100 : 0
    let bar = isBar ? " bar\" style=\"--w:\(Int(share.rounded()))%" : ""
    bytes.append("<td class=\"n\(bar)\" data-v=\"\(exact)\" title=\"\(exact)\">\(text)</td>")
  }

  private func writeName(_ column: TerminalColumn, _ row: Int, to bytes: inout [UInt8]) {
    let lines = cells.name(column, row)
    let places = cells.places(column, row)
    let isMissing = lines == ["<no stack>"]
    bytes.append(isMissing ? "<td class=\"k none\">" : "<td class=\"k\">")
    if lines.count > 1 { bytes.append("<ol>") }
    for (index, line) in lines.enumerated() {
      if lines.count > 1 { bytes.append("<li>") }
      bytes.append(HTMLPage.escaped(SafeText.cut(line)))
      if index < places.count, let place = places[index],
        let source = sourceLines?(place.file, place.line)
      {
        let text = SafeText.cut(SourceText.trimmed(source))
        // Below a callee's name, not below its callers'.
        let indent = line.prefix { $0 == " " }.count
        let style = indent > 0 ? " style=\"--i:\(indent)\"" : ""
        if !text.isEmpty {
          bytes.append("<code class=\"src\"\(style)>\(HTMLPage.escaped(text))</code>")
        }
      }
      if lines.count > 1 { bytes.append("</li>") }
    }
    if lines.count > 1 { bytes.append("</ol>") }
    bytes.append("</td>")
  }

  private func writeSum(_ values: [MeasureValue]?, label: String, to bytes: inout [UInt8]) {
    bytes.append("<tr>")
    var isLabelled = false
    for column in columns {
      if table.columns[column.index].isNumeric {
        let text = cells.sum(column, values, compact: false)
        bytes.append("<td class=\"n\">\(HTMLPage.escaped(text))</td>")
      } else {
        bytes.append("<td>\(isLabelled ? "" : HTMLPage.escaped(label))</td>")
        isLabelled = true
      }
    }
    bytes.append("</tr>\n")
  }
}
