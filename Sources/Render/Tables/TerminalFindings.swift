import Results

/// Findings for people: each row a heading and paragraphs, because sentences fit no column.
struct TerminalFindings: RowWriter {
  private let table: ResultTable
  private let style: TerminalStyle
  private let cells: TerminalCells

  /// Cells of a line where nothing else bounds it.
  private static let readableWidth = 100
  private static let indent = 3
  /// Callers named after the place itself.
  private static let shownFrames = 5

  /// Whether a table holds sentences.
  static func suits(_ table: ResultTable) -> Bool {
    table.columns.contains { $0.role == .prose }
  }

  init(_ table: ResultTable, style: TerminalStyle) {
    self.table = table
    self.style = style
    cells = TerminalCells(table: table)
  }

  var rowCount: Int { table.safeRowCount }

  func writeHead(to bytes: inout [UInt8]) {
    TerminalTable.writeTitle(of: table, style: style, to: &bytes)
  }

  func writeRow(_ row: Int, to bytes: inout [UInt8]) {
    if row > 0 { bytes.append("\n") }
    for line in TextWrap.lines(heading(row), width: width) {
      bytes.append(style.paint(line, .bold) + "\n")
    }
    for column in table.columns {
      switch column.values {
      case .texts(let values) where column.role == .key:
        writeSource(column, values[row], to: &bytes)
      case .stacks(let values):
        if let stack = values[row], let callers = callers(stack) {
          writeParagraph(callers, .faint, to: &bytes)
        }
      case .texts(let values) where column.role == .prose:
        guard let text = values[row], !text.isEmpty else { continue }
        let isFirst = column.name == table.columns.first { $0.role == .prose }?.name
        writeParagraph(
          isFirst ? text : "\(column.name): \(text)", isFirst ? nil : .faint, to: &bytes)
      default: continue
      }
    }
  }

  func writeTail(to bytes: inout [UInt8]) {
    if rowCount > 0, !table.notes.isEmpty { bytes.append("\n") }
    TerminalTable.writeNotes(of: table, style: style, to: &bytes)
  }

  /// Rank, names and the first measure, in one line.
  private func heading(_ row: Int) -> String {
    var words: [String] = []
    var hasMeasure = false
    for column in table.columns {
      switch (column.role, column.values) {
      case (.key, .integers(let values)):
        words.append(DisplayWidth.pad(values[row].map(String.init) ?? "", to: Self.indent - 2))
      case (.key, .texts(let values)):
        words.append(values[row].map(TerminalCells.shown) ?? column.missingName)
      case (.measure, _):
        guard !hasMeasure, let value = column.number(row) else { continue }
        hasMeasure = true
        words.append(
          Humanize.value(
            value, unit: column.unit, sizes: table.sizes, compact: false,
            isSigned: column.isDifference))
      default: continue
      }
    }
    return words.joined(separator: "  ")
  }

  /// The callers of a stack's newest frame, up to the script: what runs it tells nothing.
  private func callers(_ stack: [FrameText]) -> String? {
    let script = stack.firstIndex { $0.function == "<module>" } ?? stack.count - 1
    let callers = stack.prefix(script + 1).dropFirst()
    guard !callers.isEmpty else { return nil }
    var text = "called by " + callers.prefix(Self.shownFrames).map(\.label).joined(separator: ", ")
    if callers.count > Self.shownFrames {
      text += " and \(Humanize.count(Int64(callers.count - Self.shownFrames))) more"
    }
    return text
  }

  private func writeSource(_ column: ResultColumn, _ text: String?, to bytes: inout [UInt8]) {
    guard column.meaning == .place, let text, let place = TerminalCells.place(in: text),
      let source = style.sourceLines?(place.file, place.line)
    else { return }
    let shown = SafeText.shown(SourceText.trimmed(source))
    guard !shown.isEmpty else { return }
    let room = width - Self.indent - 4
    guard room >= 8 else { return }
    bytes.append(String(repeating: " ", count: Self.indent + 4))
    bytes.append(
      style.paint(DisplayWidth.prefix(shown, width: room, ellipsis: style.ellipsis), .faint) + "\n")
  }

  private func writeParagraph(
    _ text: String, _ ink: TerminalStyle.Ink?, to bytes: inout [UInt8]
  ) {
    for line in TextWrap.lines(SafeText.shown(text), width: width - Self.indent) {
      bytes.append(String(repeating: " ", count: Self.indent))
      bytes.append((ink.map { style.paint(line, $0) } ?? line) + "\n")
    }
  }

  private var width: Int {
    style.width == 0 ? Self.readableWidth : style.width
  }
}
