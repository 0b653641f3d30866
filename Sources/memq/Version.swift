import CBuild

/// The release, and the source it was built from where the build says so.
enum Version {
  /// The release's number.
  static let number = "0.2.0"
  /// The program and its release.
  static let current = "memq \(number)"
  /// What `--version` prints: the release, then commit and date of the source.
  static var full: String {
    let commit = memq_build_commit()
    guard commit > 0 else { return current }
    let digits = padded(String(commit, radix: 16), to: 12)
    let date = memq_build_date()
    let day = [date / 10_000, date / 100 % 100, date % 100].map { padded(String($0), to: 2) }
    return "\(current) (\(digits), \(day.joined(separator: "-")))"
  }

  private static func padded(_ digits: String, to count: Int) -> String {
    String(repeating: "0", count: max(0, count - digits.count)) + digits
  }
}
