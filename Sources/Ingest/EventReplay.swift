import CaptureModel
import Store

/// Replays a capture's events: the clock, the heap, deaths and ages.
///
/// Hot: every record of a capture passes through `process`. Cost: about 70 ns an allocation
/// with its free, half of it waiting for memory (benchmark: import).
struct EventReplay: ~Copyable {
  /// Instants are numbered in 32 bits; the last numbers are sentinels.
  static let instantLimit = UInt32.max &- 2

  private let zeroSizeFreesMovePeak: Bool
  private let window: DeathWindow
  let encoder: EncodingQueue

  // The clock.
  private(set) var rowCount: UInt32 = 0
  private(set) var instantCount: UInt32 = 0
  private(set) var steps = Buffer<UInt32>()
  private var segmentFirstInstant: UInt32 = 0
  private var segmentFirstStep = 0
  /// Per closed segment: instants when its last row was born.
  private(set) var segmentEnds = Buffer<UInt32>()

  // Threads.
  private var current = -1
  private var threadRows = Buffer<UInt32>()
  private var soleThread: UInt32?

  private var open = OpenDeaths()
  private var late: [LateDeath] = []
  private var live = LiveBlocks(soleThread: 0)
  private var ranges = MappedRanges()
  private var olderHits = HitTable()
  private var mappedByAddress = HitTable()
  private var mappedBySize = HitTable()
  /// Rows of mappings that a free or munmap has already hit.
  private var hitMappings: Set<UInt32> = []
  /// Bits below 4 KiB that some mapping's address has: none, unless a file is odd.
  private var mappedLowBits: UInt64 = 0
  private var liveCount = 0

  private(set) var windows = HeapWindows()
  private(set) var cuts: [Cut] = []
  private var cutRows: Set<UInt32> = []
  private var cutDeaths: [UInt32: UInt32] = [:]
  private(set) var reused: [(row: UInt32, instant: UInt32, bytes: UInt64)] = []
  private(set) var hits: [(row: UInt32, age: UInt32)] = []
  private(set) var anomalies = Anomalies()
  /// State, time and number of each mark of the file.
  private(set) var marks: [(state: UInt32, milliseconds: Int64, mark: UInt32)] = []
  private(set) var deallocationCount: Int64 = 0
  private(set) var bytesAllocated: UInt64 = 0

  init(header: CaptureHeader, window: DeathWindow, encoder: EncodingQueue) {
    self.window = window
    zeroSizeFreesMovePeak = header.zeroSizeFreesMovePeak
    self.encoder = encoder
    open.openSegment()
  }

  // MARK: Batches

  /// Instants that are numbered at most; tests make it small.
  var limit = EventReplay.instantLimit

  /// Whether so many more events can be numbered.
  func hasRoom(for count: Int) -> Bool {
    instantCount < limit && UInt64(count) < UInt64(limit &- instantCount)
  }

  /// How many events ahead the heap is looked up: blocks lie about in more memory than caches hold.
  private static let lookAhead = 12

  /// Replays a batch; throws when the clock runs out of numbers.
  mutating func process(_ batch: BornBatch) throws(StoreError) {
    let events = batch.events
    threadRows.append(repeating: 0, count: events.newThreads.count)
    guard hasRoom(for: events.count) else { throw .tooManyEvents(limit: UInt64(limit)) }
    var segments = batch.segments[...]
    let array = events.records
    let records = array.span
    for index in 0..<events.count {
      if index &+ Self.lookAhead < events.count {
        live.prefetch(records[index &+ Self.lookAhead].address)
      }
      process(records[index], segments: &segments)
    }
    flushLate()
  }

  @inline(__always)
  private mutating func process(_ record: EventRecord, segments: inout ArraySlice<BornSegment>) {
    switch record.kind {
    case .allocate:
      guard current >= 0 else { return }
      allocate(record)
      if rowCount & UInt32(SegmentLayout.rowCount &- 1) == 0, let born = segments.popFirst() {
        close(born)
      }
    case .deallocate: if current >= 0 { deallocate(record) }
    case .switchThread:
      if Int(record.argument) < threadRows.count { current = Int(record.argument) }
    case .tick: tick(record)
    case .mark:
      let milliseconds = HeapWindows.clamped(milliseconds: Int64(bitPattern: record.address))
      marks.append((instantCount, milliseconds, record.argument))
    case .mapGeneration, .objectCreated, .objectDestroyed, .nativeStack, .reentry, .labels: break
    }
  }

