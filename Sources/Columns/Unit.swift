/// What a column's numbers count; decides how they are printed.
package enum Unit: String, Sendable, CaseIterable {
  case none
  case bytes
  case count
  case allocations
  case seconds
  case percent
  case instant
  case bytesPerSecond = "bytes/s"
}
