import Dispatch
import Synchronization

/// What lives in one state by site and size, segment by segment, decoded on two threads.
///
/// Cost: about 2 ns a row read on two cores (benchmark: `live at 50%`).
package final class LiveClassScan: Sendable {
  private static let workers = 2

  private let zones: [SegmentZone]
  private let clock: Clock
  private let state: UInt32
  private let leastSegments: Int
  /// Segments that rows of which may live then.
  package let segments: [Int]
  private let next = Atomic<Int>(0)
  private let found: Mutex<[[LiveClasses.Item]]>
  private let problem = Mutex<StoreError?>(nil)

  /// Chooses the segments to look into.
  ///
  /// - Parameters:
  ///   - zones: what is known of the capture's segments.
  ///   - clock: its clock.
  ///   - state: the state asked.
  ///   - leastSegments: of fewer a second thread would cost more than it saves.
  package init(zones: [SegmentZone], clock: Clock, state: UInt32, leastSegments: Int = 8) {
    self.leastSegments = leastSegments
    self.zones = zones
    self.clock = clock
    self.state = state
    let born = clock.rows(before: state)
    let segments = zones.indices.filter {
      zones[$0].firstRow < born && (zones[$0].greatestDeath >= state || zones[$0].longRows > 0)
    }
    self.segments = segments
    found = Mutex(Array(repeating: [], count: segments.count))
  }

  /// Rows that are read: of segments without a death that late only the long ones.
  package var rowCount: Int {
    segments.reduce(0) { sum, segment in
      let zone = zones[segment]
      return sum + Int(zone.greatestDeath >= state ? zone.rowCount : zone.longRows)
    }
  }

  /// Reads them, once.
  ///
  /// - Parameter columns: the capture's columns; a second thread opens their file anew.
  /// - Returns: what lives of each of `segments`.
  /// - Throws: `damaged` or `database`.
  package func run(_ columns: CaptureColumns) throws(StoreError) -> [[LiveClasses.Item]] {
    if segments.count < leastSegments {
      try work(columns)
    } else {
      let (path, info, reads) = (columns.storePath, columns.info, columns.reads)
      DispatchQueue.concurrentPerform(iterations: Self.workers) { _ in
        do throws(StoreError) {
          try work(
            CaptureColumns(store: try Store(path: path, mode: .read, reads: reads), info: info))
        } catch {
          problem.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let problem = problem.withLock({ $0 }) { throw problem }
    return found.withLock { $0 }
  }

  private func work(_ columns: CaptureColumns) throws(StoreError) {
    let reader = SegmentReader(columns: columns, zones: zones, clock: clock)
    let born = clock.rows(before: state)
    var rows = SegmentRows()
    while true {
      let place = next.add(1, ordering: .relaxed).oldValue
      guard place < segments.count, problem.withLock({ $0 == nil }) else { return }
      let segment = segments[place]
      let dictionary = try reader.dictionary(segment: segment)
      let counts = try reader.liveCounts(
        segment: segment, state: state, rowsBorn: born, classCount: dictionary.count, rows: &rows)
      guard let counts else { continue }
      let items = LiveClasses.items(of: dictionary, counts: counts)
      found.withLock { $0[place] = items }
    }
  }
}
