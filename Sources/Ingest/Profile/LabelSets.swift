import CaptureModel
import Store

/// Sets of labels that sites of a profile carry, and the columns that they become.
struct LabelSets {
  /// Most different names: every one is a column of all sites.
  static let mostNames = 64

  private var names: [String] = []
  private var numbers: [String: Int] = [:]
  /// Distinct values of each name.
  private var values: [[ProfileLabel.Value]] = []
  private var valueNumbers: [[ProfileLabel.Value: UInt32]] = []
  /// Of each set: names and the numbers of their values plus 1.
  private var sets: [[(name: Int, value: UInt32)]] = []
  /// Labels that found no room.
  private(set) var dropped: Int64 = 0

  /// Adds the next set; several values of one name become one text.
  mutating func add(_ labels: [ProfileLabel]) {
    var byName: [(name: String, values: [ProfileLabel.Value])] = []
    for label in labels {
      if let place = byName.firstIndex(where: { $0.name == label.name }) {
        if !byName[place].values.contains(label.value) { byName[place].values.append(label.value) }
      } else {
        byName.append((label.name, [label.value]))
      }
    }
    var set: [(name: Int, value: UInt32)] = []
    for label in byName {
      guard let name = number(of: label.name) else { continue }
      let value =
        label.values.count == 1
        ? label.values[0] : .text(label.values.map(\.text).joined(separator: ", "))
      let number = valueNumbers[name][value] ?? UInt32(values[name].count + 1)
      if valueNumbers[name][value] == nil {
        valueNumbers[name][value] = number
        values[name].append(value)
      }
      set.append((name, number))
    }
    sets.append(set)
  }

  private mutating func number(of name: String) -> Int? {
    if let known = numbers[name] { return known }
    guard names.count < Self.mostNames else {
      dropped += 1
      return nil
    }
    numbers[name] = names.count
    names.append(name)
    values.append([])
    valueNumbers.append([:])
    return names.count - 1
  }

  /// Writes names, units, values, and each site's; nothing without labels.
  func write(_ sites: [UInt32], to writer: CaptureWriter) throws(StoreError) {
    guard !names.isEmpty else { return }
    try writer.write(.labelName, texts: names)
    let units = values.map { Self.unit($0) }
    try writer.write(.labelUnit, texts: units.map { $0.map { "number " + $0 } ?? "" })
    for name in names.indices {
      let texts = values[name].map { value in
        if units[name] != nil, case .number(let number, _) = value { return String(number) }
        return value.text
      }
      try writer.write(.labelValue, segment: name, texts: texts)
      let column = sites.map { set in
        set == 0 || Int(set) > sets.count
          ? 0 : sets[Int(set) - 1].first { $0.name == name }?.value ?? 0
      }
      try writer.write(.siteLabel, segment: name, column)
    }
  }

  /// The unit that all values of a name are numbers in; nil when some are texts or the units
  /// differ.
  private static func unit(_ values: [ProfileLabel.Value]) -> String? {
    var found: String?
    for value in values {
      guard case .number(_, let unit) = value, found == nil || found == unit else { return nil }
      found = unit
    }
    return found
  }
}

extension ProfileLabel.Value {
  /// As a person reads it.
  fileprivate var text: String {
    switch self {
    case .text(let text): text
    case .number(let number, let unit): unit.isEmpty ? "\(number)" : "\(number) \(unit)"
    }
  }
}
