/// What one site held at the peak and at the end.
package struct SampleRecord: Sendable, Equatable {
  /// Index of the thread.
  package var thread: UInt32
  /// The function called.
  package var allocator: Allocator
  /// Stack node, counted from 1 over all batches; 0 is no stack.
  package var stack: UInt32
  /// Native node; 0 is none.
  package var native: UInt32
  /// Generation of the maps that the native node speaks of; 0 without one.
  package var generation: UInt32
  /// Bytes alive at the peak.
  package var peakBytes: UInt64
  /// Blocks alive at the peak.
  package var peakCount: UInt64
  /// Bytes never freed.
  package var leakedBytes: UInt64
  /// Blocks never freed.
  package var leakedCount: UInt64

  /// The totals of a site.
  package init(
    thread: UInt32, allocator: Allocator, stack: UInt32, native: UInt32 = 0,
    generation: UInt32 = 0, peakBytes: UInt64, peakCount: UInt64, leakedBytes: UInt64,
    leakedCount: UInt64
  ) {
    self.thread = thread
    self.allocator = allocator
    self.stack = stack
    self.native = native
    self.generation = generation
    self.peakBytes = peakBytes
    self.peakCount = peakCount
    self.leakedBytes = leakedBytes
    self.leakedCount = leakedCount
  }
}

/// A frame called from a stack node.
package struct StackNode: Sendable, Equatable {
  /// Node of the caller, always an earlier one; 0 is the root.
  package var parent: UInt32
  /// Index of the frame.
  package var frame: UInt32

  /// A frame on top of `parent`.
  package init(parent: UInt32, frame: UInt32) {
    self.parent = parent
    self.frame = frame
  }
}

/// The memory of the process at one time.
package struct HeapTick: Sendable, Equatable {
  /// After the capture's start.
  package var milliseconds: Int64
  /// Resident bytes.
  package var resident: UInt64
  /// Heap bytes.
  package var heap: UInt64

  /// The values of one time.
  package init(milliseconds: Int64, resident: UInt64, heap: UInt64) {
    self.milliseconds = milliseconds
    self.resident = resident
    self.heap = heap
  }
}

/// A run of totals in file order, with the definitions that they need.
///
/// Indices count over all batches of a capture, as in `EventBatch`. Owned by one thread.
package final class SampleBatch: DefinitionBatch {
  /// Totals of sites.
  package var records: [SampleRecord] = []
  /// Memory of the process.
  package var ticks: [HeapTick] = []
  /// Frames first used in this batch.
  package var newFrames: [FrameDefinition] = []
  /// Stack nodes first used in this batch; the first of all is node 1.
  package var newNodes: [StackNode] = []
  /// Thread ids first seen in this batch.
  package var newThreads: [UInt64] = []
  /// Thread names met in this batch.
  package var threadNames: [ThreadName] = []
  /// Native nodes and images first met in this batch.
  package var native = NativeDefinitions()
  /// Objects that the profiler followed and that were never destroyed, met in this batch.
  package var survivingObjects = 0
  /// Bytes of the file consumed so far, for progress.
  package var fileOffset: UInt64 = 0

  /// An empty batch.
  package init() {}

  /// Forgets the content, keeps the memory.
  package func removeAll() {
    records.removeAll(keepingCapacity: true)
    ticks.removeAll(keepingCapacity: true)
    newFrames.removeAll(keepingCapacity: true)
    newNodes.removeAll(keepingCapacity: true)
    newThreads.removeAll(keepingCapacity: true)
    threadNames.removeAll(keepingCapacity: true)
    native.removeAll()
    survivingObjects = 0
  }
}
