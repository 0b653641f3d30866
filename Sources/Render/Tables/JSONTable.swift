import Results

/// One JSON object: query, captures, population, columns, rows, other, total, notes.
///
/// Whole numbers stay whole; a stack is an array of `{"function","filename","line"}`, newest
/// first; a missing value is null. `other` counts the rows left out as `rows`, and is null when
/// none are.
struct JSONTable: RowWriter {
  let table: ResultTable
  /// Whether the rows go on those of a table before.
  var isContinued = false

  var rowCount: Int { table.safeRowCount }

  func writeHead(to bytes: inout [UInt8]) {
    bytes.append("{\"query\":")
    JSONText.append(table.query, to: &bytes)
    bytes.append(",\n\"captures\":")
    Self.append(table.captures, to: &bytes)
    bytes.append(",\n\"population\":")
    JSONText.append(table.population, to: &bytes)
    bytes.append(",\n\"columns\":[")
    for (index, column) in table.columns.enumerated() {
      bytes.append(index == 0 ? "{\"name\":" : ",{\"name\":")
      JSONText.append(column.name, to: &bytes)
      bytes.append(",\"type\":\"\(Self.type(of: column))\",\"unit\":")
      bytes.append(column.unit == .none ? "null}" : "\"\(column.unit.rawValue)\"}")
    }
    bytes.append("],\n\"rows\":[")
  }

  func writeRow(_ row: Int, to bytes: inout [UInt8]) {
    bytes.append(row == 0 && !isContinued ? "\n" : ",\n")
    Self.append(row: row, of: table, to: &bytes)
  }

  func writeTail(to bytes: inout [UInt8]) {
    bytes.append(rowCount == 0 ? "],\n\"other\":" : "\n],\n\"other\":")
    append(table.other, rows: table.otherCount, to: &bytes)
    bytes.append(",\n\"total\":")
    append(table.total, rows: 0, to: &bytes)
    bytes.append(",\n\"notes\":")
    Self.append(table.header + table.notes, to: &bytes)
    bytes.append("}\n")
  }

  /// Appends a row as an object.
  static func append(row: Int, of table: ResultTable, to bytes: inout [UInt8]) {
    for (index, column) in table.columns.enumerated() {
      bytes.append(index == 0 ? "{" : ",")
      JSONText.append(column.name, to: &bytes)
      bytes.append(":")
      append(column.values, row: row, to: &bytes)
    }
    bytes.append(table.columns.isEmpty ? "{}" : "}")
  }

  private static func append(_ values: ResultValues, row: Int, to bytes: inout [UInt8]) {
    switch values {
    case .integers(let numbers):
      if let number = numbers[row] { return JSONText.append(number, to: &bytes) }
    case .reals(let numbers):
      if let number = numbers[row] { return JSONText.append(number, to: &bytes) }
    case .texts(let texts):
      if let text = texts[row] { return JSONText.append(text, to: &bytes) }
    case .stacks(let stacks):
      if let stack = stacks[row] { return append(stack, to: &bytes) }
    case .series(let series): return append(series[row], to: &bytes)
    }
    bytes.append("null")
  }

  /// A series as pairs of place and value.
  private static func append(_ points: [SeriesPoint], to bytes: inout [UInt8]) {
    bytes.append("[")
    for (index, point) in points.enumerated() {
      bytes.append(index == 0 ? "[" : ",[")
      JSONText.append(point.place, to: &bytes)
      bytes.append(",")
      JSONText.append(point.value, to: &bytes)
      bytes.append("]")
    }
    bytes.append("]")
  }

  private static func append(_ stack: [FrameText], to bytes: inout [UInt8]) {
    bytes.append("[")
    for (index, frame) in stack.enumerated() {
      bytes.append(index == 0 ? "{\"function\":" : ",{\"function\":")
      JSONText.append(frame.function, to: &bytes)
      bytes.append(",\"filename\":")
      JSONText.append(frame.file, to: &bytes)
      bytes.append(",\"line\":\(frame.line)}")
    }
    bytes.append("]")
  }

  private static func append(_ texts: [String], to bytes: inout [UInt8]) {
    bytes.append("[")
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes.append(",") }
      JSONText.append(text, to: &bytes)
    }
    bytes.append("]")
  }

  private func append(_ values: [MeasureValue]?, rows: Int, to bytes: inout [UInt8]) {
    guard values != nil || rows > 0 else { return bytes.append("null") }
    bytes.append("{")
    for (index, value) in (values ?? []).enumerated() {
      if index > 0 { bytes.append(",") }
      JSONText.append(value.column, to: &bytes)
      let column = table.columns.first { $0.name == value.column }
      bytes.append(":" + (SumText.exact(value.value, in: column) ?? "null"))
    }
    if rows > 0 {
      bytes.append(values?.isEmpty == false ? ",\"rows\":\(rows)" : "\"rows\":\(rows)")
    }
    bytes.append("}")
  }

  private static func type(of column: ResultColumn) -> String {
    switch column.values {
    case .integers: "integer"
    case .reals: "number"
    case .texts: "string"
    case .stacks: "traceback"
    case .series: "series"
    }
  }
}

/// One JSON object per row and line, as in the `rows` of `JSONTable`.
///
/// Where numbers are estimates from samples, `estimated` says so in every row.
struct JSONLinesTable: RowWriter {
  let table: ResultTable

  var rowCount: Int { table.safeRowCount }

  func writeHead(to bytes: inout [UInt8]) {}

  func writeRow(_ row: Int, to bytes: inout [UInt8]) {
    JSONTable.append(row: row, of: table, to: &bytes)
    if table.isEstimated {
      bytes.removeLast()
      bytes.append(table.columns.isEmpty ? "\"estimated\":true}" : ",\"estimated\":true}")
    }
    bytes.append("\n")
  }

  func writeTail(to bytes: inout [UInt8]) {}
}
