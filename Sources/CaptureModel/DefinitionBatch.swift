/// A batch that announces frames and threads before its records use them.
package protocol DefinitionBatch: AnyObject {
  /// Frames first used in this batch.
  var newFrames: [FrameDefinition] { get set }
  /// Thread ids first seen in this batch.
  var newThreads: [UInt64] { get set }
  /// Thread names met in this batch.
  var threadNames: [ThreadName] { get set }
  /// Native nodes and images first met in this batch.
  var native: NativeDefinitions { get set }
}
