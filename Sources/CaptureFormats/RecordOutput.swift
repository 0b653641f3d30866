// ⚠ unsafe: `next` never passes `end` by more than the rest of a group, for which there is room;
// decoders check `isFull` before each group.
import CaptureModel

/// Where decoders write their records: a batch's memory, fetched once per batch.
@safe
struct RecordOutput {
  /// Place of the next record.
  var next: UnsafeMutablePointer<EventRecord>
  /// Where no group of records may begin.
  let end: UnsafeMutablePointer<EventRecord>

  init?(_ records: UnsafeMutableBufferPointer<EventRecord>, count: Int) {
    guard let base = records.baseAddress else { return nil }
    unsafe next = base + count
    unsafe end = base + max(records.count - (EventRecord.greatestGroup - 1), 0)
  }

  var isFull: Bool { unsafe next >= end }

  /// Appends a record of a group that began when this was not full.
  mutating func append(_ record: EventRecord) {
    guard unsafe next < end + (EventRecord.greatestGroup - 1) else { return }
    unsafe next.pointee = record
    unsafe next += 1
  }
}
