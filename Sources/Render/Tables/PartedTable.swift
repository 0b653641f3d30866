package import Results

/// A table whose rows come in parts, because they are too many to be in memory at once.
///
/// The bytes are those of a table that has all rows.
package struct PartedTable {
  /// Calls its argument with one part after the other; what that throws ends it.
  package typealias Parts = ((ResultTable) throws -> Void) throws -> Void

  private let frame: ResultTable
  private let parts: Parts

  /// A table.
  ///
  /// - Parameters:
  ///   - frame: what stands around the rows, with at least one of them.
  ///   - parts: all rows, as tables with the columns of `frame`; asked twice for a terminal.
  package init(_ frame: ResultTable, parts: @escaping Parts) {
    (self.frame, self.parts) = (frame, parts)
  }

  /// Writes the table in chunks.
  ///
  /// - Parameters:
  ///   - format: how.
  ///   - style: as `Renderer.write` takes it.
  ///   - sink: takes each chunk; what it throws ends the writing.
  /// - Throws: what `sink` and the parts throw.
  package func write(
    as format: TableFormat, style: TerminalStyle = TerminalStyle(),
    to sink: ([UInt8]) throws -> Void
  ) throws {
    switch format {
    case .csv:
      try write(CSVTable(table: frame, style: style), sink) { part, _ in
        CSVTable(table: part, style: style)
      }
    case .json:
      try write(JSONTable(table: frame), sink) { part, isFirst in
        JSONTable(table: part, isContinued: !isFirst)
      }
    case .jsonl:
      try write(JSONLinesTable(table: frame), sink) { part, _ in
        JSONLinesTable(table: part)
      }
    case .markdown:
      try write(MarkdownTable(table: frame), sink) { part, _ in
        MarkdownTable(table: part)
      }
    case .terminal:
      var widest = WidestRows(frame, style: style)
      try parts { widest.note($0) }
      let layout = TerminalFitting(widest.table, style: style).layout()
      try write(TerminalTable(frame, style: style, layout: layout), sink) { part, _ in
        TerminalTable(part, style: style, layout: layout)
      }
    }
  }

  private func write<Lines: RowWriter>(
    _ whole: Lines, _ sink: ([UInt8]) throws -> Void,
    _ lines: (_ part: ResultTable, _ isFirst: Bool) -> Lines
  ) throws {
    var bytes: [UInt8] = []
    whole.writeHead(to: &bytes)
    try sink(bytes)
    var isFirst = true
    try parts { part in
      guard part.safeRowCount > 0 else { return }
      try Renderer.writeRows(lines(part, isFirst), to: sink)
      isFirst = false
    }
    bytes.removeAll()
    whole.writeTail(to: &bytes)
    if !bytes.isEmpty { try sink(bytes) }
  }
}

/// The rows that decide how wide the columns of a table are.
struct WidestRows {
  /// The frame with these rows only: laid out as the table with all of them.
  private(set) var table: ResultTable
  private let style: TerminalStyle
  private var columns: [Extremes]
  private var count = 0

  /// What is known of a column's cells.
  fileprivate struct Extremes {
    var width = -1
    var compactWidth = -1
    var least = Double.infinity
    var greatest = -Double.infinity
    /// The least magnitude above 0; shares of almost nothing have a form of their own.
    var smallest = Double.infinity
  }

  init(_ frame: ResultTable, style: TerminalStyle) {
    self.style = style
    table = frame
    columns = frame.columns.map { _ in Extremes() }
    for index in table.columns.indices { table.columns[index].values.removeAll() }
  }

  /// Looks at more rows.
  mutating func note(_ part: ResultTable) {
    let cells = TerminalCells(table: part)
    for row in 0..<part.safeRowCount {
      var isWide = count < 2
      for index in columns.indices {
        let column = TerminalColumn(title: "", content: .values(index), alignsRight: true)
        if part.columns[index].isNumeric {
          isWide =
            columns[index].widen(part.columns[index].number(row), cells, column, row) || isWide
        } else {
          let width = cells.name(column, row).reduce(0) { max($0, DisplayWidth.of($1)) }
          isWide = columns[index].widen(to: width) || isWide
        }
      }
      if isWide { add(row, of: part) }
      count += 1
    }
  }

  private mutating func add(_ row: Int, of part: ResultTable) {
    for index in table.columns.indices {
      table.columns[index].values.append(row, of: part.columns[index].values)
    }
  }
}

extension WidestRows.Extremes {
  fileprivate mutating func widen(to found: Int) -> Bool {
    guard found > width else { return false }
    width = found
    return true
  }

  /// Whether a number is wider than those before, or could be with its share of a total.
  fileprivate mutating func widen(
    _ number: Double?, _ cells: TerminalCells, _ column: TerminalColumn, _ row: Int
  ) -> Bool {
    guard let number else { return false }
    var isNew = widen(to: cells.number(column, row, compact: false).utf8.count)
    let compact = cells.number(column, row, compact: true).utf8.count
    if compact > compactWidth { (compactWidth, isNew) = (compact, true) }
    if number < least { (least, isNew) = (number, true) }
    if number > greatest { (greatest, isNew) = (number, true) }
    if number != 0, number.magnitude < smallest { (smallest, isNew) = (number.magnitude, true) }
    return isNew
  }
}

extension ResultValues {
  /// Keeps no value.
  fileprivate mutating func removeAll() {
    switch self {
    case .integers: self = .integers([])
    case .reals: self = .reals([])
    case .texts: self = .texts([])
    case .stacks: self = .stacks([])
    case .series: self = .series([])
    }
  }

  /// Adds a value of others of its kind.
  fileprivate mutating func append(_ row: Int, of others: ResultValues) {
    switch (self, others) {
    case (.integers(let mine), .integers(let values)): self = .integers(mine + [values[row]])
    case (.reals(let mine), .reals(let values)): self = .reals(mine + [values[row]])
    case (.texts(let mine), .texts(let values)): self = .texts(mine + [values[row]])
    case (.stacks(let mine), .stacks(let values)): self = .stacks(mine + [values[row]])
    case (.series(let mine), .series(let values)): self = .series(mine + [values[row]])
    default: break
    }
  }
}
