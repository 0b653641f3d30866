import CaptureModel

/// Leaks that LeakSanitizer and valgrind's memcheck print; all of a text are one moment.
final class LeakKind: SectionKind {
  static let formatName = "leaks"
  private static let values = [
    ProfileValue(.leaked, .size, unit: "bytes"), ProfileValue(.leaked, .count, unit: "count"),
  ]

  let format = LeakKind.formatName
  let openings = ByteSet("=dis")
  let needs = LineTraits.leak
  private var moment: TextOutput.Moment?
  private var records = 0
  /// What the records of reports with a summary hold, and what the summaries say.
  private var sum: (bytes: Int64, blocks: Int64) = (0, 0)
  private var summary: (bytes: Int64, blocks: Int64)?

  func makeReader() -> any SectionReader { LeakSection(self) }

  func describe(_ description: inout ProfileDescription) {
    description.properties.append(("records", "\(records)"))
    description.advice = "or record with `memray run --native`, which keeps every allocation"
  }

  var findings: [ProfileFinding] {
    guard let summary, summary != sum else { return [] }
    return [
      ProfileFinding(
        kind: "sum of leaks", severity: .warning,
        detail: "the records hold \(sum.bytes) bytes in \(sum.blocks) blocks, the summary says "
          + "\(summary.bytes) in \(summary.blocks)")
    ]
  }

  /// Adds what a summary says, and what the records of its report hold.
  fileprivate func addSummary(
    _ bytes: Int64, _ blocks: Int64, of records: (bytes: Int64, blocks: Int64)
  ) {
    sum = (sum.bytes &+ records.bytes, sum.blocks &+ records.blocks)
    summary = ((summary?.bytes ?? 0) &+ bytes, (summary?.blocks ?? 0) &+ blocks)
  }

  fileprivate func add(_ record: LeakRecord, _ place: LinePlace, _ output: TextOutput) {
    records += 1
    // The innermost frame is the allocation function, in every record.
    let frames = record.frames.count > 1 ? record.frames.dropFirst() : record.frames[...]
    let moment = moment ?? output.moment(Self.values, place)
    self.moment = moment
    var row = ProfileRecord()
    row.stack = output.stack(frames.reversed())
    row.process = place.process
    row.type = output.texts.essential(record.kind)
    output.add([record.bytes, record.blocks], to: moment, row)
  }
}

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
final class LeakSection: SectionReader {
  private let kind: LeakKind
  private var record: LeakRecord?
  private var place = LinePlace(number: 0)
  private var process: Int64?
  /// What the records of LeakSanitizer since its last summary hold; memcheck has no such one.
  private var sum: (bytes: Int64, blocks: Int64) = (0, 0)
  /// Whether the line seen last looks like one of a report and is none.
  private var isBroken = false

  init(_ kind: LeakKind) { self.kind = kind }

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    // Only lines with these words begin a report, and other lines are many.
    guard
      line.locate("leak") != nil || line.locate("LeakSanitizer") != nil
        || line.locate(" in loss record ") != nil
    else { return false }
    return take(LeakLine.parse(line.text), place, output)
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    let start = line.skippingSpaces(0)
    let first = line.byte(start)
    if start == line.count {
      guard record != nil else { return .aside }
      finishRecord(output)
      return .taken
    }
    switch first {
    case UInt8(ascii: "="), UInt8(ascii: "#"), UInt8(ascii: "D"), UInt8(ascii: "I"),
      UInt8(ascii: "S"):
      isBroken = !take(LeakLine.parse(line.text), place, output)
      return isBroken ? .aside : .taken
    default: return .aside
    }
  }

  private func take(_ line: LeakLine, _ place: LinePlace, _ output: TextOutput) -> Bool {
    switch line {
    case .begin(let process): self.process = process
    case .record(let record, let process):
      finishRecord(output)
      self.record = record
      if process == nil {
        sum = (sum.bytes &+ record.bytes, sum.blocks &+ record.blocks)
      }
      self.process = process ?? self.process
      self.place = place
    case .frame(let frame):
      guard record != nil else { return false }
      record?.frames.append(frame)
    case .summary(let bytes, let blocks):
      finishRecord(output)
      kind.addSummary(bytes, blocks, of: sum)
      sum = (0, 0)
    case .blank: finishRecord(output)
    case .other: return false
    }
    return true
  }

  private func finishRecord(_ output: TextOutput) {
    guard let record, !record.frames.isEmpty else { return }
    self.record = nil
    var place = place
    place.process = process ?? place.process
    kind.add(record, place, output)
  }

  func end(isCut: Bool, _ output: TextOutput) {
    if isCut, let record, record.frames.isEmpty || isBroken {
      output.cut("the last record of a leak is cut")
    }
    finishRecord(output)
    record = nil
  }
}
