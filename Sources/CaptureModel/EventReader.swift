/// A capture of single events, read in one pass with bounded memory.
///
/// Used by one thread at a time.
package protocol EventReader: AnyObject {
  /// What the file says of itself.
  var header: CaptureHeader { get }
  /// Size of the file in bytes, for progress.
  var fileSize: UInt64 { get }
  /// Fills `batch` (emptied first) with the next records; false when there are none left.
  ///
  /// Damage ends the data: what came before is yielded, `ending` says where and why.
  func next(into batch: EventBatch) -> Bool
  /// How the data ended; meaningful once `next` has returned false.
  var ending: CaptureEnding { get }
}

/// A capture of single events that is still being written.
///
/// `next` is false also when no record is there yet; `isWaiting` tells the two apart.
package protocol FollowingReader: EventReader {
  /// Whether there is nothing to read now and more may come.
  var isWaiting: Bool { get }
  /// Bytes of the capture up to the end of the last record given.
  var offset: UInt64 { get }
  /// Reads again what the header says of the end, which is written there when tracking ends.
  func rereadHeader()
}
