import CaptureModel
import TestSupport

/// Events from memory, in batches of random size, each with the definitions it needs.
///
/// Used by one thread at a time, as the protocol asks.
final class ListedReader: EventReader {
  var header = CaptureHeader()
  var ending = CaptureEnding.complete
  /// Names given in the batch that first mentions their thread.
  var names: [UInt32: String] = [:]
  private let records: [ListedRecord]
  private let greatestBatch: Int
  private var numbers: SeededNumbers
  private var cursor = 0
  private var frameCount = 0
  private var threadCount = 0
  private var thread = 0
  private var stacks: [ListedStack] = []
  /// Nodes by parent and frame.
  private var nodes: [[UInt32]: UInt32] = [:]

  init(_ records: [ListedRecord], seed: UInt64 = 0, greatestBatch: Int = 16384) {
    self.records = records
    self.greatestBatch = greatestBatch
    numbers = SeededNumbers(seed: seed)
    header.format = "listed"
  }

  var fileSize: UInt64 { UInt64(records.count) }

  func next(into batch: EventBatch) -> Bool {
    batch.removeAll()
    guard cursor < records.count else { return false }
    let wanted = min(numbers.below(greatestBatch + 1), batch.records.count)
    while batch.count + EventRecord.greatestGroup <= max(wanted, EventRecord.greatestGroup),
      cursor < records.count
    {
      add(records[cursor], to: batch)
      cursor += 1
    }
    batch.fileOffset = UInt64(cursor)
    return true
  }

  private func append(_ record: EventRecord, to batch: EventBatch) {
    batch.records[batch.count] = record
    batch.count += 1
  }

  private func add(_ record: ListedRecord, to batch: EventBatch) {
    switch record.kind {
    case .push:
      defineFrames(record.argument, in: batch)
      if !stacks.isEmpty { stacks[thread].push(node(record.argument, in: batch)) }
    case .pop:
      guard !stacks.isEmpty else { return }
      batch.missingFrames += Int64(stacks[thread].pop(Int(record.argument)))
    case .switchThread:
      defineThreads(record.argument, in: batch)
      thread = Int(record.argument)
      append(EventRecord(kind: .switchThread, argument: record.argument), to: batch)
    case .allocate:
      if !stacks.isEmpty, let node = stacks[thread].takeReentry() {
        append(EventRecord(kind: .reentry, argument: node), to: batch)
      }
      append(
        EventRecord(
          kind: .allocate, address: record.address, size: record.size,
          argument: stacks.isEmpty ? 0 : stacks[thread].top, allocator: record.allocator),
        to: batch)
    case .deallocate:
      append(
        EventRecord(
          kind: .deallocate, address: record.address, size: record.size,
          allocator: record.allocator), to: batch)
    case .tick:
      append(EventRecord(kind: .tick, address: record.address, size: record.size), to: batch)
    case .mapGeneration: append(EventRecord(kind: .mapGeneration), to: batch)
    }
  }

  /// The node of a frame on top of the current thread's stack.
  private func node(_ frame: UInt32, in batch: EventBatch) -> UInt32 {
    let place = [stacks[thread].top, frame]
    if let known = nodes[place] { return known }
    let node = UInt32(nodes.count + 1)
    nodes[place] = node
    batch.newNodes.append(StackNode(parent: place[0], frame: frame))
    return node
  }

  private func defineFrames(_ greatest: UInt32, in batch: EventBatch) {
    while frameCount <= Int(greatest) {
      batch.newFrames.append(Self.frame(UInt32(frameCount)))
      frameCount += 1
    }
  }

  private func defineThreads(_ greatest: UInt32, in batch: EventBatch) {
    while threadCount <= Int(greatest) {
      batch.newThreads.append(Self.threadID(threadCount))
      if let name = names[UInt32(threadCount)] {
        batch.threadNames.append(ThreadName(thread: UInt32(threadCount), name: name))
      }
      stacks.append(ListedStack())
      threadCount += 1
    }
  }

  static func threadID(_ index: Int) -> UInt64 { 100 + UInt64(index) * 7 }

  /// Neighbouring frames share a location.
  static func frame(_ index: UInt32) -> FrameDefinition {
    FrameDefinition(
      function: "function\(index / 2)", file: "file\(index / 4).py", line: Int32(index / 2),
      isEntry: index % 3 == 0)
  }
}
