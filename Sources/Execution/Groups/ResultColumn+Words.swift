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
    switch self {
    case .lineno: .place
    case .filename: .file
    case .frame: .frame
    case .function, .traceback, .kind: .stack
    case .pid: .identifier
    case .allocator, .thread, .module, .package, .type, .domain, .capture, .sizeclass, .lifetime,
      .window, .mark, .label:
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
