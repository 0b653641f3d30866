/// The allocation clock of a capture: which rows were born before which state.
///
/// A **state** is the number of instants that have happened: 0 is before everything, `n + 1`
/// is just after instant `n`. Row `i`'s birth is the instant numbered `i` plus the other
/// instants before it; a death is the number of instants before the free. So a row lives in
/// state `s` when `birth < s` and `s <= death`.
///
/// Public, because the compiler inlines no package declaration in another module.
public struct Clock: Sendable, Equatable {
  /// A death that never came.
  @inlinable public static var never: UInt32 { .max }

  /// Per instant that is no allocation, in order: how many rows were born before it.
  package let steps: [UInt32]
  /// Number of allocations.
  package let rowCount: UInt32

  /// A clock of `rowCount` allocations with other instants between them.
  package init(steps: [UInt32], rowCount: UInt32) {
    self.steps = steps
    self.rowCount = rowCount
  }

  /// Number of instants.
  package var instantCount: UInt32 { rowCount &+ UInt32(steps.count) }

  /// The state after everything, frees after the last instant included.
  package var endState: UInt32 { instantCount &+ 1 }

  /// How many rows were born before `state`.
  ///
  /// - Complexity: O(log steps).
  package func rows(before state: UInt32) -> UInt32 {
    let bounded = min(state, instantCount)
    return bounded &- UInt32(stepCount(before: bounded))
  }

  /// Birth instant of a row.
  ///
  /// - Complexity: O(log steps).
  package func birth(of row: UInt32) -> UInt32 {
    var low = 0
    var high = steps.count
    while low < high {
      let middle = (low &+ high) / 2
      if steps[middle] <= row { low = middle &+ 1 } else { high = middle }
    }
    return row &+ UInt32(low)
  }

  /// Birth instants of `count` rows from `row` on; `never` for rows that there are not.
  ///
  /// Cost: about 0.2 ns a row (benchmark: `lifetime < 100`).
  package func fillBirths(from row: UInt32, count: Int, into births: inout [UInt32]) {
    let first = min(row, rowCount)
    let known = min(count, Int(rowCount &- first))
    let before = Int(birth(of: first) &- first)
    Self.fillBirths(
      firstRow: first, firstInstant: first &+ UInt32(truncatingIfNeeded: before), count: known,
      steps: steps.span.extracting(before...), into: &births)
    births.append(contentsOf: repeatElement(Self.never, count: count &- known))
  }

  /// Birth instants of rows at rising offsets from `row`; `never` for rows that there are not.
  ///
  /// - Complexity: O(log steps + offsets + steps between them).
  package func births(from row: UInt32, offsets: [UInt32]) -> [UInt32] {
    guard let first = offsets.first else { return [] }
    let start = UInt64(row) + UInt64(first)
    guard start < UInt64(rowCount) else {
      return Array(repeating: Self.never, count: offsets.count)
    }
    var step = Int(birth(of: UInt32(start)) &- UInt32(start))
    return offsets.map { offset in
      let number = UInt64(row) + UInt64(offset)
      guard number < UInt64(rowCount) else { return Self.never }
      while step < steps.count, UInt64(steps[step]) <= number { step &+= 1 }
      return UInt32(number) &+ UInt32(truncatingIfNeeded: step)
    }
  }

  /// Birth instants of `count` rows, of which the first is born at `firstInstant`.
  ///
  /// `steps` are those after that instant; ones beyond the last row are not looked at.
  static func fillBirths(
    firstRow: UInt32, firstInstant: UInt32, count: Int, steps: Span<UInt32>,
    into births: inout [UInt32]
  ) {
    births.resize(to: count)
    var target = births.mutableSpan
    var row = 0
    var instant = firstInstant
    var step = 0
    while row < count {
      let next = step < steps.count ? Int(steps[step] &- firstRow) : count
      // All rows up to the next step are born one instant after the other.
      let stop = min(next, count)
      while row < stop {
        target[row] = instant
        instant &+= 1
        row &+= 1
      }
      instant &+= 1
      step &+= 1
    }
  }

  /// How many of the first `state` instants are no allocations.
  private func stepCount(before state: UInt32) -> Int {
    var low = 0
    var high = steps.count
    while low < high {
      let middle = (low &+ high) / 2
      if UInt64(steps[middle]) &+ UInt64(middle) < UInt64(state) {
        low = middle &+ 1
      } else {
        high = middle
      }
    }
    return low
  }
}
