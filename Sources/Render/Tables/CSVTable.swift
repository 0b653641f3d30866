import Results

/// RFC 4180: a line of column names, then one line a row, each ended by CRLF.
///
/// Numbers are in full precision, missing values empty. A stack is `function (file:line)` of each
/// frame, newest first, joined by ` <- ` (is called by). Where numbers are estimates from samples,
/// a last column `estimated` says so in every row: the format has no place for remarks.
///
/// Texts are as they are, for programs that read on: also those that a spreadsheet takes for a
/// formula, unless the style marks them. On a terminal nothing in them steers it.
struct CSVTable: RowWriter {
  let table: ResultTable
  var style = TerminalStyle()

  var rowCount: Int { table.safeRowCount }

  func writeHead(to bytes: inout [UInt8]) {
    for (index, column) in table.columns.enumerated() {
      if index > 0 { bytes.append(",") }
      append(column.name, to: &bytes)
    }
    if table.isEstimated { bytes.append(",estimated") }
    if !table.columns.isEmpty { bytes.append("\r\n") }
  }

  func writeRow(_ row: Int, to bytes: inout [UInt8]) {
    for (index, column) in table.columns.enumerated() {
      if index > 0 { bytes.append(",") }
      switch column.values {
      case .integers(let values):
        if let value = values[row] { JSONText.append(value, to: &bytes) }
      case .reals(let values):
        if let value = values[row], value.isFinite { JSONText.append(value, to: &bytes) }
      case .texts(let values):
        if let value = values[row] { append(value, to: &bytes) }
      case .stacks(let values):
        if let value = values[row] {
          append(value.map(\.label).joined(separator: " <- "), to: &bytes)
        }
      case .series(let values):
        for (index, point) in values[row].enumerated() {
          if index > 0 { bytes.append(" ") }
          JSONText.append(point.place, to: &bytes)
          bytes.append(":")
          JSONText.append(point.value, to: &bytes)
        }
      }
    }
    if table.isEstimated { bytes.append(",true") }
    bytes.append("\r\n")
  }

  func writeTail(to bytes: inout [UInt8]) {}

  /// What a spreadsheet takes for the beginning of a formula, also in full width.
  private static let formulaStarts: Set<Unicode.Scalar> = [
    "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
  ]

  private func append(_ plain: String, to bytes: inout [UInt8]) {
    var text = style.isTerminal ? SafeText.shown(plain) : plain
    if style.marksFormulas, let first = text.unicodeScalars.first,
      Self.formulaStarts.contains(first)
    {
      text = "'" + text
    }
    // An empty text is quoted, so that it differs from a missing one.
    let needsQuotes =
      text.isEmpty
      || text.utf8.contains {
        $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 < 0x20
      } || text.utf8.first == UInt8(ascii: " ") || text.utf8.last == UInt8(ascii: " ")
    guard needsQuotes else {
      bytes.append(text)
      return
    }
    bytes.append("\"")
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append("\"")
  }
}
