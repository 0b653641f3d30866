import CaptureModel

/// Tables of values with a separator between their cells, whose first line names memory: what
/// scripts and monitors write as CSV, `tasklist /fo csv`, `sacct -p`.
final class DelimitedKind: SectionKind {
  let format = ProcessTables.formatName
  let openings = ByteSet("abcdefghijklmnopqrstuvwxyz#%_\"@").withNonASCII()
  let needs = LineTraits.quantity
  let mayEndWithDigit = false

  func makeReader() -> any SectionReader { DelimitedSection() }
  func describe(_ description: inout ProfileDescription) { ProcessTables.describe(&description) }
}

/// Reads one table after the other; each size is a value of the process that its row names.
final class DelimitedSection: SectionReader {
  private var columns: DelimitedColumns?
  private var place = LinePlace(number: 0)

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    guard let columns = DelimitedColumns(line) else { return false }
    self.columns = columns
    self.place = place
    return true
  }

  /// What a row tells.
  private struct Row {
    var place: LinePlace
    var id: Int64?
    var names: [String] = []
    var sizes: [QuantityScan.Finding] = []
    var hasNumber = false
    /// Whether a cell of a size holds something else.
    var hasOther = false
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    guard let columns, let cells = DelimitedColumns.cells(line, columns.separator),
      cells.count == columns.roles.count
    else { return .over }
    var row = Row(place: self.place)
    row.place.number = place.number
    for (role, cell) in zip(columns.roles, cells) {
      Self.take(line, cell, role, columns, &row, output)
    }
    guard row.hasNumber || !row.hasOther else { return .over }
    row.place.process =
      output.processes.number(
        source: place.source, name: row.names.joined(separator: " "), id: row.id)
      ?? row.place.process
    for size in row.sizes { add(size, row, output) }
    return .taken
  }

  private static func take(
    _ line: Span<UInt8>, _ cell: Range<Int>, _ role: DelimitedColumns.Role,
    _ columns: DelimitedColumns, _ row: inout Row, _ output: TextOutput
  ) {
    switch role {
    case .time: row.place.time = time(line, cell, output) ?? row.place.time
    case .elapsed(let unit):
      guard let value = number(line, cell, columns.separator)?.value,
        let nanoseconds = Int64(exactly: (value * unit).rounded())
      else { return }
      row.place.time = output.place(elapsed: nanoseconds) ?? row.place.time
    case .process: row.id = line.digits(cell.lowerBound)?.value
    case .name:
      if let (number, end) = line.digits(cell.lowerBound), end == cell.upperBound {
        row.id = row.id ?? number
      } else if !cell.isEmpty {
        row.names.append(ProcessTables.name(line, cell))
      }
    case .size(let words, let unit):
      guard !cell.isEmpty else { return }
      if let finding = size(line, cell, words, unit, columns, output) {
        row.hasNumber = true
        row.sizes.append(finding)
      } else {
        row.hasOther = true
      }
    case .other: break
    }
  }

  /// Number 0 of Windows is what nothing runs.
  private func add(
    _ size: QuantityScan.Finding, _ row: Row, _ output: TextOutput
  ) {
    if case .value = size, row.id == 0 { return }
    output.add(size, row.place)
  }

  private static func time(
    _ line: Span<UInt8>, _ cell: Range<Int>, _ output: TextOutput
  ) -> Int64? {
    let text = line.extracting(cell)
    if let time = LogTime(text, at: 0) { return output.place(time.nanoseconds) }
    if let time = LogTime(beginning: text, at: 0) { return output.place(time.nanoseconds) }
    if let (clock, end) = LogTime.clock(text, 0), end == text.count {
      return output.place(clock, hasNoYear: true)
    }
    guard let number = DecimalNumber(text, 0..<text.count) else { return nil }
    if let time = LogTime.sinceEpoch(number.double) { return output.place(time) }
    return number.isNegative ? nil : output.place(elapsed: number.scaled(by: 1_000_000_000))
  }

  /// A number with a point, with a comma where something else separates cells, with separators of
  /// thousands between quotes.
  private static func number(
    _ line: Span<UInt8>, _ cell: Range<Int>, _ separator: UInt8
  ) -> (value: Double, end: Int, isWhole: Bool)? {
    let text = line.extracting(..<cell.upperBound)
    guard separator != UInt8(ascii: ","),
      let (whole, comma) = text.digits(cell.lowerBound), text.byte(comma) == UInt8(ascii: ","),
      let (_, end) = text.digits(comma + 1), text.byte(end) != UInt8(ascii: ",")
    else { return LogValue.number(text, cell.lowerBound) }
    guard let value = Double("\(whole).\(text.text(comma + 1..<end))") else { return nil }
    return (value, end, false)
  }

  private static func size(
    _ line: Span<UInt8>, _ cell: Range<Int>, _ words: QuantityWords, _ named: Double?,
    _ columns: DelimitedColumns, _ output: TextOutput
  ) -> QuantityScan.Finding? {
    let scan = QuantityScan(thousand: output.thousand, bareUnit: output.unit)
    guard let (value, end, isWhole) = number(line, cell, columns.separator) else { return nil }
    // Slurm writes its units behind its numbers; without them they may be any.
    if end == cell.upperBound, named == nil, columns.isOfJobs, words.contains(.maxrss), value > 0 {
      return .noUnit
    }
    if end == cell.upperBound { return scan.judge(value, words, named, isWhole: isWhole) }
    if words.contains(.usage), let bytes = PrintedSize.bytes(line, cell) {
      return scan.judge(Double(bytes), words, 1, isWhole: true)
    }
    let text = line.extracting(..<cell.upperBound)
    guard let unit = LogValue.unit(text, text.skippingSpaces(end), output.thousand),
      unit.end == cell.upperBound
    else { return nil }
    return scan.judge(value, words, unit.factor, isWhole: isWhole)
  }

  func end(isCut: Bool, _ output: TextOutput) { columns = nil }
}
