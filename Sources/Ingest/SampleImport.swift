import CaptureModel
import Store

/// Gathers the totals of a capture and writes them as columns.
///
/// Memory is bounded by distinct stacks: the file has a record for each.
struct SampleImport: ~Copyable {
  /// What tells sites apart.
  private struct SiteKey: Hashable {
    var context: UInt32
    var allocator: UInt8
    var thread: UInt32
  }

  private var frames = FrameTable()
  private var stacks = StackInterner()
  /// Interned node of each of the file's, the root first.
  private var nodes: [UInt32] = [0]
  private var threadIDs: [UInt64] = []
  private var threadNames: [String] = []
  private var ticks: [HeapTick] = []
  private var numbers: [SiteKey: Int] = [:]
  private var sites: [SiteKey] = []
  private var peak = RunningTotals()
  private var leaked = RunningTotals()
  private var anomalies = Anomalies()
  private var native = NativeTables()
  private var contexts = NativeContexts()
  /// Anomalies found so far; whole once everything is written.
  private(set) var quality: [QualityRecord] = []

  /// Adds what a batch holds.
  mutating func process(_ batch: SampleBatch) {
    for frame in batch.newFrames { frames.append(frame) }
    native.add(batch.native)
    for node in batch.newNodes {
      nodes.append(stacks.child(of: nodes[Int(node.parent)], frame: node.frame))
    }
    for thread in batch.newThreads {
      threadIDs.append(thread)
      threadNames.append("")
    }
    for name in batch.threadNames where Int(name.thread) < threadNames.count {
      threadNames[Int(name.thread)] = name.name
    }
    for tick in batch.ticks { add(tick) }
    for record in batch.records { add(record) }
    anomalies.survivingObjects += Int64(batch.survivingObjects)
  }

  private mutating func add(_ tick: HeapTick) {
    var tick = tick
    tick.milliseconds = HeapWindows.clamped(milliseconds: tick.milliseconds)
    if let last = ticks.last, tick.milliseconds < last.milliseconds {
      tick.milliseconds = last.milliseconds
      anomalies.clampedTicks += 1
    }
    ticks.append(tick)
  }

  private mutating func add(_ record: SampleRecord) {
    let node = Int(record.native) < native.addresses.count ? record.native : 0
    let context = contexts.number(
      of: NativeContext(
        stack: nodes[Int(record.stack)], native: node, generation: record.generation))
    let key = SiteKey(
      context: context, allocator: record.allocator.rawValue,
      thread: record.thread)
    let site = numbers[key] ?? sites.count
    if site == sites.count {
      numbers[key] = site
      sites.append(key)
    }
    let isPeakWhole = peak.add(bytes: record.peakBytes, count: record.peakCount, site: site)
    let isLeakedWhole = leaked.add(
      bytes: record.leakedBytes, count: record.leakedCount, site: site)
    if !isPeakWhole || !isLeakedWhole { anomalies.impossibleTotals += 1 }
  }

  /// Writes everything and describes the capture.
  mutating func write(
    reader: any SampleReader, options: ImportOptions, symbols: any SymbolSource,
    to writer: CaptureWriter
  ) throws(StoreError) -> CaptureInfo {
    var info = CaptureInfo(
      header: reader.header, fileSize: reader.fileSize, options: options, capture: writer.capture)
    info.kind = .samples
    info.add(reader.ending)
    // The clock counts ticks only.
    info.instants = Int64(ticks.count)
    info.steps = info.instants
    info.ticks = info.instants
    info.durationMilliseconds = ticks.last?.milliseconds ?? 0
    info.peakBytes = peak.totalBytes
    info.endBytes = leaked.totalBytes
    quality = anomalies.records(ending: reader.ending)
    info.threads = Int64(threadIDs.count)
    if reader.header.hasNativeTraces {
      try writeNativeStacks(info, header: reader.header, symbols, to: writer)
    }
    info.locations = Int64(frames.functions.count)
    info.frames = Int64(frames.locations.count)
    info.stacks = Int64(stacks.count - 1)
    info.sites = Int64(sites.count)
    try writer.write(frames: frames, stacks: stacks.nodes)
    try writer.write(threadIDs: threadIDs, names: threadNames)
    try writeTicks(to: writer)
    try writeSites(info, to: writer)
    for record in quality { try writer.write(record) }
    return info
  }

  /// Resolves, merges and writes the native stacks.
  private mutating func writeNativeStacks(
    _ info: CaptureInfo, header: CaptureHeader, _ symbols: any SymbolSource,
    to writer: CaptureWriter
  ) throws(StoreError) {
    let merged = NativeStacks(
      contexts.contexts.array, tables: native, stacks: stacks.nodes,
      skipped: header.skippedFramesOnMainThread, symbols: symbols, frames: &frames)
    try merged.write(
      sites: sites.map { ($0.context, $0.thread) },
      mainThread: info.mainThread(among: threadIDs), to: writer)
    quality += merged.quality
  }

  private func writeTicks(to writer: CaptureWriter) throws(StoreError) {
    try writer.write(.stepRow, ticks.map { _ in UInt32(0) })
    try writer.write(.tickState, ticks.indices.map { UInt32($0 + 1) })
    try writer.write(.tickMilliseconds, ticks.map(\.milliseconds))
    try writer.write(.tickRSS, ticks.map { Int64(clamping: $0.resident) })
    try writer.write(.tickHeap, ticks.map { Int64(clamping: $0.heap) })
  }

  private func writeSites(_ info: CaptureInfo, to writer: CaptureWriter) throws(StoreError) {
    let stacks = sites.map { contexts.contexts[Int($0.context)].stack }
    try writer.write(.siteStack, stacks)
    try writer.write(.siteAllocator, sites.map(\.allocator))
    try writer.write(.siteThread, sites.map(\.thread))
    // No row came first: sites are in file order.
    try writer.write(.siteFirstRow, sites.indices.map { UInt32($0) })
    var hidden: [(depth: UInt32, thread: UInt32)] = []
    for (site, stack) in zip(sites, stacks) {
      hidden.append((self.stacks.nodes[stack].depth, site.thread))
    }
    try writer.writeHidden(sites: hidden, threadIDs: threadIDs, info: info)
    try writer.write(.sitePeakBytes, peak.bytes)
    try writer.write(.sitePeakCount, peak.counts)
    try writer.write(.siteLeakedBytes, leaked.bytes)
    try writer.write(.siteLeakedCount, leaked.counts)
  }
}

/// Bytes and blocks per site whose sums cannot overflow, whatever the file says.
private struct RunningTotals {
  private(set) var bytes: [Int64] = []
  private(set) var counts: [Int64] = []
  private(set) var totalBytes: Int64 = 0
  private var totalCount: Int64 = 0
  /// More than any memory, and still a whole number as a floating-point one.
  private static let limit: Int64 = 1 << 53

  /// Adds to a site, at most the one after the last; false if not all could be added.
  mutating func add(bytes addedBytes: UInt64, count addedCount: UInt64, site: Int) -> Bool {
    if site == bytes.count {
      bytes.append(0)
      counts.append(0)
    }
    let moreBytes = min(Int64(clamping: addedBytes), Self.limit - totalBytes)
    let moreCount = min(Int64(clamping: addedCount), Self.limit - totalCount)
    bytes[site] += moreBytes
    counts[site] += moreCount
    totalBytes += moreBytes
    totalCount += moreCount
    return UInt64(moreBytes) == addedBytes && UInt64(moreCount) == addedCount
  }
}
