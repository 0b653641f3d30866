import CaptureModel

/// Decodes the records of header version 6 (`memray.md` §6.1): C structs behind 4-byte tags.
///
/// These files are rare and small, so every record takes the checked way.
final class MemrayDecoder6: MemrayDecoder {
  private typealias Record = MemrayLayout.Record6

  private let start: UInt64
  private var threads = MemrayThreads()
  private var frames = MemrayFrames()
  private var native = MemrayNative()
  private let stacks = MemrayStacks()

  init(_ header: MemrayHeader) {
    start = UInt64(bitPattern: header.capture.startMilliseconds)
  }

  func decodeRun(
    _ stream: CaptureStream, _ output: inout RecordOutput, _ batch: EventBatch
  ) -> MemrayStop {
    stream.unreadCount == 0 ? .needsInput : output.isFull ? .outputFull : .rareRecord
  }

  func decodeRare(
    _ bytes: Span<UInt8>, _ output: inout RecordOutput, _ batch: EventBatch
  ) throws(FieldError) -> MemrayRareRecord {
    var cursor = ByteCursor()
    let tag = try cursor.readUInt32(from: bytes)
    switch tag {
    case Record.padding: skipPadding(&cursor, bytes)
    case Record.allocation:
      return .consumed(try readAllocation(&cursor, bytes, &output, batch))
    case Record.frameIndex: try readFrame(&cursor, bytes, batch)
    case Record.framePush, Record.framePop:
      return .consumed(try readFrameChange(tag, &cursor, bytes, &output, batch))
    case Record.nativeTraceIndex: try native.readFixedTrace(&cursor, bytes, batch)
    case Record.memoryMapStart:
      native.startMap()
      output.append(EventRecord(kind: .mapGeneration))
    case Record.segmentHeader: try native.readImage(&cursor, bytes, batch, isFixed: true)
    case Record.segment: try native.readSegment(&cursor, bytes, batch, isFixed: true)
    case Record.threadName:
      let id = try cursor.readUInt64(from: bytes)
      let name = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
      let thread = threads.index(of: id, batch)
      batch.threadNames.append(ThreadName(thread: thread, name: name))
    case Record.memory:
      let milliseconds = try cursor.readUInt64(from: bytes)
      let resident = try cursor.readUInt64(from: bytes)
      output.append(EventRecord(kind: .tick, address: milliseconds &- start, size: resident))
    default: throw .malformed(reason: MemrayDamage.unknownTag(tag))
    }
    return .consumed(cursor.position)
  }

  /// Moves over all padding that follows at once: killed files hold much of it.
  private func skipPadding(_ cursor: inout ByteCursor, _ bytes: Span<UInt8>) {
    while true {
      let place = cursor
      guard let tag = try? cursor.readUInt32(from: bytes), tag == Record.padding else {
        cursor = place
        return
      }
    }
  }

  /// Makes a record's thread current; false if the output has no room left for the record.
  ///
  /// Then the record is not consumed and comes again, with its thread current.
  private func enterThread(
    _ id: UInt64, _ output: inout RecordOutput, _ batch: EventBatch
  ) -> Bool {
    if threads.switchTo(id, batch) {
      output.append(threads.switchRecord)
      stacks.switchTo(threads.switchRecord.argument)
    }
    return !output.isFull
  }

  private func readAllocation(
    _ cursor: inout ByteCursor, _ bytes: Span<UInt8>, _ output: inout RecordOutput,
    _ batch: EventBatch
  ) throws(FieldError) -> Int {
    let thread = try cursor.readUInt64(from: bytes)
    let address = try cursor.readUInt64(from: bytes)
    let size = try cursor.readUInt64(from: bytes)
    let number = try cursor.readUInt32(from: bytes)
    try cursor.skip(Record.allocationPadding, from: bytes)
    let node = try cursor.readUInt64(from: bytes)
    let allocators = MemrayLayout.allocators6
    guard number < allocators.count, let allocator = allocators[Int(number)] else {
      throw .malformed(reason: MemrayDamage.unknownAllocator(number))
    }
    guard enterThread(thread, &output, batch) else { return 0 }
    guard !allocator.isDeallocator else {
      output.append(
        EventRecord(
          kind: .deallocate, address: address, size: allocator.isRanged ? size : 0,
          allocator: allocator))
      return cursor.position
    }
    let stack = stack(native: native.node(node), &output, batch)
    output.append(
      EventRecord(
        kind: .allocate, address: address, size: size, argument: stack, allocator: allocator))
    return cursor.position
  }

  /// The current thread's stack, after what there is to say of it before an allocation.
  private func stack(
    native node: UInt32, _ output: inout RecordOutput, _ batch: EventBatch
  ) -> UInt32 {
    if node != 0 { output.append(EventRecord(kind: .nativeStack, argument: node)) }
    let reentered = stacks.takeReentry()
    if reentered != 0 { output.append(EventRecord(kind: .reentry, argument: reentered)) }
    return stacks.top
  }

  private func readFrame(
    _ cursor: inout ByteCursor, _ bytes: Span<UInt8>, _ batch: EventBatch
  ) throws(FieldError) {
    let id = try cursor.readUInt64(from: bytes)
    let function = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
    let file = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
    let line = try cursor.readInt32(from: bytes)
    let frame = FrameDefinition(function: function, file: file, line: line)
    _ = frames.announce(frame, batch, for: id)
  }

  private func readFrameChange(
    _ tag: UInt32, _ cursor: inout ByteCursor, _ bytes: Span<UInt8>,
    _ output: inout RecordOutput, _ batch: EventBatch
  ) throws(FieldError) -> Int {
    let first = try cursor.readUInt64(from: bytes)
    let second = try cursor.readUInt64(from: bytes)
    let isPush = tag == Record.framePush
    guard enterThread(isPush ? second : first, &output, batch) else { return 0 }
    if isPush {
      let unknown = FrameDefinition(function: "", file: "", line: 0)
      let frame = frames.indices.index(first) ?? frames.announce(unknown, batch, for: first)
      stacks.enter(UInt64(frame), batch) { frame }
    } else {
      stacks.leave(Int(second & Record.popCountMask), batch)
    }
    return cursor.position
  }
}
