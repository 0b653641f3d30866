import Store

/// The rows of one segment, or only its long ones, as columns of equal length.
///
/// Buffers are reused from segment to segment. Cost: births about 1 ns a row, lifetimes 2 ns
/// (benchmark: `lifetime < 100`).
struct RowBuffers {
  private let clock: Clock
  private var rows = SegmentRows()
  private var stepIndex: StepIndex?
  /// Number of rows.
  private(set) var count = 0
  /// Row numbers; rising.
  private(set) var numbers: [UInt32] = []
  /// Birth instants.
  private(set) var births: [UInt32] = []
  /// Lifetimes in allocations, `UInt32.max` for rows never freed; only after `makeLifetimes`.
  private(set) var lifetimes: [UInt32] = []

  /// Empty buffers for a capture with this clock.
  init(clock: Clock) { self.clock = clock }

  /// Class of each row.
  var classes: [UInt32] { rows.classes }
  /// Death of each row.
  var deaths: [UInt32] { rows.deaths }
  /// Age code of each row; empty unless loaded.
  var ages: [UInt32] { rows.ages }

  /// Loads a segment; when not `whole`, only the rows of its long list.
  mutating func load(
    segment: Int, of reader: SegmentReader, whole: Bool, columns: RowColumns
  ) throws(StoreError) {
    let zone = reader.zones[segment]
    lifetimes.removeAll(keepingCapacity: true)
    if whole {
      try reader.read(segment: segment, columns: columns, into: &rows)
      count = Int(zone.rowCount)
      numbers = Array(zone.firstRow..<(zone.firstRow &+ zone.rowCount))
    } else {
      let list = try reader.longRows(segment: segment)
      if columns.contains(.ages) {
        try reader.read(segment: segment, columns: [.ages], into: &rows)
        rows.ages = list.offsets.map { rows.ages[Int($0)] }
      }
      rows.classes = list.classes
      rows.deaths = list.deaths
      count = list.count
      numbers = list.offsets.map { $0 &+ zone.firstRow }
    }
    makeBirths()
  }

  private mutating func makeBirths() {
    births.removeAll(keepingCapacity: true)
    births.reserveCapacity(count)
    guard let first = numbers.first else { return }
    var step = Int(clock.birth(of: first) &- first)
    for number in numbers {
      while step < clock.steps.count, clock.steps[step] <= number { step &+= 1 }
      births.append(number &+ UInt32(truncatingIfNeeded: step))
    }
  }

  /// Fills `lifetimes`.
  mutating func makeLifetimes() {
    guard lifetimes.isEmpty, count > 0 else { return }
    let index = stepIndex ?? StepIndex(clock: clock)
    stepIndex = index
    var made = lifetimes
    made.reserveCapacity(count)
    let array = rows.deaths
    let deaths = array.span
    for row in 0..<count {
      let death = deaths[row]
      made.append(death == Clock.never ? .max : index.rows(before: death) &- numbers[row])
    }
    lifetimes = made
  }
}

/// Counts the rows born before any instant in about constant time.
///
/// One entry per 1,024 instants says how many steps come before; the rest is a short scan.
struct StepIndex {
  private static let shift: UInt32 = 10
  private let clock: Clock
  private let before: [UInt32]

  /// An index of a clock's steps.
  init(clock: Clock) {
    self.clock = clock
    let blocks = Int(clock.instantCount >> Self.shift) + 2
    var before = [UInt32](repeating: 0, count: blocks)
    var block = 1
    for index in clock.steps.indices {
      let instant = clock.steps[index] &+ UInt32(truncatingIfNeeded: index)
      while block < blocks, UInt32(block) << Self.shift <= instant {
        before[block] = UInt32(index)
        block += 1
      }
    }
    while block < blocks {
      before[block] = UInt32(clock.steps.count)
      block += 1
    }
    self.before = before
  }

  /// Rows born before `state` instants have happened.
  @inline(__always) func rows(before state: UInt32) -> UInt32 {
    let bounded = min(state, clock.instantCount)
    var step = before[Int(bounded >> Self.shift)]
    let steps = clock.steps
    while Int(step) < steps.count, steps[Int(step)] &+ step < bounded { step &+= 1 }
    return bounded &- step
  }
}
