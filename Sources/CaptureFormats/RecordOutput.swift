// ⚠ unsafe: `next` never passes `end`; decoders check `isFull` before each record.
import CaptureModel

/// Where decoders write their records: a batch's memory, fetched once per batch.
@safe
struct RecordOutput {
  /// Place of the next record.
  var next: UnsafeMutablePointer<EventRecord>
  let end: UnsafeMutablePointer<EventRecord>

  init?(_ records: UnsafeMutableBufferPointer<EventRecord>, count: Int) {
    guard let base = records.baseAddress else { return nil }
    unsafe next = base + count
    unsafe end = base + records.count
  }

  var isFull: Bool { unsafe next >= end }

  mutating func append(_ record: EventRecord) {
    guard !isFull else { return }
    unsafe next.pointee = record
    unsafe next += 1
  }
}