  private mutating func tick(_ record: EventRecord) {
    var milliseconds = HeapWindows.clamped(milliseconds: Int64(bitPattern: record.address))
    let last = windows.tickMilliseconds.count &- 1
    if last >= 0, milliseconds < windows.tickMilliseconds[last] {
      milliseconds = windows.tickMilliseconds[last]
      anomalies.clampedTicks += 1
    }
    steps.append(rowCount)
    instantCount &+= 1
    windows.tick(state: instantCount, milliseconds: milliseconds, rss: record.size)
  }

  // MARK: Allocations

  @inline(__always) private mutating func allocate(_ record: EventRecord) {
    let thread = UInt32(truncatingIfNeeded: current)
    let sequence = threadRows[current]
    if sequence == 0 { meetAllocatingThread(thread) }
    let row = rowCount
    let instant = instantCount
    let size = record.size
    if row & UInt32(SegmentLayout.rowCount &- 1) == 0 {
      segmentFirstInstant = instant
      segmentFirstStep = steps.count
    }
    rowCount = row &+ 1
    instantCount = instant &+ 1
    threadRows[current] = sequence &+ 1
    bytesAllocated &+= size
    if size == 0 { anomalies.zeroSizes &+= 1 }
    if case .mmap = record.allocator {
      map(record, row: row, instant: instant, sequence: sequence, thread: thread)
    } else {
      let before = live.allocate(
        address: record.address, row: row, size: size, thread: thread, sequence: sequence)
      liveCount &+= 1
      if let before { replace(before, at: record.address, by: thread, instant: instant) }
    }
    windows.grow(by: size, state: instant &+ 1)
  }

  private mutating func meetAllocatingThread(_ thread: UInt32) {
    guard let sole = soleThread else {
      soleThread = thread
      live = LiveBlocks(soleThread: thread)
      return
    }
    if sole != thread { live.addOwners() }
  }

  /// An address is allocated again: a living block there dies, another thread's row moves on.
  @inline(__always)
  private mutating func replace(
    _ before: LiveBlocks.Block, at address: UInt64, by thread: UInt32, instant: UInt32
  ) {
    if before.isLive {
      anomalies.reusedAddresses += 1
      reused.append((before.row, instant, before.size))
      die(before.row, at: instant, ageCode: SegmentLayout.noAge)
    }
    guard before.thread != thread else { return }
    olderHits.note(
      HitCandidate(row: before.row, sequence: before.sequence, wasHit: before.wasHit),
      address: address, thread: before.thread)
  }

  private mutating func map(
    _ record: EventRecord, row: UInt32, instant: UInt32, sequence: UInt32, thread: UInt32
  ) {
    let candidate = HitCandidate(row: row, sequence: sequence, wasHit: false)
    mappedLowBits |= record.address & 0xfff
    mappedByAddress.note(candidate, address: record.address, thread: thread)
    mappedBySize.note(candidate, address: record.address, size: record.size, thread: thread)
    guard record.size > 0 else {
      // A row, but never alive: nothing to unmap.
      setDeath(instant, row: row, ageCode: nil)
      return
    }
    liveCount &+= 1
    ranges.insert(start: record.address, size: record.size, row: row, site: record.argument)
  }

  // MARK: Frees

  @inline(__always) private mutating func deallocate(_ record: EventRecord) {
    deallocationCount &+= 1
    if case .munmap = record.allocator { return unmap(record) }
    let thread = UInt32(truncatingIfNeeded: current)
    guard let block = live.free(address: record.address, by: thread) else {
      anomalies.unknownFrees &+= 1
      return hitOlder(address: record.address, thread: thread, newerThan: nil)
    }
    if block.thread == thread {
      freeOwn(block, address: record.address)
    } else {
      if block.isLive { free(block, ageCode: SegmentLayout.noAge) }
      hitOlder(address: record.address, thread: thread, newerThan: nil)
    }
    if !block.isLive { anomalies.doubleFrees &+= 1 }
  }

  /// A free by the thread that allocated the newest row at the address: the usual hit.
  @inline(__always)
  private mutating func freeOwn(_ block: LiveBlocks.Block, address: UInt64) {
    if !mappedByAddress.isEmpty, address & 0xfff & ~mappedLowBits == 0,
      let mapped = mappedByAddress.candidate(address: address, thread: block.thread),
      mapped.row > block.row
    {
      if block.isLive { free(block, ageCode: SegmentLayout.noAge) }
      return hitOlder(address: address, thread: block.thread, newerThan: block.row)
    }
    let age = threadRows[current] &- block.sequence &- 1
    if block.isLive {
      let implied = rowCount &- block.row &- 1
      let code = age == implied ? SegmentLayout.impliedAge : SegmentLayout.ageCode(age)
      free(block, ageCode: code)
    } else {
      hit(HitCandidate(row: block.row, sequence: block.sequence, wasHit: block.wasHit))
    }
  }

