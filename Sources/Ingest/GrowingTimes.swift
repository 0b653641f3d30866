import Store

/// The columns of time of a capture that grows, in parts: a publication writes the last one anew, and what
/// came since, so that its cost does not grow with the recording.
struct GrowingTimes {
  /// Parts that nothing is added to any more.
  private var finalTicks = 0
  private var finalSteps = 0
  /// Parts written so far.
  private var partCount = 0

  private static let columns: [StoredColumn] = [
    .tickState, .tickMilliseconds, .tickRSS, .tickHeap, .windowPeak, .windowPeakState, .stepRow,
  ]

  /// Writes what is new; the last window has ended for now.
  mutating func write(
    _ replay: borrowing EventReplay, to writer: CaptureWriter
  ) throws(StoreError) {
    try write(.tickState, replay.windows.tickStates, from: finalTicks, to: writer)
    try write(.tickMilliseconds, replay.windows.tickMilliseconds, from: finalTicks, to: writer)
    try write(.tickRSS, replay.windows.tickRSS, from: finalTicks, to: writer)
    try write(.tickHeap, replay.windows.tickHeap, from: finalTicks, to: writer)
    try write(.windowPeak, replay.windows.windowPeaks, from: finalTicks, to: writer)
    try write(.windowPeakState, replay.windows.windowPeakStates, from: finalTicks, to: writer)
    try write(.stepRow, replay.steps, from: finalSteps, to: writer)
    finalTicks = replay.windows.tickStates.count / StoredColumn.partRows
    finalSteps = replay.steps.count / StoredColumn.partRows
  }

  private mutating func write<Value: FixedWidthInteger & BitwiseCopyable>(
    _ column: StoredColumn, _ values: borrowing Buffer<Value>, from first: Int,
    to writer: CaptureWriter
  ) throws(StoreError) {
    var part = first
    while part * StoredColumn.partRows < values.count {
      let start = part * StoredColumn.partRows
      let end = min(values.count, start + StoredColumn.partRows)
      try writer.write(column, segment: part, values.array(start..<end))
      part += 1
    }
    partCount = max(partCount, part)
  }

  /// Takes all parts away but the first, which whole columns replace.
  func erase(from writer: CaptureWriter) throws(StoreError) {
    guard partCount > 1 else { return }
    for column in Self.columns {
      for part in 1..<partCount { try writer.erase(column, segment: part) }
    }
  }
}
