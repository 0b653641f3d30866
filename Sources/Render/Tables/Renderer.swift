package import Results

/// A text form of a table.
package enum TableFormat: Sendable, CaseIterable {
  /// Aligned text for people.
  case terminal
  /// RFC 4180, full precision.
  case csv
  /// One object with columns, rows and totals.
  case json
  /// One object per row and line.
  case jsonl
  /// A GitHub-flavoured Markdown table.
  case markdown
}

/// Turns results into bytes.
package enum Renderer {
  /// Bytes collected before they are handed on.
  static let chunkBytes = 1 << 16

  /// Writes a table in chunks, so that a million rows need no giant string.
  ///
  /// - Parameters:
  ///   - table: What to write.
  ///   - format: How to write it.
  ///   - style: For `.terminal`: width, colours, source lines; for `.csv`: what must not be there.
  ///   - sink: Takes each chunk; what it throws ends the writing.
  /// - Throws: What `sink` throws.
  package static func write<Failure: Error>(
    _ table: ResultTable, as format: TableFormat, style: TerminalStyle = TerminalStyle(),
    to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    switch format {
    case .terminal where TerminalFindings.suits(table):
      try write(TerminalFindings(table, style: style), to: sink)
    case .terminal where TerminalSections.suits(table):
      try write(TerminalSections(table, style: style), to: sink)
    case .terminal: try write(TerminalTable(table, style: style), to: sink)
    case .csv: try write(CSVTable(table: table, style: style), to: sink)
    case .json: try write(JSONTable(table: table), to: sink)
    case .jsonl: try write(JSONLinesTable(table: table), to: sink)
    case .markdown: try write(MarkdownTable(table: table), to: sink)
    }
  }

  static func writeRows<Failure: Error>(
    _ lines: some RowWriter, to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var bytes: [UInt8] = []
    for row in 0..<lines.rowCount {
      lines.writeRow(row, to: &bytes)
      guard bytes.count >= chunkBytes else { continue }
      try sink(bytes)
      bytes.removeAll(keepingCapacity: true)
    }
    if !bytes.isEmpty { try sink(bytes) }
  }

  /// A table as one string.
  package static func text(
    _ table: ResultTable, as format: TableFormat, style: TerminalStyle = TerminalStyle()
  ) -> String {
    var bytes: [UInt8] = []
    write(table, as: format, style: style) { bytes.append(contentsOf: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func write<Failure: Error>(
    _ lines: some RowWriter, to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var bytes: [UInt8] = []
    lines.writeHead(to: &bytes)
    for row in 0..<lines.rowCount {
      lines.writeRow(row, to: &bytes)
      if bytes.count >= chunkBytes {
        try sink(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    lines.writeTail(to: &bytes)
    if !bytes.isEmpty { try sink(bytes) }
  }
}

/// A form written row by row.
protocol RowWriter {
  var rowCount: Int { get }
  func writeHead(to bytes: inout [UInt8])
  func writeRow(_ row: Int, to bytes: inout [UInt8])
  func writeTail(to bytes: inout [UInt8])
}

extension [UInt8] {
  mutating func append(_ text: String) {
    append(contentsOf: text.utf8)
  }
}