  @inline(__always)
  private mutating func free(_ block: LiveBlocks.Block, ageCode: UInt32) {
    die(block.row, at: instantCount, ageCode: ageCode)
    windows.shrink(by: block.size)
    guard block.size == 0 else { return }
    steps.append(rowCount)
    instantCount &+= 1
    if zeroSizeFreesMovePeak { windows.touch(state: instantCount) }
  }

  /// Hits the freeing thread's newest row at an address that is not the address's newest.
  private mutating func hitOlder(address: UInt64, thread: UInt32, newerThan row: UInt32?) {
    var best = olderHits.candidate(address: address, thread: thread)
    let mapped = mappedByAddress.candidate(address: address, thread: thread)
    if let mapped, best.map({ mapped.row > $0.row }) ?? true { best = mapped }
    guard var best, row.map({ best.row > $0 }) ?? true else { return }
    if best == mapped { return hitMapping(best) }
    hit(best)
    best.wasHit = true
    olderHits.note(best, address: address, thread: thread)
  }

  /// Hits a mapping that does not die by it; both tables of mappings know it by its row.
  private mutating func hitMapping(_ candidate: HitCandidate) {
    var candidate = candidate
    candidate.wasHit = !hitMappings.insert(candidate.row).inserted
    hit(candidate)
  }

  /// Notes a temporary hit of the current thread on a row that does not die by it.
  private mutating func hit(_ candidate: HitCandidate) {
    let age = threadRows[current] &- candidate.sequence &- 1
    if candidate.wasHit {
      hits.append((candidate.row, age))
    } else if open.isOpen(candidate.row) {
      open.setAge(SegmentLayout.ageCode(age), row: candidate.row)
    } else {
      late.append(
        LateDeath(row: candidate.row, death: nil, ageCode: SegmentLayout.ageCode(age)))
    }
  }

  // MARK: Mappings

  private mutating func unmap(_ record: EventRecord) {
    let thread = UInt32(truncatingIfNeeded: current)
    let candidate = mappedBySize.candidate(
      address: record.address, size: record.size, thread: thread)
    var changes: [(MappedPiece, UInt64, PieceChange, Bool)] = []
    ranges.remove(start: record.address, size: record.size) { changes.append(($0, $1, $2, $3)) }
    if changes.isEmpty { anomalies.unknownRanges += 1 }
    var hitDies = false
    // A munmap that leaves nothing of a mapping is its free, of however many pieces.
    let ended = changes.count > 1 ? Set(changes.filter(\.3).map(\.0.row)) : []
    for (piece, lost, change, isLast) in changes {
      windows.shrink(by: lost)
      guard isLast else {
        if !ended.contains(piece.row) { cut(piece, lost: lost, change: change) }
        continue
      }
      var code: UInt32? = hitMappings.contains(piece.row) ? nil : SegmentLayout.noAge
      if let candidate, candidate.row == piece.row, hitMappings.insert(piece.row).inserted {
        code = codeOfHit(candidate)
        hitDies = true
      }
      liveCount &-= 1
      setDeath(instantCount, row: piece.row, ageCode: code)
      if cutRows.contains(piece.row) { cutDeaths[piece.row] = instantCount }
    }
    if let candidate, !hitDies { hitMapping(candidate) }
  }

  private func codeOfHit(_ candidate: HitCandidate) -> UInt32 {
    let age = threadRows[current] &- candidate.sequence &- 1
    let implied = rowCount &- candidate.row &- 1
    return age == implied ? SegmentLayout.impliedAge : SegmentLayout.ageCode(age)
  }

  private mutating func cut(_ piece: MappedPiece, lost: UInt64, change: PieceChange) {
    anomalies.cuts += 1
    cutRows.insert(piece.row)
    let pieces: Int32 = change == .split ? 1 : change == .removed ? -1 : 0
    cuts.append(
      Cut(
        row: piece.row, instant: instantCount, bytes: lost, pieces: pieces, site: piece.site,
        size: piece.size, death: Clock.never))
  }

  /// Frees what only events need: the end of an import needs memory of its own.
  private mutating func forgetHeap() {
    live = LiveBlocks(soleThread: 0)
    olderHits = HitTable()
    mappedByAddress = HitTable()
    mappedBySize = HitTable()
    open = OpenDeaths()
  }

