import CaptureModel
import Store

/// Writes what a replay found, and checks the laws that every import must obey.
struct ImportFinisher {
  let writer: CaptureWriter
  private let segments: SegmentWriter
  let reader: any EventReader
  private let symbols: any SymbolSource
  var quality: [QualityRecord] = []

  init(
    writer: CaptureWriter, segments: SegmentWriter, reader: any EventReader,
    symbols: any SymbolSource
  ) {
    self.symbols = symbols
    self.writer = writer
    self.segments = segments
    self.reader = reader
  }

  mutating func finish(
    _ replay: borrowing EventReplay, rows: borrowing RowReplay, options: ImportOptions
  ) throws(StoreError) -> CaptureInfo {
    var info = describe(replay, rows: rows, ending: reader.ending, options: options)
    let limits = (0..<replay.segmentEnds.count).map { replay.longAfter(segment: $0) }
    let clock = Clock(steps: replay.steps.array, rowCount: replay.rowCount)
    let zones = try segments.finish(clock: clock, longAfter: limits)
    info.segments = Int64(zones.count)
    noteAnomalies(replay, rows: rows, ending: reader.ending)
    try writeStacks(rows, info: &info)
    if reader.header.recordsCalls { try writer.write(rows.calls) }
    try writeTimes(replay)
    try writeChanges(replay, cuts: replay.cuts)
    try writeMarks(replay, rows: rows)
    try writer.write(reader.description)
    try writeSites(rows, totals: rows.sites.totals, info: info)
    try writeLiveTotals(replay, rows: rows, info: info)
    return info
  }

  mutating func noteAnomalies(
    _ replay: borrowing EventReplay, rows: borrowing RowReplay, ending: CaptureEnding
  ) {
    var anomalies = replay.anomalies
    rows.add(to: &anomalies)
    quality = anomalies.records(ending: ending) + reader.findings.map { QualityRecord($0) }
    if rows.labels.dropped > 0 { quality.append(.tooManyLabels(rows.labels.dropped)) }
  }

  /// Writes frames, stacks and threads; native frames are added to what `info` counts.
  mutating func writeStacks(
    _ rows: borrowing RowReplay, info: inout CaptureInfo
  ) throws(StoreError) {
    var frames = rows.frames
    if reader.header.hasNativeTraces {
      try writeNativeStacks(rows, info: info, frames: &frames)
      info.locations = Int64(frames.functions.count)
      info.frames = Int64(frames.locations.count)
    }
    try writer.write(frames: frames, stacks: rows.stacks)
    try writer.write(threadIDs: rows.threadIDs, names: rows.threadNames)
  }

  /// What the capture is listed as.
  func describe(
    _ replay: borrowing EventReplay, rows: borrowing RowReplay,
    ending: CaptureEnding, options: ImportOptions
  ) -> CaptureInfo {
    var info = CaptureInfo(
      header: reader.header, fileSize: reader.fileSize, options: options, capture: writer.capture)
    addTotals(replay, rows: rows, to: &info)
    info.add(ending)
    return info
  }

  private func addTotals(
    _ replay: borrowing EventReplay, rows: borrowing RowReplay, to info: inout CaptureInfo
  ) {
    let peak = (bytes: replay.windows.peak, state: replay.windows.peakState)
    info.rows = Int64(replay.rowCount)
    info.instants = Int64(replay.instantCount)
    info.deallocations = replay.deallocationCount
    info.events = info.rows + info.deallocations
    info.bytesAllocated = Int64(bitPattern: replay.bytesAllocated)
    info.peakBytes = Int64(bitPattern: peak.bytes)
    info.peakState = Int64(peak.state)
    info.endBytes = Int64(bitPattern: replay.windows.heap)
    let ticks = replay.windows.tickMilliseconds.count
    info.durationMilliseconds = ticks > 0 ? replay.windows.tickMilliseconds[ticks - 1] : 0
    info.locations = Int64(rows.frames.functions.count)
    info.frames = Int64(rows.frames.locations.count)
    info.stacks = Int64(rows.stacks.count - 1)
    info.sites = Int64(rows.sites.count)
    info.threads = Int64(rows.threadIDs.count)
    info.ticks = Int64(ticks)
    info.steps = Int64(replay.steps.count)
    info.cuts = Int64(replay.cuts.count)
    info.reused = Int64(replay.reused.count)
    info.hits = Int64(replay.hits.count)
  }

  private func writeTimes(_ replay: borrowing EventReplay) throws(StoreError) {
    try writer.write(.tickState, replay.windows.tickStates.array)
    try writer.write(.tickMilliseconds, replay.windows.tickMilliseconds.array)
    try writer.write(.tickRSS, replay.windows.tickRSS.array)
    try writer.write(.tickHeap, replay.windows.tickHeap.array)
    try writer.write(.windowPeak, replay.windows.windowPeaks.array)
    try writer.write(.windowPeakState, replay.windows.windowPeakStates.array)
    try writer.write(.stepRow, replay.steps.array)
  }

  /// Writes what is odd about single rows: mappings that were cut, addresses used again, second hits.
  func writeChanges(_ replay: borrowing EventReplay, cuts: [Cut]) throws(StoreError) {
    try writer.write(cuts)
    try writer.write(.reusedRow, replay.reused.map(\.row))
    try writer.write(.reusedInstant, replay.reused.map(\.instant))
    try writer.write(.reusedBytes, replay.reused.map(\.bytes))
    try writer.write(.hitRow, replay.hits.map(\.row))
    try writer.write(.hitAge, replay.hits.map(\.age))
  }

