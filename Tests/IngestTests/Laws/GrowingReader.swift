import CaptureModel

/// Records from memory that come in pieces, as of a program that runs.
final class GrowingReader: FollowingReader {
  private let whole: ListedReader
  /// How many records have come.
  var available = 0
  private(set) var isOver = false
  private let count: Int

  init(_ records: [ListedRecord], seed: UInt64) {
    // Small batches, so that it can stop after nearly any record.
    whole = ListedReader(records, seed: seed, greatestBatch: 0)
    count = records.count
  }

  var header: CaptureHeader {
    get { whole.header }
    set { whole.header = newValue }
  }
  var ending: CaptureEnding { .complete }
  var fileSize: UInt64 { UInt64(available) }
  /// How many records were read: all that have come, and those of the last batch.
  private(set) var offset: UInt64 = 0
  func rereadHeader() {}
  var isWaiting: Bool { offset < count }

  func next(into batch: EventBatch) -> Bool {
    guard offset < available, whole.next(into: batch) else { return false }
    offset = batch.fileOffset
    return true
  }
}
