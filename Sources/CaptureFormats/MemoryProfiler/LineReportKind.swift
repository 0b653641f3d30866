import CaptureModel

/// Line reports of memory_profiler's `@profile`, and what all of a text amount to.
///
/// Increments of a line are added up over blocks, as the tool does over executions. Of its memory
/// the most is kept; that at each entry and each change are values of the series `rss`.
final class LineReportKind: SectionKind {
  let format = MemoryProfilerLayout.reportName
  let openings = ByteSet("fl0123456789")
  let needs = LineTraits.lineReport

  private static let values = [
    ProfileValue(.increment, .size, unit: "bytes"), ProfileValue(.increment, .usage, unit: "bytes"),
    ProfileValue(.increment, .count, unit: "executions"),
  ]
  /// Most lines whose greatest memory is remembered.
  private static let mostLines = 1 << 20

  private var blocks = 0
  private var highest: (bytes: Int64, place: String)?
  private var knownLines: Set<SourcePlace> = []
  private var moment: TextOutput.Moment?
  /// Lines of reports without executions, until it is known whether others count them.
  private var waiting: [RecordPlace: (growth: Int64, rise: Int64, record: ProfileRecord)] = [:]
  /// Where the first of those reports begins.
  private var waitingPlace: LinePlace?
  private var hasUncounted = false
  /// The most memory of each line so far.
  private var usage: [SourcePlace: Int64] = [:]

  private struct SourcePlace: Hashable {
    var file: String
    var line: Int32
  }

  private struct RecordPlace: Hashable {
    var stack: UInt32
    var process: Int64?
  }

  func makeReader() -> any SectionReader { LineReportSection(self) }

  func describe(_ description: inout ProfileDescription) {
    description.properties.append(("calls reported", "\(blocks)"))
    if let highest {
      description.properties.append(("most memory", "\(highest.bytes) bytes at \(highest.place)"))
    }
    description.advice = "or record with `memray run`, which keeps every allocation"
  }

  /// Adds the text of a line once.
  func add(_ line: SourceLine, _ output: TextOutput) {
    guard knownLines.insert(SourcePlace(file: line.file, line: line.line)).inserted else { return }
    output.source(line)
  }

  /// Adds what a block says of its lines.
  func add(_ block: LineReportBlock, _ output: TextOutput) {
    guard !block.rows.isEmpty else { return }
    blocks += 1
    let isCounted = block.columns.hasOccurrences
    if isCounted { beginCounting(block.place, output) }
    hasUncounted = hasUncounted || !isCounted
    if !isCounted, moment == nil { waitingPlace = waitingPlace ?? block.place }
    if hasUncounted, moment != nil {
      output.tally(
        "executions", .warning, block.place.number,
        "reports with and without executions stand in one text; those without add none")
    }
    var last: Int64?
    for (index, row) in block.rows.enumerated() {
      guard let numbers = row.numbers else { continue }
      // The memory at the entry, and what lines change.
      if numbers.memory != last {
        var place = block.place
        place.number = row.number
        output.point("rss", Double(numbers.memory), place)
        last = numbers.memory
      }
      // The first row's increment is the memory at the start, no growth.
      let growth = index == 0 ? 0 : numbers.increment
      var record = ProfileRecord()
      record.stack = output.stack([
        ProfileFrame(function: block.function, file: block.file, line: row.line)
      ])
      record.process = block.place.process
      let more = rise(of: SourcePlace(file: block.file, line: row.line), to: numbers.memory)
      if let moment {
        output.add([growth, more, numbers.executions], to: moment, record)
      } else {
        wait(record, growth, more)
      }
      if numbers.memory > highest?.bytes ?? -1 {
        highest = (numbers.memory, "\(block.file):\(row.line)")
      }
    }
  }
}

extension LineReportKind {
  /// Releases before 0.56 do not count executions: what waited is written once one that does is
  /// met, so that all lines are of one moment.
  private func beginCounting(_ place: LinePlace, _ output: TextOutput) {
    guard moment == nil else { return }
    writeWaiting(Self.values, waitingPlace ?? place, output)
  }

  private func wait(_ record: ProfileRecord, _ growth: Int64, _ rise: Int64) {
    let key = RecordPlace(stack: record.stack, process: record.process)
    let known = waiting[key] ?? (0, 0, record)
    waiting[key] = (
      known.growth.addingReportingOverflow(growth).partialValue,
      known.rise.addingReportingOverflow(rise).partialValue, record
    )
  }

  /// Writes what is left once the text has ended.
  func finish(_ output: TextOutput) {
    guard moment == nil, let waitingPlace else { return }
    writeWaiting(Array(Self.values.prefix(2)), waitingPlace, output)
  }

