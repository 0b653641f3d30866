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
  /// What the file tells beside its events; final once `next` has returned false.
  var description: EventDescription { get }
  /// What was odd on the way; meaningful once `next` has returned false.
  var findings: [ProfileFinding] { get }
  /// Further captures of the same file, each with what its name and identity end in, such as
  /// another device of the process.
  var siblings: [(suffix: String, reader: any EventReader)] { get }
  /// What the capture's own name ends in beside such siblings; empty for nothing.
  var suffix: String { get }
}

extension EventReader {
  /// As memray's.
  package var description: EventDescription { EventDescription() }
  /// Nothing but what the events themselves show.
  package var findings: [ProfileFinding] { [] }
  /// A file that holds one capture.
  package var siblings: [(suffix: String, reader: any EventReader)] { [] }
  /// Nothing: the name is the file's.
  package var suffix: String { "" }
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
