import CaptureModel

/// Counts an oddity and remembers the line where it was met first.
struct FindingTally {
  private let kind: String
  private let severity: ProfileFinding.Severity
  private let detail: String
  private var firstLine: UInt64 = 0
  /// How often it was met.
  private(set) var count: Int64 = 0

  init(kind: String, severity: ProfileFinding.Severity = .warning, detail: String) {
    self.kind = kind
    self.severity = severity
    self.detail = detail
  }

  /// One more of it.
  mutating func count(line: UInt64) {
    if count == 0 { firstLine = line }
    count += 1
  }

  /// For `show quality`; nil when it was never met.
  var finding: ProfileFinding? {
    guard count > 0 else { return nil }
    return ProfileFinding(
      kind: kind, severity: severity, count: count, detail: "\(detail); first in line \(firstLine)")
  }
}
