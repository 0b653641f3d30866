/// What a column's numbers count; decides how they are printed.
package enum Unit: String, Sendable, CaseIterable {
  case none
  case bytes
  case count
  /// Weights that are no whole numbers: shown with all digits that they have.
  case samples
  case allocations
  case seconds
  case percent
  case instant
  case bytesPerSecond = "bytes/s"
  case bytesPerMinute = "bytes/min"
  case bytesPerHour = "bytes/h"
  case bytesPerMark = "bytes/mark"
  case bytesPerRun = "bytes/run"
  case perSecond = "1/s"
  case perMinute = "1/min"
  case perHour = "1/h"
  case perMark = "1/mark"
}
