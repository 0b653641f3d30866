import Dispatch
import Synchronization

/// Decodes segments on a thread and a connection of its own, a few ahead of their reader.
///
/// Decoding is the greater half of a scan of rows, so that the scan takes about half the time
/// on two cores (benchmark: `lifetime < 100`).
package final class SegmentReadAhead: Sendable {
  private static let depth = 3

  private struct State {
    var ready: [Result<SegmentRows, StoreError>] = []
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
  ///   - segments: which segments, in the order they will be taken.
  ///   - wanted: which columns of each; ages only where a segment has them.
  package init(
    columns: CaptureColumns, reader: SegmentReader, segments: [Int], wanted: RowColumns
  ) {
    let (zones, clock) = (reader.zones, reader.clock)
    let path = columns.storePath
    let info = columns.info
    for _ in 0..<Self.depth { room.signal() }
    DispatchQueue(label: "memq.decode").async { [self] in
      defer { finished.signal() }
      do throws(StoreError) {
        let own = CaptureColumns(store: try Store(path: path, mode: .read), info: info)
        let reader = SegmentReader(columns: own, zones: zones, clock: clock)
        for segment in segments {
          room.wait()
          if state.withLock({ $0.isStopped }) { return }
          var rows = SegmentRows()
          let hasAges = zones[segment].hasAges
          try reader.read(
            segment: segment, columns: hasAges ? wanted : wanted.subtracting(.ages), into: &rows)
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
    available.wait()
    let result = state.withLock { $0.ready.removeFirst() }
    room.signal()
    return try result.get()
  }

  /// Ends the reading thread and waits for it; must be called once, before the last release.
  package func stop() {
    state.withLock { $0.isStopped = true }
    room.signal()
    finished.wait()
  }
}
