import Results
import Language

/// Values at places of an axis before they are a table: what `timeline` and `hist` show and compare.
struct AxisRows {
  /// One measure of every row.
  struct Column {
    var measure: Measure
    var unit: Unit
    var values: [Double?]
    /// The sum of all rows, where one is known.
    var total: Double?
    /// Whether it is the left less the right.
    var isDifference = false
    /// Whether its values are written as whole numbers; nil where they are if all are whole.
    var isInteger: Bool?

    var hasIntegers: Bool {
      isInteger ?? values.allSatisfy { $0.map { Int64(exactly: $0) != nil } ?? true }
    }

    var name: String { measure.columnName + (isDifference ? "_diff" : "") }

    fileprivate var result: ResultColumn {
      ResultColumn(
        name: name, role: .measure, unit: unit, total: measure.columnTotal,
        isDifference: isDifference,
        values: hasIntegers
          ? .integers(values.map { $0.map { Int64(nearest: $0) } }) : .reals(values))
    }
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
    table.columns = keys + columns.map(\.result)
    if columns.contains(where: { $0.total != nil }) {
      table.total = columns.map { MeasureValue(column: $0.name, value: $0.total) }
    }
    return Answer(content: .table(table), verb: query.verb.value, output: query.output, limit: nil)
  }
}

extension AxisRows {
  /// Classes of sizes or lifetimes; they rise, what has no bounds comes last.
  init(histogram groups: Groups, of context: QueryContext) {
    let rows = groups.rows.filter { groups.sums[$0].count != 0 }
    places = rows.map { row in
      if case .integer(let lower) = groups.key(at: 0, of: row) { Double(lower) } else { nil }
    }
    frame = context.emptyTable(population: groups.title)
    keys = Self.bounds(places, groups.keys[0].unit)
    columns = [Measure.count, .size].map { measure in
      Column(
        measure: measure, unit: measure.unit, values: rows.map { groups.value(measure, of: $0) },
        total: groups.value(measure, groups.total), isInteger: true)
    }
    if places.contains(nil) {
      frame.notes.append("the last row, without bounds, holds what was never freed")
    }
    self.groups = rows.map { _ in 0 }
    names = [[]]
  }

  /// The bounds of classes, by the lower ones.
  static func bounds(_ places: [Double?], _ unit: Unit) -> [ResultColumn] {
    let from = places.map { $0.map { Int64(nearest: $0) } }
    let to = from.map { $0.map { $0 == 0 ? 1 : $0 > Int64.max / 2 ? .max : $0 * 2 } }
    return [
      .key("from", .integers(from), unit: unit, meaning: .lowerBound),
      .key("to", .integers(to), unit: unit, meaning: .upperBound),
    ]
  }

  /// What groups hold at one instant.
  init(state groups: Groups, of context: QueryContext) throws(EngineError) {
    frame = context.emptyTable(population: groups.title)
    frame.notes += context.notesOnTotals
    if groups.isPartial { frame.notes.append(PartialWords.totals) }
    if groups.rows.isEmpty, groups.total.left.isEmpty {
      frame.notes += try EmptyResultAdvice(context: context, keys: groups.keys).notes()
    }
    keys = []
    columns = groups.measures.map { measure in
      Column(
        measure: measure, unit: groups.weights.unit(of: measure),
        values: groups.rows.map { groups.value(measure, of: $0) })
    }
    places = groups.rows.map { _ in nil }
    self.groups = Array(groups.rows.indices)
    // A capture tells rows apart only where there are several.
    let named = groups.keys.indices.filter {
      groups.keys[$0] != .capture || context.captures.count > 1
    }
    names = groups.rows.map { row in named.map { groups.key(at: $0, of: row) } }
  }
}
