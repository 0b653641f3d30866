import Columns

/// A value that groups are made by.
enum KeyValue: Hashable, Sendable {
  case text(String)
  case integer(Int64)
  case stack([FrameText])
}

/// The distinct values of one key over all captures of a query, numbered as they are met.
struct KeyDictionary {
  /// The number of an absent value: a stackless allocation.
  static let absent: Int32 = -1

  private var numbers: [KeyValue: Int32] = [:]
  private(set) var values: [KeyValue] = []

  /// The number of a value, new or known.
  mutating func number(of value: KeyValue) -> Int32 {
    if let known = numbers[value] { return known }
    let number = Int32(values.count)
    numbers[value] = number
    values.append(value)
    return number
  }
}
