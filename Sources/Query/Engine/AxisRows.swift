import Columns

/// Values at places of an axis before they are a table: what `timeline` and `hist` show, and what
/// their comparisons compare.
struct AxisRows {
  /// One measure of every row.
  struct Column {
    var measure: Measure
    var unit: Unit
    var values: [Double?]
    /// The sum of all rows, where one is known.
    var total: Double?

    /// Whether its values are whole numbers.
    var isWhole: Bool { values.allSatisfy { $0.map { Int64(exactly: $0) != nil } ?? true } }
  }

  /// The table but for its columns.
  var frame: ResultTable
  /// Columns that say what rows are of.
  var keys: [ResultColumn]
  var columns: [Column]
  /// Where each row lies; nil for a class without bounds.
  var places: [Double?]
  /// Whether places are seconds.
  var isOverTime = false
  /// The group of each row, and what groups are of.
  var groups: [Int]
  var names: [[KeyValue?]]
  /// The groups by their keys alone, each once.
  var shownKeys: [[KeyValue?]] = []

  /// The rows as an answer.
  func answer(_ query: Query) -> Answer {
    var table = frame
    table.columns = keys + columns.map { Self.column($0, $0.values, isWhole: $0.isWhole) }
    table.total = Self.totals(columns.map { ($0.measure.columnName, $0.total) })
    return Answer(content: .table(table), verb: query.verb.value, output: query.output, limit: nil)
  }

  /// A column of numbers, whole where all are.
  static func column(_ column: Column, _ values: [Double?], isWhole: Bool) -> ResultColumn {
    ResultColumn(
      name: column.measure.columnName, role: .measure, unit: column.unit,
      values: isWhole ? .integers(values.map { $0.map { Int64(nearest: $0) } }) : .reals(values))
  }

  /// Sums below the columns; nil where none has any.
  static func totals(_ totals: [(name: String, value: Double?)]) -> [MeasureValue]? {
    guard totals.contains(where: { $0.value != nil }) else { return nil }
    return totals.map { MeasureValue(column: $0.name, value: $0.value) }
  }
}

extension AxisRows {
  /// One class of a histogram: its lower bound, nil for what has none, and what is in it.
  typealias Class = (bound: Int64?, count: Int64, size: Int64)

  /// A histogram in powers of two.
  init(frame: ResultTable, unit: Unit, classes: [Class], total: (count: Double, size: Double)) {
    let classes = classes.sorted { a, b in
      guard let first = a.bound, let second = b.bound else {
        return a.bound != nil && b.bound == nil
      }
      return first < second
    }
    places = classes.map { $0.bound.map(Double.init) }
    self.frame = frame
    keys = Self.bounds(places, unit)
    columns = [
      Column(
        measure: .count, unit: .count, values: classes.map { Double($0.count) }, total: total.count),
      Column(
        measure: .size, unit: .bytes, values: classes.map { Double($0.size) }, total: total.size),
    ]
    groups = classes.map { _ in 0 }
    names = [[]]
  }

  /// The bounds of classes, by the lower ones.
  static func bounds(_ places: [Double?], _ unit: Unit) -> [ResultColumn] {
    let from = places.map { $0.map { Int64(nearest: $0) } }
    let to = from.map { $0.map { $0 == 0 ? 1 : $0 > Int64.max / 2 ? .max : $0 * 2 } }
    return [
      ResultColumn(name: "from", role: .key, unit: unit, values: .integers(from)),
      ResultColumn(name: "to", role: .key, unit: unit, values: .integers(to)),
    ]
  }
}