  private func writeWaiting(
    _ values: [ProfileValue], _ place: LinePlace, _ output: TextOutput
  ) {
    let moment = output.moment(values, place)
    self.moment = moment
    let rows = waiting.values.sorted {
      ($0.record.stack, $0.record.process ?? 0) < ($1.record.stack, $1.record.process ?? 0)
    }
    for row in rows {
      output.add(
        Array([row.growth, row.rise, 0].prefix(values.count)), to: moment, row.record)
    }
    waiting = [:]
  }

  /// By how much a line's greatest memory rises: records are added up.
  private func rise(of line: SourcePlace, to memory: Int64) -> Int64 {
    let before = usage[line] ?? 0
    guard memory > before, usage.count < Self.mostLines || before > 0 else { return 0 }
    usage[line] = memory
    return memory - before
  }
}

/// A report of one call.
struct LineReportBlock {
  var file: String
  var function = ""
  var place: LinePlace
  var columns: LineReportRow.Columns
  var rows: [LineReportRow] = []

  /// Whether a row may be its next.
  func continues(with row: LineReportRow) -> Bool {
    rows.last.map { row.line == $0.line &+ 1 } ?? false
  }
}

/// A row of a report: a line of a function.
struct LineReportRow {
  /// Where the columns of a block stand.
  struct Columns {
    var hasOccurrences: Bool
    /// Where the text of the lines begins; nil in reports without.
    var text: Int?
  }

  var line: Int32
  /// Line of the text where it stands.
  var number: UInt64 = 0
  /// Memory, increment in bytes, and executions; nil for lines that did not run.
  var numbers: (memory: Int64, increment: Int64, executions: Int64)?
  /// Whether it has numbers that cannot be read, such as `nan MiB`.
  var isBroken = false

  /// How a head begins.
  static let head: StaticString = "Line #"

  /// The columns that a head names; nil when the line is none.
  static func columns(_ line: Span<UInt8>) -> Columns? {
    let start = line.skippingSpaces(0)
    guard line.has(head, at: start), line.locate("Mem usage") != nil,
      line.locate("Increment") != nil
    else { return nil }
    // "Occurrences" is a letter wider than its column, so the head is shifted by one.
    let hasOccurrences = line.locate("Occurrences") != nil || line.locate("Occurences") != nil
    let text = line.locate("Line Contents").map { hasOccurrences ? $0 - 1 : $0 }
    return Columns(hasOccurrences: hasOccurrences, text: text)
  }

  /// Reads a row: numbers from the left, because the text may hold anything.
  init?(_ line: Span<UInt8>, _ columns: Columns, text: inout String) {
    let first = line.word(from: 0)
    guard let (number, end) = line.digits(first.lowerBound), end == first.upperBound, number > 0,
      let place = Int32(exactly: number)
    else { return nil }
    self.line = place
    // A number, MiB, a number, MiB, and executions in newer reports.
    let words = line.words(first.upperBound..<line.count, most: 5)
    var start = min(columns.text ?? line.count, line.count)
    if words.count >= 4, words[0].lowerBound < columns.text ?? .max,
      let memoryUnit = Self.unit(line, words[1]), let incrementUnit = Self.unit(line, words[3])
    {
      var executions: Int64 = 0
      var last = words[3].upperBound
      if columns.hasOccurrences, words.count > 4 {
        executions = line.digits(words[4].lowerBound)?.value ?? 0
        last = words[4].upperBound
      }
      // Wide numbers push the text to the right, always three places behind them.
      start = min(last + 3, line.count)
      if let memory = Self.number(line, words[0]), let increment = Self.number(line, words[2]) {
        numbers = (
          memory.scaled(by: memoryUnit), increment.scaled(by: incrementUnit), executions
        )
      } else {
        isBroken = true
      }
    }
    text = columns.text == nil ? "" : line.text(start..<line.count)
  }

  /// A number with a point, or with the comma of other languages in its place.
  private static func number(_ line: Span<UInt8>, _ word: Range<Int>) -> DecimalNumber? {
    if let number = DecimalNumber(line, word) { return number }
    var bytes: [UInt8] = []
    var hasComma = false
    for place in word {
      let isComma = line[place] == UInt8(ascii: ",")
      // Two commas, or one beside a point, are no fraction.
      guard !isComma && line[place] != UInt8(ascii: ".") || !hasComma else { return nil }
      if isComma { hasComma = true }
      bytes.append(isComma ? UInt8(ascii: ".") : line[place])
    }
    return DecimalNumber(bytes.span, 0..<bytes.count)
  }

  /// What a unit multiplies by; older releases wrote MB for 1024 × 1024 bytes.
  private static func unit(_ line: Span<UInt8>, _ word: Range<Int>) -> Int64? {
    guard let (factor, end) = LogValue.unit(line, word.lowerBound, 1024), end == word.upperBound
    else { return nil }
    return Int64(factor)
  }
}
