import Columns
import Language
import Store

/// Answers `hist`: one field in powers of two.
struct HistogramRunner {
  private let context: QueryContext

  init(_ context: QueryContext) { self.context = context }

  /// Rising bounds, what has none last.
  private static func precedes(_ left: KeyValue?, _ right: KeyValue?) -> Bool {
    if left == nil || right == nil { return right == nil && left != nil }
    return KeyValue.precedes(left, right)
  }

  /// The answer: rows of `from`, `to`, `count`, `size`.
  func answer() throws(EngineError) -> Answer {
    let query = context.query
    let isLifetime = query.measures.contains { $0.value.needsLifetimes }
    let key: Key = isLifetime ? .lifetime : .sizeclass
    let gathered = try GroupGatherer(
      context: context, keys: [key], measures: [.count, .size]
    ).gather()
    let groups = gathered.table
    let order = groups.tuples.indices.filter { groups.sums[$0].count != 0 }.sorted {
      Self.precedes(groups.value(group: $0, key: 0), groups.value(group: $1, key: 0))
    }
    var from: [Int64?] = []
    var to: [Int64?] = []
    for group in order {
      guard case .integer(let lower) = groups.value(group: group, key: 0) else {
        from.append(nil)
        to.append(nil)
        continue
      }
      from.append(lower)
      to.append(lower == 0 ? 1 : lower > Int64.max / 2 ? .max : lower * 2)
    }
    let unit: Unit = isLifetime ? .allocations : .bytes
    var table = context.emptyTable(population: gathered.title)
    table.columns = [
      ResultColumn(name: "from", role: .key, unit: unit, values: .integers(from)),
      ResultColumn(name: "to", role: .key, unit: unit, values: .integers(to)),
      ResultColumn(
        name: "count", role: .measure, unit: .count,
        values: .integers(order.map { groups.sums[$0].count })),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes,
        values: .integers(order.map { groups.sums[$0].bytes })),
    ]
    table.total = [
      MeasureValue(column: "count", value: Double(groups.total.count)),
      MeasureValue(column: "size", value: Double(groups.total.bytes)),
    ]
    if from.contains(where: { $0 == nil }) {
      table.notes.append("the last row, without bounds, holds what was never freed")
    }
    return Answer(content: .table(table), verb: .hist, output: query.output, limit: nil)
  }
}
