import Dispatch
import Interruption
import Synchronization

/// Decodes segments on a thread and a connection of its own, a few ahead of their reader.
///
/// Decoding is the greater half of a scan of rows, so that the scan takes about half the time
/// on two cores (benchmark: `lifetime < 100`).
package final class SegmentReadAhead: Sendable {
  private static let depth = 3

  private struct State {
    var ready: [Result<SegmentRows, StoreError>] = []
    /// Buffers given back.
    var spare: [SegmentRows] = []
    var isStopped = false
  }

  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: 0)
  private let available = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)

  /// Begins to read.
  ///
  /// - Parameters:
  ///   - columns: the capture's columns, used only to find its file.
  ///   - reader: knows its zones and its clock.
  ///   - segments: which segments and which columns of each, in the order they will be taken.
  package init(
    columns: CaptureColumns, reader: SegmentReader,
    segments: [(number: Int, columns: RowColumns)]
  ) {
    let (zones, clock) = (reader.zones, reader.clock)
    let path = columns.storePath
    let reads = columns.reads
    let info = columns.info
    for _ in 0..<Self.depth { room.signal() }
    DispatchQueue(label: "memq.decode").async { [self] in
      defer { finished.signal() }
      do throws(StoreError) {
        let own = CaptureColumns(
          store: try Store(path: path, mode: .read, reads: reads), info: info)
        let reader = SegmentReader(columns: own, zones: zones, clock: clock)
        for segment in segments {
          room.wait()
          if state.withLock({ $0.isStopped }) { return }
          var rows = state.withLock { $0.spare.popLast() } ?? SegmentRows()
          try reader.read(segment: segment.number, columns: segment.columns, into: &rows)
          deliver(.success(rows))
        }
      } catch { deliver(.failure(error)) }
    }
  }

  private func deliver(_ result: Result<SegmentRows, StoreError>) {
    state.withLock { $0.ready.append(result) }
    available.signal()
  }

  /// The rows of the next segment; must not be called more often than there are segments.
  package func next() throws(StoreError) -> SegmentRows {
    if Interruption.isRequested { throw .interrupted }
    available.wait()
    let result = state.withLock { $0.ready.removeFirst() }
    room.signal()
    return try result.get()
  }

  /// Gives the buffers of an earlier segment back.
  package func recycle(_ rows: SegmentRows) { state.withLock { $0.spare.append(rows) } }

  /// Ends the reading thread and waits for it; must be called once, before the last release.
  package func stop() {
    state.withLock { $0.isStopped = true }
    room.signal()
    finished.wait()
  }
}
