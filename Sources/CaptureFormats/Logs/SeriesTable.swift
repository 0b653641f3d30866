import CaptureModel

/// The series that a text tells, by name and process.
struct SeriesTable {
  /// Most series; more processes than these share the last ones' fate and are left out.
  private static let limit = 1 << 16
  /// Series met last, which mostly come again.
  private static let mostRecent = 8

  private struct Key: Hashable {
    var name: String
    var process: Int64?
  }

  private var numbers: [Key: UInt32] = [:]
  private var recent: [(key: Key, number: UInt32)] = []
  private var nextRecent = 0
  /// The series of each size that was met last.
  private var sizes: [(process: Int64?, number: UInt32)?] = Array(
    repeating: nil, count: SizeSeries.allCases.count)
  private var newSeries: [SeriesDefinition] = []

  /// The number of a series of sizes; nil when there are too many.
  mutating func number(of size: SizeSeries, process: Int64?) -> UInt32? {
    let place = Int(size.rawValue)
    if let (known, number) = sizes[place], known == process { return number }
    guard let number = number(of: size.name, process: process, unit: "bytes") else { return nil }
    sizes[place] = (process, number)
    return number
  }

  /// The number of a series; nil when there are too many.
  mutating func number(of name: String, process: Int64?, unit: String) -> UInt32? {
    // Names that differ mostly do so in their first letter, which is quick to compare.
    let first = name.utf8.first
    for known in recent
    where known.key.process == process && known.key.name.utf8.first == first
      && known.key.name == name
    {
      return known.number
    }
    let key = Key(name: name, process: process)
    guard let number = numbers[key] ?? add(key, unit) else { return nil }
    if recent.count < Self.mostRecent {
      recent.append((key, number))
    } else {
      recent[nextRecent] = (key, number)
      nextRecent = (nextRecent + 1) % Self.mostRecent
    }
    return number
  }

  private mutating func add(_ key: Key, _ unit: String) -> UInt32? {
    guard numbers.count < Self.limit else { return nil }
    let number = UInt32(numbers.count)
    numbers[key] = number
    newSeries.append(SeriesDefinition(name: key.name, process: key.process, unit: unit))
    return number
  }

  /// Moves what is new since the last time to a batch.
  mutating func handOut(to batch: ProfileBatch) {
    batch.newSeries.append(contentsOf: newSeries)
    newSeries.removeAll(keepingCapacity: true)
  }
}
