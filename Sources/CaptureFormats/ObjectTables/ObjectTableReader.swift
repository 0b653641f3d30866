import CaptureModel

/// Printed tables of objects by type: guppy's `heap()`, pympler's summaries, and lines of
/// `sys.getsizeof`; and Linux's `smaps`, the resident bytes of each mapping.
///
/// Each table is a moment of its own; lines of getsizeof together are one. Memory is a batch
/// and the names.
final class ObjectTableReader: ProfileReader {
  static let formatName = "object-tables"
  private static let batchRows = 1 << 13

  /// What the lines below are rows of.
  private enum Table {
    case none, guppy, pympler, mappings
  }

  let header: CaptureHeader
  let fileSize: UInt64
  private let stream: CaptureStream
  private var lines: LineReader
  private var lineNumber: UInt64 = 0
  private var table = Table.none
  private var texts = TextTable()
  private var momentCount: UInt32 = 0
  /// What guppy says is in the table, less the rows read.
  private var left: (count: Int64, size: Int64) = (0, 0)
  private var isRounded = false
  private var isDone = false
  /// File or purpose of the mapping that lines of smaps are about.
  private var mapping = ""
  /// Name of the object of the line above, whose size is known.
  private var lastName = ""
  private var isInSizes = false
  private var signed = FindingTally(
    kind: "difference", detail: "tables of differences hold no sizes; their rows are left out")
  private var overlong = FindingTally(
    kind: "long line", detail: "lines are read up to \(LineReader.limit) bytes")
  private var deepSizes = FindingTally(
    kind: "deep size", severity: .note,
    detail: "only shallow sizes are kept; a graph of objects (meliae) answers for deep ones")

  init(_ input: CaptureInput) {
    stream = input.stream()
    lines = LineReader(stream)
    fileSize = input.file.size
    var header = CaptureHeader()
    header.format = Self.formatName
    header.framing = input.framing.rawValue
    self.header = header
  }

  var description: ProfileDescription {
    var description = ProfileDescription(kind: .types)
    description.values = [
      ProfileValue(.live, .size, unit: "bytes"), ProfileValue(.live, .count, unit: "objects"),
    ]
    description.isEstimated = isRounded
    if isRounded {
      description.properties.append(("rounded", "sizes, by the tool that printed them"))
    }
    description.hasFunctions = false
    description.hasFiles = false
    description.hasLines = false
    description.advice = "a graph of objects (meliae, examples/memq_probe.py) tells what holds them"
    return description
  }

  var ending: CaptureEnding { stream.endingOfFailure ?? .complete }

  var findings: [ProfileFinding] {
    [signed, overlong, deepSizes].compactMap(\.finding) + [texts.finding].compactMap { $0 }
  }

  func next(into batch: ProfileBatch) -> Bool {
    batch.removeAll()
    guard !isDone else { return false }
    var lines = self.lines
    while batch.records.count < Self.batchRows {
      let found = lines.next { line in
        lineNumber += 1
        read(line, batch)
      }
      if lines.isCut { overlong.count(line: lineNumber) }
      guard found else {
        isDone = true
        break
      }
    }
    self.lines = lines
    texts.handOut(to: batch)
    batch.fileOffset = stream.fileOffset
    return true
  }

  private func read(_ line: Span<UInt8>, _ batch: ProfileBatch) {
    if line.holds("partition of a set of ", at: 0) { return beginPartition(line, batch) }
    if line.find("types |") != nil, line.find("# objects") != nil, line.find("total size") != nil {
      return begin(.pympler, batch)
    }
    if let name = MappingLine.name(line) {
      if table != .mappings { begin(.mappings, batch) }
      mapping = name
      return
    }
    switch table {
    case .mappings:
      // `Rss:  124 kB` of 1024 bytes; other lines are parts of it or rounded differently.
      guard line.holds("rss:", at: 0), let (value, _) = line.digits(line.skippingSpaces(4)) else {
        return
      }
      let bytes = value.multipliedReportingOverflow(by: 1024)
      if !bytes.overflow { add(mapping, size: bytes.partialValue, count: 1, batch) }
    case .guppy: readPartitionRow(line, batch)
    case .pympler: readSummaryRow(line, batch)
    case .none: readSize(line, batch)
    }
  }

  private func begin(_ table: Table, _ batch: ProfileBatch) {
    self.table = table
    isInSizes = false
    momentCount += 1
    batch.newMoments.append(ProfileMoment(line: lineNumber))
  }

  private func add(_ name: String, size: Int64, count: Int64, _ batch: ProfileBatch) {
    guard !name.isEmpty else { return }
    var record = ProfileRecord()
    record.moment = momentCount - 1
    record.type = texts.essential(name)
    batch.records.append(record)
    batch.values += [size, count]
  }

  // MARK: guppy

  /// Begins a table by its head, `Partition of a set of 7 objects. Total size = 91 bytes`.
  private func beginPartition(_ line: Span<UInt8>, _ batch: ProfileBatch) {
    guard let (count, _) = line.digits(22), let place = line.find("total size = "),
      let (size, _) = line.digits(place + 13)
    else { return }
    begin(.guppy, batch)
    left = (count, size)
  }

