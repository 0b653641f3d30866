import CaptureModel

/// Decodes the records of aggregated files (`memray.md` §6.4).
///
/// These files are small, a record for each distinct stack, so all take the checked way.
final class MemrayTotalsDecoder {
  private typealias Record = MemrayLayout.RecordTotals

  private let hasCodeObjects: Bool
  private let hasNativeTraces: Bool
  private let start: UInt64
  private let allocators: [Allocator?]
  private var codes: MemrayCodes
  private var threads = MemrayThreads()
  private var frames = MemrayFrames()
  private var native = MemrayNative()
  private var nodeCount: UInt32 = 0

  init(_ header: MemrayHeader) {
    hasCodeObjects = header.version >= MemrayLayout.firstWithCodeObjects
    hasNativeTraces = header.capture.hasNativeTraces
    start = UInt64(bitPattern: header.capture.startMilliseconds)
    allocators = hasCodeObjects ? MemrayLayout.allocators12 : MemrayLayout.allocators7
    codes = MemrayCodes(header)
  }

  /// Decodes the record at the start of `bytes`, changing state only if it is whole.
  func decode(
    _ bytes: Span<UInt8>, _ batch: SampleBatch
  ) throws(FieldError) -> MemrayRareRecord {
    var cursor = ByteCursor()
    let tag = try cursor.readUInt8(from: bytes)
    switch tag {
    case Record.trailer: return .trailer
    case Record.memory: try readMemory(&cursor, bytes, batch)
    case Record.allocation: try readAllocation(&cursor, bytes, batch)
    case Record.stackNode: try readNode(&cursor, bytes, batch)
    case Record.frame: try readFrame(&cursor, bytes, batch)
    case Record.nativeTraceIndex: try native.readTrace(&cursor, bytes, batch)
    case Record.memoryMapStart: native.startMap()
    case Record.segmentHeader: try native.readImage(&cursor, bytes, batch)
    case Record.segment: try native.readSegment(&cursor, bytes, batch)
    case Record.threadName:
      guard let thread = threads.current else {
        throw .malformed(reason: MemrayDamage.noThread)
      }
      let name = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
      batch.threadNames.append(ThreadName(thread: thread, name: name))
    case Record.contextSwitch:
      let id = try cursor.readUInt64(from: bytes)
      _ = threads.switchTo(id, batch)
    case Record.survivingObject where hasCodeObjects:
      _ = try cursor.readVarint(from: bytes)
      if hasNativeTraces { _ = try cursor.readVarint(from: bytes) }
      batch.survivingObjects += 1
    case Record.codeObject where hasCodeObjects: try codes.read(&cursor, bytes)
    default: throw .malformed(reason: MemrayDamage.unknownTag(tag))
    }
    return .consumed(cursor.position)
  }

  private func readMemory(
    _ cursor: inout ByteCursor, _ bytes: Span<UInt8>, _ batch: SampleBatch
  ) throws(FieldError) {
    let milliseconds = try cursor.readUInt64(from: bytes)
    let resident = try cursor.readUInt64(from: bytes)
    let heap = try cursor.readUInt64(from: bytes)
    batch.ticks.append(
      HeapTick(
        milliseconds: Int64(bitPattern: milliseconds &- start), resident: resident, heap: heap))
  }

  private func readFrame(
    _ cursor: inout ByteCursor, _ bytes: Span<UInt8>, _ batch: SampleBatch
  ) throws(FieldError) {
    let id: UInt64
    var frame: FrameDefinition
    if hasCodeObjects {
      id = try cursor.readVarint(from: bytes)
      let code = try cursor.readVarint(from: bytes)
      let offset = try cursor.readSignedVarint(from: bytes)
      frame = codes.frame(code: code, instructionOffset: offset, isEntry: true)
    } else {
      id = try cursor.readUInt64(from: bytes)
      let function = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
      let file = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
      let line = try cursor.readInt32(from: bytes)
      frame = FrameDefinition(function: function, file: file, line: line)
    }
    frame.isEntry = try cursor.readUInt8(from: bytes) != 0
    _ = frames.announce(frame, batch, for: id)
  }

  private func readNode(
    _ cursor: inout ByteCursor, _ bytes: Span<UInt8>, _ batch: SampleBatch
  ) throws(FieldError) {
    let id =
      hasCodeObjects
      ? try cursor.readVarint(from: bytes) : try cursor.readUInt64(from: bytes)
    let parent =
      hasCodeObjects
      ? try cursor.readVarint(from: bytes) : UInt64(try cursor.readUInt32(from: bytes))
    guard parent <= UInt64(nodeCount) else {
      throw .malformed(reason: "a stack whose caller \(parent) is not known")
    }
    let unknown = FrameDefinition(function: "", file: "", line: 0)
    let frame = frames.indices.index(id) ?? frames.announce(unknown, batch, for: id)
    nodeCount &+= 1
    batch.newNodes.append(
      StackNode(parent: UInt32(truncatingIfNeeded: parent), frame: frame))
  }

  private func readAllocation(
    _ cursor: inout ByteCursor, _ bytes: Span<UInt8>, _ batch: SampleBatch
  ) throws(FieldError) {
    let thread = try cursor.readUInt64(from: bytes)
    let number = try cursor.readUInt8(from: bytes)
    try cursor.skip(Record.allocationPadding, from: bytes)
    var words: [UInt64] = []
    for _ in 0..<Record.allocationWords { words.append(try cursor.readUInt64(from: bytes)) }
    guard number < allocators.count, let allocator = allocators[Int(number)],
      !allocator.isDeallocator
    else { throw .malformed(reason: MemrayDamage.unknownAllocator(number)) }
    guard words[1] <= UInt64(nodeCount) else {
      throw .malformed(reason: "totals of an unknown stack \(words[1])")
    }
    batch.records.append(
      SampleRecord(
        thread: threads.index(of: thread, batch), allocator: allocator,
        stack: UInt32(truncatingIfNeeded: words[1]), native: native.node(words[0]),
        generation: UInt32(clamping: words[2]), peakBytes: words[5], peakCount: words[3],
        leakedBytes: words[6], leakedCount: words[4]))
  }
}
