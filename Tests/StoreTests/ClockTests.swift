import Store
import Testing

@Suite struct ClockTests {
  /// Every clock with up to 7 instants: which are allocations is a bit pattern.
  @Test func equalsCounting() {
    for length in 0...7 {
      for pattern in 0..<(1 << length) { check(length: length, pattern: pattern) }
    }
  }

  private func check(length: Int, pattern: Int) {
    var births: [UInt32] = []
    var steps: [UInt32] = []
    for instant in 0..<length {
      if pattern >> instant & 1 == 1 {
        births.append(UInt32(instant))
      } else {
        steps.append(UInt32(births.count))
      }
    }
    let clock = Clock(steps: steps, rowCount: UInt32(births.count))
    #expect(clock.instantCount == UInt32(length))
    #expect(clock.endState == UInt32(length) + 1)
    for (row, birth) in births.enumerated() { #expect(clock.birth(of: UInt32(row)) == birth) }
    for state in 0...UInt32(length) + 2 {
      #expect(clock.rows(before: state) == UInt32(births.filter { $0 < state }.count))
    }
    #expect(clock.rows(before: .max) == UInt32(births.count))
    for first in 0...births.count + 1 {
      let offsets = (0..<UInt32(length) + 2).filter { ($0 ^ UInt32(pattern)) % 3 != 0 }
      let expected = offsets.map { offset in
        let row = first + Int(offset)
        return row < births.count ? births[row] : Clock.never
      }
      #expect(clock.births(from: UInt32(first), offsets: offsets) == expected)
    }
  }

  /// Steps that no import writes must not trap.
  @Test func damagedStepsDoNotTrap() {
    for steps in [[.max, .max], [5, 0, .max, 1], Array(repeating: .max, count: 20)]
      as [[UInt32]]
    {
      let clock = Clock(steps: steps, rowCount: .max)
      for state in [0, 1, 20, .max - 1, .max] as [UInt32] {
        _ = clock.rows(before: state)
        _ = clock.birth(of: state)
        _ = clock.births(from: state, offsets: [0, 1, .max])
      }
      _ = clock.endState
    }
  }
}
