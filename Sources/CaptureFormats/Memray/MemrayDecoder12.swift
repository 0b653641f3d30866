import CaptureModel

/// Decodes the records of header versions 12 and 13 (`memray.md` §6.3).
final class MemrayDecoder12: MemrayDecoder {
  private typealias Record = MemrayLayout.Record12

  private let hasNativeTraces: Bool
  private let templates = MemrayTemplates(MemrayLayout.allocators12)
  private let cache = MemrayAddressCache()
  private var cacheState = MemrayAddressCache.State()
  private var codes: MemrayCodes
  private var threads = MemrayThreads()
  private var frames = MemrayFrames()
  private var native = MemrayNative()
  private var wideFrames: [MemrayFrame: UInt32] = [:]

  init(_ header: MemrayHeader) {
    hasNativeTraces = header.capture.hasNativeTraces
    codes = MemrayCodes(header)
  }

  // Hot: every event, push, pop and context switch of an import, some 8 ns each.
  // State lives in locals until the run ends; nothing is allocated but for new frames.
  func decodeRun(
    _ stream: CaptureStream, _ output: inout RecordOutput, _ batch: EventBatch
  ) -> MemrayStop {
    guard var run = MemrayRun(stream, output) else { return .needsInput }
    // Copied, because an initializer of another module is a call.
    let (push, pop) = (EventRecord(kind: .push), EventRecord(kind: .pop))
    let isNative = hasNativeTraces
    let identities = frames.indices
    var hasThread = threads.current != nil
    var addresses = cacheState
    while run.begin() {
      var record: EventRecord
      let tag = run.cursor.readUInt8()
      if tag >= Record.framePop, !hasThread {
        run.cursor.reject(.noThread)
        break
      }
      if tag >= Record.allocation {
        record = readEvent(tag, isNative, &addresses, &run.cursor)
      } else if tag >= Record.framePush {
        record = push
        record.argument = readFrame(tag, identities, &run.cursor, batch)
      } else if tag >= Record.objectLifetime {
        let address = cache.read(Int(tag &>> 1) & 15, &addresses, &run.cursor)
        let change = isNative && tag & 1 == 1 ? run.cursor.readSignedVarint() : 0
        if run.cursor.hasFailed { break }
        native.node = native.node &+ change
        let isCreated = tag & 1 == 1
        record = EventRecord(
          kind: isCreated ? .objectCreated : .objectDestroyed, address: address,
          argument: isNative && isCreated ? native.node(native.node) : 0)
      } else if tag >= Record.framePop {
        record = pop
        record.argument = UInt32(tag & 15) &+ 1
      } else if tag == Record.contextSwitch {
        let id = run.cursor.readUInt64()
        if run.cursor.hasFailed { break }
        hasThread = true
        guard threads.switchTo(id, batch) else { continue }
        record = threads.switchRecord
      } else {
        run.leaveRareRecord()
        break
      }
      if run.cursor.hasFailed { break }
      run.emit(record)
    }
    cacheState = addresses
    return run.finish(stream, &output)
  }

  @inline(__always)
  private func readEvent(
    _ tag: UInt8, _ isNative: Bool, _ addresses: inout MemrayAddressCache.State,
    _ cursor: inout RunCursor
  ) -> EventRecord {
    let address = cache.read(Int(tag &>> 3) & 15, &addresses, &cursor)
    var number = tag & 7
    if number == 0 {
      number = cursor.readUInt8()
      if number < Record.firstFollowingAllocator || number > 15 {
        cursor.reject(.unknownAllocator(number))
      }
    }
    var record = templates[number]
    record.address = address
    if Record.simpleDeallocators &>> UInt32(number & 15) & 1 == 0 {
      if isNative {
        native.node = native.node &+ cursor.readSignedVarint()
        record.argument = native.node(native.node)
      }
      record.size = cursor.readVarint()
    }
    return record
  }

  @inline(__always)
  private func readFrame(
    _ tag: UInt8, _ identities: IdentityTable, _ cursor: inout RunCursor, _ batch: EventBatch
  ) -> UInt32 {
    let code = cursor.readVarint()
    let offset = cursor.readVarint()
    let isWide = (code | offset) &>> 31 != 0
    let key = code &<< 32 | offset &<< 1 | UInt64(tag & 1)
    if !isWide, let frame = identities.index(key) { return frame }
    if cursor.hasFailed { return 0 }
    let frame = MemrayFrame(code: code, offset: offset, isEntry: tag & 1 == 1)
    return defineFrame(frame, isWide ? nil : key, batch)
  }

  func decodeRare(
    _ bytes: Span<UInt8>, _ output: inout RecordOutput, _ batch: EventBatch
  ) throws(FieldError) -> MemrayRareRecord {
    var cursor = ByteCursor()
    let tag = try cursor.readUInt8(from: bytes)
    switch tag {
    case Record.trailer: return .trailer
    case Record.memory:
      let resident = try cursor.readVarint(from: bytes)
      let milliseconds = try cursor.readVarint(from: bytes)
      output.append(EventRecord(kind: .tick, address: milliseconds, size: resident))
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
    case Record.codeObject: try codes.read(&cursor, bytes)
    default: throw .malformed(reason: MemrayDamage.unknownTag(tag))
    }
    return .consumed(cursor.position)
  }

  /// Announces a frame met for the first time; its text is empty if its code is unknown.
  ///
  /// Frames that do not fit a key are looked up here: no recording has any.
  @inline(never)
  private func defineFrame(_ frame: MemrayFrame, _ key: UInt64?, _ batch: EventBatch) -> UInt32 {
    if key == nil, let known = wideFrames[frame] { return known }
    let definition = codes.frame(
      code: frame.code, instructionOffset: frame.instructionOffset, isEntry: frame.isEntry)
    if let key { return frames.announce(definition, batch, for: key) }
    let index = frames.announce(definition, batch)
    wideFrames[frame] = index
    return index
  }
}

/// What identifies a frame in headers 12 and 13.
private struct MemrayFrame: Hashable {
  var code: UInt64
  /// The instruction offset as it is stored, zig-zag coded.
  var offset: UInt64
  var isEntry: Bool

  var instructionOffset: Int64 { Int64(bitPattern: offset &>> 1 ^ (0 &- (offset & 1))) }
}
