// ⚠ unsafe: writes one record at `out` per record read, after checking that `out < outEnd`.
import CaptureModel

/// Decodes the records of header versions 7 to 11 (`memray.md` §6.2).
final class MemrayDecoder7: MemrayDecoder {
  private typealias Record = MemrayLayout.Record7

  private let hasTrailer: Bool
  private let templates = MemrayTemplates(MemrayLayout.allocators7)
  private var threads = MemrayThreads()
  private var frames = MemrayFrames()
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
    guard var cursor = RunCursor(stream) else { return .needsInput }
    var out = unsafe output.next
    let outEnd = unsafe output.end
    let identities = frames.indices
    // Copied, because an initializer of another module is a call.
    let (push, pop) = (EventRecord(kind: .push), EventRecord(kind: .pop))
    let switchThread = EventRecord(kind: .switchThread)
    var hasThread = threads.current != nil
    var address = address
    var frameID = frameID
    var start = 0
    var stop = MemrayStop.needsInput
    while cursor.canBegin {
      start = cursor.count
      guard unsafe out < outEnd else {
        stop = .outputFull
        break
      }
      var record: EventRecord
      let tag = cursor.readUInt8()
      let type = tag & 15
      let flags = tag &>> 4
      if type <= Record.nativeAllocation, type != Record.other {
        if flags == 0 {
          stop = .damaged(reason: MemrayDamage.unknownAllocator(flags))
          break
        }
        address = address &+ cursor.readSignedVarint()
        record = templates[flags]
        record.address = address
        let isNative = type == Record.nativeAllocation
        if isNative || Record.simpleDeallocators &>> UInt32(flags) & 1 == 0 {
          record.size = cursor.readVarint()
        }
        if isNative { _ = cursor.readVarint() }
      } else if type == Record.framePush {
        frameID = frameID &+ cursor.readSignedVarint()
        record = push
        if let frame = identities.index(frameID) {
          record.argument = frame
        } else if !cursor.hasFailed, hasThread {
          record.argument = defineUnknownFrame(frameID, batch)
        }
      } else if type == Record.framePop {
        record = pop
        record.argument = UInt32(flags) &+ 1
      } else if type == Record.contextSwitch {
        let id = cursor.readUInt64()
        if cursor.hasFailed { break }
        hasThread = true
        guard threads.switchTo(id, batch) else { continue }
        record = switchThread
        record.argument = threads.current ?? 0
      } else if type == Record.other, !hasTrailer {
        continue
      } else {
        cursor.rewind(to: start)
        stop = .rareRecord
        break
      }
      if cursor.hasFailed { break }
      if !hasThread {
        stop = .damaged(reason: MemrayDamage.noThread)
        break
      }
      unsafe out.pointee = record
      unsafe out += 1
    }
    if cursor.isPastEnd {
      stop = .cutRecord
    } else if cursor.isOverlong {
      stop = .damaged(reason: MemrayDamage.overlongNumber)
    }
    self.address = address
    self.frameID = frameID
    unsafe output.next = out
    stream.consume(stop == .needsInput || stop == .outputFull ? cursor.count : start)
    return stop
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
    case Record.nativeTraceIndex:
      _ = try cursor.readSignedVarint(from: bytes)
      _ = try cursor.readSignedVarint(from: bytes)
    case Record.memoryMapStart: break
    case Record.segmentHeader: try MemrayNativeRecords.skipSegmentHeader(&cursor, bytes)
    case Record.segment: try MemrayNativeRecords.skipSegment(&cursor, bytes)
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
