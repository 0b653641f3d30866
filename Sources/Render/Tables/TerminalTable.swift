import Results

/// Aligned text for people: numbers left and right-aligned, names right, sums at the foot.
///
/// Layout is the same piped and on a terminal, but for bars, colours and the ellipsis.
struct TerminalTable: RowWriter {
  private let table: ResultTable
  private let style: TerminalStyle
  private let cells: TerminalCells
  private let layout: TerminalLayout

  /// What stands above the titles.
  private let heading: Heading

  /// What stands above the titles.
  enum Heading {
    /// The query and what it speaks of.
    case question
    /// One of several parts.
    case section(String)
  }

  init(_ table: ResultTable, style: TerminalStyle, heading: Heading = .question) {
    self.table = table
    self.style = style
    self.heading = heading
    let fitting = TerminalFitting(table, style: style)
    cells = fitting.cells
    layout = fitting.layout()
  }

  /// A table laid out as one that has other rows.
  init(_ table: ResultTable, style: TerminalStyle, layout: TerminalLayout) {
    (self.table, self.style, self.layout) = (table, style, layout)
    (heading, cells) = (.question, TerminalCells(table: table))
  }

  var rowCount: Int { table.safeRowCount }

  func writeHead(to bytes: inout [UInt8]) {
    switch heading {
    case .question: Self.writeTitle(of: table, style: style, to: &bytes)
    case .section(let name): Self.writeText(name, .bold, style, to: &bytes)
    }
    guard rowCount > 0 else { return bytes.append("(no rows)\n") }
    let titles = layout.numbers.map { ($0.title, $0) }
    let isSection = if case .section = heading { true } else { false }
    writeLine(
      numbers: titles, names: layout.names.map(\.title), ink: isSection ? .faint : .bold,
      to: &bytes)
  }

  func writeRow(_ row: Int, to bytes: inout [UInt8]) {
    let numbers = layout.numbers.map { column in (number(column, row), column) }
    let names = layout.names.map { cells.name($0, row) }
    let places = layout.names.map { cells.places($0, row) }
    let height = names.map(\.count).max() ?? 1
    for line in 0..<max(1, height) {
      let texts = names.map { line < $0.count ? $0[line] : "" }
      if line == 0 {
        writeLine(numbers: numbers, names: texts, ink: nil, to: &bytes)
      } else {
        bytes.append(String(repeating: " ", count: nameIndent))
        writeNames(texts, ink: nil, to: &bytes)
      }
      for column in places.indices where line < places[column].count {
        writeSource(places[column][line], column: column, to: &bytes)
      }
    }
  }

  func writeTail(to bytes: inout [UInt8]) {
    if rowCount > 0 { writeSums(to: &bytes) }
    if !table.notes.isEmpty { bytes.append("\n") }
    Self.writeNotes(of: table, style: style, to: &bytes)
  }

  /// The query, what it speaks of, and an empty line.
  static func writeTitle(of table: ResultTable, style: TerminalStyle, to bytes: inout [UInt8]) {
    writeText(table.query, .bold, style, to: &bytes)
    if !table.population.isEmpty {
      writeText(table.subject, .faint, style, to: &bytes)
    }
    for line in table.header { writeText(line, .faint, style, to: &bytes) }
    bytes.append("\n")
  }

  /// The remarks, a line each.
  static func writeNotes(of table: ResultTable, style: TerminalStyle, to bytes: inout [UInt8]) {
    for note in table.notes { writeText(note, .note, style, to: &bytes) }
  }

  private func writeSums(to bytes: inout [UInt8]) {
    let isKeyed = table.columns.contains { $0.role == .key }
    guard isKeyed else { return }
    if table.otherCount > 0 { writeSum(table.other, label: cells.otherLabel, to: &bytes) }
    if table.total != nil { writeSum(table.total, label: "total", to: &bytes) }
  }

  private func writeSum(_ values: [MeasureValue]?, label: String, to bytes: inout [UInt8]) {
    var numbers = layout.numbers.map {
      (cells.sum($0, values, compact: layout.isCompact), $0)
    }
    var names = layout.names.map { _ in "" }
    if !names.isEmpty {
      names[0] = label
    } else if let first = numbers.first, first.0.isEmpty, label.count <= first.1.width {
      numbers[0].0 = label
    } else {
      names = [label]
    }
    writeLine(numbers: numbers, names: names, ink: .faint, to: &bytes)
  }

  private func number(_ column: TerminalColumn, _ row: Int) -> String {
    guard case .bar(let index, let greatest) = column.content else {
      return cells.number(column, row, compact: layout.isCompact)
    }
    let share = (table.columns[index].number(row)?.magnitude ?? 0) / greatest
    return style.paint(Self.bar(share, width: column.width), .bar)
  }

