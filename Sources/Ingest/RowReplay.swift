import CaptureModel
import Store

/// Numbers what rows are born as: their sites, and the classes of their segments.
///
/// Needs no heap, so that it runs on a thread of its own, before `EventReplay` takes a batch over.
/// Cost: about 20 ns an allocation (benchmark: import).
struct RowReplay: ~Copyable {
  /// Allocator number of the sites that Python objects come from: they allocate nothing.
  static let objectAllocator: UInt8 = 0

  private let hasNativeStacks: Bool
  private let hasLabels: Bool
  private var rowCount: UInt32 = 0
  private var current: UInt32?

  private(set) var threadIDs: [UInt64] = []
  private(set) var threadNames: [String] = []
  private(set) var frames = FrameTable()
  private(set) var stacks = StackNodes()
  /// What the records before one say of it: its native node, and the frame entered again.
  private var nativeNode: UInt32 = 0
  private var reentered: UInt32 = 0
  private(set) var calls = CallLog()
  private(set) var nativeTables = NativeTables()
  /// The places of sites in captures with native stacks or labels, whose set stands in place of the
  /// native node; else places are nodes of `stacks`.
  private(set) var contexts = NativeContexts()
  private var generation: UInt32 = 0
  private(set) var sites = SiteTable()
  private var builder = SegmentBuilder()
  /// Site of each living object that the profiler follows.
  private(set) var livingObjects: [UInt64: UInt32] = [:]
  private var stacklessAllocations: Int64 = 0
  private var deepPops: Int64 = 0

  /// Sets of labels that allocations carry, and that of the next ones.
  private(set) var labels = LabelSets()
  private var labelSet: UInt32 = 0
  private(set) var marks: [EventMark] = []

  init(header: CaptureHeader) {
    hasNativeStacks = header.hasNativeTraces
    hasLabels = header.hasLabels && !header.hasNativeTraces
  }

  /// Whether places of sites are numbers of `contexts`.
  var hasContexts: Bool { hasNativeStacks || hasLabels }

  /// Gives every allocation's record its site in place of its stack.
  ///
  /// - Parameters:
  ///   - batch: the next one of the capture.
  ///   - segments: is given the segments whose last row is in the batch.
  mutating func process(_ batch: EventBatch, segments: inout [BornSegment]) {
    for frame in batch.newFrames { frames.append(frame) }
    for node in batch.newNodes { stacks.append(node) }
    if hasNativeStacks { nativeTables.add(batch.native) }
    for set in batch.newLabelSets { labels.add(set) }
    if !batch.newMarks.isEmpty { marks += batch.newMarks }
    meetThreads(of: batch)
    deepPops &+= batch.missingFrames
    // Taken out of the class, whose fields are checked at every access.
    var array: [EventRecord] = []
    swap(&array, &batch.records)
    defer { swap(&array, &batch.records) }
    var records = array.mutableSpan
    for index in 0..<batch.count {
      let record = records[index]
      switch record.kind {
      case .allocate:
        guard let current else { continue }
        records[index].argument = allocate(record, thread: current)
        if builder.isFull { segments.append(endSegment()) }
      case .deallocate, .tick, .mark: break
      case .labels: labelSet = record.argument
      case .switchThread:
        if Int(record.argument) < threadIDs.count { current = record.argument }
      case .mapGeneration: generation &+= 1
      case .objectCreated: create(record)
      case .objectDestroyed: livingObjects[record.address] = nil
      case .nativeStack: nativeNode = record.argument
      case .reentry: reentered = record.argument
      }
    }
  }

  private mutating func meetThreads(of batch: EventBatch) {
    threadIDs += batch.newThreads
    threadNames += [String](repeating: "", count: batch.newThreads.count)
    for name in batch.threadNames where Int(name.thread) < threadNames.count {
      threadNames[Int(name.thread)] = name.name
    }
  }

  /// The site of an allocation, whose row it adds to the segment being born.
  @inline(__always)
  private mutating func allocate(_ record: EventRecord, thread: UInt32) -> UInt32 {
    let stack = record.argument
    if stack == 0 { stacklessAllocations &+= 1 }
    let row = rowCount
    let site = sites.site(
      stack: place(stack), allocator: record.allocator.rawValue, thread: thread, row: row)
    builder.append(site: site, size: record.size, sites: &sites)
    rowCount = row &+ 1
    if reentered != 0 {
      calls.note(row: row, node: reentered)
      reentered = 0
    }
    return site
  }

  /// Notes where a Python object that the profiler follows comes from.
  private mutating func create(_ record: EventRecord) {
    guard let current else { return }
    livingObjects[record.address] = sites.site(
      stack: place(record.argument), allocator: Self.objectAllocator, thread: current,
      row: rowCount)
  }

  /// What a site stands for: the stack, or the context that it is a part of.
  @inline(__always)
  private mutating func place(_ stack: UInt32) -> UInt32 {
    hasContexts ? context(stack: stack) : stack
  }

  @inline(never)
  private mutating func context(stack: UInt32) -> UInt32 {
    if hasLabels {
      return contexts.number(of: NativeContext(stack: stack, native: labelSet, generation: 0))
    }
    let known = Int(nativeNode) < nativeTables.addresses.count ? nativeNode : 0
    nativeNode = 0
    return contexts.number(
      of: NativeContext(stack: stack, native: known, generation: generation))
  }

  private mutating func endSegment() -> BornSegment {
    let born = builder.finish()
    sites.add(born.dictionary)
    return born
  }

  /// The rows since the last whole segment, which goes on; nil when there are none.
  func begunSegment() -> BornSegment? { builder.rowCount > 0 ? builder.begun() : nil }

  /// Ends with the events: the rows since the last whole segment, if there are any.
  mutating func finish() -> BornSegment? {
    calls.finish()
    return builder.rowCount > 0 ? endSegment() : nil
  }

  /// Adds what was met to the anomalies of a capture.
  func add(to anomalies: inout Anomalies) {
    anomalies.stacklessAllocations = stacklessAllocations
    anomalies.deepPops = deepPops
    anomalies.survivingObjects = Int64(livingObjects.count)
  }
}
