/// What a capture is mainly about (design §2).
package enum CaptureKind: String, Sendable, CaseIterable {
  /// Every allocation and free.
  case events
  /// Totals per stack.
  case samples
  /// Values over time.
  case series
  /// Counts and bytes per type.
  case types
  /// Objects and their references.
  case objects
}
