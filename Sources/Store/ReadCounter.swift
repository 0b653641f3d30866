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
  }

  private let found = Mutex(Counts())

  /// A counter at zero.
  package init() {}

  /// What was read since it was made, or since the last `reset`.
  package var counts: Counts { found.withLock { $0 } }

  /// Begins anew.
  package func reset() { found.withLock { $0 = Counts() } }

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

/// What the scans of a question read, step by step, for `explain`.
///
/// Used by one thread at a time, as its store.
package final class ScanLog {
  /// One scan.
  package struct Step: Sendable, Equatable {
    /// The side of a comparison; empty without one.
    package var section: String
    /// The capture, and what of it is read.
    package var title: String
    /// Condition, source and segments, a line each.
    package var details: [String]
  }

  /// Whether scans say what they would read, and read nothing.
  package let isDry: Bool
  /// The side of a comparison that steps belong to now.
  package var section = ""
  /// The scans in order.
  package private(set) var steps: [Step] = []

  /// A log of scans that run, or with `isDry` of such that only would.
  package init(isDry: Bool) { self.isDry = isDry }

  /// Notes a scan.
  package func note(_ title: String, _ details: [String]) {
    steps.append(Step(section: section, title: title, details: details))
  }
}
