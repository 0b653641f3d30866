import CaptureModel

/// Reads a text that tells of memory: reports, tables and prints among any lines, and lines of logs.
///
/// Each line loses the head that a collector gave it, is offered to the section that its source
/// is in, then to the kinds of sections that may begin with its first byte, and else is a line of
/// a log. All that is found is one capture. Memory is a block of lines and what is distinct.
final class TextReader: ProfileReader {
  private static let batchLines = 1 << 13
  private static let batchRecords = 1 << 14

  private(set) var header: CaptureHeader
  let fileSize: UInt64
  private let stream: CaptureStream
  private var lines: LineReader
  private var block = LineBlock()
  private var columns = SourceColumns()
  private var sources: TextSources
  private let kinds: [any SectionKind]
  private var traits: [LineTraits] = []
  private let choice: SectionChoice
  private let log: LogLines
  private let output: TextOutput
  private var lineNumber: UInt64 = 0
  private var journal = JournalEntry()
  private var isDone = false
  /// Formats of what was found, in the order of the text.
  private(set) var found: [String] = []

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - input: the file.
  ///   - format: what it is taken to be mainly, of which less is then proof enough.
  init(_ input: CaptureInput, format: String = LogLines.formatName) {
    stream = input.stream()
    lines = LineReader(stream)
    fileSize = input.file.size
    header = CaptureHeader()
    header.format = format
    header.framing = input.framing.rawValue
    output = TextOutput(input.options)
    let kinds = TextSections.kinds()
    self.kinds = kinds
    log = LogLines(isPrints: format == LogLines.printsName)
    sources = TextSources(kinds: kinds.count)
    choice = SectionChoice(kinds)
  }

  /// Whether anything of memory was found so far.
  var hasContent: Bool { output.hasContent }

  var description: ProfileDescription {
    let kind: CaptureKind =
      output.hasTypes ? .types : output.hasStacks ? .samples : .series
    var description = ProfileDescription(kind: kind)
    description.values = output.values
    description.hasFunctions = output.hasFunctions
    description.hasFiles = output.hasStacks
    description.hasLines = output.hasLines
    if output.hasTimes { description.clock = output.clock.isElapsed ? .elapsed : .wall }
    for kind in kinds where found.contains(kind.format) { kind.describe(&description) }
    log.describe(&description, output)
    if output.hasTimes, output.clock.isElapsed {
      description.properties.append(
        ("times", "without a year or a day: they count from the first line that has one"))
    }
    return description
  }

  var ending: CaptureEnding {
    if let failure = stream.endingOfFailure { return failure }
    return output.cut.map { .incomplete(offset: stream.offset, reason: $0) } ?? .complete
  }

  var findings: [ProfileFinding] {
    output.findings + kinds.flatMap { found.contains($0.format) ? $0.findings : [] }
  }

  /// Numbers of memory that were left out.
  var leftOut: [ProfileFinding] { output.findings.filter { $0.kind != "messages left out" } }

  func next(into batch: ProfileBatch) -> Bool {
    batch.removeAll()
    guard !isDone else { return false }
    output.begin(batch)
    let first = lineNumber
    while lineNumber - first < UInt64(Self.batchLines),
      output.waitingRecords < Self.batchRecords
    {
      guard block.fill(&lines) else {
        finish()
        break
      }
      readBlock()
    }
    output.finishBatch()
    batch.fileOffset = stream.fileOffset
    return true
  }

  private func finish() {
    isDone = true
    readJournal()
    for source in sources.all {
      endSection(of: source, isCut: true)
      source.prints.end(output)
    }
    for kind in kinds where found.contains(kind.format) { kind.finish(output) }
    name()
  }

  /// Names the format by what was found.
  private func name() {
    if output.hasContent, found.count == 1, let only = found.first { header.format = only }
    if found.count > 1 { header.format = LogLines.formatName }
  }

  private func note(_ format: String) {
    if !found.contains(format) { found.append(format) }
  }

  private func readBlock() {
    let block = self.block
    let bytes = block.bytes.span
    let heads = columns.heads(bytes, ends: block.ends)
    var traits = self.traits
    self.traits = []
    LineTraits.lines(bytes, ends: block.ends, into: &traits)
    var start = 0
    for index in block.ends.indices {
      lineNumber += 1
      let end = block.ends[index]
      let line = bytes.extracting(start..<end)
      start = end
      read(line, heads.isEmpty ? SourceColumns.Head() : heads[index], traits[index])
    }
    self.traits = traits
    for place in block.cut {
      output.tally(
        "long line", .warning, lineNumber - UInt64(block.ends.count - 1 - place),
        "lines are read up to \(LineReader.limit) bytes")
    }
  }

  // MARK: lines

  private func read(
    _ line: Span<UInt8>, _ column: SourceColumns.Head, _ traits: LineTraits
  ) {
    if journal.isOpen || line.byte(0) == UInt8(ascii: "_") {
      switch journal.take(line, lineNumber) {
      case .none: break
      case .taken: return
      case .ended(let isField):
        readJournal()
        if isField { return }
      }
    }
    var head = LineHead(line, from: column.end)
    if head.source.isEmpty { head.source = column.source }
    read(line, head, traits, number: lineNumber)
  }

  /// Reads the message of the journal's entry that has ended.
  private func readJournal() {
    guard let (line, head, number) = journal.takeMessage() else { return }
    read(line.span, head, LineTraits(of: line.span), number: number)
    // An entry is whole: what stands behind it is of no process that it names.
    sources.ofFile.lastProcess = nil
  }