  /// Index, count, %, size, %, cumulative, %, and a kind of any words.
  private func readPartitionRow(_ line: Span<UInt8>, _ batch: ProfileBatch) {
    let words = line.words(0..<line.count)
    if line.byte(0) == UInt8(ascii: "<"), words.count > 2 {
      // The rows that were not printed are what is left of the total.
      if left.count > 0, left.size >= 0 {
        add("(rows not printed)", size: left.size, count: left.count, batch)
      }
      table = .none
      return
    }
    guard words.count >= 8 else {
      if words.isEmpty { table = .none }
      return
    }
    let numbers = words.prefix(7).map { word -> Int64? in
      guard let (value, end) = line.digits(word.lowerBound), end == word.upperBound else {
        return nil
      }
      return value
    }
    guard let count = numbers[1], let size = numbers[3], !numbers.contains(where: { $0 == nil })
    else { return }
    left = (left.count &- count, left.size &- size)
    add(line.text(words[7].lowerBound..<line.count), size: size, count: count, batch)
  }

  // MARK: pympler

  /// A name, a count and a rounded size between bars.
  private func readSummaryRow(_ line: Span<UInt8>, _ batch: ProfileBatch) {
    guard let last = lastBar(line, before: line.count), let first = lastBar(line, before: last)
    else {
      table = .none
      return
    }
    if line.byte(line.skippingSpaces(0)) == UInt8(ascii: "=") { return }
    let number = line.skippingSpaces(first + 1)
    let size = line.skippingSpaces(last + 1)
    if [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(line.byte(number))
      || [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(line.byte(size))
    {
      return signed.count(line: lineNumber)
    }
    guard let (count, _) = line.digits(number), let (value, end, _) = LogValue.number(line, size),
      let (factor, _) = LogValue.unit(line, line.skippingSpaces(end), 1024),
      let bytes = Int64(exactly: (value * factor).rounded())
    else { return }
    let start = line.skippingSpaces(0)
    var stop = first
    while stop > start, line[stop - 1] == 0x20 { stop -= 1 }
    if factor > 1 { isRounded = true }
    add(line.text(start..<stop), size: bytes, count: count, batch)
  }

  private func lastBar(_ line: Span<UInt8>, before end: Int) -> Int? {
    var place = end - 1
    while place >= 0 {
      if line[place] == UInt8(ascii: "|") { return place }
      place -= 1
    }
    return nil
  }

  // MARK: getsizeof

  /// `sys.getsizeof(name) = 28 bytes`, `name: shallow=28 deep=28 …`.
  private func readSize(_ line: Span<UInt8>, _ batch: ProfileBatch) {
    if let found = SizeLine(line) {
      if found.hasDeepSize { deepSizes.count(line: lineNumber) }
      guard found.name != lastName else { return }
      if !isInSizes { begin(.none, batch) }
      isInSizes = true
      lastName = found.name
      add(found.name, size: found.bytes, count: 1, batch)
    }
  }
}

/// A line that tells the size of one object.
struct SizeLine: Equatable {
  var name: String
  var bytes: Int64
  /// Whether it tells more than the shallow size.
  var hasDeepSize: Bool

  init?(_ line: Span<UInt8>) {
    if let open = line.find("getsizeof(") {
      var depth = 1
      var close = open + 10
      while close < line.count {
        if line[close] == UInt8(ascii: "(") { depth += 1 }
        if line[close] == UInt8(ascii: ")") { depth -= 1 }
        if depth == 0 { break }
        close += 1
      }
      var place = line.skippingSpaces(close + 1)
      guard [UInt8(ascii: "="), UInt8(ascii: ":")].contains(line.byte(place)) else { return nil }
      place = line.skippingSpaces(place + 1)
      guard let (value, _) = line.digits(place) else { return nil }
      name = line.text(open + 10..<close)
      bytes = value
      hasDeepSize = false
      return
    }
    guard let place = line.find(": shallow="), let (value, _) = line.digits(place + 10) else {
      return nil
    }
    name = line.text(0..<place)
    bytes = value
    hasDeepSize = line.find("deep=", from: place) != nil
  }
}

/// A head line of `/proc/PID/smaps`: `00400000-0041f000 r--p 00000000 fe:00 254587  /usr/bin/x`.
enum MappingLine {
  /// What is mapped; nil when the line is none.
  static func name(_ line: Span<UInt8>) -> String? {
    let words = line.words(0..<Swift.min(line.count, 4_096))
    guard words.count >= 5, words[1].count == 4, isRange(line, words[0]),
      line.byte(words[1].upperBound - 1) == UInt8(ascii: "p")
        || line.byte(words[1].upperBound - 1) == UInt8(ascii: "s")
    else { return nil }
    guard words.count > 5 else { return "(anonymous)" }
    return line.text(words[5].lowerBound..<line.count)
  }

  private static func isRange(_ line: Span<UInt8>, _ word: Range<Int>) -> Bool {
    var dashes = 0
    for place in word {
      let byte = Span<UInt8>.lowered(line[place])
      if byte == UInt8(ascii: "-") {
        dashes += 1
      } else if !Span<UInt8>.isDigit(byte), byte < UInt8(ascii: "a") || byte > UInt8(ascii: "f") {
        return false
      }
    }
    return dashes == 1 && word.count > 8
  }
}

/// The registry's entry.
enum ObjectTableFormat {
  static let descriptor = FormatDescriptor(
    name: ObjectTableReader.formatName,
    summary:
      "bytes by type: guppy's heap(), pympler's summaries, sys.getsizeof lines; by mapping: smaps",
    extensions: ["txt", "log"],
    recognizes: { input in
      guard input.isText else { return false }
      return input.contains("Partition of a set of ")
        || (input.contains("Rss:") && input.firstLines(1).contains { isMapping($0) })
        || (input.contains("types |") && input.contains("# objects |"))
        || input.firstLines(50).contains { line in SizeLine(Array(line.utf8).span) != nil }
    },
    open: { input throws(CaptureError) in .profile(ObjectTableReader(input)) })

  private static func isMapping(_ line: String) -> Bool {
    MappingLine.name(Array(line.utf8).span) != nil
  }
}
