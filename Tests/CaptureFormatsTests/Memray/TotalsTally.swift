import CaptureModel

/// What a capture of totals amounts to.
struct TotalsTally {
  var frames: [FrameDefinition] = []
  var nodes: [StackNode] = []
  var threadIDs: [UInt64] = []
  var threadNames: [UInt64: String] = [:]
  var ticks: [HeapTick] = []
  var records: [SampleRecord] = []
  var native = NativeDefinitions()
  var survivingObjects = 0
  var ending = CaptureEnding.complete
  /// Records that name a frame, node or thread not announced before.
  var unannounced = 0

  /// Reads all of a capture.
  init(_ reader: any SampleReader) {
    let batch = SampleBatch()
    while reader.next(into: batch) {
      frames += batch.newFrames
      threadIDs += batch.newThreads
      for node in batch.newNodes {
        if Int(node.parent) > nodes.count || Int(node.frame) >= frames.count { unannounced += 1 }
        nodes.append(node)
      }
      for name in batch.threadNames {
        guard Int(name.thread) < threadIDs.count else {
          unannounced += 1
          continue
        }
        threadNames[threadIDs[Int(name.thread)]] = name.name
      }
      for node in batch.native.nodes {
        if Int(node.parent) > native.nodes.count { unannounced += 1 }
        native.nodes.append(node)
      }
      native.images += batch.native.images
      native.segments += batch.native.segments
      ticks += batch.ticks
      for record in batch.records
      where Int(record.stack) > nodes.count || Int(record.thread) >= threadIDs.count
        || Int(record.native) > native.nodes.count
      {
        unannounced += 1
      }
      records += batch.records
      survivingObjects += batch.survivingObjects
    }
    ending = reader.ending
  }
}
