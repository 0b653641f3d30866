// ⚠ unsafe: a run of 2^17 deaths per open segment, owned here, freed once; offsets are masked
// and segments are checked against the open ones.
import Store

/// How much of the youngest deaths stays in memory before segments seal.
struct DeathWindow: Sendable {
  /// Bytes that stay open however few blocks live.
  var bytes = 32 << 20
  /// Bytes more for each live block.
  var bytesPerLiveBlock = 16
  /// Segments that stay open in any case: enough to know which deaths are long.
  var segments = Int(SegmentLayout.longSegments) + 2

  /// Bytes that may stay open beside what is kept for hits, which takes up to three quarters of the window.
  func bytes(liveBlocks: Int, besideHits hits: Int) -> Int {
    bytes &- min(hits, bytes / 4 &* 3) &+ liveBlocks &* bytesPerLiveBlock
  }
}

/// The deaths and ages of the rows whose segments are not sealed yet.
///
/// Cost: about 1 ns a death while the row is young (benchmark: import).
@safe struct OpenDeaths: ~Copyable {
  private typealias Run = UnsafeMutablePointer<UInt32>

  private static let rows = SegmentLayout.rowCount
  /// Deaths of the open segments, oldest first, after `taken` places that are used up.
  private var deaths: [Run] = unsafe []
  /// Age codes of the same segments; nil while all are implied.
  private var ages: [Run?] = unsafe []
  private var spare: [Run] = unsafe []
  private var taken = 0
  private var ageRuns = 0
  /// Oldest open segment.
  private(set) var firstSegment: UInt32 = 0

  init() {}

  deinit {
    for index in unsafe taken..<deaths.count {
      unsafe deaths[index].deallocate()
      unsafe ages[index]?.deallocate()
    }
    var index = 0
    while unsafe index < spare.count {
      unsafe spare[index].deallocate()
      index &+= 1
    }
  }

  /// Number of open segments.
  var segmentCount: Int { unsafe deaths.count &- taken }

  /// Bytes that the open rows take.
  var byteCount: Int { (segmentCount &+ ageRuns) &* Self.rows &* 4 }

  /// Opens the next segment.
  mutating func openSegment() {
    unsafe deaths.append(makeRun(filledWith: Clock.never))
    unsafe ages.append(nil)
  }

  private mutating func makeRun(filledWith value: UInt32) -> Run {
    let run = unsafe spare.popLast() ?? Run.allocate(capacity: Self.rows)
    unsafe run.initialize(repeating: value, count: Self.rows)
    return unsafe run
  }

  /// Whether a row's segment is open.
  @inline(__always) func isOpen(_ row: UInt32) -> Bool {
    row &>> SegmentLayout.rowBits >= firstSegment
  }

  @inline(__always) private func index(_ row: UInt32) -> Int {
    Int(row &>> SegmentLayout.rowBits &- firstSegment) &+ taken
  }

  /// Sets the death of an open row.
  @inline(__always) mutating func setDeath(_ death: UInt32, row: UInt32) {
    unsafe deaths[index(row)][Int(row) & (Self.rows &- 1)] = death
  }

  /// Sets the age code of an open row.
  mutating func setAge(_ code: UInt32, row: UInt32) {
    let place = index(row)
    let run: Run
    if let existing = unsafe ages[place] {
      unsafe run = existing
    } else {
      unsafe run = makeRun(filledWith: SegmentLayout.impliedAge)
      unsafe ages[place] = run
      ageRuns &+= 1
    }
    unsafe run[Int(row) & (Self.rows &- 1)] = code
  }

  /// The deaths of an open segment as they are now.
  func deaths(ofSegment segment: Int, rowCount: Int) -> SealedDeaths {
    let place = segment &- Int(firstSegment) &+ taken
    precondition(unsafe place >= taken && place < deaths.count && rowCount <= Self.rows)
    let run = unsafe deaths[place]
    return unsafe SealedDeaths(
      segment: segment,
      deaths: Array(UnsafeBufferPointer(start: run, count: rowCount)),
      ages: ages[place].map { unsafe Array(UnsafeBufferPointer(start: $0, count: rowCount)) })
  }

  /// Takes the oldest segment out.
  mutating func takeOldest(rowCount: Int) -> SealedDeaths {
    let run = unsafe deaths[taken]
    let ageRun = unsafe ages[taken]
    let sealed = unsafe SealedDeaths(
      segment: Int(firstSegment),
      deaths: Array(UnsafeBufferPointer(start: run, count: rowCount)),
      ages: ageRun.map { unsafe Array(UnsafeBufferPointer(start: $0, count: rowCount)) })
    unsafe spare.append(run)
    if let ageRun = unsafe ageRun {
      unsafe spare.append(ageRun)
      ageRuns &-= 1
    }
    taken &+= 1
    firstSegment &+= 1
    if taken > 64, unsafe taken &* 2 > deaths.count {
      unsafe deaths.removeFirst(taken)
      unsafe ages.removeFirst(taken)
      taken = 0
    }
    return sealed
  }
}

/// The deaths of a segment as they leave memory.
struct SealedDeaths: Sendable {
  var segment: Int
  var deaths: [UInt32]
  var ages: [UInt32]?
}
