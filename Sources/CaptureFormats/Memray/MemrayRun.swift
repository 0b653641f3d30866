// ⚠ unsafe: `begin` checks before each record that its output has room for a group.
import CaptureModel

/// A run of small records in progress: where it reads, where it writes, what ends it.
///
/// A local value of the decoders' loops, all of it inlined, so that it lives in registers.
@safe
struct MemrayRun {
  private enum End {
    case needsInput
    case outputFull
    case rareRecord
  }

  var cursor: RunCursor
  private var out: UnsafeMutablePointer<EventRecord>
  private let outEnd: UnsafeMutablePointer<EventRecord>
  // Copied, because an initializer of another module is a call.
  private let reentry = EventRecord(kind: .reentry)
  private let nativeStack = EventRecord(kind: .nativeStack)
  /// Where the record being read begins.
  private var start = 0
  private var end = End.needsInput

  /// A run over the stream's unread bytes; nil when they are too few.
  init?(_ stream: CaptureStream, _ output: RecordOutput) {
    guard let cursor = RunCursor(stream) else { return nil }
    self.cursor = cursor
    unsafe out = output.next
    unsafe outEnd = output.end
  }

  /// Begins the next record; false when the run ends before it.
  @inline(__always)
  mutating func begin() -> Bool {
    start = cursor.count
    guard cursor.canBegin else { return false }
    if unsafe out >= outEnd {
      end = .outputFull
      return false
    }
    return true
  }

  /// Writes what the record just read says.
  @inline(__always)
  mutating func emit(_ record: EventRecord) {
    unsafe out.pointee = record
    unsafe out += 1
  }

  /// Writes an allocation, after what there is to say of it; its argument is its native node.
  @inline(__always)
  mutating func emit(allocation record: EventRecord, on stacks: MemrayStacks) {
    emit(nativeNode: record.argument)
    let reentered = stacks.takeReentry()
    if reentered != 0 { emit(reentry, reentered) }
    emit(record, stacks.top)
  }

  /// Says which native stack the next record has, if it has one.
  @inline(__always)
  mutating func emit(nativeNode node: UInt32) {
    if node != 0 { emit(nativeStack, node) }
  }

  @inline(__always)
  private mutating func emit(_ record: EventRecord, _ argument: UInt32) {
    unsafe out.pointee = record
    unsafe out.pointee.argument = argument
    unsafe out += 1
  }

  /// Leaves the record just begun to `decodeRare`.
  @inline(__always)
  mutating func leaveRareRecord() {
    end = .rareRecord
    cursor.rewind(to: start)
  }

  /// Hands over what was read and written, up to the last whole record, and says what ended it.
  mutating func finish(_ stream: CaptureStream, _ output: inout RecordOutput) -> MemrayStop {
    unsafe output.next = out
    stream.consume(cursor.hasFailed ? start : cursor.count)
    if let fault = cursor.fault { return .damaged(reason: Self.reason(fault)) }
    if cursor.hasFailed { return .cutRecord }
    return switch end {
    case .needsInput: .needsInput
    case .outputFull: .outputFull
    case .rareRecord: .rareRecord
    }
  }

  private static func reason(_ fault: RunCursor.Fault) -> String {
    switch fault {
    case .overlongNumber: MemrayDamage.overlongNumber
    case .noThread: MemrayDamage.noThread
    case .unknownAllocator(let number): MemrayDamage.unknownAllocator(number)
    }
  }
}
