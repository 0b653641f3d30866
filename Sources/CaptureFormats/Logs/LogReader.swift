import CaptureModel

/// Memory in the lines of a log: sizes, the garbage collector, objgraph's prints, and messages
/// as marks.
///
/// Memory is one line, one print of objgraph, and the series. A line without a head belongs to
/// the record above it and has its time.
final class LogReader: ProfileReader {
  static let formatName = "log"
  static let printsName = "objgraph"
  private static let batchLines = 1 << 13
  /// Messages that become marks; further ones are counted.
  static let markLimit: Int64 = 1 << 20
  /// Bytes of a message that are kept.
  private static let messageLimit = 120

  private(set) var header: CaptureHeader
  let fileSize: UInt64
  private let stream: CaptureStream
  private var lines: LineReader
  /// What K is taken for in kB, MB and GB.
  private let thousand: Double
  private var series = SeriesTable()
  private var collections = CollectionSeries()
  private var prints = TypePrints()
  /// Time and process of the record above.
  private var lastTime: Int64?
  private var lastProcess: Int64?
  private var hasTimes = false
  private var pointCount: Int64 = 0
  private var markCount: Int64 = 0
  private var isDone = false
  private var lineNumber: UInt64 = 0
  private var scratch: [UInt8] = []

  private var strange = FindingTally(
    kind: "no size",
    detail: "a number that is no size of memory (negative, or without a unit) is left out")
  private var numberless = FindingTally(
    kind: "no number", severity: .note, detail: "memory is spoken of, but no number follows")
  private var brokenCollections = FindingTally(
    kind: "broken gc line", detail: "lines about the garbage collector that cannot be read")
  private var cutLines = FindingTally(
    kind: "long line", detail: "lines are read up to \(LineReader.limit) bytes")
  private var unmarked = FindingTally(
    kind: "messages left out", severity: .note,
    detail: "only the first \(LogReader.markLimit) messages are marks")

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - input: the file.
  ///   - isPrints: whether it is known to hold prints of objgraph, so that a single row counts.
  init(_ input: CaptureInput, isPrints: Bool) {
    stream = input.stream()
    lines = LineReader(stream)
    fileSize = input.file.size
    thousand = input.options.usesDecimalMegabytes ? 1000 : 1024
    header = CaptureHeader()
    header.format = isPrints ? Self.printsName : Self.formatName
    header.framing = input.framing.rawValue
    if isPrints { prints.leastCommonRows = 1 }
  }

  var description: ProfileDescription {
    let values = prints.values
    var description = ProfileDescription(kind: pointCount > 0 || values.isEmpty ? .series : .types)
    description.values = values
    description.hasFunctions = false
    description.hasFiles = false
    description.hasLines = false
    description.clock = hasTimes ? .wall : .none
    description.properties = [("MB", thousand == 1024 ? "1024 × 1024 bytes" : "1,000,000 bytes")]
    if hasTimes { description.properties.append(("time zone", "UTC where lines name none")) }
    description.advice = "tracemalloc and memray record where memory was allocated"
    return description
  }

  var ending: CaptureEnding {
    if let failure = stream.endingOfFailure { return failure }
    return .complete
  }

  var findings: [ProfileFinding] {
    [strange, numberless, brokenCollections, cutLines, unmarked].compactMap(\.finding)
      + [prints.finding].compactMap { $0 }
  }

  func next(into batch: ProfileBatch) -> Bool {
    batch.removeAll()
    guard !isDone else { return false }
    var lines = self.lines
    for _ in 0..<Self.batchLines {
      let found = lines.next { line in
        lineNumber += 1
        read(line, batch)
      }
      if lines.isCut { cutLines.count(line: lineNumber) }
      guard found else {
        isDone = true
        break
      }
    }
    self.lines = lines
    series.handOut(to: batch)
    prints.handOut(to: batch, isEnd: isDone)
    batch.fileOffset = stream.fileOffset
    return true
  }

  private func read(_ line: Span<UInt8>, _ batch: ProfileBatch) {
    guard let escape = line.firstEscape else { return readPlain(line, batch) }
    // Colours of terminals.
    scratch.removeAll(keepingCapacity: true)
    line.appendWithoutEscapes(from: escape, to: &scratch)
    let plain = scratch
    readPlain(plain.span, batch)
  }

  private func readPlain(_ line: Span<UInt8>, _ batch: ProfileBatch) {
    guard line.count > 0 else { return prints.end() }
    if line.byte(line.skippingSpaces(0)) == UInt8(ascii: "{"), readJSON(line, batch) { return }
    let head = LogHead(line)
    if head.beginsRecord {
      prints.end()
      lastTime = head.time ?? lastTime
      lastProcess = head.process
      if head.time != nil { hasTimes = true }
    }
    let values = batch.points.count
    let marks = batch.marks.count
    readMessage(line, from: head.beginsRecord ? head.messageStart : 0, batch)
    let hasValue = batch.points.count > values || batch.marks.count > marks
    if head.beginsRecord {
      guard !hasValue, let time = head.time else { return }
      mark(
        line.text(head.messageStart..<min(line.count, head.messageStart + Self.messageLimit)),
        time, batch)
    } else if !hasValue {
      _ = prints.take(line, number: lineNumber, time: lastTime)
    }
  }

