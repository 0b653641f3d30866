/// A capture of anything but single events: totals per stack or type, series, object graphs.
///
/// One file may hold several of these (scalene: totals per line and a series). Used by one
/// thread at a time; memory must not grow with the file beyond what is distinct in it.
package protocol ProfileReader: AnyObject {
  /// What the file says of itself before its data.
  var header: CaptureHeader { get }
  /// Size of the file in bytes, for progress.
  var fileSize: UInt64 { get }
  /// Fills `batch` (emptied first) with what comes next; false when there is nothing left.
  ///
  /// Damage ends the data: what came before is yielded, `ending` says where and why.
  func next(into batch: ProfileBatch) -> Bool
  /// What the numbers mean; final once `next` has returned false.
  var description: ProfileDescription { get }
  /// How the data ended; meaningful once `next` has returned false.
  var ending: CaptureEnding { get }
  /// What was odd on the way, such as lines skipped; meaningful once `next` has returned false.
  var findings: [ProfileFinding] { get }
}

/// Something odd that a reader met, for `show quality`.
package struct ProfileFinding: Sendable, Equatable {
  /// How bad it is.
  package enum Severity: Sendable { case note, warning, error }

  /// Short stable name, such as `line without a count`.
  package var kind: String
  /// How bad it is.
  package var severity: Severity
  /// How often it was met.
  package var count: Int64
  /// What it means and where it was first met (byte or line), for a person.
  package var detail: String

  /// A finding and its number.
  package init(kind: String, severity: Severity, count: Int64 = 1, detail: String) {
    self.kind = kind
    self.severity = severity
    self.count = count
    self.detail = detail
  }
}
