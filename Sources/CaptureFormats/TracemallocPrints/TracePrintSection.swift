import CaptureModel

/// What tracemalloc's statistics print: totals per line, file or traceback, and their changes.
final class TracePrintKind: SectionKind {
  static let formatName = "tracemalloc-prints"

  let format = TracePrintKind.formatName
  let openings = ByteSet("abcdefghijklmnopqrstuvwxyz0123456789#[<(/.\\-*_'\"$~>").withNonASCII()
  let needs = LineTraits.trace
  // `#1: a.py:3: 5 KiB` has no word of its own.
  let sureOpenings = ByteSet("#")
  fileprivate var isRounded = false
  fileprivate var hasChanges = false
  fileprivate var prints = 0

  func makeReader() -> any SectionReader { TracePrintSection(self) }

  func describe(_ description: inout ProfileDescription) {
    if isRounded {
      description.isEstimated = true
      description.properties.append(("rounded", "sizes, by the tool that printed them"))
    }
    description.properties.append(("prints", "\(prints)"))
    description.advice = "or keep the snapshot itself: `snapshot.dump(FILE)`"
  }
}

/// Gathers one print after the other, each a moment; of the first comparison the state before it
/// is one too.
///
/// | line | meaning |
/// |---|---|
/// | `[ Top 10 ]`, `Top 10 lines` | a print begins |
/// | `file:12: size=4855 KiB (+12 KiB), count=3 (+1), average=126 B` | a row |
/// | `#1: file:12: 62.5 KiB`, and the line's text | a row of the documentation's example |
/// | `25 memory blocks: 12.3 KiB` and `  File "a.py", line 3` | a traceback |
/// | `5 other: 0.2 KiB`, `Total allocated size: 63.2 KiB` | the rest; the end |
final class TracePrintSection: SectionReader {
  /// Rows of a print.
  private static let printLimit = 1 << 14
  /// Frames of a traceback.
  private static let frameLimit = 1 << 10
  /// Other lines behind which a print is over.
  private static let longestGap: UInt64 = 64

  private let kind: TracePrintKind
  private var rows: [TracePrintRow] = []
  private var places: Set<String> = []
  private var place = LinePlace(number: 0)
  /// Frames printed below the last row, in the order of the print.
  private var trace: [ProfileFrame] = []
  /// Whether the next row is of another print: a title, an end.
  private var isEnded = false
  /// Whether other lines stood behind the last row.
  private var hasGap = false
  /// Whether the line above is a row or a frame, below which the text of its line may stand.
  private var mayHaveText = false
  private var isWhole = false
  /// Where the last line of the print stands.
  private var lastLine: UInt64 = 0

