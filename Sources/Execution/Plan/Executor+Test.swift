import Language
import Results
import Planning
import Store

/// Assertions: the first measure of every row against a bound.
extension Executor {
  /// Whether an assertion can be tested.
  private enum Naming {
    /// It can; remarks about names that some captures lack.
    case known([String])
    /// What it measures by is not there, and that is allowed.
    case untestable(Answer)
  }

  /// Tests the rows of the first input; the answer's table holds those that fail.
  func test(_ bound: Bound, _ inputs: [RowPlan], _ number: Int) throws(EngineError) -> Answer {
    let notes: [String]
    switch try names() {
    case .known(let remarks): notes = remarks
    case .untestable(let answer): return answer
    }
    var measured: [MeasuredGroups] = []
    var place = number + 1
    for input in inputs {
      let found = try rows(input, place)
      try (found as? ProcessPeaks)?.refuseMissing()
      measured.append(found.measured)
      place += input.nodeCount
    }
    return try verdict(measured[0], measured.dropFirst().first, bound, notes)
  }

  private func verdict(
    _ tested: MeasuredGroups, _ base: MeasuredGroups?, _ bound: Bound, _ notes: [String]
  ) throws(EngineError) -> Answer {
    let measure = query.measures[0].value
    let limit = try limit(bound, tested, base, measure)
    func fails(_ value: Double, _ key: [KeyValue?]) -> Bool {
      limit(key).map { !NumberTest.comparison(bound.comparison, $0).passes(value) } ?? false
    }
    let failing = tested.groups.indices.filter { index in
      tested.groups[index].values[0].map { fails($0, tested.groups[index].key) } ?? false
    }
    // Without keys the total is tested, also that of nothing.
    let isNothing =
      query.keys.isEmpty && tested.groups.isEmpty && query.having == nil && !measure.isSeries
    let nothing =
      isNothing ? GroupSums().value(of: measure).flatMap { fails($0, []) ? $0 : nil } : nil
    var table = question.left.emptyTable(population: tested.title)
    table.query = question.text
    let shown = question.left.typedLimit.map { Array(failing.prefix($0)) } ?? failing
    let values = nothing.map { [$0] } ?? shown.map { tested.groups[$0].values[0] }
    let limits = nothing.map { _ in [limit([])] } ?? shown.map { limit(tested.groups[$0].key) }
    table.columns =
      tested.keyColumns(shown)
      + [(measure.columnName, values), ("bound", limits)].map { name, values in
        measure.isSeries
          ? .numbers(name, tested.units[0], values)
          : ResultColumn(
            name: name, role: .measure, unit: tested.units[0], total: measure.columnTotal,
            isDifference: measure == .rate && name == measure.columnName, values: .reals(values))
      } + tested.rateColumns(shown)
    table.otherCount = failing.count - shown.count
    let holds = nothing == nil && failing.isEmpty
    let looked = try emptiness(tested).map { ": " + $0 } ?? ""
    table.notes.append(
      holds
        ? "holds" + looked
        : "fails for \(max(1, failing.count)) of \(max(1, tested.groups.count))" + looked)
    if holds, let first = tested.groups.first, let limit = limit(first.key) {
      table.notes += [tested.shortness(limit, question.left.sizes)].compactMap(\.self)
    }
    table.notes += notes
    return Answer(assertion: table, holds: holds, output: query.output)
  }

  /// Why there is nothing to test, and how many records that was found out from; nil where there is
  /// something.
  private func emptiness(_ tested: MeasuredGroups) throws(EngineError) -> String? {
    guard tested.groups.isEmpty, store.scanLog?.isDry != true,
      !query.measures[0].value.isSeries
    else { return nil }
    let context = question.left
    if query.measures[0].value == .rate {
      return "\(context.recordCount) records make no group to test"
    }
    let gathered = try GroupGatherer(
      context: context, keys: query.keys.map(\.value), measures: [.size]
    ).gather()
    if gathered.table.sums.contains(where: { !$0.isEmpty }) {
      return "none of \(gathered.table.sums.count) groups passes `having`"
    }
    guard let all = gathered.all, all.count > 0 else {
      return "none of \(context.recordCount) records is in the population"
    }
    return "none of the population's \(all.count) records meets the conditions"
  }

  // MARK: Bounds

  /// The bound of each row; nil where the other capture has no such row.
  private func limit(
    _ bound: Bound, _ tested: MeasuredGroups, _ base: MeasuredGroups?, _ measure: Measure
  ) throws(EngineError) -> ([KeyValue?]) -> Double? {
    switch bound.value.value {
    case .amount(.duration) where measure.needsLifetimes:
      throw .cannotAnswer(
        "`\(measure.name)` of a group is a number of allocations",
        suggestion: "`assert freed \(measure.name) < 1000`", at: bound.value.range)
    case .amount(let amount):
      if measure == .samples {
        try SampleWeights(question.left).check(Located(amount, bound.value.range))
      }
      let number = amount.number(of: measure)
      return { _ in number }
    case .percent(let percent, _):
      guard let base, base.units[0] == tested.units[0] else {
        throw .cannotAnswer(
          "both captures count `\(measure.name)` in units of their own",
          suggestion: "an amount instead of a share", at: bound.value.range)
      }
      // Processes of two captures are not the same ones.
      if measure.isSeries {
        let greatest = base.groups.compactMap { $0.values[0] }.max()
        return { _ in greatest.map { $0 * percent / 100 } }
      }
      var values: [[KeyValue?]: Double] = [:]
      for group in base.groups { values[group.key] = group.values[0] }
      return { values[$0].map { $0 * percent / 100 } ?? 0 }
    }
  }

  // MARK: Names

  /// Looks up what the assertion names, in its captures and in those it compares with.
  private func names() throws(EngineError) -> Naming {
    var absences: [AbsentNames.Absence] = []
    // What is compared must be there on both sides.
    for side in question.sides {
      absences += try AbsentNames(side.captures).absences(of: side.query)
    }
    let missing = absences.filter(\.isEverywhere)
    var remarks: [String] = []
    for absence in absences where !remarks.contains(absence.remark) {
      remarks.append(absence.remark)
    }
    guard let first = missing.first else { return .known(remarks) }
    guard allowsAbsentNames else { throw .query(first.error) }
    guard missing.contains(where: \.thing.isNeeded) else { return .known(remarks) }
    var table = question.left.emptyTable(population: "")
    table.query = question.text
    table.notes += ["holds: nothing to test"] + remarks
    return .untestable(Answer(assertion: table, holds: true, output: query.output))
  }
}
