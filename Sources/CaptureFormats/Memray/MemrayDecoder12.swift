import CaptureModel

/// Decodes the records of header versions 12 and 13 (`memray.md` §6.3).
final class MemrayDecoder12: MemrayDecoder {
  private typealias Record = MemrayLayout.Record12

  private let hasNativeTraces: Bool
  private let templates = MemrayTemplates(MemrayLayout.allocators12)
  private let cache = MemrayAddressCache()
  private var codes: MemrayCodes
  private var threads = MemrayThreads()
  private var frames = MemrayFrames()
  private var native = MemrayNative()
  private let stacks = MemrayStacks()
  private var wideFrames: [MemrayFrame: UInt32] = [:]

  init(_ header: MemrayHeader) {
    hasNativeTraces = header.capture.hasNativeTraces
    codes = MemrayCodes(header)
  }

  // Hot: every event, push, pop and context switch of an import, some 8 ns each.
  // What changes with every record lies in memory of its own, behind constant pointers; locals that
  // live from one record to the next are few, since the compiler moves them about at each.
  func decodeRun(
    _ stream: CaptureStream, _ output: inout RecordOutput, _ batch: EventBatch
  ) -> MemrayStop {
    guard var run = MemrayRun(stream, output) else { return .needsInput }
    let isNative = hasNativeTraces
    var hasThread = threads.current != nil
    let stacks = stacks
    while run.begin() {
      var record: EventRecord
      let tag = run.cursor.readUInt8()
      if tag >= Record.framePop, !hasThread {
        run.cursor.reject(.noThread)
        break
      }
      if tag >= Record.allocation {
        record = readEvent(tag, isNative, &run.cursor)
        if run.cursor.hasFailed { break }
        if case .allocate = record.kind {
          run.emit(allocation: record, on: stacks)
          continue
        }
      } else if tag >= Record.framePush {
        let code = run.cursor.readVarint()
        let offset = run.cursor.readVarint()
        if run.cursor.hasFailed { break }
        let frame = MemrayFrame(code: code, offset: offset, isEntry: tag & 1 == 1)
        if let key = frame.key, stacks.reenter(key) { continue }
        enter(frame, batch)
        continue
      } else if tag >= Record.objectLifetime {
        let address = cache.read(Int(tag &>> 1) & 15, &run.cursor)
        let change = isNative && tag & 1 == 1 ? run.cursor.readSignedVarint() : 0
        if run.cursor.hasFailed { break }
        native.node = native.node &+ change
        let isCreated = tag & 1 == 1
        if isNative, isCreated { run.emit(nativeNode: native.node(native.node)) }
        record = EventRecord(
          kind: isCreated ? .objectCreated : .objectDestroyed, address: address,
          argument: isCreated ? stacks.top : 0)
      } else if tag >= Record.framePop {
        stacks.leave(Int(tag & 15) &+ 1, batch)
        continue
      } else if tag == Record.contextSwitch {
        let id = run.cursor.readUInt64()
        if run.cursor.hasFailed { break }
        hasThread = true
        guard threads.switchTo(id, batch) else { continue }
        record = threads.switchRecord
        stacks.switchTo(record.argument)
      } else {
        run.leaveRareRecord()
        break
      }
      if run.cursor.hasFailed { break }
      run.emit(record)
    }
    return run.finish(stream, &output)
  }

  @inline(__always)
  private func readEvent(
    _ tag: UInt8, _ isNative: Bool, _ cursor: inout RunCursor
  ) -> EventRecord {
    let address = cache.read(Int(tag &>> 3) & 15, &cursor)
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

  /// Enters a frame that is not the one entered last from the same stack.
  @inline(never)
  private func enter(_ frame: MemrayFrame, _ batch: EventBatch) {
    guard let key = frame.key else {
      let known = index(of: frame, nil, batch)
      return stacks.enter(MemrayFrame.wideKey(known), batch) { known }
    }
    stacks.enter(key, batch) { index(of: frame, key, batch) }
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

  /// A frame's index, announced when new; its text is empty if its code is unknown.
  ///
  /// No recording has frames that do not fit a key.
  private func index(of frame: MemrayFrame, _ key: UInt64?, _ batch: EventBatch) -> UInt32 {
    if let key, let known = frames.indices.index(key) { return known }
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

  /// Its parts in one word; nil when they do not fit.
  var key: UInt64? {
    (code | offset) &>> 31 != 0 ? nil : code &<< 32 | offset &<< 1 | (isEntry ? 1 : 0)
  }

  /// What stands for a frame that does not fit a key: no key has the greatest bit.
  static func wideKey(_ index: UInt32) -> UInt64 { 1 &<< 63 | UInt64(index) }

  var instructionOffset: Int64 { Int64(bitPattern: offset &>> 1 ^ (0 &- (offset & 1))) }
}
