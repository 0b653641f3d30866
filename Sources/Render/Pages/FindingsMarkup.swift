import Results

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
    writeSentences(row, to: &bytes)
    writeSource(row, to: &bytes)
    writeQuery(row, to: &bytes)
    for column in table.columns {
      guard case .stacks(let values) = column.values, let stack = values[row], !stack.isEmpty else {
        continue
      }
      writeStack(stack, to: &bytes)
    }
    bytes.append("</article>\n")
  }

  private func writeSentences(_ row: Int, to bytes: inout [UInt8]) {
    for column in table.columns where column.role == .prose && column.meaning != .question {
      guard case .texts(let values) = column.values, let text = values[row], !text.isEmpty else {
        continue
      }
      bytes.append("<p>\(HTMLPage.escaped(text))</p>\n")
    }
  }

  private func writeSource(_ row: Int, to bytes: inout [UInt8]) {
    guard case .texts(let values) = table.columns.first(where: { $0.meaning == .place })?.values,
      let text = values[row], let place = TerminalCells.place(in: text),
      let source = sourceLines?(place.file, place.line)
    else { return }
    let shown = HTMLPage.escaped(SafeText.cut(SourceText.trimmed(source)))
    bytes.append("<code class=\"src\">\(shown)</code>\n")
  }

  /// The question that shows the numbers, with a button that copies it.
  private func writeQuery(_ row: Int, to bytes: inout [UInt8]) {
    guard case .texts(let values) = table.columns.first(where: { $0.meaning == .question })?.values,
      let text = values[row], !text.isEmpty
    else { return }
    bytes.append("<div class=\"ask\"><pre>\(HTMLPage.escaped(text))</pre>")
    bytes.append("<button class=\"copy\">Copy query</button></div>\n")
  }

  /// The stack, folded: what is read first is the newest frame that is the program's own.
  private func writeStack(_ stack: [FrameText], to bytes: inout [UInt8]) {
    let own = stack.firstIndex { !Self.isOfLibrary($0.file) } ?? 0
    let first = HTMLPage.escaped(SafeText.cut(shortened(stack[own])))
    let count = Humanize.count(Int64(stack.count))
    bytes.append("<details class=\"k\"><summary>\(first), \(count) ")
    bytes.append("\(stack.count == 1 ? "frame" : "frames")</summary><ol>")
    for frame in stack.prefix(Self.mostFrames) {
      let whole = HTMLPage.escaped(SafeText.cut(frame.label))
      bytes.append(
        "<li title=\"\(whole)\">\(HTMLPage.escaped(SafeText.cut(shortened(frame))))</li>")
    }
    if stack.count > Self.mostFrames {
      bytes.append("<li>(\(stack.count - Self.mostFrames) more frames)</li>")
    }
    bytes.append("</ol></details>\n")
  }

  private func shortened(_ frame: FrameText) -> String {
    ShortPath.shortened(frame.label, path: frame.file)
  }

  /// Whether a file is of an installed package, of Python itself, or of no file.
  private static func isOfLibrary(_ file: String) -> Bool {
    file.isEmpty || file.hasPrefix("<") || ShortPath.isOfLibrary(file)
  }

  private static let mostFrames = 100

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