  // MARK: Deaths

  @inline(__always)
  private mutating func die(_ row: UInt32, at instant: UInt32, ageCode: UInt32) {
    liveCount &-= 1
    setDeath(instant, row: row, ageCode: ageCode)
  }

  @inline(__always)
  private mutating func setDeath(_ death: UInt32, row: UInt32, ageCode: UInt32?) {
    guard open.isOpen(row) else {
      late.append(LateDeath(row: row, death: death, ageCode: ageCode))
      return
    }
    open.setDeath(death, row: row)
    if let ageCode, ageCode != SegmentLayout.impliedAge { open.setAge(ageCode, row: row) }
  }

  private mutating func flushLate() {
    guard !late.isEmpty else { return }
    encoder.addLate(late)
    late.removeAll(keepingCapacity: true)
  }

  // MARK: Segments

  /// Hands a segment over whose rows have all been replayed.
  private mutating func submit(_ born: BornSegment) {
    encoder.close(
      born, firstInstant: segmentFirstInstant,
      steps: steps.array(segmentFirstStep..<steps.count))
    segmentEnds.append(instantCount)
  }

  private mutating func close(_ born: BornSegment) {
    submit(born)
    open.openSegment()
    let allowed = window.bytes(liveBlocks: liveCount, besideHits: olderHits.byteCount)
    while open.byteCount > allowed, open.segmentCount > window.segments {
      sealOldest(rowCount: SegmentLayout.rowCount)
    }
  }

  private mutating func sealOldest(rowCount: Int) {
    let segment = Int(open.firstSegment)
    let sealed = open.takeOldest(rowCount: rowCount)
    encoder.seal(sealed, longAfter: longAfter(segment: segment))
  }

  /// The last instant at which a death of a segment's row is not long.
  func longAfter(segment: Int) -> UInt32 {
    let last = segment &+ Int(SegmentLayout.longSegments)
    return last < segmentEnds.count ? segmentEnds[last] : Clock.never &- 1
  }

  // MARK: Publications

  /// First segment whose deaths are still in memory; those before are sealed.
  var firstOpenSegment: Int { Int(open.firstSegment) }

  /// Milliseconds and resident bytes of the last tick; nil before the first.
  var lastTick: (milliseconds: Int64, rss: UInt64, state: UInt32)? {
    let last = windows.tickMilliseconds.count &- 1
    guard last >= 0 else { return nil }
    return (windows.tickMilliseconds[last], windows.tickRSS[last], windows.tickStates[last])
  }

  /// The cuts with the deaths of their rows.
  var cutsSoFar: [Cut] {
    cuts.map { cut in
      var cut = cut
      if let death = cutDeaths[cut.row] { cut.death = death }
      return cut
    }
  }

  /// Ends the last window as if the events ended here, until `reopenWindow`.
  mutating func endWindowForNow() -> HeapWindows.OpenWindow { windows.endForNow() }

  /// Goes on with the last window.
  mutating func reopenWindow(_ window: HeapWindows.OpenWindow) { windows.reopen(window) }

  /// Writes the open segments as they would be sealed if the events ended here, and goes on.
  ///
  /// - Parameter begun: the rows since the last whole segment.
  /// - Returns: per segment, the last instant at which a death is not long.
  mutating func showOpen(_ begun: BornSegment?) -> [UInt32] {
    flushLate()
    let closed = segmentEnds.count
    if let begun { submit(begun) }
    let limits = (0..<segmentEnds.count).map { longAfter(segment: $0) }
    for segment in firstOpenSegment..<segmentEnds.count {
      let rows = segment < closed ? SegmentLayout.rowCount : Int(begun?.zone.rowCount ?? 0)
      encoder.seal(
        open.deaths(ofSegment: segment, rowCount: rows), longAfter: limits[segment])
    }
    segmentEnds.keepFirst(closed)
    return limits
  }

  // MARK: The end

  /// Ends the replay: closes the rows since the last whole segment, seals what is open.
  mutating func finish(_ rest: BornSegment?) {
    windows.finish()
    let lastRows = Int(rest?.zone.rowCount ?? 0)
    if let rest { submit(rest) }
    while Int(open.firstSegment) < segmentEnds.count {
      let isLast = Int(open.firstSegment) &+ 1 == segmentEnds.count && lastRows > 0
      sealOldest(rowCount: isLast ? lastRows : SegmentLayout.rowCount)
    }
    flushLate()
    forgetHeap()
    cuts = cutsSoFar
  }
}
