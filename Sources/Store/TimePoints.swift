/// The states at which a picture over time looks at a capture: the ends of some 200 equal
/// windows, and the greatest heap of each.
package struct TimePoints: Sendable {
  /// What a point is.
  package enum Kind: Sendable, Equatable {
    /// Before all.
    case start
    /// A memory record, by its number.
    case tick(Int)
    /// The greatest heap between two of the others, by the number of its window in the store.
    case peak(Int)
    /// After all.
    case end
  }

  /// Kinds in order of time: boundary, peak, boundary, peak, … boundary.
  package let kinds: [Kind]
  /// The state of each.
  package let states: [UInt32]

  /// Windows, when there are so many memory records.
  private static let windows = 200

  /// Chooses them; nil when a capture has no stretch of time.
  ///
  /// Windows are equally long; each begins at a memory record, and none is empty.
  ///
  /// - Parameters:
  ///   - ticks: the state and the milliseconds of each memory record.
  ///   - peaks: the greatest heap of each window between records, window 0 before the first, and
  ///     the last state that has it; one more than there are ticks.
  ///   - endState: the state after all.
  package init?(
    ticks: (states: [UInt32], milliseconds: [Int64]), peaks: (heaps: [Int64], states: [UInt32]),
    endState: UInt32
  ) {
    let count = ticks.states.count
    guard count > 1, let duration = ticks.milliseconds.last, duration > 0,
      ticks.milliseconds.count == count, peaks.heaps.count == count + 1,
      peaks.states.count == count + 1
    else { return nil }
    var chosen: [Int] = []
    let wanted = min(Self.windows, count)
    for window in 1..<max(2, wanted) {
      let time = Double(duration) * Double(window) / Double(wanted)
      guard let tick = Self.tick(ticks.milliseconds, at: time) else { continue }
      let before = chosen.last.map { ticks.states[$0] } ?? 0
      if ticks.states[tick] > before { chosen.append(tick) }
    }
    var kinds = [Kind.start]
    var states: [UInt32] = [0]
    for (from, to) in zip([-1] + chosen, chosen + [count]) {
      // Window w lies between ticks w - 1 and w; of equal peaks the last counts.
      var best = from + 1
      for window in (from + 1)...to where peaks.heaps[window] >= peaks.heaps[best] {
        best = window
      }
      kinds.append(.peak(best))
      states.append(peaks.states[best])
      kinds.append(to < count ? .tick(to) : .end)
      states.append(to < count ? ticks.states[to] : endState)
    }
    self.kinds = kinds
    self.states = states
  }

  /// The last tick at or before a time; nil when there is none.
  private static func tick(_ milliseconds: [Int64], at time: Double) -> Int? {
    var low = 0
    var high = milliseconds.count
    while low < high {
      let middle = (low + high) / 2
      if Double(milliseconds[middle]) <= time { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }
}
