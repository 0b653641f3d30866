import CaptureModel

/// Reads the leaks that LeakSanitizer and valgrind's memcheck print (`lsan.md`).
///
/// | line | meaning |
/// |---|---|
/// | `Direct leak of N byte(s) in M object(s) allocated from:` | a record of LeakSanitizer; or `Indirect leak` |
/// | `#0 0xADDR in function file:line[:column]`, `… (module+0xOFF)` | its frames, innermost first |
/// | `SUMMARY: …Sanitizer: N byte(s) leaked in M allocation(s).` | the sums |
/// | `==PID== N bytes in M blocks are definitely lost in loss record …` | a record of memcheck |
/// | `==PID==    at 0xADDR: function (file:line)` | its frames |
///
/// Other output may stand between the lines. The frame of the allocation function is left out.
struct LeakReportReader {
  static let formatName = "leaks"

  private var content = ProfileContent()
  private var record: Record?
  private var process: Int64?
  private var sum: (bytes: Int64, blocks: Int64) = (0, 0)
  private var summary: (bytes: Int64, blocks: Int64)?
  private var records = 0

  /// A leak being read.
  private struct Record {
    var kind: String
    var bytes: Int64
    var blocks: Int64
    var frames: [ProfileFrame] = []
  }

  /// A line taken apart.
  private enum Line {
    case record(Record, process: Int64?)
    case frame(ProfileFrame)
    case summary(bytes: Int64, blocks: Int64)
    case begin(process: Int64?)
    case blank
    case other
  }

