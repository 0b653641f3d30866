import Results

/// The rows of a table page as markup.
struct TableMarkup {
  private let table: ResultTable
  private let sourceLines: SourceLookup?
  private let cells: TerminalCells
  private let columns: [TerminalColumn]

  /// Columns of bounds of size classes: 1 KiB is round, 1.02 kB is not.
  private let twos: Set<Int>

  /// Whether the rows are frames, callees below their callers and indented.
  private let isCallTable: Bool

  init(table: ResultTable, sourceLines: SourceLookup?) {
    self.table = table
    twos = Set(table.columns.indices.filter { table.columns[$0].isPowersOfTwo })
    isCallTable = table.columns.last?.meaning == .callee
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
      bytes.append("<th scope=\"col\" class=\"\(kind)\"\(sumAttributes(column))>")
      bytes.append("<button>\(title)</button></th>")
    }
    bytes.append("</tr></thead>\n")
  }

  /// Unit and total of a measure that adds up, for sums of the rows that a filter leaves.
  private func sumAttributes(_ column: TerminalColumn) -> String {
    guard case .values(let index) = column.content else { return "" }
    let source = table.columns[index]
    guard source.role == .measure, source.isNumeric, source.isAdditive, source.total == .sum
    else { return "" }
    let total = ResultTable.value(of: source.name, in: table.total)
    let text = SumText.exact(total, in: source).map { " data-total=\"\($0)\"" } ?? ""
    return " data-unit=\"\(source.unit.rawValue)\"\(text)"
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
    bytes.append("<tr data-row=\"\(row)\"\(isCallTable ? " data-l=\"\(level(row))\"" : "")>")
    for (place, column) in columns.enumerated() {
      if table.columns[column.index].isNumeric {
        writeNumber(column, row, isBar: place == barColumn, to: &bytes)
      } else {
        writeName(column, row, to: &bytes)
      }
    }
    bytes.append("</tr>\n")
  }

  private func bound(_ column: TerminalColumn, _ row: Int) -> String? {
    table.columns[column.index].number(row).map { Humanize.size($0, .binary) }
  }

  /// How deep a frame's name is indented.
  private func level(_ row: Int) -> Int {
    guard case .texts(let names) = table.columns.last?.values else { return 0 }
    return (names[row] ?? "").prefix { $0 == " " }.count / 2
  }

  private func writeNumber(
    _ column: TerminalColumn, _ row: Int, isBar: Bool, to bytes: inout [UInt8]
  ) {
    let number = twos.contains(column.index) ? bound(column, row) : nil
    let text = HTMLPage.escaped(number ?? cells.number(column, row, compact: false))
    guard let value = table.columns[column.index].number(row) else {
      return bytes.append("<td class=\"n\" data-v=\"NaN\"></td>")
    }
    let exact = SumText.exact(value, in: table.columns[column.index]) ?? ""
    let part = (greatest ?? 0) > 0 ? value.magnitude / (greatest ?? 1) : 0
    let share = part.isFinite ? min(1, part) * 100 : 0
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
      writeLine(
        line, path: path(column, index < places.count ? places[index]?.file : nil, line), &bytes)
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

  /// The path in a name, to be shortened.
  private func path(_ column: TerminalColumn, _ file: String?, _ line: String) -> String? {
    table.columns[column.index].meaning == .file ? line : file
  }

  /// A name from the package on; the whole of it under the pointer.
  private func writeLine(_ line: String, path: String?, _ bytes: inout [UInt8]) {
    let short = ShortPath.shortened(line, path: path)
    let text = HTMLPage.escaped(SafeText.cut(short))
    guard short != line else { return bytes.append(text) }
    let whole = HTMLPage.escaped(SafeText.cut(String(line.drop { $0 == " " })))
    bytes.append("<span title=\"\(whole)\">\(text)</span>")
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
