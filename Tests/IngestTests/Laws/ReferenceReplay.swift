import CaptureModel

/// Where an allocation came from, spelled out.
struct ReferenceSite: Hashable {
  var thread: UInt32
  var allocator: Allocator
  var frames: [UInt32]
}

/// One allocation and all that happened to it.
struct ReferenceRow: Equatable {
  var site: Int
  var size: UInt64
  var birth: UInt32
  /// Instants before the free; nil when never freed.
  var death: UInt32?
  /// Age at the first temporary hit; nil when no free hit it.
  var age: UInt32?
}

struct ReferenceCut: Equatable {
  var row: Int
  var instant: UInt32
  var bytes: UInt64
  var pieces: Int
}

struct ReferenceHit: Equatable {
  var row: Int
  var age: UInt32
}

struct ReferenceReuse: Equatable {
  var row: Int
  var instant: UInt32
  var bytes: UInt64
}

struct ReferenceTick: Equatable {
  var state: UInt32
  var milliseconds: Int64
  var rss: UInt64
  var heap: UInt64
}

/// Bytes and blocks of one site.
struct ReferenceTotal: Equatable {
  var bytes: UInt64 = 0
  var count: Int64 = 0
}

/// The greatest heap of a stretch, and the last state that has it.
struct ReferencePeak: Equatable {
  var bytes: UInt64 = 0
  var state: UInt32 = 0
}

/// What every import must answer, computed one event at a time from `memray.md` §9.
///
/// Nothing here is clever: a dictionary of blocks, a list of intervals, a list of what each
/// thread allocated. One rule departs from memray's (§9.4): a munmap hits mappings only, while
/// memray would also call a heap block of the same address and size temporary.
struct ReferenceReplay {
  private struct Interval {
    var start: UInt64
    var end: UInt64
    var row: Int
  }

  /// An allocation in its thread's list.
  private struct Made {
    var row: Int
    var size: UInt64
    var isRanged: Bool
    /// The one before it at the same address; −1 for none.
    var before: Int
  }

  private struct Place: Hashable {
    var thread: Int
    var address: UInt64
  }

  private let zeroSizeFreesMovePeak: Bool
  /// States for which `live` is wanted; nil for all.
  private let wantedStates: Set<UInt32>?

  private(set) var rows: [ReferenceRow] = []
  private(set) var sites: [ReferenceSite] = []
  /// Every loss of bytes by munmap, the one that a mapping dies of included.
  private(set) var cuts: [ReferenceCut] = []
  private(set) var hits: [ReferenceHit] = []
  private(set) var reused: [ReferenceReuse] = []
  private(set) var ticks: [ReferenceTick] = []
  private(set) var windows = [ReferencePeak()]
  private(set) var peak = ReferencePeak()
  /// Live bytes and blocks of each site after the event of the last greatest heap.
  private(set) var livingAtPeak: [ReferenceTotal] = []
  /// Live bytes and blocks of each site just after an instant.
  private(set) var livingInState: [UInt32: [ReferenceTotal]] = [:]
  private(set) var allocated: [ReferenceTotal] = []
  /// Live bytes and blocks of each site.
  private(set) var living: [ReferenceTotal] = []
  private(set) var heap: UInt64 = 0
  private(set) var instants: UInt32 = 0
  private(set) var deallocations = 0
  private(set) var missingFrames = 0
  private(set) var clampedTicks = 0

  private var current = -1
  private var stacks: [[UInt32]] = []
  /// What each thread allocated, in order.
  private var made: [[Made]] = []
  /// Where in its thread's list the newest allocation at an address stands.
  private var newest: [Place: Int] = [:]
  private var siteNumbers: [ReferenceSite: Int] = [:]
  private var blocks: [UInt64: Int] = [:]
  private var intervals: [Interval] = []

  init(
    _ records: [ListedRecord], threadCount: Int, zeroSizeFreesMovePeak: Bool = true,
    wantedStates: Set<UInt32>? = nil
  ) {
    self.zeroSizeFreesMovePeak = zeroSizeFreesMovePeak
    self.wantedStates = wantedStates
    stacks = Array(repeating: [], count: threadCount)
    made = Array(repeating: [], count: threadCount)
    keepState()
    for record in records { process(record) }
  }

  private mutating func process(_ record: ListedRecord) {
    switch record.kind {
    case .allocate: allocate(record)
    case .deallocate: deallocate(record)
    case .push: stacks[current].append(record.argument)
    case .pop:
      let count = Int(record.argument)
      missingFrames += max(0, count - stacks[current].count)
      stacks[current].removeLast(min(count, stacks[current].count))
    case .switchThread: current = Int(record.argument)
    case .tick: tick(record)
    case .mapGeneration: break
    }
  }

  // MARK: Instants

  /// Ends an instant: from here on a new state holds.
  private mutating func passInstant() {
    instants += 1
    keepState()
  }

  private mutating func keepState() {
    if wantedStates?.contains(instants) ?? true { livingInState[instants] = living }
  }

  /// After an event that is an instant: the last of equal heaps wins.
  private mutating func noteHeight() {
    if heap >= windows[windows.count - 1].bytes {
      windows[windows.count - 1] = ReferencePeak(bytes: heap, state: instants)
    }
    if heap >= peak.bytes { peak = ReferencePeak(bytes: heap, state: instants) }
  }