  /// Reads a file whole.
  ///
  /// - Parameter input: the file.
  /// - Returns: a reader of its totals.
  /// - Throws: `CaptureError` when there is no leak in it.
  static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var lines = LineReader(input.stream())
    var reader = LeakReportReader()
    while let line = lines.nextLine({ parse($0.text) }) { reader.take(line) }
    let isCut = reader.record != nil
    reader.finishRecord()
    guard reader.records > 0 else {
      throw input.file.malformed(
        formatName, .line(max(1, lines.number)), "no record of a leak in it")
    }
    reader.describe(lines, isCut: isCut)
    return GatheredProfile(reader.content, input)
  }

  // MARK: lines

  private static func parse(_ text: String) -> Line {
    var rest = text[...]
    var process: Int64?
    if rest.hasPrefix("=="), let end = rest.dropFirst(2).range(of: "==") {
      process = Int64(rest[rest.index(rest.startIndex, offsetBy: 2)..<end.lowerBound])
      rest = rest[end.upperBound...]
    }
    rest = trimmed(rest)
    if rest.isEmpty { return .blank }
    if rest.hasPrefix("ERROR: LeakSanitizer") { return .begin(process: process) }
    if let record = sanitizerRecord(rest) { return .record(record, process: nil) }
    if let record = memcheckRecord(rest) { return .record(record, process: process) }
    if rest.hasPrefix("#") { return sanitizerFrame(rest).map { .frame($0) } ?? .other }
    if rest.hasPrefix("at 0x") || rest.hasPrefix("by 0x") {
      return .frame(ProfileFrame(valgrind: String(rest.dropFirst(3))))
    }
    if rest.hasPrefix("SUMMARY: ") {
      let numbers = rest.split(separator: " ").compactMap { Int64($0) }
      if rest.contains("leaked in"), numbers.count == 2 {
        return .summary(bytes: numbers[0], blocks: numbers[1])
      }
    }
    return .other
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }

  private static func number(_ word: Substring) -> Int64? {
    Int64(String(word.filter { $0 != "," }))
  }

  private static func sanitizerRecord(_ text: Substring) -> Record? {
    guard text.hasPrefix("Direct leak of ") || text.hasPrefix("Indirect leak of ") else {
      return nil
    }
    let words = text.split(separator: " ")
    guard words.count >= 7, let bytes = number(words[3]), let blocks = number(words[6]) else {
      return nil
    }
    return Record(kind: words[0].lowercased(), bytes: bytes, blocks: blocks)
  }

  /// `104,800 bytes in 100 blocks are definitely lost in loss record 13 of 13`, with the shares
  /// `(100 direct, 1,134 indirect)` of which only the first is the record's own.
  private static func memcheckRecord(_ text: Substring) -> Record? {
    guard let middle = text.range(of: " blocks are "), let end = text.range(of: " in loss record ")
    else { return nil }
    guard middle.upperBound <= end.lowerBound else { return nil }
    let words = text[..<middle.lowerBound].split(separator: " ")
    guard let blocks = words.last.flatMap(number), var bytes = words.first.flatMap(number) else {
      return nil
    }
    if words.count > 2, words[1].hasPrefix("("), let direct = number(words[1].dropFirst()) {
      bytes = direct
    }
    return Record(
      kind: String(text[middle.upperBound..<end.lowerBound]), bytes: bytes, blocks: blocks)
  }

  /// `#1 0xADDR in function place`, `#1 0xADDR  (module+0xOFF)`.
  private static func sanitizerFrame(_ text: Substring) -> ProfileFrame? {
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count == 3, words[1].hasPrefix("0x") else { return nil }
    var rest = trimmed(words[2])
    if let id = rest.range(of: " (BuildId: ") { rest = rest[..<id.lowerBound] }
    var frame = ProfileFrame(kind: .native)
    if rest.hasPrefix("in ") {
      rest = rest.dropFirst(3)
    } else if rest.hasPrefix("(") {
      // Without symbols the place in the module is all there is.
      let place = rest.dropFirst().prefix { $0 != ")" }
      frame.function = String(place.split(separator: "/").last ?? place)
      frame.file = String(place.prefix(upTo: place.range(of: "+0x")?.lowerBound ?? place.endIndex))
      return frame
    }
    // The place is what stands behind the last space that begins a path or a module.
    guard let space = placeStart(rest) else {
      frame.function = String(rest)
      return frame
    }
    frame.function = String(rest[..<space])
    let place = rest[rest.index(after: space)...]
    if place.hasPrefix("(") {
      let module = place.dropFirst().prefix { $0 != ")" }
      frame.file = String(
        module.prefix(upTo: module.range(of: "+0x")?.lowerBound ?? module.endIndex))
    } else {
      let parts = place.split(separator: ":", omittingEmptySubsequences: false)
      let numbers = parts.dropFirst().reversed().prefix(2).prefix { Int32($0) != nil }
      frame.line = numbers.last.flatMap { Int32($0) } ?? 0
      frame.file = parts.dropLast(numbers.count).joined(separator: ":")
    }
    return frame
  }

  private static func placeStart(_ text: Substring) -> Substring.Index? {
    var place = text.endIndex
    while let space = text[..<place].lastIndex(of: " ") {
      let next = text.index(after: space)
      if next < text.endIndex, "(/.<".contains(text[next]) || text[next...].contains(":") {
        return space
      }
      place = space
    }
    return nil
  }

  // MARK: records

  private mutating func take(_ line: Line) {
    switch line {
    case .begin(let process): self.process = process
    case .record(let record, let process):
      finishRecord()
      self.record = record
      self.process = process ?? self.process
    case .frame(let frame): record?.frames.append(frame)
    case .summary(let bytes, let blocks):
      finishRecord()
      summary = ((summary?.bytes ?? 0) &+ bytes, (summary?.blocks ?? 0) &+ blocks)
    case .blank: finishRecord()
    case .other: break
    }
  }

  private mutating func finishRecord() {
    guard let record, !record.frames.isEmpty else { return }
    self.record = nil
    records += 1
    sum = (sum.bytes &+ record.bytes, sum.blocks &+ record.blocks)
    // The innermost frame is the allocation function, in every record.
    let frames = record.frames.count > 1 ? record.frames.dropFirst() : record.frames[...]
    var node: UInt32 = 0
    for frame in frames.reversed() {
      node = content.stacks.node(parent: node, frame: content.stacks.frame(frame))
    }
    content.add(
      [record.bytes, record.blocks], stack: node, process: process,
      type: content.number(of: record.kind))
  }

  private mutating func describe(_ lines: LineReader, isCut: Bool) {
    content.header.format = Self.formatName
    content.header.processID = process ?? 0
    content.description.values = [
      ProfileValue(.leaked, .size, unit: "bytes"), ProfileValue(.leaked, .count, unit: "count"),
    ]
    content.description.properties = [("records", "\(records)")]
    content.description.advice =
      "or record with `memray run --native`, which keeps every allocation"
    content.ending = lines.stream.endingOfFailure ?? .complete
    if let summary, summary != sum {
      content.findings.append(
        ProfileFinding(
          kind: "sum of leaks", severity: .warning,
          detail: "the records hold \(sum.bytes) bytes in \(sum.blocks) blocks, the summary says "
            + "\(summary.bytes) in \(summary.blocks)"))
    }
    if isCut {
      content.ending = .incomplete(
        offset: lines.offset, reason: "the last record is cut in line \(lines.number)")
    }
  }
}

extension Substring {
  /// Where a text first stands.
  fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).first }
}
