import Results
import Language

extension ResultColumn {
  /// Values of a key.
  init(_ key: Key, _ values: [KeyValue?]) {
    self.init(
      name: key.name, role: .key, unit: key.unit, meaning: key.meaning, values: key.values(values))
  }
}

extension Key {
  /// What its values are to writers.
  var meaning: ColumnMeaning {
    switch definition.values {
    case .line: .place
    case .file: .file
    case .place: .frame
    case .frames, .kinds: .stack
    case .text: speaker == .name ? .stack : .other
    // Numbers that name something.
    case .number: .identifier
    case .captures, .numberOrName, .nameOrNumber, .sizeClass, .lifetimeClass, .windows,
      .label:
      .other
    }
  }
}

extension Measure {
  /// How values of groups make that of all.
  var columnTotal: ColumnTotal {
    switch definition.totals {
    case .mean, .maximum: .none
    case .sum, .sumOfDifferences, .none: .sum
    }
  }
}