  /// Writes the marks that the file itself has, in order of time.
  private func writeMarks(
    _ replay: borrowing EventReplay, rows: borrowing RowReplay
  ) throws(StoreError) {
    let marks = replay.marks.filter { Int($0.mark) < rows.marks.count }
    guard !marks.isEmpty else { return }
    try writer.write(.markState, marks.map(\.state))
    try writer.write(.markMilliseconds, marks.map(\.milliseconds))
    try writer.write(.markName, texts: marks.map { rows.marks[Int($0.mark)].name })
    let details = marks.map { rows.marks[Int($0.mark)].detail }
    if details.contains(where: { !$0.isEmpty }) { try writer.write(.markDetail, texts: details) }
  }

  /// Resolves, merges and writes the native stacks.
  private mutating func writeNativeStacks(
    _ rows: borrowing RowReplay, info: CaptureInfo, frames: inout FrameTable
  ) throws(StoreError) {
    let native = NativeStacks(
      rows.contexts.contexts.array, tables: rows.nativeTables, stacks: rows.stacks,
      skipped: reader.header.skippedFramesOnMainThread, symbols: symbols, frames: &frames)
    try native.write(
      sites: zip(rows.sites.stacks.array, rows.sites.sites.map(\.thread)).map { ($0, $1) },
      mainThread: info.mainThread(among: rows.threadIDs), to: writer)
    quality += native.quality
  }

  /// Node of each site's Python stack.
  private func pythonStacks(_ rows: borrowing RowReplay) -> [UInt32] {
    let places = rows.sites.stacks.array
    guard rows.hasContexts else { return places }
    let contexts = rows.contexts.contexts.array
    return places.map { contexts[Int($0)].stack }
  }

  func writeSites(
    _ rows: borrowing RowReplay, totals: borrowing Buffer<SiteTable.Totals>, info: CaptureInfo
  ) throws(StoreError) {
    // A column at a time: of a million sites a copy of everything would take 48 MB.
    let stacks = pythonStacks(rows)
    try writer.write(.siteStack, stacks)
    try writer.write(.siteAllocator, rows.sites.sites.map { $0.allocator })
    try writer.write(.siteThread, rows.sites.sites.map { $0.thread })
    try writer.write(.siteFirstRow, rows.sites.firstRows.array)
    var hidden: [(depth: UInt32, thread: UInt32)] = []
    hidden.reserveCapacity(stacks.count)
    for (index, stack) in stacks.enumerated() {
      hidden.append((rows.stacks[stack].depth, rows.sites.sites[index].thread))
    }
    if reader.header.hasLabels, rows.hasContexts {
      let contexts = rows.contexts.contexts.array
      let places = rows.sites.stacks.array
      try rows.labels.write(places.map { contexts[Int($0)].native }, to: writer)
    }
    try writer.writeHidden(sites: hidden, threadIDs: rows.threadIDs, info: info)
    try writer.write(.siteAllocatedBytes, totals.map { $0.bytes })
    try writer.write(.siteAllocatedCount, totals.map { $0.count })
    try writeObjects(rows)
  }

  /// Writes how many objects of each site were never destroyed, when the profiler followed them.
  private func writeObjects(_ rows: borrowing RowReplay) throws(StoreError) {
    let allocators = rows.sites.sites.map { $0.allocator }
    guard allocators.contains(RowReplay.objectAllocator) else { return }
    var counts = [Int64](repeating: 0, count: allocators.count)
    for site in rows.livingObjects.values { counts[Int(site)] += 1 }
    try writer.write(.siteObjects, counts)
  }

  private func writeLiveTotals(
    _ replay: borrowing EventReplay, rows: borrowing RowReplay, info: CaptureInfo
  ) throws(StoreError) {
    let clock = Clock(steps: replay.steps.array, rowCount: replay.rowCount)
    let laws = ConservationLaws(
      reader: try SegmentReader(columns: writer.columns(of: info)), clock: clock,
      cuts: replay.cuts, reused: replay.reused.map { ($0.instant, $0.bytes) },
      siteCount: rows.sites.count)
    try laws.checkAllocated(sites: rows.sites.totals.map { ($0.bytes, $0.count) })
    var classes = LiveClasses()
    let peak = try laws.check(
      state: replay.windows.peakState, heap: replay.windows.peak, at: "the peak",
      classes: &classes)
    try writer.write(.sitePeakBytes, peak.bytes)
    try writer.write(.sitePeakCount, peak.counts)
    try classes.write(of: .peak, to: writer)
    classes = LiveClasses()
    let leaked = try laws.check(
      state: clock.endState, heap: replay.windows.heap, at: "the end", classes: &classes)
    try writer.write(.siteLeakedBytes, leaked.bytes)
    try writer.write(.siteLeakedCount, leaked.counts)
    try classes.write(of: .end, to: writer)
    let ticks = replay.windows.tickStates.count
    var unkept = LiveClasses(limit: 0)
    for share in 1...3 where ticks > 3 {
      let tick = ticks * share / 4
      _ = try laws.check(
        state: replay.windows.tickStates[tick], heap: replay.windows.tickHeap[tick],
        at: "tick \(tick)", classes: &unkept)
    }
    guard replay.windows.windowPeaks.array.allSatisfy({ $0 <= replay.windows.peak }) else {
      throw .inconsistent(law: "no window is higher than the peak")
    }
  }
}
