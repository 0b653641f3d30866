import CaptureModel

/// Reads the line reports of memory_profiler's `@profile`.
///
/// A block is `Filename:`, a head with the names of the columns, a rule, and a row for each line
/// of the function: number, memory, increment, occurrences (since 0.56), text. Blocks of the same
/// function are added up, as its increments are over its executions.
struct LineReportReader {
  /// How a head begins.
  static let head: StaticString = "Line #    Mem usage"

  private var content = ProfileContent()
  private var file = ""
  private var block: Block?
  private var blocks = 0
  private var highest: (bytes: Int64, place: String)?
  private var knownLines: Set<SourcePlace> = []

  private struct SourcePlace: Hashable {
    var file: String
    var line: Int32
  }

  /// Where the columns of a block stand.
  private struct Columns {
    var hasOccurrences: Bool
    /// Where the text of the lines begins.
    var text: Int
  }

  /// A block being read.
  private struct Block {
    var columns: Columns
    var rows: [Row] = []
    var function = ""
  }

  private struct Row {
    var line: Int32
    /// Memory, increment in bytes, and executions; nil for lines that did not run.
    var numbers: (memory: Int64, increment: Int64, occurrences: Int64)?
  }

  /// What a line of the file is.
  private enum Line {
    case fileName(String)
    case head(Columns)
    case rule
    case row(Row, text: String)
    case other
    case blank
  }

  /// Reads a file whole.
  ///
  /// - Parameter input: the file.
  /// - Returns: a reader of its totals.
  /// - Throws: `CaptureError` when there is no row in it.
  static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var lines = LineReader(input.stream())
    var reader = LineReportReader()
    while true {
      let columns = reader.block?.columns
      guard let line = lines.nextLine({ Self.parse($0, columns) }) else { break }
      reader.take(line)
    }
    if reader.block?.rows.isEmpty == false {
      reader.content.ending = .incomplete(
        offset: lines.stream.offset, reason: "the last report is cut behind line \(lines.number)")
    }
    reader.finishBlock()
    if let failure = lines.stream.endingOfFailure { reader.content.ending = failure }
    guard reader.blocks > 0 else {
      throw input.file.malformed(
        MemoryProfilerLayout.reportName, .line(max(1, lines.number)), "no report with a row in it")
    }
    reader.describe()
    return GatheredProfile(reader.content, input)
  }

  private mutating func describe() {
    content.header.format = MemoryProfilerLayout.reportName
    content.description.values = [
      ProfileValue(.live, .size, unit: "bytes"), ProfileValue(.live, .count, unit: "executions"),
    ]
    content.description.properties = [("calls reported", "\(blocks)")]
    if let highest {
      content.description.properties.append(
        ("most memory", "\(highest.bytes) bytes at \(highest.place)"))
    }
    content.description.advice = "or record with `memray run`, which keeps every allocation"
  }

  // MARK: lines

  private static func parse(_ line: Span<UInt8>, _ columns: Columns?) -> Line {
    if line.has("Filename: ") { return .fileName(line.text(line.trimmed(10..<line.count))) }
    if line.has(head) {
      guard let text = line.first("Line Contents") else { return .other }
      // "Occurrences" is a letter wider than its column, so the head is shifted by one.
      let hasOccurrences = line.first("Occurrences") != nil
      return .head(Columns(hasOccurrences: hasOccurrences, text: hasOccurrences ? text - 1 : text))
    }
    if line.isBlank { return .blank }
    if line.has("=====") { return .rule }
    guard let columns, let row = row(line, columns) else { return .other }
    return row
  }

  /// A row: numbers from the left, because the text may hold anything.
  private static func row(_ line: Span<UInt8>, _ columns: Columns) -> Line? {
    guard let first = line.words(0..<line.count, most: 1).first,
      let number = Int32(line.text(first)), number > 0
    else { return nil }
    var row = Row(line: number)
    // A number, MiB, a number, MiB, and executions in newer reports.
    let words = line.words(first.upperBound..<line.count, most: 5)
    var text = min(columns.text, line.count)
    if words.count >= 4, words[0].lowerBound < text, line.text(words[1]) == "MiB",
      line.text(words[3]) == "MiB", let memory = bytes(line, words[0]),
      let increment = bytes(line, words[2])
    {
      var executions: Int64 = 0
      var end = words[3].upperBound
      if columns.hasOccurrences, words.count > 4 {
        executions = Int64(line.text(words[4])) ?? 0
        end = words[4].upperBound
      }
      // Wide numbers push the text to the right, always three places behind them.
      text = min(end + 3, line.count)
      row.numbers = (memory, increment, executions)
    }
    return .row(row, text: line.text(text..<line.count))
  }

  private static func bytes(_ line: Span<UInt8>, _ range: Range<Int>) -> Int64? {
    DecimalNumber(line, range)?.scaled(by: MemoryProfilerLayout.bytesPerMebibyte)
  }

  private mutating func take(_ line: Line) {
    switch line {
    case .fileName(let name):
      finishBlock()
      file = name
    case .head(let columns):
      finishBlock()
      block = Block(columns: columns)
    case .row(let row, let text): add(row, text)
    case .rule: break
    // Log text may stand between blocks; a blank line may stand before the first row.
    case .blank, .other:
      if block?.rows.isEmpty == false { finishBlock() }
    }
  }

  private mutating func add(_ row: Row, _ text: String) {
    if block?.function.isEmpty == true { block?.function = Self.function(definedBy: text) ?? "" }
    block?.rows.append(row)
    let place = SourcePlace(file: file, line: row.line)
    if knownLines.insert(place).inserted {
      content.sourceLines.append(SourceLine(file: file, line: row.line, text: text))
    }
  }

  /// The name in `def NAME(` or `async def NAME(`.
  private static func function(definedBy text: String) -> String? {
    var words = text.split(whereSeparator: { $0 == " " || $0 == "\t" })[...]
    if words.first == "async" { words = words.dropFirst() }
    guard words.first == "def", let name = words.dropFirst().first else { return nil }
    return String(name.prefix { $0 != "(" && $0 != ":" })
  }

  private mutating func finishBlock() {
    defer { block = nil }
    guard let block, !block.rows.isEmpty else { return }
    blocks += 1
    for (index, row) in block.rows.enumerated() {
      guard let numbers = row.numbers else { continue }
      // The first row's increment is the memory at the start, no growth.
      let growth = index == 0 ? 0 : numbers.increment
      let frame = content.stacks.frame(
        ProfileFrame(function: block.function, file: file, line: row.line))
      content.add(
        [growth, numbers.occurrences], stack: content.stacks.node(parent: 0, frame: frame))
      if numbers.memory > highest?.bytes ?? -1 {
        highest = (numbers.memory, "\(file):\(row.line)")
      }
    }
  }
}