  /// After every event: memray's high watermark takes the live set of the last greatest heap.
  private mutating func noteWatermark() {
    if heap >= watermark {
      watermark = heap
      livingAtPeak = living
    }
  }
  private var watermark: UInt64 = 0

  private mutating func tick(_ record: ListedRecord) {
    var milliseconds = Int64(bitPattern: record.address)
    if let last = ticks.last, milliseconds < last.milliseconds {
      milliseconds = last.milliseconds
      clampedTicks += 1
    }
    passInstant()
    ticks.append(
      ReferenceTick(
        state: instants, milliseconds: milliseconds, rss: record.size, heap: heap))
    windows.append(ReferencePeak(bytes: heap, state: instants))
  }

  // MARK: Allocations

  private mutating func allocate(_ record: ListedRecord) {
    let row = rows.count
    let site = siteNumber(
      ReferenceSite(
        thread: UInt32(current), allocator: record.allocator, frames: stacks[current]))
    rows.append(ReferenceRow(site: site, size: record.size, birth: instants))
    allocated[site].bytes += record.size
    allocated[site].count += 1
    let place = Place(thread: current, address: record.address)
    let before = newest.updateValue(made[current].count, forKey: place) ?? -1
    made[current].append(
      Made(
        row: row, size: record.size, isRanged: record.allocator == .mmap, before: before))
    if record.allocator == .mmap {
      if record.size > 0 {
        intervals.append(
          Interval(start: record.address, end: record.address + record.size, row: row))
        enter(row)
      } else {
        rows[row].death = instants
      }
    } else {
      if let old = blocks[record.address] {
        reused.append(ReferenceReuse(row: old, instant: instants, bytes: rows[old].size))
        rows[old].death = instants
        leave(old, bytes: rows[old].size, count: 1)
      }
      blocks[record.address] = row
      enter(row)
    }
    heap += record.size
    passInstant()
    noteHeight()
    noteWatermark()
  }

  private mutating func siteNumber(_ site: ReferenceSite) -> Int {
    if let known = siteNumbers[site] { return known }
    siteNumbers[site] = sites.count
    sites.append(site)
    allocated.append(ReferenceTotal())
    living.append(ReferenceTotal())
    return sites.count - 1
  }

  private mutating func enter(_ row: Int) {
    living[rows[row].site].bytes += rows[row].size
    living[rows[row].site].count += 1
  }

  private mutating func leave(_ row: Int, bytes: UInt64, count: Int64) {
    living[rows[row].site].bytes -= bytes
    living[rows[row].site].count -= count
  }

  // MARK: Frees

  private mutating func deallocate(_ record: ListedRecord) {
    deallocations += 1
    hitTemporary(record)
    if record.allocator == .munmap {
      unmap(record)
    } else if let row = blocks.removeValue(forKey: record.address) {
      rows[row].death = instants
      leave(row, bytes: rows[row].size, count: 1)
      heap -= rows[row].size
      if rows[row].size == 0 {
        passInstant()
        if zeroSizeFreesMovePeak { noteHeight() }
      }
    }
    if zeroSizeFreesMovePeak { noteWatermark() }
  }

  /// §9.4: the newest allocation of the freeing thread at this address; it stays in the list.
  private mutating func hitTemporary(_ record: ListedRecord) {
    let isUnmap = record.allocator == .munmap
    var place = newest[Place(thread: current, address: record.address)] ?? -1
    while place >= 0, isUnmap {
      let hit = made[current][place]
      if hit.isRanged, hit.size == record.size { break }
      place = hit.before
    }
    guard place >= 0 else { return }
    let hit = made[current][place]
    let age = UInt32(made[current].count - place - 1)
    if rows[hit.row].age == nil {
      rows[hit.row].age = age
    } else {
      hits.append(ReferenceHit(row: hit.row, age: age))
    }
  }

  /// §9.1: every interval that overlaps is cut.
  private mutating func unmap(_ record: ListedRecord) {
    let start = record.address
    let end = record.address + record.size
    guard record.size > 0 else { return }
    var kept: [Interval] = []
    let firstCut = cuts.count
    for interval in intervals {
      guard interval.start < end, start < interval.end else {
        kept.append(interval)
        continue
      }
      var pieces: [Interval] = []
      if interval.start < start {
        pieces.append(Interval(start: interval.start, end: start, row: interval.row))
      }
      if end < interval.end {
        pieces.append(Interval(start: end, end: interval.end, row: interval.row))
      }
      let bytes = min(end, interval.end) - max(start, interval.start)
      cuts.append(
        ReferenceCut(
          row: interval.row, instant: instants, bytes: bytes, pieces: pieces.count - 1))
      leave(interval.row, bytes: bytes, count: Int64(1 - pieces.count))
      heap -= bytes
      kept += pieces
    }
    let before = Set(intervals.map(\.row))
    intervals = kept
    let ended = before.subtracting(kept.map(\.row))
    for row in ended { rows[row].death = instants }
    // Design §3: only a munmap that leaves something of a mapping is a cut.
    cuts = cuts[..<firstCut] + cuts[firstCut...].filter { !ended.contains($0.row) }
  }
}