  /// Reads what a message says of memory.
  private func readMessage(_ text: Span<UInt8>, from start: Int, _ batch: ProfileBatch) {
    if let line = CollectionLine(text, from: start) { return read(line, batch) }
    LogValue.scan(text, from: start, thousand: thousand) { metric, reading in
      switch reading {
      case .bytes(let bytes, _): add(metric, "bytes", bytes, batch)
      case .nothing: break
      case .strange: strange.count(line: lineNumber)
      }
    }
  }

  private func read(_ line: CollectionLine, _ batch: ProfileBatch) {
    if case .broken = line { return brokenCollections.count(line: lineNumber) }
    let (samples, generation) = collections.samples(line, process: lastProcess)
    for sample in samples { add(sample.name, sample.unit, sample.value, batch) }
    if let generation, let lastTime { mark("gc generation \(generation)", lastTime, batch) }
  }

  private func add(_ name: String, _ unit: String, _ value: Double, _ batch: ProfileBatch) {
    guard let number = series.number(of: name, process: lastProcess, unit: unit) else { return }
    pointCount += 1
    batch.points.append(
      SeriesPoint(series: number, time: lastTime, value: value, line: lineNumber))
  }

  private func mark(_ name: String, _ time: Int64, _ batch: ProfileBatch) {
    guard !name.isEmpty else { return }
    guard markCount < Self.markLimit else { return unmarked.count(line: lineNumber) }
    markCount += 1
    var mark = ProfileMark(name: name, start: time)
    mark.process = lastProcess
    mark.line = lineNumber
    batch.marks.append(mark)
  }

  // MARK: JSON lines

  /// What the members of a JSON line say.
  private struct Record {
    var time: Int64?
    var process: Int64?
    var message: String?
    var sizes: [(metric: String, bytes: Double)] = []
  }

  /// Reads an object; false when the line is none.
  private func readJSON(_ line: Span<UInt8>, _ batch: ProfileBatch) -> Bool {
    var record = Record()
    let isWhole = JSONLine.walk(line) { name, parent, value in
      Self.add(line, name, parent, value, &record)
    }
    guard isWhole else { return false }
    prints.end()
    lastTime = record.time ?? lastTime
    if record.time != nil { hasTimes = true }
    lastProcess = record.process
    for size in record.sizes { add(size.metric, "bytes", size.bytes, batch) }
    let before = batch.points.count + batch.marks.count
    guard let message = record.message else { return true }
    let bytes = Array(message.utf8)
    readMessage(bytes.span, from: 0, batch)
    if record.sizes.isEmpty, batch.points.count + batch.marks.count == before,
      let time = record.time
    {
      let line = message.prefix { $0 != "\n" }
      mark(String(line.prefix(Self.messageLimit)), time, batch)
    }
    return true
  }

  private static func add(
    _ line: Span<UInt8>, _ name: Range<Int>, _ parent: Range<Int>, _ value: JSONLine.Value,
    _ record: inout Record
  ) {
    let key = line.extracting(name)
    let outer = line.extracting(parent)
    switch value {
    case .number(let number):
      if key.isTime, record.time == nil, let time = LogTime.sinceEpoch(number) {
        record.time = time
      } else if key.isProcess || (key.equals("id") && outer.equals("process")) {
        record.process = Int64(exactly: number)
      } else if let (metric, length) = LogValue.metric(key), number >= 0,
        let factor = unit(key, from: length)
      {
        record.sizes.append((metric, number * factor))
      }
    case .text(let range, let hasEscapes):
      if key.isTime, record.time == nil {
        record.time = LogTime(line.extracting(range), at: 0)?.nanoseconds
      } else if key.equals("message") || key.equals("msg") || key.equals("event") {
        record.message = record.message ?? JSONLine.text(line, range, hasEscapes: hasEscapes)
      }
    }
  }

  /// What a member's value is multiplied by: its name may end in a unit.
  private static func unit(_ key: Span<UInt8>, from length: Int) -> Double? {
    if length == key.count { return 1 }
    guard key.byte(length) == 0x5F, let (factor, end) = LogValue.unit(key, length + 1, 1024),
      end == key.count
    else { return nil }
    return factor
  }
}

extension Span<UInt8> {
  /// Where the first escape sequence of a terminal begins.
  fileprivate var firstEscape: Int? {
    for place in 0..<count where self[place] == 0x1B { return place }
    return nil
  }

  /// Appends the bytes without `ESC [ … letter`.
  fileprivate func appendWithoutEscapes(from first: Int, to result: inout [UInt8]) {
    for place in 0..<first { result.append(self[place]) }
    var place = first
    while place < count {
      guard self[place] == 0x1B else {
        result.append(self[place])
        place += 1
        continue
      }
      place += 1
      guard byte(place) == UInt8(ascii: "[") else { continue }
      place += 1
      while place < count, self[place] < 0x40 { place += 1 }
      place += 1
    }
  }

  /// Whether it is this ASCII word, whatever its case.
  fileprivate func equals(_ word: StaticString) -> Bool {
    count == word.utf8CodeUnitCount && holds(word, at: 0)
  }

  fileprivate var isTime: Bool {
    equals("ts") || equals("time") || equals("timestamp") || equals("t") || equals("@timestamp")
      || equals("asctime") || equals("created")
  }

  fileprivate var isProcess: Bool { equals("pid") || equals("process_id") || equals("process") }
}
