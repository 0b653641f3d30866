/// A place in a program as the file identifies it; many may share function, file and line.
package struct FrameDefinition: Sendable, Equatable {
  /// Function name; empty when unknown.
  package var function: String
  /// File name; empty when unknown.
  package var file: String
  /// Line, 0 when unknown.
  package var line: Int32
  /// Whether the frame began a new C-level evaluation loop (`memray.md` §8.5).
  package var isEntry: Bool
  /// What kind of code it is.
  package var kind: ProfileFrame.Kind

  /// A frame's text and flags.
  package init(
    function: String, file: String, line: Int32, isEntry: Bool = true,
    kind: ProfileFrame.Kind = .python
  ) {
    self.kind = kind
    self.function = function
    self.file = file
    self.line = line
    self.isEntry = isEntry
  }
}

/// A name given to a thread; the last one given wins.
package struct ThreadName: Sendable, Equatable {
  /// Index into the threads defined so far.
  package var thread: UInt32
  /// The name.
  package var name: String

  /// A thread's name.
  package init(thread: UInt32, name: String) {
    self.thread = thread
    self.name = name
  }
}

/// A run of events in file order, with the definitions that they need.
///
/// Definitions are appended before the batch's records use them: frame index `i` is the
/// `i`-th definition over all batches of a capture, thread index likewise; stack nodes count
/// from 1. A batch is owned by one thread at a time and handed over whole, hence unchecked
/// sendability.
package final class EventBatch: DefinitionBatch, @unchecked Sendable {
  /// Records in file order; only the first `count` are meaningful.
  package var records: [EventRecord]
  /// Number of meaningful records.
  package var count = 0
  /// Frames first used in this batch.
  package var newFrames: [FrameDefinition] = []
  /// Stack nodes first used in this batch.
  package var newNodes: [StackNode] = []
  /// Frames that threads were to leave but did not stand in.
  package var missingFrames: Int64 = 0
  /// Thread ids first seen in this batch.
  package var newThreads: [UInt64] = []
  /// Thread names met in this batch.
  package var threadNames: [ThreadName] = []
  /// Sets of labels of allocations first used in this batch; the first of all is set 1.
  package var newLabelSets: [[ProfileLabel]] = []
  /// Marks first met in this batch; the first of all is mark 0.
  package var newMarks: [EventMark] = []
  /// Native nodes and images first met in this batch.
  package var native = NativeDefinitions()
  /// Bytes of the file consumed so far, for progress.
  package var fileOffset: UInt64 = 0

  /// An empty batch for `capacity` records and the rest of a group that the last of them begins.
  package init(capacity: Int) {
    records = Array(
      repeating: EventRecord(kind: .tick), count: capacity + EventRecord.greatestGroup - 1)
  }

  /// Gives the content to another batch, and takes what that has.
  package func swapContent(with other: EventBatch) {
    swap(&records, &other.records)
    swap(&count, &other.count)
    swap(&newFrames, &other.newFrames)
    swap(&newNodes, &other.newNodes)
    swap(&missingFrames, &other.missingFrames)
    swap(&newThreads, &other.newThreads)
    swap(&threadNames, &other.threadNames)
    swap(&newLabelSets, &other.newLabelSets)
    swap(&newMarks, &other.newMarks)
    swap(&native, &other.native)
    swap(&fileOffset, &other.fileOffset)
  }

  /// Forgets the content, keeps the memory.
  package func removeAll() {
    count = 0
    missingFrames = 0
    newNodes.removeAll(keepingCapacity: true)
    newFrames.removeAll(keepingCapacity: true)
    newThreads.removeAll(keepingCapacity: true)
    threadNames.removeAll(keepingCapacity: true)
    newLabelSets.removeAll(keepingCapacity: true)
    newMarks.removeAll(keepingCapacity: true)
    native.removeAll()
  }
}
