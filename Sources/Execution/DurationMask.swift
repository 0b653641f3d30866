import Analysis
import Store

extension RowMask {
  /// Rows freed after a time that passes, by births and deaths; those never freed pass no test,
  /// negated or not.
  ///
  /// Rows born within one memory record pass when they die within one range of states, so a row
  /// costs as much as any other comparison.
  static func durations(
    _ test: NumberTest, births: [UInt32], deaths: [UInt32], _ timeline: Timeline
  ) -> [UInt8] {
    var mask = [UInt8](repeating: 1, count: births.count)
    let births = births.span
    var row = 0
    while row < births.count {
      let tick = timeline.tick(atState: births[row])
      let next = tick.map { $0 + 1 } ?? 0
      let end =
        next < timeline.states.count
        ? births.firstIndex(from: row) { $0 >= timeline.states[next] } : births.count
      let passing = timeline.deaths(test, of: tick)
      if let passing {
        keep(deaths, row..<end, in: passing, mask: &mask)
      } else {
        for row in row..<end { mask[row] = 0 }
      }
      row = end
    }
    guard test.isNegated else { return mask }
    flip(&mask)
    keep(deaths, in: 0...(Clock.never - 1), mask: &mask)
    return mask
  }
}

extension Timeline {
  /// The states in which what was born within a memory record dies after a time that a test passes,
  /// negation left aside; nil when there are none.
  fileprivate func deaths(_ test: NumberTest, of tick: Int?) -> ClosedRange<UInt32>? {
    let born = tick.map { milliseconds[$0] } ?? 0
    func isBelow(_ time: Int64) -> Bool {
      let time = Double(time - born)
      return test.includesLower ? time < test.lower : time <= test.lower
    }
    func isAbove(_ time: Int64) -> Bool {
      let time = Double(time - born)
      return test.includesUpper ? time > test.upper : time >= test.upper
    }
    let first = milliseconds.partitioningIndex { !isBelow($0) }
    let after = milliseconds.partitioningIndex(isAbove)
    let lower = isBelow(0) ? (first < states.count ? states[first] : Clock.never) : 0
    let upper = isAbove(0) ? 0 : after < states.count ? states[after] : Clock.never
    return lower < upper ? lower...(upper - 1) : nil
  }
}

extension Span<UInt32> {
  /// Index of the first value from an index on for which a rising condition holds, or `count`.
  func firstIndex(from start: Int, where isAfter: (UInt32) -> Bool) -> Int {
    var (low, high) = (start, count)
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
