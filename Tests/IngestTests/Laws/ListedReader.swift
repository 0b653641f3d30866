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
  private let records: [EventRecord]
  private let greatestBatch: Int
  private var numbers: SeededNumbers
  private var cursor = 0
  private var frameCount = 0
  private var threadCount = 0

  init(_ records: [EventRecord], seed: UInt64 = 0, greatestBatch: Int = 16384) {
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
    while batch.count < wanted, cursor < records.count {
      let record = records[cursor]
      define(record, in: batch)
      batch.records[batch.count] = record
      batch.count += 1
      cursor += 1
    }
    batch.fileOffset = UInt64(cursor)
    return true
  }

  private func define(_ record: EventRecord, in batch: EventBatch) {
    if record.kind == .push {
      while frameCount <= Int(record.argument) {
        batch.newFrames.append(Self.frame(UInt32(frameCount)))
        frameCount += 1
      }
    }
    if record.kind == .switchThread {
      while threadCount <= Int(record.argument) {
        batch.newThreads.append(Self.threadID(threadCount))
        if let name = names[UInt32(threadCount)] {
          batch.threadNames.append(ThreadName(thread: UInt32(threadCount), name: name))
        }
        threadCount += 1
      }
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
