import Language
import Store

/// The greatest heap within a range of states (design: `peak in a..b`).
///
/// Whole windows are known from import. Where a range begins or ends inside a window, the
/// births and deaths of that window are replayed.
struct WindowPeaks {
  let data: CaptureData
  let timeline: Timeline

  /// A heap and the state that has it.
  struct Point: Equatable {
    var heap: Int64
    var state: UInt32
  }

  /// The greatest heap of the states `span.lowerBound...span.upperBound`, the last on ties.
  func greatest(in span: Range<UInt32>) throws(StoreError) -> Point {
    let end = min(span.upperBound, timeline.clock.endState)
    let first = timeline.tick(atState: span.lowerBound).map { $0 + 1 } ?? 0
    let last = timeline.tick(atState: end).map { $0 + 1 } ?? 0
    var best: Point?
    func take(_ point: Point?) {
      guard let point else { return }
      if point.heap >= best?.heap ?? .min { best = point }
    }
    for window in first...max(first, last) {
      let from = window == 0 ? 0 : timeline.states[window - 1]
      let isLast = window == timeline.states.count
      let to = isLast ? timeline.clock.endState : timeline.states[window] - 1
      if span.lowerBound <= from, end >= min(to, timeline.clock.instantCount) {
        take(Point(heap: timeline.peaks[window], state: timeline.peakStates[window]))
      } else {
        take(try replay(window: from, until: min(to, end), from: max(from, span.lowerBound)))
      }
    }
    return best ?? Point(heap: 0, state: span.lowerBound)
  }

  /// Replays a window from its tick's state and looks at the states `start...end`.
  private func replay(
    window from: UInt32, until end: UInt32, from start: UInt32
  ) throws(StoreError) -> Point? {
    guard start <= end else { return nil }
    var changes = [Int64](repeating: 0, count: Int(end - from) + 1)
    try addRows(to: &changes, from: from, end: end)
    for cut in try data.columns.cuts() where cut.instant >= from && cut.instant < end {
      changes[Int(cut.instant - from)] &-= Int64(bitPattern: cut.bytes)
    }
    for index in timeline.reusedInstants.indices {
      let instant = timeline.reusedInstants[index]
      guard instant >= from, instant < end else { continue }
      changes[Int(instant - from)] &+= timeline.reusedBytes[index]
    }
    var heap = timeline.tick(atState: from).map { timeline.heap[$0] } ?? 0
    var best: Point?
    for state in from...end {
      if state > from { heap &+= changes[Int(state - from) - 1] }
      guard state >= start, heap >= best?.heap ?? .min else { continue }
      best = Point(heap: heap, state: state)
    }
    return best
  }

  /// Adds what each instant of `from..<end` leaves: its birth, and the deaths just before it.
  private func addRows(
    to changes: inout [Int64], from: UInt32, end: UInt32
  ) throws(StoreError) {
    let reader = try data.segments()
    let near = reader.zones.filter {
      $0.firstInstant < end && ($0.greatestDeath >= from || $0.longRows > 0)
    }
    let read = near.reduce(0) { $0 + Int($1.greatestDeath >= from ? $1.rowCount : $1.longRows) }
    // Which state is meant must be known before more can be said.
    try data.note(
      "the greatest total of a stretch", source: "rows near it", segments: (near.count, read))
    var buffers = RowBuffers(clock: timeline.clock)
    for segment in reader.zones.indices {
      let zone = reader.zones[segment]
      guard zone.firstInstant < end else { break }
      guard zone.greatestDeath >= from || zone.longRows > 0 else { continue }
      let isUnpruned = zone.greatestDeath >= from
      try buffers.load(
        segment: segment, of: reader, whole: isUnpruned, columns: [.classes, .deaths])
      let next = segment + 1
      let isBornBefore = next < reader.zones.count && reader.zones[next].firstInstant <= from
      if !isBornBefore { buffers.makeBirths() }
      let found = isBornBefore ? [] : rows(at: buffers.births, within: from..<end)
      let lost = rows(at: buffers.deaths, within: from..<end)
      guard !found.isEmpty || !lost.isEmpty else { continue }
      // Most segments of a long capture have nothing to do with the window.
      let sizes = try reader.dictionary(segment: segment).sizes
      for (row, instant) in found {
        changes[Int(instant - from)] &+= Int64(bitPattern: sizes[Int(buffers.classes[row])])
      }
      for (row, instant) in lost {
        changes[Int(instant - from)] &-= Int64(bitPattern: sizes[Int(buffers.classes[row])])
      }
    }
    for cut in try data.columns.cuts() where cut.death >= from && cut.death < end {
      // A cut row dies with fewer bytes than it was born with.
      changes[Int(cut.death - from)] &+= Int64(bitPattern: cut.bytes)
    }
  }

  private typealias Change = (row: Int, instant: UInt32)

  /// The rows whose instant lies within a range.
  private func rows(at instants: [UInt32], within range: Range<UInt32>) -> [Change] {
    var found: [Change] = []
    let span = instants.span
    for row in span.indices where range.contains(span[row]) { found.append((row, span[row])) }
    return found
  }
}
