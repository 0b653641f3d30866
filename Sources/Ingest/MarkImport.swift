package import CaptureModel
package import Store

/// Adds the marks of a side file to a capture.
package struct MarkImport {
  /// What became of the marks.
  package struct Report: Sendable, Equatable {
    /// Marks that the capture has now.
    package var kept = 0
    /// Marks before its start or after its end.
    package var outside = 0
  }

  private let store: Store

  /// Adds marks to captures of a store.
  ///
  /// - Parameter store: open for writing.
  package init(store: Store) { self.store = store }

  /// Replaces the marks of a capture, in order of time; those outside of it are left out.
  ///
  /// - Parameters:
  ///   - marks: the marks.
  ///   - info: the capture.
  /// - Returns: how many were kept and left out.
  /// - Throws: the store's errors.
  package func replace(
    _ marks: [TimedMark], of info: CaptureInfo
  ) throws(StoreError) -> Report {
    let columns = CaptureColumns(store: store, info: info)
    let states = try columns.words(.tickState)
    let times = try columns.integers(.tickMilliseconds)
    guard states.count == times.count else { throw columns.damaged(.tickState) }
    var report = Report()
    var kept: [(time: Double, name: String)] = []
    // A mark just after the last tick still belongs to the run, so the header's end counts.
    let end = max(info.durationMilliseconds, info.endMilliseconds - info.startMilliseconds)
    for mark in marks {
      let time =
        switch mark.time {
        case .elapsed(let milliseconds): milliseconds
        case .wallClock(let milliseconds): milliseconds - Double(info.startMilliseconds)
        }
      if time >= 0, time <= Double(end) + 1 { kept.append((time, mark.name)) }
    }
    // Sorting by index too keeps marks of one time in the file's order.
    let order = kept.indices.sorted { (kept[$0].time, $0) < (kept[$1].time, $1) }
    report.kept = kept.count
    report.outside = marks.count - kept.count
    let found = order.map { Self.state(at: kept[$0].time, times, states) }
    try store.replaceMarks(
      of: info, states: found, milliseconds: order.map { Int64(kept[$0].time.rounded()) },
      names: order.map { kept[$0].name })
    return report
  }

  /// State of the last tick at or before a time.
  private static func state(at time: Double, _ times: [Int64], _ states: [UInt32]) -> UInt32 {
    var low = 0
    var high = times.count
    while low < high {
      let middle = (low + high) / 2
      if Double(times[middle]) <= time { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? 0 : states[low - 1]
  }
}
