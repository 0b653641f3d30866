/// A capture of totals per stack at two moments, the peak and the end.
///
/// Used by one thread at a time.
package protocol SampleReader: AnyObject {
  /// What the file says of itself.
  var header: CaptureHeader { get }
  /// Size of the file in bytes, for progress.
  var fileSize: UInt64 { get }
  /// Fills `batch` (emptied first) with what comes next; false when there is nothing left.
  ///
  /// Damage ends the data: what came before is yielded, `ending` says where and why.
  func next(into batch: SampleBatch) -> Bool
  /// How the data ended; meaningful once `next` has returned false.
  var ending: CaptureEnding { get }
}
