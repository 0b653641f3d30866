import Language
import Store

/// The rows of one segment, or only its long ones, as columns of equal length.
///
/// Buffers are reused from segment to segment. What is not stored (births, lifetimes) is made
/// when it is first asked for. Cost: births about 0.2 ns a row, lifetimes 2 ns (benchmark:
/// `avg lifetime`).
struct RowBuffers: Sendable {
  private let clock: Clock
  private var rows = SegmentRows()
  private var stepIndex: StepIndex?
  private var firstRow: UInt32 = 0
  /// Offsets of the rows when only long ones are loaded.
  private var offsets: [UInt32]?
  /// Number of rows.
  var count: Int { rows.classes.count }
  /// Lifetimes in allocations, `UInt32.max` for rows never freed; only after `makeLifetimes`.
  private(set) var lifetimes: [UInt32] = []

  /// Empty buffers for a capture with this clock.
  init(clock: Clock) { self.clock = clock }

  /// Birth instants; only after `makeBirths`.
  var births: [UInt32] { rows.births }
  /// Class of each row.
  var classes: [UInt32] { rows.classes }
  /// Death of each row.
  var deaths: [UInt32] { rows.deaths }
  /// What is known of short lives when deaths were not read (`SegmentRows.lives`).
  var lives: [UInt8] { rows.lives }
  /// Age code of each row; empty when all are implied.
  var ages: [UInt32] { rows.ages }

  /// Number of the row at an index.
  @inline(__always) func number(_ index: Int) -> UInt32 {
    firstRow &+ (offsets?[index] ?? UInt32(truncatingIfNeeded: index))
  }

  /// The buffers of the rows, to be used again; none are left.
  mutating func takeRows() -> SegmentRows {
    var taken = SegmentRows()
    swap(&taken, &rows)
    return taken
  }

  /// Uses buffers of other rows.
  mutating func use(_ other: inout SegmentRows) { swap(&rows, &other) }

  private mutating func begin(_ zone: SegmentZone) {
    lifetimes.removeAll(keepingCapacity: true)
    firstRow = zone.firstRow
    offsets = nil
    if !zone.hasAges { rows.ages.removeAll(keepingCapacity: true) }
  }

  /// Loads a segment; when not `whole`, only the rows of its long list.
  mutating func load(
    segment: Int, of reader: SegmentReader, whole: Bool, columns: RowColumns
  ) throws(StoreError) {
    let zone = reader.zones[segment]
    begin(zone)
    let wanted = zone.hasAges ? columns : columns.subtracting(.ages)
    if whole {
      try reader.read(segment: segment, columns: wanted, into: &rows)
      return
    }
    let list = try reader.longRows(segment: segment)
    if wanted.contains(.ages) {
      try reader.read(segment: segment, columns: [.deaths, .ages], into: &rows)
      rows.ages = list.offsets.map { rows.ages[Int($0)] }
    }
    rows.lives.removeAll(keepingCapacity: true)
    rows.births.removeAll(keepingCapacity: true)
    rows.classes = list.classes
    rows.deaths = list.deaths
    offsets = list.offsets
  }

  /// Calls `body` for stretches of rows with what lies between a birth and that of the row
  /// `shift` places further: `shift` and the steps between the two.
  func forEachShift(_ shift: UInt32, _ body: (Range<Int>, UInt32) -> Void) {
    clock.forEachShift(shift, from: firstRow, count: count, body)
  }

  /// Fills `births`.
  mutating func makeBirths() {
    guard rows.births.isEmpty, count > 0 else { return }
    rows.births = births(shiftedBy: 0)
  }

  /// Birth instants of the rows `shift` places further; `Clock.never` beyond the last row.
  func births(shiftedBy shift: UInt32) -> [UInt32] {
    let first = UInt32(
      truncatingIfNeeded: min(UInt64(firstRow) + UInt64(shift), UInt64(clock.rowCount)))
    if let offsets { return clock.births(from: first, offsets: offsets) }
    var made: [UInt32] = []
    clock.fillBirths(from: first, count: count, into: &made)
    return made
  }

  /// Makes what lifetimes of all segments need.
  mutating func prepareLifetimes() { stepIndex = stepIndex ?? StepIndex(clock: clock) }

  /// Fills `lifetimes`.
  mutating func makeLifetimes() {
    guard lifetimes.isEmpty, count > 0 else { return }
    prepareLifetimes()
    guard let index = stepIndex else { return }
    let array = rows.deaths
    let deaths = array.span
    var made = [UInt32](repeating: .max, count: count)
    for row in 0..<count where deaths[row] != .max {
      made[row] = index.rows(before: deaths[row]) &- number(row)
    }
    lifetimes = made
  }
}

/// Counts the rows born before any instant in about constant time.
///
/// One entry per 1,024 instants says how many steps come before; the rest is a short scan.
struct StepIndex: Sendable {
  private static let shift: UInt32 = 10
  private let steps: [UInt32]
  private let instantCount: UInt32
  private let before: [UInt32]

  /// An index of a clock's steps.
  init(clock: Clock) {
    steps = clock.steps
    instantCount = clock.instantCount
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
    let bounded = min(state, instantCount)
    var step = before[Int(bounded >> Self.shift)]
    while Int(step) < steps.count, steps[Int(step)] &+ step < bounded { step &+= 1 }
    return bounded &- step
  }
}
