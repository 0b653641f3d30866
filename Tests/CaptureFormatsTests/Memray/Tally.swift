import CaptureFormats
import CaptureModel

/// What a capture amounts to, found by following its records with plain stacks.
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
  var records: [EventRecord] = []
  var ending = CaptureEnding.complete
  /// Records that name a frame or thread not announced before.
  var unannounced = 0

  var generation = 0
  var native = NativeDefinitions()
  /// Number of allocations with a native stack.
  var nativeAllocations = 0

  private var stacks: [UInt64: [Int]] = [:]
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
      if record.argument > native.nodes.count { unannounced += 1 }
      if record.argument != 0 { nativeAllocations += 1 }
      let sum = Sum(count: 1, bytes: record.size)
      byAllocator[record.allocator.name, default: Sum()] += sum
      byPlace[place, default: Sum()] += sum
      guard let thread else { return unannounced += 1 }
      byThread[thread, default: Sum()] += sum
    case .deallocate:
      byAllocator[record.allocator.name, default: Sum()] += Sum(count: 1, bytes: record.size)
      if thread == nil { unannounced += 1 }
    case .push:
      guard let thread, record.argument < frames.count else { return unannounced += 1 }
      stacks[thread, default: []].append(Int(record.argument))
    case .pop:
      guard let thread else { return unannounced += 1 }
      let count = min(Int(record.argument), stacks[thread]?.count ?? 0)
      stacks[thread]?.removeLast(count)
    case .switchThread:
      guard record.argument < threadIDs.count else { return unannounced += 1 }
      thread = threadIDs[Int(record.argument)]
    case .tick:
      ticks.append(
        Tick(milliseconds: Int64(bitPattern: record.address), resident: record.size))
    case .mapGeneration: generation += 1
    case .objectCreated:
      if record.argument > native.nodes.count { unannounced += 1 }
    case .objectDestroyed: break
    }
  }

  private var place: Place {
    guard let thread, let top = stacks[thread]?.last else { return Place() }
    return Place(function: frames[top].function, file: frames[top].file, line: frames[top].line)
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
