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
    return measure.isSeries
      ? try answer(process: context, notes: notes)
      : try answer(groups: context, measure: measure, notes: notes)
  }

  private func answer(
    groups context: QueryContext, measure: Measure, notes: [String]
  ) throws(EngineError) -> Answer {
    let query = context.query
    let keys = query.keys.map(\.value)
    let measured = try MeasuredGroups(context, keys: keys, measures: query.measures.map(\.value))
    let bound = try self.bound(context, measure: measure, keys: keys, unit: measured.units[0])
    let tested = measured.groups
    let failing = tested.filter { group in
      guard let value = group.values[0], let limit = bound(group.key) else { return false }
      return !NumberTest.comparison(assertion.comparison.value, limit).passes(value)
    }
    // Without keys the total is tested, also that of nothing.
    let isNothing = keys.isEmpty && tested.isEmpty && query.having == nil
    let nothing = isNothing ? failure(ofNothing: measure, measured.units[0], bound) : nil
    let fails = nothing != nil || !failing.isEmpty
    var table = context.emptyTable(population: measured.title)
    table.query = (query.frameMarkTexts + [assertion.canonicalText]).joined(separator: "; ")
    let shown = context.limit(default: nil).map { Array(failing.prefix($0)) } ?? failing
    fill(&table, shown, keys, measure, measured.units[0], bound)
    table.columns += measured.rateColumns(shown)
    if let nothing { table.columns = nothing }
    table.otherCount = failing.count - shown.count
    let isDry = store.scanLog?.isDry == true
    let looked = tested.isEmpty && !isDry ? try emptiness(context, keys, measure) : nil
    table.notes.append(
      fails
        ? "fails for \(max(1, failing.count)) of \(max(1, tested.count))"
          + (looked.map { ": " + $0 } ?? "")
        : "holds" + (looked.map { ": " + $0 } ?? ""))
    if !fails, let first = tested.first, let limit = bound(first.key),
      let note = measured.shortness(limit, context.sizes)
    {
      table.notes.append(note)
    }
    table.notes += notes
    return Answer(assertion: table, holds: !fails, output: query.output)
  }

  /// The total of no record beside its bound, when that fails; nil when it holds.
  private func failure(
    ofNothing measure: Measure, _ unit: Unit, _ bound: ([KeyValue?]) -> Double?
  ) -> [ResultColumn]? {
    guard let value = GroupSums().value(of: measure), let limit = bound([]),
      !NumberTest.comparison(assertion.comparison.value, limit).passes(value)
    else { return nil }
    return [
      ResultColumn(
        name: measure.columnName, role: .measure, unit: unit, values: .reals([value])),
      ResultColumn(name: "bound", role: .measure, unit: unit, values: .reals([limit])),
    ]
  }

  /// Why there is nothing to test, and how many records that was found out from.
  private func emptiness(
    _ context: QueryContext, _ keys: [Key], _ measure: Measure
  ) throws(EngineError) -> String {
    if measure == .rate { return "\(context.recordCount) records make no group to test" }
    let gathered = try GroupGatherer(context: context, keys: keys, measures: [.size]).gather()
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
    let rows = try peaks.passing()
    try refuseMissing(peaks, try peaks.rows(), context)
    let bound: Double?
    switch assertion.bound.value {
    case .amount(let amount): bound = amount.number(of: query.measures[0].value)
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
    let measure = peaks.series[0].value
    var table = context.emptyTable(population: "greatest value of each process")
    table.query = assertion.canonicalText
    table.columns =
      peaks.keyColumns(failing) + [
        .numbers(measure.columnName, measure.timelineUnit, failing.map { $0.values[0] }),
        .numbers("bound", measure.timelineUnit, failing.map { _ in bound }),
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
    _ table: inout ResultTable, _ shown: [MeasuredGroups.Group], _ keys: [Key],
    _ measure: Measure, _ unit: Unit, _ bound: ([KeyValue?]) -> Double?
  ) {
    table.columns = keys.indices.map { index in
      ResultColumn(
        name: keys[index].rawValue, role: .key, unit: keys[index].unit,
        values: keys[index].values(shown.map { $0.key[index] }))
    }
    table.columns += [
      ResultColumn(
        name: measure.columnName, role: .measure, unit: unit,
        values: .reals(shown.map { $0.values[0] })),
      ResultColumn(
        name: "bound", role: .measure, unit: unit, values: .reals(shown.map { bound($0.key) })),
    ]
  }

  /// The bound of each group; nil where the other capture has no such group.
  private func bound(
    _ context: QueryContext, measure: Measure, keys: [Key], unit: Unit
  ) throws(EngineError) -> ([KeyValue?]) -> Double? {
    switch assertion.bound.value {
    case .amount(.duration) where measure.needsLifetimes:
      throw .query(
        .cannotAnswer(
          "`\(measure.name)` of a group is a number of allocations",
          wayOut: "`assert freed \(measure.name) < 1000`", at: assertion.bound.range))
    case .amount(let amount):
      if measure == .samples {
        try SampleWeights(context).check(Located(amount, assertion.bound.range))
      }
      let number = amount.number(of: measure)
      return { _ in number }
    case .percent(let percent, let reference):
      var other = context.query
      other.captures = [reference]
      other.having = nil
      let base = try MeasuredGroups(
        try QueryContext(store: store, query: other), keys: keys, measures: [measure])
      guard base.units[0] == unit else {
        throw .query(
          .cannotAnswer(
            "both captures count `\(measure.name)` in units of their own",
            wayOut: "an amount instead of a share", at: assertion.bound.range))
      }
      var values: [[KeyValue?]: Double] = [:]
      for group in base.groups { values[group.key] = group.values[0] }
      return { values[$0].map { $0 * percent / 100 } ?? 0 }
    }
  }
}
