import Results

extension FrameText {
  /// `function (file:line)`, leaving out what is unknown.
  var label: String {
    let place = line > 0 ? lineno : file
    if file.isEmpty { return function.isEmpty ? "<unknown>" : function }
    return function.isEmpty ? place : "\(function) (\(place))"
  }
}

extension ResultTable {
  /// What is shown, of which captures.
  var subject: String {
    namesCaptures || captures.isEmpty
      ? population : population + " of " + captures.joined(separator: ", ")
  }
}

extension ResultColumn {
  /// Whether its values are numbers.
  var isNumeric: Bool {
    switch values {
    case .integers, .reals: true
    case .texts, .stacks, .series: false
    }
  }

  /// Whether a share of the total means something.
  var isAdditive: Bool {
    !isDifference && total != .none && unit != .percent
  }

  /// What stands for a name that a row does not have.
  var missingName: String { meaning.isOfStack ? "<no stack>" : "" }

  /// Whether it is a key of sizes that are all powers of two, as bounds of size classes are.
  var isPowersOfTwo: Bool {
    guard role == .key, unit == .bytes, case .integers(let values) = values else { return false }
    return values.contains { ($0 ?? 0) > 0 }
      && values.allSatisfy { value in value.map { $0 >= 0 && $0.nonzeroBitCount <= 1 } ?? true }
  }

  /// A numeric value of a row; nil when there is none.
  func number(_ row: Int) -> Double? {
    switch values {
    case .integers(let numbers): numbers[row].map(Double.init)
    case .reals(let numbers): numbers[row].flatMap { $0.isFinite ? $0 : nil }
    case .texts, .stacks, .series: nil
    }
  }
}

extension ResultTable {
  /// The value of a measure in `other`, `total` or `all`.
  static func value(of name: String, in values: [MeasureValue]?) -> Double? {
    values?.first { $0.column == name }?.value.flatMap { $0.isFinite ? $0 : nil }
  }

  /// Rows that every column has; columns of unequal length are never read past their end.
  var safeRowCount: Int { columns.map(\.values.count).min() ?? 0 }
}

/// A sum of a measure: whole when its column is.
enum SumText {
  static func exact(_ value: Double?, in column: ResultColumn?) -> String? {
    guard let value, value.isFinite else { return nil }
    if case .reals = column?.values { return "\(value)" }
    if let whole = Int64(exactly: value) { return String(whole) }
    return "\(value)"
  }
}
