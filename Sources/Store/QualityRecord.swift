/// How bad an anomaly of a capture is.
package enum Severity: String, Sendable, CaseIterable {
  /// Numbers are not affected.
  case note
  /// Some numbers may be lower or higher than the truth.
  case warning
  /// Data is missing.
  case error
}

/// One kind of anomaly that import met, and how often.
package struct QualityRecord: Sendable, Equatable {
  /// Short stable name, such as `unknown free`.
  package var kind: String
  /// How bad it is.
  package var severity: Severity
  /// How often it was met.
  package var count: Int64
  /// What it means, for a person.
  package var detail: String

  /// An anomaly and its number.
  package init(kind: String, severity: Severity, count: Int64, detail: String) {
    self.kind = kind
    self.severity = severity
    self.count = count
    self.detail = detail
  }
}
