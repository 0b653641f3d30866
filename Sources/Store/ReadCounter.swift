import Synchronization

/// Counts what a question reads of a store, over all connections that it opens.
package final class ReadCounter: Sendable {
  /// A segment of a capture.
  package struct Place: Sendable, Hashable {
    var capture: Int64
    var segment: Int
  }

  /// What was read.
  package struct Counts: Sendable {
    /// Columns read, and parts of columns.
    package fileprivate(set) var reads = 0
    /// Bytes of them, as they are stored.
    package fileprivate(set) var bytes = 0
    /// Segments of which rows were read.
    package fileprivate(set) var rowSegments: Set<Place> = []
    /// Segments of which the dictionary was read.
    package fileprivate(set) var dictionaries: Set<Place> = []

    mutating func merge(_ other: Counts) {
      reads += other.reads
      bytes += other.bytes
      rowSegments.formUnion(other.rowSegments)
      dictionaries.formUnion(other.dictionaries)
    }
  }

  private let found = Mutex(Counts())

  /// A counter at zero.
  package init() {}

  /// What was read since it was made, or since the last `reset`.
  package var counts: Counts { found.withLock { $0 } }

  /// Begins anew.
  package func reset() { found.withLock { $0 = Counts() } }

  /// What was counted; begins anew.
  func take() -> Counts {
    found.withLock { counts in
      let taken = counts
      counts = Counts()
      return taken
    }
  }

  func note(_ column: StoredColumn, capture: Int64, segment: Int, bytes: Int) {
    let place = Place(capture: capture, segment: segment)
    found.withLock { counts in
      counts.reads += 1
      counts.bytes += bytes
      switch column {
      case .segmentClasses, .segmentDeaths, .segmentLong, .segmentAges:
        counts.rowSegments.insert(place)
      case .segmentDictionary: counts.dictionaries.insert(place)
      default: break
      }
    }
  }
}

/// What the scans of a plan read, step by step and node by node, for `explain`.
///
/// Used by one thread at a time, as its store.
package final class ScanLog {
  /// One scan.
  package struct Step: Sendable, Equatable {
    /// Number of the node that it belongs to.
    package var node: Int
    /// The capture, and what of it is read.
    package var title: String
    /// Condition, source and segments, a line each.
    package var details: [String]
  }

  /// The number of what comes before the plan is known.
  package static let planning = -1

  /// Whether scans say what they would read, and read nothing.
  package let isDry: Bool
  /// The scans in order.
  package private(set) var steps: [Step] = []
  /// What was read for each node.
  package private(set) var counted: [Int: ReadCounter.Counts] = [:]
  private let reads: ReadCounter
  private var node = ScanLog.planning

  /// A log of scans that run, or with `isDry` of such that only would; `reads` counts from 0 on.
  package init(isDry: Bool, reads: ReadCounter) {
    self.isDry = isDry
    self.reads = reads
    reads.reset()
  }

  /// Says which node the scans that follow belong to.
  package func enter(_ node: Int) {
    counted[self.node, default: ReadCounter.Counts()].merge(reads.take())
    self.node = node
  }

  /// What was read for all nodes.
  package var total: ReadCounter.Counts {
    counted.values.reduce(into: ReadCounter.Counts()) { $0.merge($1) }
  }

  /// Notes a scan.
  package func note(_ title: String, _ details: [String]) {
    steps.append(Step(node: node, title: title, details: details))
  }
}
