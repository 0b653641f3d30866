import Columns

/// Findings as markup: sentences fit no column, so each has a card.
struct FindingsMarkup {
  let table: ResultTable
  let sourceLines: SourceLookup?

  /// The findings within `budget` bytes, and how many they are.
  func body(budget: Int?) -> (bytes: [UInt8], rows: Int) {
    var bytes = Array("<div class=\"findings\">\n".utf8)
    var shown = 0
    for row in 0..<table.safeRowCount {
      let before = bytes.count
      write(row, to: &bytes)
      if let budget, bytes.count > budget {
        bytes.removeLast(bytes.count - before)
        break
      }
      shown += 1
    }
    if table.safeRowCount == 0 { bytes.append("<p class=\"empty\">nothing found</p>\n") }
    bytes.append("</div>\n")
    return (bytes, shown)
  }

  private func write(_ row: Int, to bytes: inout [UInt8]) {
    bytes.append("<article class=\"finding\" data-row=\"\(row)\"><h2>")
    for column in table.columns { writeHeading(column, row, to: &bytes) }
    bytes.append("</h2>\n")
    for column in table.columns {
      switch column.values {
      case .texts(let values) where column.name == "lineno":
        guard let text = values[row], let place = TerminalCells.place(in: text),
          let source = sourceLines?(place.file, place.line)
        else { continue }
        bytes.append(
          "<code class=\"src\">\(HTMLPage.escaped(SafeText.cut(SourceText.trimmed(source))))</code>\n"
        )
      case .texts(let values) where column.role == .prose:
        guard let text = values[row], !text.isEmpty else { continue }
        bytes.append(
          column.name == "query"
            ? "<pre>\(HTMLPage.escaped(text))</pre>\n"
            : "<p>\(HTMLPage.escaped(text))</p>\n")
      case .stacks(let values):
        guard let stack = values[row], !stack.isEmpty else { continue }
        bytes.append("<div class=\"k\"><ol>")
        for frame in stack.prefix(Self.mostFrames) {
          bytes.append("<li>\(HTMLPage.escaped(SafeText.cut(frame.label)))</li>")
        }
        if stack.count > Self.mostFrames {
          bytes.append("<li>(\(stack.count - Self.mostFrames) more frames)</li>")
        }
        bytes.append("</ol></div>\n")
      default: continue
      }
    }
    bytes.append("</article>\n")
  }

  private static let mostFrames = 30

  private func writeHeading(_ column: ResultColumn, _ row: Int, to bytes: inout [UInt8]) {
    switch (column.role, column.values) {
    case (.key, .integers(let values)):
      bytes.append("<span class=\"rank\">\(values[row].map(String.init) ?? "")</span> ")
    case (.key, .texts(let values)):
      let text = values[row].map(TerminalCells.shown) ?? column.missingName
      bytes.append("<span>\(HTMLPage.escaped(SafeText.cut(text)))</span> ")
    case (.measure, _):
      guard let value = column.number(row) else { return }
      let text = Humanize.value(
        value, unit: column.unit, sizes: table.sizes, isSigned: column.isDifference)
      let isFirst = column.name == table.columns.first { $0.role == .measure }?.name
      bytes.append(
        "<span class=\"\(isFirst ? "rate" : "rank")\" title=\"\(HTMLPage.escaped(column.name))\">"
          + "\(isFirst ? "" : HTMLPage.escaped(column.name) + " ")\(HTMLPage.escaped(text))</span> "
      )
    default: return
    }
  }
}
