import Columns
import Store

/// Answers `hist`: one field in powers of two.
struct HistogramRunner {
  private let context: QueryContext

  init(_ context: QueryContext) { self.context = context }

  /// What blocks each class has.
  func rows() throws(EngineError) -> AxisRows {
    let isLifetime = context.query.measures.contains { $0.value.needsLifetimes }
    let key: Key = isLifetime ? .lifetime : .sizeclass
    let gathered = try GroupGatherer(
      context: context, keys: [key], measures: [.count, .size]
    ).gather()
    let groups = gathered.table
    let classes = groups.tuples.indices.filter { groups.sums[$0].count != 0 }.map {
      group -> AxisRows.Class in
      let sums = groups.sums[group]
      guard case .integer(let bound) = groups.value(group: group, key: 0) else {
        return (nil, sums.count, sums.bytes)
      }
      return (bound, sums.count, sums.bytes)
    }
    var frame = context.emptyTable(population: gathered.title)
    if classes.contains(where: { $0.bound == nil }) {
      frame.notes.append("the last row, without bounds, holds what was never freed")
    }
    return AxisRows(
      frame: frame, unit: isLifetime ? .allocations : .bytes, classes: classes,
      total: (Double(groups.total.count), Double(groups.total.bytes)))
  }
}