  init(_ kind: TracePrintKind) { self.kind = kind }

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    if Self.isTitle(line) {
      isEnded = true
      return false
    }
    guard let found = TracePrintLine(line), !Self.hasHead(line) else { return false }
    switch found {
    case .other, .total: return false
    case .row, .blocks, .list:
      take(found, place, output)
      return true
    }
  }

  /// Whether a line is a record of a log, whose message comes by itself.
  private static func hasHead(_ line: Span<UInt8>) -> Bool {
    let head = LogHead(line)
    return head.beginsRecord && head.contentStart > 0 && head.contentStart < line.count
  }

  private static func isTitle(_ line: Span<UInt8>) -> Bool {
    let start = line.skippingSpaces(0)
    return line.has("[ Top ", at: start) || line.has("Top ", at: start)
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    if Self.isTitle(line) {
      isEnded = true
      return .taken
    }
    if let found = TracePrintLine(line), !Self.hasHead(line) {
      take(found, place, output)
      return .taken
    }
    let start = line.skippingSpaces(0)
    if start >= 2, let frame = Self.frame(line, start) {
      if trace.count < Self.frameLimit, !rows.isEmpty { trace.append(frame) }
      mayHaveText = true
      return .taken
    }
    if mayHaveText, start >= 4, start < line.count {
      mayHaveText = false
      addText(line.text(line.trimmed(start..<line.count)), output)
      return .taken
    }
    mayHaveText = false
    hasGap = hasGap || start < line.count
    return place.number > lastLine + Self.longestGap ? .over : .aside
  }

  /// `File "a.py", line 3`.
  private static func frame(_ line: Span<UInt8>, _ start: Int) -> ProfileFrame? {
    guard line.has("File \"", at: start), let close = line.first("\", line ", from: start + 6),
      let (number, _) = line.digits(close + 8), let place = Int32(exactly: number)
    else { return nil }
    return ProfileFrame(file: line.text(start + 6..<close), line: place)
  }

  private func addText(_ text: String, _ output: TextOutput) {
    guard let frame = trace.last ?? rows.last?.frames.last, frame.line > 0 else { return }
    output.source(SourceLine(file: frame.file, line: frame.line, text: text))
  }

  // MARK: Rows

  private func take(_ line: TracePrintLine, _ place: LinePlace, _ output: TextOutput) {
    switch line {
    case .row(let row): add(row, place, output)
    case .blocks(let row): add(row, place, output)
    case .list(let listed):
      isEnded = true
      for row in listed { add(row, place, output) }
      isEnded = true
    case .other(let row):
      finishTrace()
      if !rows.isEmpty, !isEnded, rows[0].hasShape(of: row) {
        rows.append(row)
        if row.isRounded { kind.isRounded = true }
        isWhole = true
      }
      isEnded = true
    case .total: isEnded = true
    }
  }

  private func add(_ row: TracePrintRow, _ place: LinePlace, _ output: TextOutput) {
    finishTrace()
    let name = row.frames.last.map { "\($0.file):\($0.line)" } ?? ""
    if let last = rows.last,
      isEnded || !row.hasShape(of: last) || rows.count == Self.printLimit
        || repeats(name, row, after: last)
    {
      write(output)
    }
    if rows.isEmpty { self.place = place }
    lastLine = place.number
    isEnded = false
    hasGap = false
    mayHaveText = true
    if row.isRounded { kind.isRounded = true }
    rows.append(row)
    if !name.isEmpty { places.insert(name) }
  }

  /// Whether a row begins another print: its place comes again, or behind other lines more is
  /// held than above.
  private func repeats(_ name: String, _ row: TracePrintRow, after last: TracePrintRow) -> Bool {
    if places.contains(name), last.frames.count <= 1 { return true }
    guard hasGap else { return false }
    let weights = [last, row].map { abs($0.change?.bytes ?? $0.bytes) }
    return weights[1] > weights[0]
  }

  /// Gives the last row the traceback below it.
  private func finishTrace() {
    guard !trace.isEmpty, let last = rows.indices.last else { return }
    // Python 3.7 and later print the newest frame last; before it was the first.
    if let newest = rows[last].frames.last, trace.last != newest, trace.first == newest {
      trace.reverse()
    }
    rows[last].frames = trace
    trace.removeAll(keepingCapacity: true)
  }

  // MARK: Writing

  private func write(_ output: TextOutput) {
    finishTrace()
    defer {
      rows.removeAll(keepingCapacity: true)
      places.removeAll(keepingCapacity: true)
      isWhole = false
    }
    guard let first = rows.first else { return }
    kind.prints += 1
    let values = [
      ProfileValue(.live, .size, unit: "bytes"), ProfileValue(.live, .count, unit: "count"),
    ].prefix(first.count == nil ? 1 : 2)
    if first.change != nil, !kind.hasChanges {
      kind.hasChanges = true
      // Just above the rows, so that a line of the text can name it.
      var above = place
      above.number = place.number > 0 ? place.number - 1 : 0
      let before = output.moment(
        Array(values), above, label: "the snapshot before", isPartial: true)
      for row in rows {
        guard let count = row.count, let change = row.change else { continue }
        add(row, [row.bytes &- change.bytes, count &- change.count], to: before, output)
      }
    }
    let moment = output.moment(Array(values), place, isPartial: !isWhole)
    for row in rows { add(row, [row.bytes, row.count].compactMap { $0 }, to: moment, output) }
  }

  private func add(
    _ row: TracePrintRow, _ numbers: [Int64], to moment: TextOutput.Moment, _ output: TextOutput
  ) {
    var record = ProfileRecord()
    record.stack = output.stack(
      row.frames.isEmpty ? [ProfileFrame(file: "(other lines)")] : row.frames)
    record.process = place.process
    output.add(numbers, to: moment, record)
  }

  func end(isCut: Bool, _ output: TextOutput) {
    write(output)
    isEnded = false
    hasGap = false
    mayHaveText = false
  }
}
