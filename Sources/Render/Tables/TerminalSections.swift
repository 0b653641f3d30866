import Results

/// A table in parts for people, one below the other: what one part has no values for is no column
/// there.
struct TerminalSections: RowWriter {
  private let table: ResultTable
  private let style: TerminalStyle
  private let parts: [(name: String, table: ResultTable)]

  init(_ table: ResultTable, style: TerminalStyle) {
    self.table = table
    self.style = style
    parts = table.sections.map { part in
      var table = part.table
      table.notes = []
      return (part.name ?? "", table)
    }
  }

  /// Whether a table has parts.
  static func suits(_ table: ResultTable) -> Bool { table.sections.contains { $0.name != nil } }

  var rowCount: Int { parts.count }

  func writeHead(to bytes: inout [UInt8]) {
    TerminalTable.writeTitle(of: table, style: style, to: &bytes)
  }

  func writeRow(_ row: Int, to bytes: inout [UInt8]) {
    if row > 0 { bytes.append("\n") }
    let part = TerminalTable(parts[row].table, style: style, heading: .section(parts[row].name))
    part.writeHead(to: &bytes)
    for row in 0..<part.rowCount { part.writeRow(row, to: &bytes) }
    part.writeTail(to: &bytes)
  }

  func writeTail(to bytes: inout [UInt8]) {
    if !table.notes.isEmpty { bytes.append("\n") }
    TerminalTable.writeNotes(of: table, style: style, to: &bytes)
  }
}
