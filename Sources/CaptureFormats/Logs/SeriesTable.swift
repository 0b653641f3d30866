import CaptureModel

/// The series that a text tells, by name and process.
struct SeriesTable {
  /// Most series; more processes than these share the last ones' fate and are left out.
  private static let limit = 1 << 16

  private struct Key: Hashable {
    var name: String
    var process: Int64?
  }

  private var numbers: [Key: UInt32] = [:]
  private var newSeries: [SeriesDefinition] = []

  /// The number of a series; nil when there are too many.
  mutating func number(of name: String, process: Int64?, unit: String) -> UInt32? {
    let key = Key(name: name, process: process)
    if let known = numbers[key] { return known }
    guard numbers.count < Self.limit else { return nil }
    let number = UInt32(numbers.count)
    numbers[key] = number
    newSeries.append(SeriesDefinition(name: name, process: process, unit: unit))
    return number
  }

  /// Moves what is new since the last time to a batch.
  mutating func handOut(to batch: ProfileBatch) {
    batch.newSeries.append(contentsOf: newSeries)
    newSeries.removeAll(keepingCapacity: true)
  }
}
