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

  /// Takes the content of a batch that was read and numbers its rows.
  func take(_ read: EventBatch, by rows: inout RowReplay) {
    events.swapContent(with: read)
    segments.removeAll(keepingCapacity: true)
    rows.process(events, segments: &segments)
  }
}

/// Reads a capture and numbers its rows, on a thread each.
///
/// The state of the rows belongs to their thread until `stop` has returned.
final class RowReading: @unchecked Sendable {
  private static let batchCapacity = 1 << 14

  private(set) var rows: RowReplay
  private let reading: BatchPipe<EventBatch>

  /// Starts to read.
  init(_ reader: any EventReader) {
    rows = RowReplay(header: reader.header)
    reading = BatchPipe({ EventBatch(capacity: Self.batchCapacity) }) { reader.next(into: $0) }
  }

  /// Starts to number rows; what it returns must be stopped before this is.
  func numbering() -> BatchPipe<BornBatch> {
    BatchPipe({ BornBatch(capacity: Self.batchCapacity) }) { [self] batch in
      guard let read = reading.next() else { return false }
      batch.take(read, by: &rows)
      return true
    }
  }

  /// Ends the reading thread and waits for it.
  func stop() { reading.stop() }

  /// Ends the rows; the segment that is not full, if there is one.
  func finish() -> BornSegment? { rows.finish() }
}
