import CaptureModel

/// A recording of heaptrack, interpreted (`HeaptrackLayout`): events in order, as far as it has them.
final class HeaptrackReader: EventReader {
  let header: CaptureHeader
  let fileSize: UInt64
  private(set) var ending = CaptureEnding.complete
  private var lines: LineReader
  private var machine: HeaptrackMachine
  private var isOver = false

  /// Reads what stands at the beginning.
  ///
  /// - Parameter input: the file.
  /// - Throws: `CaptureError`.
  init(_ input: CaptureInput) throws(CaptureError) {
    let beginning = input.firstLines(64)
    let versions = Self.numbers(beginning.first ?? "")
    guard let version = versions.first else {
      throw input.file.malformed(
        HeaptrackLayout.formatName, .line(1), "a version that is no number")
    }
    let format =
      versions.count > 1 ? versions[1] : version == HeaptrackLayout.unnamedFormat1 ? 1 : 0
    guard format <= HeaptrackLayout.lastFormat else {
      throw .unsupportedVersion(
        path: input.file.path, format: HeaptrackLayout.formatName,
        version: Int64(clamping: format), supported: "0 to \(HeaptrackLayout.lastFormat)")
    }
    var pageSize: UInt64 = 4096
    var header = CaptureHeader()
    header.format = HeaptrackLayout.formatName
    header.version = "format \(format)"
    header.versionNumber = Int(format)
    header.framing = input.framing.rawValue
    for line in beginning {
      if line.hasPrefix("X ") { header.commandLine = String(line.dropFirst(2)) }
      if line.hasPrefix("I "), let size = Self.numbers(line).first { pageSize = size }
    }
    self.header = header
    fileSize = input.file.size
    let stream = input.stream()
    stream.isOfEvents = true
    lines = LineReader(stream)
    machine = HeaptrackMachine(format: format, pageSize: pageSize)
  }

  /// The hexadecimal numbers behind a line's letter.
  private static func numbers(_ line: String) -> [UInt64] {
    line.split(separator: " ").dropFirst().prefix { $0.count < 16 }
      .compactMap { UInt64($0, radix: 16) }
  }

  var description: EventDescription {
    var description = EventDescription()
    description.hasThreads = false
    description.hasAllocators = false
    description.advice = "`memray run` records threads and exact lifetimes of a Python program"
    if machine.isAttached { description.properties.append(("attached", "to a running process")) }
    if machine.suppressions > 0 {
      description.properties.append(("suppressions in the program", "\(machine.suppressions)"))
    }
    return description
  }

  var findings: [ProfileFinding] {
    var findings = machine.oddities.all
    findings.append(
      ProfileFinding(
        kind: "no identities", severity: .note, count: 1,
        detail: "frees name a size and a stack, no block: totals are exact, lifetimes are those of "
          + "the newest block first"))
    if machine.isAttached {
      findings.append(
        ProfileFinding(
          kind: "attached", severity: .warning, count: 1,
          detail:
            "the recorder was attached to a running process: what was allocated before is not "
            + "in it"))
    }
    return findings
  }

  func next(into batch: EventBatch) -> Bool {
    batch.removeAll()
    guard !isOver else { return false }
    let limit = batch.records.count - EventRecord.greatestGroup * 2
    while batch.count < limit {
      guard takeLine(batch) else {
        machine.addTick(batch)
        end()
        break
      }
    }
    batch.fileOffset = lines.stream.fileOffset
    return batch.count > 0 || !isOver
  }

  private func takeLine(_ batch: EventBatch) -> Bool {
    var isCut = false
    let isThere = lines.nextNumbered { line, number, isUnfinished in
      // A record of which the end is missing may say anything.
      guard !isUnfinished else {
        isCut = true
        return
      }
      machine.take(line, number, batch)
    }
    if isCut {
      ending = .incomplete(offset: lines.offset, reason: "the last line has no end")
    }
    return isThere && !isCut
  }

  private func end() {
    isOver = true
    if let failure = lines.stream.endingOfFailure { ending = failure }
  }
}
