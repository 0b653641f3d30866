package import CaptureModel
import Interruption
package import Store
import Symbols

/// Imports a capture while it is recorded: what was read so far can be published at any time.
///
/// Call `read` until it is false, `publish` now and then, and `finish` once nothing follows any more.
/// A publication makes the capture in the store what an ordinary import of the bytes read so far would
/// have made, but for additions that only make questions faster. It costs what came since the one
/// before, what is alive, and the stacks; the recording's length shows in some forty bytes of memory for each
/// memory record. Used by one thread at a time.
package final class GrowingImport {
  private static let batchCapacity = 1 << 14
  /// So many bytes wait at most, aside, where they cannot be published.
  private static let pendingLimit = 256 << 20

  private let reader: any FollowingReader
  private let capture: GrowingCapture
  private let segments: SegmentWriter
  private let options: ImportOptions
  private let source: any SymbolSource
  private let symbols: RememberedSymbols
  private var replay: EventReplay
  private var rows: RowReplay
  private let batch = EventBatch(capacity: GrowingImport.batchCapacity)
  private let born = BornBatch(capacity: GrowingImport.batchCapacity)
  private var totals = GrowingTotals()
  private var times = GrowingTimes()
  private var marks: [(state: UInt32, milliseconds: Int64, name: String)] = []
  private var hasNewMarks = false
  private var publishedOffset: UInt64 = 0
  /// Bytes up to the last event that was taken.
  private(set) package var offset: UInt64
  /// The event behind `offset` is one more than can be numbered.
  private var isOver = false

  /// Begins, with a capture of no event in the store.
  ///
  /// - Parameters:
  ///   - reader: the capture, before its first record.
  ///   - store: open for writing, for this import alone.
  ///   - options: name and, until the content is known, hash.
  ///   - symbols: knows the functions of native stacks.
  /// - Throws: the store's errors; `nameTaken`.
  package init(
    reader: any FollowingReader, into store: Store, options: ImportOptions,
    symbols: any SymbolSource = ImageSymbols()
  ) throws(StoreError) {
    LargeBlocks.returnToSystem()
    self.reader = reader
    offset = reader.offset
    self.options = options
    source = symbols
    self.symbols = RememberedSymbols(symbols)
    var info = CaptureInfo(
      header: reader.header, fileSize: reader.fileSize, options: options, capture: 0)
    info.add(Self.ending(at: reader.offset))
    capture = try GrowingCapture(
      in: store, info, isNameGiven: options.isNameGiven, heldBytes: options.heldBytes)
    segments = SegmentWriter(writer: capture.writer)
    rows = RowReplay(header: reader.header)
    var window = options.window
    // Late deaths are put in their places at every publication, so few segments need wait.
    window.bytes = min(window.bytes, 8 << 20)
    window.bytesPerLiveBlock = 0
    replay = EventReplay(
      header: reader.header, window: window, encoder: EncodingQueue(segments: segments))
    replay.limit = options.instantLimit
  }

  /// The capture as it was last published.
  package var info: CaptureInfo { capture.info }

  /// Whether so much waits that it should be published soon.
  package var isFull: Bool { capture.pendingBytes > Self.pendingLimit }

  /// Whether there is anything to publish.
  package var hasNews: Bool { offset != publishedOffset || hasNewMarks }

  /// Whether nothing is there to read now, and more may come.
  package var isWaiting: Bool { reader.isWaiting }

  /// What is known of the program now.
  package var state: RecordingState {
    var state = RecordingState()
    state.allocations = Int64(replay.rowCount)
    state.frees = replay.deallocationCount
    state.heapBytes = Int64(clamping: replay.windows.heap)
    state.peakBytes = Int64(clamping: replay.windows.peakSoFar)
    state.threads = rows.threadIDs.count
    if let tick = replay.lastTick {
      state.milliseconds = tick.milliseconds
      state.residentBytes = Int64(clamping: tick.rss)
    }
    return state
  }

  /// Reads what is there, a batch at most; false when there is nothing, now or for good.
  ///
  /// - Throws: the store's errors; `tooManyEvents`, and what was read before can be published and
  ///   finished then.
  package func readOn() throws(StoreError) -> Bool {
    guard !isOver else { return false }
    guard reader.next(into: batch) else {
      offset = reader.offset
      return false
    }
    guard replay.hasRoom(for: batch.count) else {
      isOver = true
      throw .tooManyEvents(limit: UInt64(options.instantLimit))
    }
    offset = reader.offset
    born.take(batch, by: &rows)
    try replay.process(born)
    if replay.encoder.hasFailed { try replay.encoder.drain() }
    return true
  }

  /// Gives the time of the last memory record a name, from the next publication on.
  package func mark(_ name: String) {
    let tick = replay.lastTick
    marks.append((tick?.state ?? 0, tick?.milliseconds ?? 0, name))
    hasNewMarks = true
  }

  /// Publishes what was read so far.
  ///
  /// - Parameter note: what `show quality` says of the recording.
  /// - Throws: the store's errors; what was read is published the next time then. `inconsistent` when
  ///   a law of the design does not hold, `unknownCapture` when somebody removed the capture.
  package func publish(note: QualityRecord) throws(StoreError) {
    let begun = rows.begunSegment()
    let limits = replay.showOpen(begun)
    // It goes on, however this ends.
    defer { segments.reopen(after: replay.segmentEnds.count) }
    try replay.encoder.drain()
    let clock = Clock(steps: replay.steps.array, rowCount: replay.rowCount)
    let open = replay.endWindowForNow()
    defer { replay.reopenWindow(open) }
    let peakState = replay.windows.peakState
    let freed = try mergeLate(clock, limits, peakState: peakState)
    try segments.writeZones()
    let moment = GrowingTotals.Moment(
      reader: segments.reader(clock: clock), clock: clock, sealedSegments: replay.firstOpenSegment,
      freed: freed, cuts: replay.cutsSoFar, siteCount: rows.sites.count,
      peakState: peakState)
    let (info, quality) = try writeColumns(moment, rest: begun)
    try capture.publish(info, quality: [note] + quality)
    publishedOffset = offset
    hasNewMarks = false
  }

  /// Writes all columns but those of segments; what the capture is listed as, and what is odd about it.
  private func writeColumns(
    _ moment: GrowingTotals.Moment, rest: BornSegment?
  ) throws(StoreError) -> (CaptureInfo, [QualityRecord]) {
    let ending = Self.ending(at: offset)
    var finisher = ImportFinisher(
      writer: capture.writer, segments: segments, reader: reader, symbols: symbols)
    var info = finisher.describe(replay, rows: rows, ending: ending, options: options)
    info.segments = Int64(segments.zones.count)
    finisher.noteAnomalies(replay, rows: rows, ending: ending)
    try finisher.writeStacks(rows, info: &info)
    if reader.header.recordsCalls { try capture.writer.write(rows.calls.ended()) }
    try times.write(replay, to: capture.writer)
    try finisher.writeChanges(replay, cuts: moment.cuts)
    let allocated = rows.sites.totals(with: rest?.dictionary)
    try finisher.writeSites(rows, totals: allocated, info: info)
    try writeLiveTotals(
      moment, peak: replay.windows.peak, heap: replay.windows.heap, allocated: allocated)
    try writeMarks()
    return (info, finisher.quality)
  }

  private func mergeLate(
    _ clock: Clock, _ limits: [UInt32], peakState: UInt32
  ) throws(StoreError) -> LateTotals {
    let none = totals.lateTotals(peakState: peakState, siteCount: rows.sites.count)
    var freed: LateTotals? = none
    try segments.mergeLate(clock: clock, longAfter: limits, to: &freed)
    return freed ?? none
  }

  private func writeLiveTotals(
    _ moment: GrowingTotals.Moment, peak: UInt64, heap: UInt64,
    allocated: borrowing Buffer<SiteTable.Totals>
  ) throws(StoreError) {
    let living = try totals.update(moment)
    let laws = ConservationLaws(
      reader: moment.reader, clock: moment.clock, cuts: moment.cuts,
      reused: replay.reused.map { ($0.instant, $0.bytes) }, siteCount: moment.siteCount)
    try laws.check(living.peak, state: moment.peakState, heap: peak, at: "the peak")
    try laws.check(living.now, state: moment.clock.endState, heap: heap, at: "now")
    try laws.checkAllocatedOfZones(sites: allocated.map { ($0.bytes, $0.count) })
    let writer = capture.writer
    try writer.write(.sitePeakBytes, living.peak.bytes)
    try writer.write(.sitePeakCount, living.peak.counts)
    try writer.write(.siteLeakedBytes, living.now.bytes)
    try writer.write(.siteLeakedCount, living.now.counts)
  }

  private func writeMarks() throws(StoreError) {
    guard hasNewMarks else { return }
    try capture.writer.write(.markState, marks.map(\.state))
    try capture.writer.write(.markMilliseconds, marks.map(\.milliseconds))
    try capture.writer.write(.markName, texts: marks.map(\.name))
  }

  /// How a capture ends that is still being recorded.
  private static func ending(at offset: UInt64) -> CaptureEnding {
    .incomplete(offset: offset, reason: "no end mark yet: it was still being recorded")
  }

  // MARK: The end

  /// Makes the capture what an import of the finished one makes, and publishes it.
  ///
  /// - Parameters:
  ///   - hash: content hash; nil keeps the one it has.
  ///   - ending: how it ended where nobody else knows, such as that recording was left.
  ///   - note: what more `show quality` is to say.
  /// - Returns: the capture as listed and the anomalies met.
  /// - Throws: as `publish`; what was published last stays then.
  package func finish(
    hash: String?, ending: CaptureEnding? = nil, note: QualityRecord? = nil
  ) throws(StoreError) -> ImportReport {
    reader.rereadHeader()
    try replay.encoder.drain()
    replay.finish(rows.finish())
    try replay.encoder.drain()
    var options = options
    if let hash, try !capture.isKnown(hash: hash) { options.hash = hash }
    try times.erase(from: capture.writer)
    var finisher = ImportFinisher(
      writer: capture.writer, segments: segments, reader: reader, symbols: source)
    var info = try finisher.finish(replay, rows: rows, options: options)
    if let ending, isOver || reader.ending != .complete {
      info.add(ending)
      finisher.noteAnomalies(replay, rows: rows, ending: ending)
    }
    try writeMarks()
    let quality = finisher.quality + (note.map { [$0] } ?? [])
    try capture.publish(info, quality: quality)
    if capture.info.rows >= options.leastRowsForTimes { try? capture.addTimes() }
    return ImportReport(info: capture.info, wasKnown: false, quality: quality)
  }
}

/// What is known of a program that is recorded.
package struct RecordingState: Sendable, Equatable {
  /// Time of the last memory record, milliseconds after the start.
  package var milliseconds: Int64 = 0
  /// Resident bytes then.
  package var residentBytes: Int64 = 0
  /// Bytes alive after the last event.
  package var heapBytes: Int64 = 0
  /// Greatest heap so far.
  package var peakBytes: Int64 = 0
  /// Allocations so far.
  package var allocations: Int64 = 0
  /// Frees so far.
  package var frees: Int64 = 0
  /// Threads met so far.
  package var threads = 0

  /// Nothing yet.
  package init() {}
}
