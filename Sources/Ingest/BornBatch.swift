import CaptureModel
import Store

/// A batch of events whose allocations know their sites, and the segments that end in it.
///
/// Owned by one thread at a time and handed over whole, hence unchecked sendability.
final class BornBatch: @unchecked Sendable {
  let events: EventBatch
  /// Segments whose last row is in the batch, in order.
  private(set) var segments: [BornSegment] = []

  init(capacity: Int) { events = EventBatch(capacity: capacity) }

  /// Reads the next batch and numbers its rows; false at the end.
  func fill(from reader: any EventReader, by rows: inout RowReplay) -> Bool {
    segments.removeAll(keepingCapacity: true)
    guard reader.next(into: events) else { return false }
    rows.process(events, segments: &segments)
    return true
  }
}

/// Holds the state of the reading thread, where the importer finds it once that has ended.
final class RowReading: @unchecked Sendable {
  private(set) var rows: RowReplay
  private let reader: any EventReader

  init(_ reader: any EventReader) {
    self.reader = reader
    rows = RowReplay(header: reader.header)
  }

  /// Bytes of the file.
  var fileSize: UInt64 { reader.fileSize }

  /// Fills a batch; false at the end.
  func next(into batch: BornBatch) -> Bool { batch.fill(from: reader, by: &rows) }

  /// Ends the rows; the segment that is not full, if there is one.
  func finish() -> BornSegment? { rows.finish() }
}
