import Columns
import Store

/// Answers `assert`: tests the first measure of every group and lists failures.
struct AssertionRunner {
  let store: Store
  let assertion: Assertion
  /// Whether names that no record has are noted only.
  var allowsAbsentNames = false

  /// The answer; its table holds the groups that fail.
  func answer() throws(EngineError) -> Answer {
    var query = assertion.query
    if query.measures.isEmpty { query.measures = [Located(.size, query.verb.range)] }
    let measure = query.measures[0].value
    let context = try QueryContext(store: store, query: query)
    let notes: [String]
    switch try names(in: context) {
    case .known(let remarks): notes = remarks
    case .untestable(let answer): return answer
    }
    if measure == .rate {
      return try RateAssertion(store: store, assertion: assertion).answer(notes: notes)
    }
    return measure.isSeries
      ? try answer(process: context, notes: notes)
      : try answer(groups: context, measure: measure, notes: notes)
  }

  private func answer(
    groups context: QueryContext, measure: Measure, notes: [String]
  ) throws(EngineError) -> Answer {
    let query = context.query
    let keys = query.keys.map(\.value)
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
    // Without keys the total is tested, also that of nothing.
    let isNothing = keys.isEmpty && tested.isEmpty && query.having == nil
    let nothing = isNothing ? failure(ofNothing: measure, bound) : nil
    let fails = nothing != nil || !failing.isEmpty
    let order = GroupOrder(measures: [measure], keys: keys, order: query.order)
    var table = context.emptyTable(population: gathered.title)
    table.query = assertion.canonicalText
    let sorted = order.sorted(failing, in: groups)
    let shown = context.limit(default: nil).map { Array(sorted.prefix($0)) } ?? sorted
    fill(&table, shown, groups, keys, measure, bound)
    if let nothing { table.columns = nothing }
    table.otherCount = sorted.count - shown.count
    let looked = tested.isEmpty ? emptiness(gathered, context) : nil
    table.notes.append(
      fails
        ? "fails for \(max(1, failing.count)) of \(max(1, tested.count))"
          + (looked.map { ": " + $0 } ?? "")
        : "holds" + (looked.map { ": " + $0 } ?? ""))
    table.notes += notes
    return Answer(assertion: table, holds: !fails, output: query.output)
  }

  /// The total of no record beside its bound, when that fails; nil when it holds.
  private func failure(
    ofNothing measure: Measure, _ bound: ([KeyValue?]) -> Double?
  ) -> [ResultColumn]? {
    guard let value = GroupSums().value(of: measure), let limit = bound([]),
      !NumberTest.comparison(assertion.comparison.value, limit).passes(value)
    else { return nil }
    return [
      ResultColumn(
        name: measure.columnName, role: .measure, unit: measure.unit, values: .reals([value])),
      ResultColumn(name: "bound", role: .measure, unit: measure.unit, values: .reals([limit])),
    ]
  }

  /// Why there is nothing to test, and how many records that was found out from.
  private func emptiness(_ gathered: GatheredGroups, _ context: QueryContext) -> String {
    if gathered.table.sums.contains(where: { !$0.isEmpty }) {
      return "none of \(gathered.table.sums.count) groups passes `having`"
    }
    guard let all = gathered.all, all.count > 0 else {
      return "none of \(context.recordCount) records is in the population"
    }
    return "none of the population's \(all.count) records meets the conditions"
  }

  /// Tests the greatest value of a series of each process.
  private func answer(
    process context: QueryContext, notes: [String]
  ) throws(EngineError) -> Answer {
    let query = context.query
    let peaks = ProcessPeaks(context: context, series: query.measures.filter(\.value.isSeries))
    let rows = try peaks.rows()
    try refuseMissing(peaks, rows, context)
    let bound: Double?
    switch assertion.bound.value {
    case .amount(let amount): bound = amount.number(total: 0)
    case .percent(let percent, let reference):
      var other = query
      other.captures = [reference]
      let base = ProcessPeaks(
        context: try QueryContext(store: store, query: other), series: peaks.series)
      let baseRows = try base.rows()
      try refuseMissing(base, baseRows, base.context)
      bound = baseRows.compactMap { $0.values[0] }.max().map { $0 * percent / 100 }
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
    table.notes += notes
    return Answer(assertion: table, holds: failing.isEmpty, output: query.output)
  }

  /// Refuses to test what a capture recorded no value of.
  private func refuseMissing(
    _ peaks: ProcessPeaks, _ rows: [ProcessPeaks.Row], _ context: QueryContext
  ) throws(EngineError) {
    for name in context.names
    where !rows.contains(where: { $0.capture == name && $0.values[0] != nil }) {
      throw .query(
        .cannotAnswer(
          "\(name) holds no value of `\(peaks.series[0].value.name)`"
            + (context.query.range == nil ? "" : " there"),
          wayOut: "`assert peak size`", at: peaks.series[0].range))
    }
  }

  private func fill(
    _ table: inout ResultTable, _ shown: [Int], _ groups: GroupTable, _ keys: [Key],
    _ measure: Measure, _ bound: ([KeyValue?]) -> Double?
  ) {
    table.columns = keys.indices.map { index in
      ResultColumn(
        name: keys[index].rawValue, role: .key, unit: keys[index].unit,
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
