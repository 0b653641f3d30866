import CaptureFormats
import CaptureModel

/// What a capture amounts to, found by following its records.
struct Tally {
  struct Place: Hashable {
    var function: String?
    var file: String?
    var line: Int32?
  }
  struct Sum: Equatable {
    var count = 0
    var bytes: UInt64 = 0
  }
  struct Tick: Equatable {
    var milliseconds: Int64
    var resident: UInt64
  }

  var byAllocator: [String: Sum] = [:]
  var byPlace: [Place: Sum] = [:]
  var byThread: [UInt64: Sum] = [:]
  var threadIDs: [UInt64] = []
  var threadNames: [UInt64: String] = [:]
  var ticks: [Tick] = []
  var frames: [FrameDefinition] = []
  var nodes: [StackNode] = []
  /// Frames to be left that were not there.
  var missingFrames: Int64 = 0
  var records: [EventRecord] = []
  var ending = CaptureEnding.complete
  /// Records that name a frame or thread not announced before.
  var unannounced = 0

  var generation = 0
  var native = NativeDefinitions()
  /// Number of allocations with a native stack.
  var nativeAllocations = 0

  private var hasNativeStack = false
  private var thread: UInt64?

  var events: Int { byAllocator.values.reduce(0) { $0 + $1.count } }
  var allocations: Sum {
    byThread.values.reduce(into: Sum()) { $0 += $1 }
  }

  /// Reads all of a capture in batches of `capacity` records.
  init(_ reader: any EventReader, capacity: Int = 1000, keepingRecords: Bool = false) {
    let batch = EventBatch(capacity: capacity)
    while reader.next(into: batch) {
      frames += batch.newFrames
      missingFrames += batch.missingFrames
      for node in batch.newNodes {
        if Int(node.parent) > nodes.count || node.frame >= frames.count { unannounced += 1 }
        nodes.append(node)
      }
      add(batch.native)
      threadIDs += batch.newThreads
      for name in batch.threadNames where Int(name.thread) < threadIDs.count {
        threadNames[threadIDs[Int(name.thread)]] = name.name
      }
      for record in batch.records[..<batch.count] { add(record) }
      if keepingRecords { records += batch.records[..<batch.count] }
    }
    ending = reader.ending
  }

  private mutating func add(_ definitions: NativeDefinitions) {
    for node in definitions.nodes {
      if Int(node.parent) > native.nodes.count { unannounced += 1 }
      native.nodes.append(node)
    }
    native.images += definitions.images
    for segment in definitions.segments {
      if Int(segment.image) >= native.images.count { unannounced += 1 }
      native.segments.append(segment)
    }
  }

  private mutating func add(_ record: EventRecord) {
    switch record.kind {
    case .allocate:
      if hasNativeStack { nativeAllocations += 1 }
      hasNativeStack = false
      let sum = Sum(count: 1, bytes: record.size)
      byAllocator[record.allocator.name, default: Sum()] += sum
      byPlace[place(record.argument), default: Sum()] += sum
      guard let thread else { return unannounced += 1 }
      byThread[thread, default: Sum()] += sum
    case .deallocate:
      byAllocator[record.allocator.name, default: Sum()] += Sum(count: 1, bytes: record.size)
      if thread == nil { unannounced += 1 }
    case .switchThread:
      guard record.argument < threadIDs.count else { return unannounced += 1 }
      thread = threadIDs[Int(record.argument)]
    case .tick:
      ticks.append(
        Tick(milliseconds: Int64(bitPattern: record.address), resident: record.size))
    case .mapGeneration: generation += 1
    case .objectCreated:
      hasNativeStack = false
      if record.argument > nodes.count { unannounced += 1 }
    case .objectDestroyed: break
    case .nativeStack:
      hasNativeStack = true
      if record.argument > native.nodes.count { unannounced += 1 }
    case .reentry: if record.argument > nodes.count { unannounced += 1 }
    // memray's captures have neither.
    case .labels, .mark: unannounced += 1
    }
  }

  private mutating func place(_ node: UInt32) -> Place {
    guard node != 0 else { return Place() }
    guard Int(node) <= nodes.count else {
      unannounced += 1
      return Place()
    }
    let frame = frames[Int(nodes[Int(node) - 1].frame)]
    return Place(function: frame.function, file: frame.file, line: frame.line)
  }
}

extension Tally.Sum {
  static func += (left: inout Tally.Sum, right: Tally.Sum) {
    left.count += right.count
    left.bytes &+= right.bytes
  }
}

/// A capture that should have been one of events.
struct NoEvents: Error {}

extension FormatRegistry {
  /// Opens a capture of events.
  static func events(path: String, format: String? = nil) throws -> any EventReader {
    guard case .events(let reader) = try open(path: path, format: format) else { throw NoEvents() }
    return reader
  }
}
