import CaptureModel

/// Decodes the records of header versions 7 to 11 (`memray.md` §6.2).
final class MemrayDecoder7: MemrayDecoder {
  private typealias Record = MemrayLayout.Record7

  private let hasTrailer: Bool
  private let templates = MemrayTemplates(MemrayLayout.allocators7)
  private var threads = MemrayThreads()
  private var frames = MemrayFrames()
  private var native = MemrayNative()
  private let stacks = MemrayStacks()
  /// Running values of the deltas.
  private var address: UInt64 = 0
  private var frameID: UInt64 = 0
  private var line: Int32 = 0

  init(_ header: MemrayHeader) {
    hasTrailer = header.version >= MemrayLayout.firstWithTrailer
  }

  // Hot: every event, push, pop and context switch of an import, as in `MemrayDecoder12`.
  func decodeRun(
    _ stream: CaptureStream, _ output: inout RecordOutput, _ batch: EventBatch
  ) -> MemrayStop {
    guard var run = MemrayRun(stream, output) else { return .needsInput }
    let stacks = stacks
    var hasThread = threads.current != nil
    records: while run.begin() {
      let record: EventRecord
      let tag = run.cursor.readUInt8()
      let flags = tag &>> 4
      switch tag & 15 {
      case Record.allocation: record = readEvent(flags, false, &run.cursor)
      case Record.nativeAllocation: record = readEvent(flags, true, &run.cursor)
      case Record.framePush:
        let frame = readFrame(hasThread, &run.cursor, batch)
        if !hasThread { run.cursor.reject(.noThread) }
        if run.cursor.hasFailed { break records }
        if !stacks.reenter(UInt64(frame)) {
          stacks.enter(UInt64(frame), batch) { frame }
        }
        continue
      case Record.framePop:
        if !hasThread { run.cursor.reject(.noThread) }
        if run.cursor.hasFailed { break records }
        stacks.leave(Int(flags) &+ 1, batch)
        continue
      case Record.contextSwitch:
        let id = run.cursor.readUInt64()
        if run.cursor.hasFailed { return run.finish(stream, &output) }
        hasThread = true
        guard threads.switchTo(id, batch) else { continue }
        record = threads.switchRecord
        stacks.switchTo(record.argument)
      case Record.other where !hasTrailer: continue
      default:
        run.leaveRareRecord()
        return run.finish(stream, &output)
      }
      if !hasThread { run.cursor.reject(.noThread) }
      if run.cursor.hasFailed { break }
      if case .allocate = record.kind {
        run.emit(allocation: record, on: stacks)
      } else {
        run.emit(record)
      }
    }
    return run.finish(stream, &output)
  }

  @inline(__always)
  private func readEvent(
    _ number: UInt8, _ isNative: Bool, _ cursor: inout RunCursor
  ) -> EventRecord {
    if number == 0 { cursor.reject(.unknownAllocator(number)) }
    address = address &+ cursor.readSignedWideVarint()
    var record = templates[number]
    record.address = address
    if isNative || Record.simpleDeallocators &>> UInt32(number) & 1 == 0 {
      record.size = cursor.readVarint()
    }
    if isNative {
      native.node = native.node &+ cursor.readSignedVarint()
      record.argument = native.node(native.node)
    }
    return record
  }

  @inline(__always)
  private func readFrame(
    _ hasThread: Bool, _ cursor: inout RunCursor, _ batch: EventBatch
  ) -> UInt32 {
    frameID = frameID &+ cursor.readSignedVarint()
    if let frame = frames.indices.index(frameID) { return frame }
    return cursor.hasFailed || !hasThread ? 0 : defineUnknownFrame(frameID, batch)
  }

  func decodeRare(
    _ bytes: Span<UInt8>, _ output: inout RecordOutput, _ batch: EventBatch
  ) throws(FieldError) -> MemrayRareRecord {
    var cursor = ByteCursor()
    let tag = try cursor.readUInt8(from: bytes)
    let flags = tag >> 4
    switch tag & 15 {
    case Record.other where flags == Record.trailerFlags: return .trailer
    case Record.frameIndex: try readFrame(flags, &cursor, bytes, batch)
    case Record.nativeTraceIndex: try native.readTrace(&cursor, bytes, batch)
    case Record.memoryMapStart:
      native.startMap()
      output.append(EventRecord(kind: .mapGeneration))
    case Record.segmentHeader: try native.readImage(&cursor, bytes, batch)
    case Record.segment: try native.readSegment(&cursor, bytes, batch)
    case Record.threadName:
      guard let thread = threads.current else {
        throw .malformed(reason: MemrayDamage.noThread)
      }
      let name = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
      batch.threadNames.append(ThreadName(thread: thread, name: name))
    case Record.memory:
      let resident = try cursor.readVarint(from: bytes)
      let milliseconds = try cursor.readVarint(from: bytes)
      output.append(EventRecord(kind: .tick, address: milliseconds, size: resident))
    default: throw .malformed(reason: MemrayDamage.unknownTag(tag))
    }
    return .consumed(cursor.position)
  }

  private func readFrame(
    _ flags: UInt8, _ cursor: inout ByteCursor, _ bytes: Span<UInt8>, _ batch: EventBatch
  ) throws(FieldError) {
    let change = try cursor.readSignedVarint(from: bytes)
    let function = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
    let file = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
    let lineChange = try cursor.readSignedVarint(from: bytes)
    frameID &+= UInt64(bitPattern: change)
    line &+= Int32(truncatingIfNeeded: lineChange)
    let frame = FrameDefinition(
      function: function, file: file, line: line, isEntry: flags & Record.notEntryFlag == 0)
    _ = frames.announce(frame, batch, for: frameID)
  }

  /// Announces a frame that the file uses without having defined it.
  @inline(never)
  private func defineUnknownFrame(_ id: UInt64, _ batch: EventBatch) -> UInt32 {
    frames.announce(FrameDefinition(function: "", file: "", line: 0), batch, for: id)
  }
}