  /// A bar in eighths of a cell.
  private static func bar(_ share: Double, width: Int) -> String {
    let eighths = Int(((share.isFinite ? min(1, max(0, share)) : 0) * Double(width * 8)).rounded())
    let parts = [
      "", "\u{258F}", "\u{258E}", "\u{258D}", "\u{258C}", "\u{258B}", "\u{258A}", "\u{2589}",
    ]
    let text = String(repeating: "\u{2588}", count: eighths / 8) + parts[eighths % 8]
    let drawn = eighths / 8 + (eighths % 8 > 0 ? 1 : 0)
    return text + String(repeating: " ", count: max(0, width - drawn))
  }

  private var nameIndent: Int { layout.namesBelow ? TerminalLayout.gap : layout.numbersWidth }

  private func writeLine(
    numbers: [(String, TerminalColumn)], names: [String], ink: TerminalStyle.Ink?,
    to bytes: inout [UInt8]
  ) {
    var line = ""
    for (index, (text, column)) in numbers.enumerated() {
      if index > 0 { line += "  " }
      if case .bar = column.content, !text.isEmpty {
        line += text
      } else {
        line += DisplayWidth.pad(text, to: column.width, alignRight: column.alignsRight)
      }
    }
    if layout.namesBelow {
      writeWrapped(numbers, line, ink: ink, to: &bytes)
      guard !names.isEmpty else { return }
      bytes.append(String(repeating: " ", count: nameIndent))
    } else {
      if !numbers.isEmpty && !names.isEmpty { line += "  " }
      bytes.append(paint(names.isEmpty ? Self.trimmed(line) : line, ink))
    }
    writeNames(names, ink: ink, to: &bytes)
  }

  /// Numbers on lines of their own, as many as fit on each.
  private func writeWrapped(
    _ numbers: [(String, TerminalColumn)], _ line: String, ink: TerminalStyle.Ink?,
    to bytes: inout [UInt8]
  ) {
    guard style.width > 0 && layout.numbersWidth - TerminalLayout.gap > style.width else {
      return bytes.append(paint(Self.trimmed(line), ink) + "\n")
    }
    var current = ""
    for (text, column) in numbers {
      let cell = DisplayWidth.pad(text, to: column.width, alignRight: column.alignsRight)
      if !current.isEmpty && current.utf8.count + 2 + cell.utf8.count > style.width {
        bytes.append(paint(Self.trimmed(current), ink) + "\n")
        current = ""
      }
      current += (current.isEmpty ? "" : "  ") + cell
    }
    // The last numbers of a row may all be missing.
    if current.contains(where: { $0 != " " }) {
      bytes.append(paint(Self.trimmed(current), ink) + "\n")
    }
  }

  private func writeNames(_ names: [String], ink: TerminalStyle.Ink?, to bytes: inout [UInt8]) {
    var line = ""
    for (index, name) in names.enumerated() {
      if index > 0 { line += "  " }
      guard index < layout.names.count else {
        line += name
        continue
      }
      let width = layout.names[index].width
      let cut = DisplayWidth.middle(name, width: width, ellipsis: style.ellipsis)
      line += index == names.count - 1 ? cut : DisplayWidth.pad(cut, to: width)
    }
    bytes.append(paint(Self.trimmed(line), ink) + "\n")
  }

  private func writeSource(
    _ place: (file: String, line: Int)?, column: Int, to bytes: inout [UInt8]
  ) {
    guard let place, let lookup = style.sourceLines,
      let source = lookup(place.file, place.line)
    else { return }
    let text = SafeText.shown(SourceText.trimmed(source))
    guard !text.isEmpty else { return }
    let before = layout.names[..<column].reduce(nameIndent + 4) { $0 + $1.width + 2 }
    let room = style.width == 0 ? Int.max : style.width - before
    guard room >= 8 else { return }
    bytes.append(String(repeating: " ", count: before))
    bytes.append(
      style.paint(DisplayWidth.prefix(text, width: room, ellipsis: style.ellipsis), .faint) + "\n")
  }

  /// A line of the head or foot, wrapped at spaces.
  private static func writeText(
    _ text: String, _ ink: TerminalStyle.Ink, _ style: TerminalStyle, to bytes: inout [UInt8]
  ) {
    guard !text.isEmpty else { return }
    for line in TextWrap.lines(SafeText.shown(text), width: style.width) {
      bytes.append(style.paint(line, ink) + "\n")
    }
  }

  private func paint(_ text: String, _ ink: TerminalStyle.Ink?) -> String {
    guard let ink else { return text }
    return style.paint(text, ink)
  }

  private static func trimmed(_ text: String) -> String { SourceText.withoutTrailingSpace(text) }
}
