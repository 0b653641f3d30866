import Language
import Results
import Planning
import Store

/// Runs plans: one implementation of each node.
struct Executor {
  let store: Store
  let question: Question
  /// Whether an assertion may name what no record of its captures has.
  var allowsAbsentNames = false
  /// How many points a timeline may have where no windows are asked for; nil means all.
  var pointBudget: PointBudget?
  /// What numbers of nodes are less than in the tree that `explain` prints.
  var firstNumber = 0

  var query: Query { question.query }

  /// Says which node the scans that follow belong to, by its number in the tree.
  func enter(_ number: Int) { store.scanLog?.enter(firstNumber + number) }

  /// Answers the question.
  func answer(_ plan: Plan, _ number: Int = 0) throws(EngineError) -> Answer {
    switch plan {
    case .rows(let rows): return try present(try self.rows(rows, number))
    case .lines(let lines, let files, let name):
      return try self.lines(lines, files, name, number)
    case .list(let ordering, let scan):
      enter(number + 1)
      return try explained(try list(ordering, question.sides[scan.side]))
    case .axis(let plan):
      return try axis(plan, number, budget: pointBudget).answer(query)
    case .stacks(let request, _):
      return try explained(
        try StackRunner(request, question) { enter(number + 1 + $0) }.answer())
    case .neighbours(let target, let request, _, let limit):
      let stacks = try StackRunner(request, question) { enter(number + 1 + $0) }.answer()
      return try PeekRunner(question).answer(target, stacks, limit: limit)
    case .findings:
      enter(number + 1)
      return try SuspectsRunner(store: store, query: query) { enter(number + 1 + $0) }.answer()
    case .test(let bound, let inputs): return try test(bound, inputs, number)
    case .paths(let target, let scan):
      enter(number + 1)
      return try PathsRunner(question.sides[scan.side]).answer(target)
    case .sections(let sections, let inputs): return try stats(sections, inputs, number)
    }
  }

  // MARK: Rows

  /// The rows of a plan; `number` is that of its root in the whole tree.
  func rows(_ plan: RowPlan, _ number: Int) throws(EngineError) -> any RowSet {
    switch plan {
    case .aggregate(let aggregation, let scan):
      guard aggregation.measures.contains(where: \.isSeries) else {
        return try groups(aggregation, scan, number)
      }
      enter(number + 1)
      let context = question.sides[scan.side]
      return try ProcessPeaks(
        context: context, series: context.query.measures.filter(\.value.isSeries))
    case .trend(let request, let scan):
      enter(number + 1)
      return try TrendSource(context: question.sides[scan.side], request).trends()
    case .difference(let difference, let aggregation, let scans):
      return try self.difference(difference, aggregation, scans, number)
    case .having(let limits, let input):
      var rows = try rows(input, number + 1)
      try rows.check(limits.leaves.map(\.measure))
      rows.keep(limits)
      return rows
    case .order(let ordering, let input):
      var rows = try rows(input, number + 1)
      try rows.check(
        ordering.columns.compactMap { column in
          column.measure.map { Located($0, column.column.range) }
        })
      rows.sort(by: ordering)
      return rows
    }
  }

  private func gather(
    _ aggregation: Aggregation, _ scan: Scan, _ number: Int, sharing table: GroupTable? = nil
  ) throws(EngineError) -> GatheredGroups {
    enter(number)
    var gatherer = GroupGatherer(
      context: question.sides[scan.side], keys: aggregation.keys, measures: aggregation.measures)
    gatherer.alsoHeldBy = scan.alsoHeldBy.map { question.sides[$0] }
    return try gatherer.gather(sharing: table)
  }

  private func groups(
    _ gathered: GatheredGroups, _ aggregation: Aggregation, _ side: Int
  ) throws(EngineError) -> Groups {
    let context = question.sides[side]
    return Groups(
      gathered, measures: aggregation.measures, weights: try SampleWeights(context),
      isInclusive: aggregation.isInclusive,
      countsNothing: context.captures.contains { !$0.info.holdsEvents })
  }

  /// Groups of one side.
  func groups(
    _ aggregation: Aggregation, _ scan: Scan, _ number: Int
  ) throws(EngineError) -> Groups {
    try groups(try gather(aggregation, scan, number + 1), aggregation, scan.side)
  }

  private func difference(
    _ difference: Difference, _ aggregation: Aggregation, _ scans: [Scan], _ number: Int
  ) throws(EngineError) -> Groups {
    var compared = Groups.Compared()
    compared.isNormalized = difference.isNormalized
    if let per = difference.per {
      compared.per = per.value
      compared.divisors = (
        try per.value.amount(of: question.sides[0], at: per.range),
        try per.value.amount(of: question.sides[1], at: per.range)
      )
    }
    let left = try gather(aggregation, scans[0], number + 1)
    var right = try gather(aggregation, scans[1], number + 2, sharing: left.table)
    if difference.isNormalized { right.table.scale(to: left.table.total) }
    var both: GroupTable?
    if scans.count > 2 {
      var sizes = aggregation
      sizes.measures = [.size]
      both = try gather(sizes, scans[2], number + 3, sharing: right.table).table
    }
    let shown = try groups(left, aggregation, 0)
    try refuseOtherUnits(shown)
    return GroupComparison(left: left, right: right, both: both).groups(
      like: shown, compared, title: question.title([left.title, right.title]))
  }

  /// Samples of two kinds have no difference.
  private func refuseOtherUnits(_ left: Groups) throws(EngineError) {
    let others = try SampleWeights(question.sides[1])
    guard left.measures.contains(.samples), left.weights != others else { return }
    throw .cannotAnswer(
      "samples are in \(left.weights.word) on the left and in \(others.word) on the right",
      suggestion: "ask each capture alone", at: query.versus?.range)
  }

  // MARK: Nodes with answers of their own

  private func list(_ ordering: Ordering, _ context: QueryContext) throws(EngineError) -> Answer {
    for data in context.captures where try reading(try data.profile()) != nil {
      return try ObjectListRunner(context, ordering).answer()
    }
    return try ListRunner(context, ordering).answer()
  }

  /// Values along an axis, of groups that are named or of the greatest.
  private func axis(
    _ plan: AxisPlan, _ number: Int, budget: PointBudget?, showing names: [[KeyValue?]]? = nil
  ) throws(EngineError) -> AxisRows {
    switch plan {
    case .series(_, let scan):
      enter(number + 1)
      return try TimelineRunner(question.sides[scan.side], budget: budget, showing: names).rows()
    case .classes(let aggregation, let scan):
      var groups = try groups(aggregation, scan, number + 1)
      groups.sort(by: Ordering(risesByKey: true))
      return AxisRows(histogram: groups, of: question.sides[scan.side])
    case .state(let aggregation, let scan):
      return try AxisRows(
        state: try groups(aggregation, scan, number), of: question.sides[scan.side])
    case .difference(let pairing, let left, let right):
      let shown = try axis(left, number + 1, budget: budget)
      // The right side shows what the left does, at every point.
      let base = try axis(
        right, number + 1 + left.nodeCount, budget: nil, showing: shown.shownKeys)
      return try AxisComparison(query: query, pairing: pairing, left: shown, right: base).rows()
    }
  }
}
