import CaptureModel

/// Reads the line reports of memory_profiler's `@profile` (`memory_profiler.md`).
///
/// A block is `Filename:`, a head with the names of the columns, a rule, and a row for each line
/// of the function: number, memory, increment, occurrences (since 0.56), text. Processes may
/// write into each other's blocks; a row goes on with the block whose next line it is.
final class LineReportSection: SectionReader {
  /// Blocks that may go on.
  private static let mostOpen = 8
  /// Lines between a file's name and the head of its block.
  private static let mostBetween: UInt64 = 4

  private let kind: LineReportKind
  private var file = ""
  private var fileLine: UInt64 = 0
  /// Blocks that may go on, the one that was written last at the end.
  private var open: [LineReportBlock] = []
  /// Whether a blank line ended the last block, so that only its next row goes on with it.
  private var isEnded = false

  init(_ kind: LineReportKind) { self.kind = kind }

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    let start = line.skippingSpaces(0)
    if line.has("Filename: ", at: start) {
      file = line.text(line.trimmed(start + 10..<line.count))
      fileLine = place.numberInSource
      return false
    }
    guard let columns = LineReportRow.columns(line) else { return false }
    let isNamed = fileLine > 0 && place.numberInSource - fileLine <= Self.mostBetween
    if open.count == Self.mostOpen { kind.add(open.removeFirst(), output) }
    open.append(LineReportBlock(file: isNamed ? file : "", place: place, columns: columns))
    isEnded = false
    return true
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    guard let last = open.last else { return .over }
    let start = line.skippingSpaces(0)
    if start == line.count {
      isEnded = isEnded || !last.rows.isEmpty
      return .taken
    }
    if line.byte(start) == UInt8(ascii: "=") {
      return line.has("=====", at: start) ? .taken : .aside
    }
    guard Span<UInt8>.isDigit(line.byte(start)) else { return .aside }
    return takeRow(line, place, output) ? .taken : .aside
  }

  private func takeRow(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> Bool {
    for index in open.indices.reversed() {
      var text = ""
      guard var row = LineReportRow(line, open[index].columns, text: &text) else { continue }
      let isLast = index == open.count - 1 && !isEnded
      guard open[index].continues(with: row) || isLast && fits(row, open[index]) else { continue }
      if open[index].function.isEmpty {
        open[index].function = Self.function(definedBy: text) ?? ""
      }
      row.number = place.number
      if row.isBroken {
        output.tally(
          "unreadable numbers", .warning, place.number,
          "rows of memory_profiler whose numbers cannot be read are left out")
      }
      open[index].rows.append(row)
      if open[index].columns.text != nil {
        kind.add(SourceLine(file: open[index].file, line: row.line, text: text), output)
      }
      return true
    }
    return false
  }

  /// Whether a row may follow where lines are left out.
  private func fits(_ row: LineReportRow, _ block: LineReportBlock) -> Bool {
    block.rows.last.map { row.line > $0.line } ?? true
  }

  /// The name in `def NAME(` or `async def NAME(`.
  private static func function(definedBy text: String) -> String? {
    var words = text.split(whereSeparator: { $0 == " " || $0 == "\t" })[...]
    if words.first == "async" { words = words.dropFirst() }
    guard words.first == "def", let name = words.dropFirst().first else { return nil }
    return String(name.prefix { $0 != "(" && $0 != ":" })
  }

  func end(isCut: Bool, _ output: TextOutput) {
    if isCut, !isEnded, let last = open.last, !last.rows.isEmpty {
      output.tally(
        "open report", .note, last.place.number,
        "a report of memory_profiler ends without the blank line behind it; its rows are whole, "
          + "but more may have followed")
    }
    for block in open { kind.add(block, output) }
    open = []
    isEnded = false
  }
}