  private func read(
    _ line: Span<UInt8>, _ head: LineHead, _ traits: LineTraits, number: UInt64
  ) {
    let source =
      head.source.isEmpty ? sources.ofFile : sources.source(line.extracting(head.source))
    var place = LinePlace(
      number: number, time: source.lastTime, process: source.lastProcess, source: source.name)
    source.lines += 1
    place.numberInSource = source.lines
    if let time = head.time {
      place.time = output.place(time, hasNoYear: head.hasNoYear)
    }
    if !head.name.isEmpty || head.id != nil || !source.name.isEmpty {
      place.process = process(line.extracting(head.name), head.id, source)
    }
    let text = line.extracting(head.start...)
    let kinds = choice.kinds(of: traits)
    // What begins with a date is a record: its message is what a section may begin with.
    let isDated = Self.beginsWithDate(text)
    if offer(text, place, source, kinds, canBegin: !isDated) { return }
    readRecord(text, head, place, source, traits, kinds, isDated: isDated)
  }

  /// The process that a head names.
  private func process(_ name: Span<UInt8>, _ id: Int64?, _ source: TextSource) -> Int64? {
    // One host writes the journal; its ids are enough.
    output.processes.number(
      source: id == nil || name.isEmpty ? source.name : "", name: name.isEmpty ? "" : name.text,
      id: id)
  }

  /// Reads a line that no section wants as it is.
  private func readRecord(
    _ text: Span<UInt8>, _ head: LineHead, _ place: LinePlace, _ source: TextSource,
    _ traits: LineTraits, _ kinds: UInt32, isDated: Bool
  ) {
    let object = LogObject(text, traits, output)
    // An object that has all that a head would say, its time above all.
    if let object, object.time != nil, head.time == nil {
      return noting { log.read(object, text, place, hasHead: false, source, output) }
    }
    var place = place
    let record = LogHead(text, traits)
    if record.beginsRecord {
      if let time = record.time, head.time == nil {
        place.time = output.place(time, hasNoYear: record.hasNoYear)
      }
      if record.process != nil || !record.name.isEmpty {
        place.process = output.processes.number(
          source: source.name, name: record.name.isEmpty ? "" : text.text(record.name),
          id: record.process)
      } else if head.id == nil, head.name.isEmpty, source.name.isEmpty {
        place.process = nil
      }
    }
    // What a line says of itself holds, wherever it stands in it.
    if record.process == nil || !record.beginsRecord, head.id == nil, head.name.isEmpty,
      let process = named(in: text, record, source, traits)
    {
      place.process = process
    }
    if record.beginsRecord || head.time != nil {
      source.lastTime = place.time
      source.lastProcess = place.process
    }
    if record.beginsRecord, record.contentStart < text.count {
      if offer(text.extracting(record.contentStart...), place, source, kinds) { return }
    } else if isDated, offer(text, place, source, kinds) {
      return
    }
    noting {
      if let object {
        return log.read(object, text, place, hasHead: head.time != nil, source, output)
      }
      log.read(text, record, place, hasHead: head.time != nil, source, traits, output)
    }
  }

  /// The process that a line names other than in its head.
  private func named(
    in text: Span<UInt8>, _ record: LogHead, _ source: TextSource, _ traits: LineTraits
  ) -> Int64? {
    guard traits.contains(.quantity) else { return nil }
    if record.name.isEmpty, traits.contains(.pid), let id = LogHead.named(text) {
      return output.processes.number(source: source.name, name: "", id: id)
    }
    let name =
      record.name.isEmpty
      ? LogHead.worker(text, from: record.beginsRecord ? record.messageStart : 0)
      : record.beginsRecord ? nil : record.name
    return name.flatMap {
      output.processes.number(source: source.name, name: text.text($0), id: nil)
    }
  }

  /// Notes the formats of what is found meanwhile.
  @inline(__always)
  private func noting(_ body: () -> Void) {
    let points = output.pointCount
    let records = output.recordCount
    body()
    if output.pointCount > points { note(LogLines.formatName) }
    if output.recordCount > records { note(LogLines.printsName) }
  }

  /// Whether a line begins with `2024-05-01` or `2024/05/01` and a space or `T`.
  private static func beginsWithDate(_ line: Span<UInt8>) -> Bool {
    guard line.count > 10, line[10] == 0x20 || line[10] == UInt8(ascii: "T") else { return false }
    for place in 0..<10 {
      let byte = line[place]
      if place == 4 || place == 7 {
        if byte != UInt8(ascii: "-"), byte != UInt8(ascii: "/") { return false }
      } else if !Span<UInt8>.isDigit(byte) {
        return false
      }
    }
    return true
  }

  /// Offers a line to the section that is open, and to kinds that may begin; whether one took it.
  private func offer(
    _ line: Span<UInt8>, _ place: LinePlace, _ source: TextSource, _ kinds: UInt32,
    canBegin: Bool = true
  ) -> Bool {
    if let active = source.active, let reader = source.readers[active] {
      switch reader.continues(line, place, output) {
      case .taken: return true
      case .aside: break
      case .over: endSection(of: source, isCut: false)
      }
    }
    guard canBegin else { return false }
    var mask = choice.kinds(
      beginningWith: line.byte(line.skippingSpaces(0)), endingWith: line.last ?? 0, among: kinds)
    while mask != 0 {
      let kind = mask.trailingZeroBitCount
      mask &= mask &- 1
      let reader = source.reader(of: kind, self.kinds)
      // A section that another begins in is over; one of the same kind sees to itself.
      guard reader.begins(line, place, output) else { continue }
      if let active = source.active, active != kind { endSection(of: source, isCut: false) }
      source.prints.end(output)
      source.active = kind
      note(self.kinds[kind].format)
      return true
    }
    return false
  }

  private func endSection(of source: TextSource, isCut: Bool) {
    guard let active = source.active else { return }
    source.active = nil
    source.readers[active]?.end(isCut: isCut, output)
  }
}
