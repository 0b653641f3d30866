import Columns
import Store

/// Answers `assert`: tests the first measure of every group and lists failures.
struct AssertionRunner {
  let store: Store
  let assertion: Assertion

  /// The answer; its table holds the groups that fail.
  func answer() throws(EngineError) -> Answer {
    var query = assertion.query
    if query.measures.isEmpty { query.measures = [Located(.size, query.verb.range)] }
    let measure = query.measures[0].value
    if measure == .rate { return try RateAssertion(store: store, assertion: assertion).answer() }
    let keys = query.keys.map(\.value)
    let context = try QueryContext(store: store, query: query)
    if measure.isSeries { return try answer(process: context) }
    let gathered = try GroupGatherer(
      context: context, keys: keys, measures: query.measures.map(\.value)
    ).gather()
    let bound = try self.bound(query: query, measure: measure, keys: keys)
    let groups = gathered.table
    let filter = HavingFilter(limits: query.having, total: groups.total)
    let tested = groups.tuples.indices.filter {
      !groups.sums[$0].isEmpty && filter.passes(groups.sums[$0])
    }
    let failing = tested.filter { group in
      let values = keys.indices.map { groups.value(group: group, key: $0) }
      guard let value = groups.sums[group].value(of: measure), let limit = bound(values) else {
        return false
      }
      return !NumberTest.comparison(assertion.comparison.value, limit).passes(value)
    }
    let order = GroupOrder(measures: [measure], keys: keys, order: query.order)
    var table = context.emptyTable(population: gathered.title)
    table.query = assertion.canonicalText
    let sorted = order.sorted(failing, in: groups)
    let shown = context.limit(default: nil).map { Array(sorted.prefix($0)) } ?? sorted
    fill(&table, shown, groups, keys, measure, bound)
    table.otherCount = sorted.count - shown.count
    table.notes.append(
      failing.isEmpty
        ? tested.isEmpty ? "holds: there is no group to test" : "holds"
        : "fails for \(failing.count) of \(tested.count)")
    var answer = Answer(content: .table(table), verb: .top, output: query.output, limit: nil)
    answer.isAssertion = true
    answer.isFalseAssertion = !failing.isEmpty
    return answer
  }

  /// Tests the greatest value of a series of each process.
  private func answer(process context: QueryContext) throws(EngineError) -> Answer {
    let query = context.query
    let peaks = ProcessPeaks(context: context, series: query.measures.filter(\.value.isSeries))
    let rows = try peaks.rows()
    let bound: Double?
    switch assertion.bound.value {
    case .amount(let amount): bound = amount.number(total: 0)
    case .percent(let percent, let reference):
      var other = query
      other.captures = [reference]
      let base = ProcessPeaks(
        context: try QueryContext(store: store, query: other), series: peaks.series)
      bound = try base.rows().compactMap { $0.values[0] }.max().map { $0 * percent / 100 }
    }
    let failing = rows.filter { row in
      guard let value = row.values[0], let bound else { return false }
      return !NumberTest.comparison(assertion.comparison.value, bound).passes(value)
    }
    var table = context.emptyTable(population: "greatest value of each process")
    table.query = assertion.canonicalText
    table.columns =
      peaks.keyColumns(failing) + [
        .numbers(peaks.series[0].value.columnName, .bytes, failing.map { $0.values[0] }),
        .numbers("bound", .bytes, failing.map { _ in bound }),
      ]
    table.notes.append(failing.isEmpty ? "holds" : "fails for \(failing.count) of \(rows.count)")
    var answer = Answer(content: .table(table), verb: .top, output: query.output, limit: nil)
    answer.isFalseAssertion = !failing.isEmpty
    return answer
  }

  private func fill(
    _ table: inout ResultTable, _ shown: [Int], _ groups: GroupTable, _ keys: [Key],
    _ measure: Measure, _ bound: ([KeyValue?]) -> Double?
  ) {
    table.columns = keys.indices.map { index in
      ResultColumn(
        name: keys[index].name, role: .key, unit: keys[index].unit,
        values: keys[index].values(shown.map { groups.value(group: $0, key: index) }))
    }
    let values = shown.map { groups.sums[$0].value(of: measure) }
    let limits = shown.map { group in
      bound(keys.indices.map { groups.value(group: group, key: $0) })
    }
    table.columns += [
      ResultColumn(
        name: measure.columnName, role: .measure, unit: measure.unit, values: .reals(values)),
      ResultColumn(name: "bound", role: .measure, unit: measure.unit, values: .reals(limits)),
    ]
  }

  /// The bound of each group; nil where the other capture has no such group.
  private func bound(
    query: Query, measure: Measure, keys: [Key]
  ) throws(EngineError) -> ([KeyValue?]) -> Double? {
    switch assertion.bound.value {
    case .amount(.duration) where measure.needsLifetimes:
      throw .query(
        .cannotAnswer(
          "`\(measure.name)` of a group is a number of allocations",
          wayOut: "`assert freed \(measure.name) < 1000`", at: assertion.bound.range))
    case .amount(let amount):
      let number = amount.number(total: 0)
      return { _ in number }
    case .percent(let percent, let reference):
      var other = query
      other.captures = [reference]
      let context = try QueryContext(store: store, query: other)
      let groups = try GroupGatherer(context: context, keys: keys, measures: [measure]).gather()
      var values: [[KeyValue?]: Double] = [:]
      for group in groups.table.tuples.indices {
        let tuple = keys.indices.map { groups.table.value(group: group, key: $0) }
        values[tuple] = groups.table.sums[group].value(of: measure)
      }
      return { values[$0].map { $0 * percent / 100 } ?? 0 }
    }
  }
}
