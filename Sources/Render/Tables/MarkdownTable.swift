import Results

/// A GitHub-flavoured Markdown table in full precision, with `other` and `total` rows.
///
/// Names stand in code spans, so that `__init__` and `<module>` are read as written; pipes are
/// escaped. Frames of a stack, newest first, are separated by `<br>`.
struct MarkdownTable: RowWriter {
  let table: ResultTable

  var rowCount: Int { table.safeRowCount }

  func writeHead(to bytes: inout [UInt8]) {
    guard !table.columns.isEmpty else { return }
    bytes.append("|")
    for column in table.columns { bytes.append(" \(Self.escaped(column.name)) |") }
    bytes.append("\n|")
    for column in table.columns { bytes.append(column.isNumeric ? " ---: |" : " --- |") }
    bytes.append("\n")
  }

  func writeRow(_ row: Int, to bytes: inout [UInt8]) {
    bytes.append("|")
    for column in table.columns {
      let cell = Self.cell(column, row)
      bytes.append(cell.isEmpty ? " |" : " \(cell) |")
    }
    bytes.append("\n")
  }

  func writeTail(to bytes: inout [UInt8]) {
    let isKeyed = table.columns.contains { $0.role == .key && !$0.isNumeric }
    if isKeyed && table.otherCount > 0 {
      writeSums(
        table.other, label: "other (\(Humanize.count(Int64(table.otherCount))) more)", &bytes)
    }
    if isKeyed && table.total != nil { writeSums(table.total, label: "total", &bytes) }
  }

  private func writeSums(_ values: [MeasureValue]?, label: String, _ bytes: inout [UInt8]) {
    let labelIndex = table.columns.firstIndex { $0.role == .key && !$0.isNumeric }
    bytes.append("|")
    for (index, column) in table.columns.enumerated() {
      let sum = SumText.exact(ResultTable.value(of: column.name, in: values), in: column)
      let cell = index == labelIndex ? "**\(label)**" : sum ?? ""
      bytes.append(cell.isEmpty ? " |" : " \(cell) |")
    }
    bytes.append("\n")
  }

  private static func cell(_ column: ResultColumn, _ row: Int) -> String {
    switch column.values {
    case .integers(let values): values[row].map { String($0) } ?? ""
    case .reals(let values): values[row].map { $0.isFinite ? "\($0)" : "" } ?? ""
    case .texts(let values):
      values[row].map(code) ?? (column.missingName.isEmpty ? "" : code(column.missingName))
    case .stacks(let values):
      values[row].map { $0.map { code($0.label) }.joined(separator: "<br>") } ?? code("<no stack>")
    case .series(let values): Sparkline.text(values[row])
    }
  }

  /// A code span of `text`, fenced by more backticks than it holds in a row.
  private static func code(_ text: String) -> String {
    if text.isEmpty { return code("<unknown>") }
    let safe = escaped(text)
    var longest = 0
    var run = 0
    for byte in safe.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    let gap = longest > 0 || safe.hasPrefix(" ") || safe.hasSuffix(" ") ? " " : ""
    return fence + gap + safe + gap + fence
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in SafeText.shown(text) {
      if character == "|" { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
