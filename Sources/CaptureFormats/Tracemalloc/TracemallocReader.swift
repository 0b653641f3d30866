import CaptureModel

/// A snapshot of Python's tracemalloc, read whole before its first record (`tracemalloc.md`).
///
/// A pickle means something only with its last instruction, so opening refuses what is not
/// a snapshot to its end.
final class TracemallocReader: ProfileReader {
  private static let batchRecords = 1 << 13

  let header: CaptureHeader
  let fileSize: UInt64
  let description: ProfileDescription
  let ending = CaptureEnding.complete
  private(set) var findings: [ProfileFinding] = []
  private var stacks: StackTable
  private let traces: [TracedBlocks]
  private var nextTrace = 0
  private var isFirstBatch = true

  /// Reads a snapshot.
  ///
  /// - Parameter input: the file.
  /// - Throws: `CaptureError`.
  init(_ input: CaptureInput) throws(CaptureError) {
    let stream = input.stream()
    let machine = try Self.execute(stream)
    var content = machine.content
    let limit: Int64
    do throws(FieldError) {
      limit = try content.finish(machine.stack.last)
    } catch {
      throw Self.failure(error, stream, at: stream.offset)
    }
    stacks = content.stacks
    traces = content.traces.entries.filter { $0.count > 0 }
    fileSize = input.file.size
    header = Self.header(machine, input.framing)
    description = Self.description(limit)
    findings = Self.findings(traces, limit: limit)
  }

  /// Runs a pickle to its end and checks that its last frame is all there.
  private static func execute(_ stream: CaptureStream) throws(CaptureError) -> PickleMachine {
    var machine = PickleMachine()
    while !machine.isStopped {
      do throws(FieldError) {
        try stream.withUnread { bytes throws(FieldError) in try machine.run(bytes) }
      } catch {
        stream.consume(machine.position)
        if error == .endOfData, stream.refill() { continue }
        throw failure(error, stream, at: stream.offset)
      }
      stream.consume(machine.position)
    }
    var left = machine.frameBytesLeft
    while left > UInt64(stream.unreadCount) {
      left -= UInt64(stream.unreadCount)
      stream.consume(stream.unreadCount)
      guard stream.refill() else {
        throw failure(
          .malformed(reason: "the data end inside a frame"), stream, at: stream.offset)
      }
    }
    return machine
  }

  private static func failure(
    _ error: FieldError, _ stream: CaptureStream, at offset: UInt64
  ) -> CaptureError {
    switch error {
    case .endOfData:
      if case .unreadable(_, let code)? = stream.failure {
        return .unreadable(path: stream.file.path, code: code)
      }
      return .malformed(
        path: stream.file.path, format: TracemallocLayout.formatName, place: .byte(offset),
        reason: stream.failure?.reason ?? "the data end before the snapshot does")
    case .malformed(let reason):
      return .malformed(
        path: stream.file.path, format: TracemallocLayout.formatName, place: .byte(offset),
        reason: reason)
    }
  }

  private static func header(
    _ machine: PickleMachine, _ framing: CaptureStream.Framing
  ) -> CaptureHeader {
    var header = CaptureHeader()
    header.format = TracemallocLayout.formatName
    header.version = "pickle protocol \(machine.protocolNumber)"
    header.versionNumber = Int(machine.protocolNumber)
    header.framing = framing.rawValue
    return header
  }

  private static func description(_ limit: Int64) -> ProfileDescription {
    var description = ProfileDescription(kind: .samples)
    description.values = [
      ProfileValue(.live, .size, unit: "bytes"), ProfileValue(.live, .count, unit: "count"),
    ]
    description.hasFunctions = false
    description.countsRecursion = true
    description.properties = [("traceback limit", "\(limit)")]
    description.advice =
      "or record with `memray run`, which keeps every allocation and free with functions"
    return description
  }

  private static func findings(_ traces: [TracedBlocks], limit: Int64) -> [ProfileFinding] {
    let cut = traces.reduce(0) { $0 + ($1.isCut ? $1.count : 0) }
    guard cut > 0 else { return [] }
    return [
      ProfileFinding(
        kind: "traceback cut", severity: .note, count: cut,
        detail: "tracebacks were deeper than the limit of \(limit) frames; "
          + "their oldest frames are not in the file")
    ]
  }

  func next(into batch: ProfileBatch) -> Bool {
    batch.removeAll()
    batch.fileOffset = fileSize
    guard isFirstBatch || nextTrace < traces.count else { return false }
    if isFirstBatch { stacks.handOut(to: batch) }
    isFirstBatch = false
    let end = min(nextTrace + Self.batchRecords, traces.count)
    for trace in traces[nextTrace..<end] {
      var record = ProfileRecord()
      record.stack = trace.node
      record.domain = trace.hasDomain ? trace.domain : nil
      batch.records.append(record)
      let bytes = trace.size.multipliedReportingOverflow(by: trace.count)
      batch.values.append(bytes.overflow ? .max : bytes.partialValue)
      batch.values.append(trace.count)
    }
    nextTrace = end
    return true
  }
}
