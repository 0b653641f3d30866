package import Language

/// Makes plans of questions: one function a verb.
package struct Planner {
  /// As it was asked, sample types and labels as the captures have them.
  private let query: Query
  /// What is asked, and the right of `vs` or what a bound is a share of.
  private let sides: [Side]

  private var left: Side { sides[0] }
  private var hasRight: Bool { sides.count > 1 }

  /// A planner of a question whose captures were found.
  package init(query: Query, sides: [Side]) {
    self.query = query
    self.sides = sides
  }

  /// The plan of the question.
  package func plan() throws(QueryError) -> Plan {
    switch query.verb.value {
    case .top: .rows(try top())
    case .list: .list(ordering, Scan(side: 0))
    case .stats: stats()
    case .hist: try sided(hist)
    case .timeline: try sided(timeline)
    case .flame, .tree: .stacks(try stacks(), sides.indices.map { Scan(side: $0) })
    case .peek: try peek()
    case .source: source()
    case .growth:
      .rows(
        chosen(
          .trend(TrendRequest(keys: left.keys), Scan(side: 0)), ordering))
    case .suspects: .findings(sides.indices.map { Scan(side: $0) })
    case .paths: try paths()
    }
  }

  /// The plan of an assertion about the question.
  package func plan(of assertion: Assertion) -> Plan {
    let bound = Bound(comparison: assertion.comparison.value, value: assertion.bound)
    return .test(
      bound,
      sides.indices.map { tested($0, isBase: $0 > 0) })
  }

  // MARK: Parts

  private var ordering: Ordering {
    Ordering(columns: query.order, limit: left.limit)
  }

  /// A plan's rows that meet `having`, in order.
  private func chosen(_ plan: RowPlan, _ ordering: Ordering) -> RowPlan {
    .order(ordering, query.having.map { .having($0, plan) } ?? plan)
  }

  private func aggregation(_ keys: [Key], _ measures: [Measure]) -> Aggregation {
    Aggregation(keys: keys, measures: measures, isInclusive: query.inclusive != nil)
  }

  private func aggregate(_ side: Int, _ keys: [Key], _ measures: [Measure]) -> RowPlan {
    .aggregate(aggregation(keys, measures), Scan(side: side))
  }

  /// The plan of the only side, or those of both sides along one axis.
  private func sided(_ plan: (Int) -> AxisPlan) throws(QueryError) -> Plan {
    guard hasRight, let versus = query.versus else { return .axis(plan(0)) }
    return .axis(.difference(try AxisPairing(query, versus), plan(0), plan(1)))
  }

  // MARK: Verbs

  private func top() throws(QueryError) -> RowPlan {
    let series = query.measures.filter(\.value.isSeries)
    if !series.isEmpty {
      return chosen(
        aggregate(0, query.keys.map(\.value), series.map(\.value)), ordering)
    }
    let keys = left.keys
    guard hasRight, query.versus != nil else {
      return chosen(aggregate(0, keys, left.measures), ordering)
    }
    let measures = comparedMeasures
    try refuseGraphSizes()
    var scans = [Scan(side: 0), Scan(side: 1)]
    if tellsSurvivors(measures) { scans.append(Scan(side: 0, alsoHeldBy: 1)) }
    let difference = Difference(per: query.per, isNormalized: query.normalized != nil)
    return chosen(
      .difference(difference, aggregation(keys, measures), scans), ordering)
  }

  private func refuseGraphSizes() throws(QueryError) {
    for measure in query.measures where measure.value.isOfGraph {
      throw .cannotAnswer(
        "`vs` compares shallow sizes and counts", suggestion: "`size`, or ask each capture alone",
        at: measure.range)
    }
  }

  /// What is measured on both sides: differences are of sizes and counts.
  private var comparedMeasures: [Measure] {
    let plain = query.measures.map(\.value).filter {
      $0 != .sizeDifference && $0 != .countDifference
    }
    guard plain.isEmpty else { return plain }
    return left.standardMeasures
  }

  /// Whether the sides are states of the same captures, so that some records are on both.
  private func tellsSurvivors(_ measures: [Measure]) -> Bool {
    guard case .population = query.versus, query.normalized == nil, query.per == nil,
      measures.contains(.size)
    else { return false }
    return sides.allSatisfy { side in
      side.holdsEvents && side.population.value.flow == .alive
    }
  }

  private func hist(_ side: Int) -> AxisPlan {
    let isLifetime = query.measures.contains { $0.value.needsLifetimes }
    return .classes(
      aggregation([isLifetime ? .lifetime : .sizeclass], [.count, .size]), Scan(side: side))
  }

  private func timeline(_ side: Int) -> AxisPlan {
    let asked = sides[side].query
    guard asked.verb.value == .timeline else {
      // One state, whatever the time.
      return .state(
        aggregation(asked.keys.map(\.value), asked.measures.map(\.value)), Scan(side: side))
    }
    return .series(
      SeriesRequest(keys: asked.keys.map(\.value), measures: asked.measures.map(\.value)),
      Scan(side: side))
  }

  private func stacks() throws(QueryError) -> StackRequest {
    if let per = query.per {
      throw .cannotAnswer(
        "stacks are compared by their sums", suggestion: "`top by traceback vs … per …`",
        at: per.range)
    }
    // A page makes the edits itself; every other form gets the stacks edited.
    let keepsFrames =
      query.verb.value == .flame && (query.output.namedFormat ?? .html) == .html
    return StackRequest(
      keepsFrames: keepsFrames, isInverted: query.inverted != nil && !keepsFrames,
      keys: query.keys.map(\.value))
  }

  private func peek() throws(QueryError) -> Plan {
    guard let target = query.pathTarget else {
      throw .cannotAnswer("`peek` needs a function", suggestion: "`peek main`")
    }
    let request = StackRequest(keepsFrames: false, isInverted: false, keys: [])
    return .neighbours(target, request, Scan(side: 0), limit: left.limit)
  }

  private func source() -> Plan {
    let measures = left.measures
    let all = aggregate(0, [.filename, .lineno], measures)
    let lines = query.having.map { RowPlan.having($0, all) } ?? all
    // Lines follow each other in their file unless another order is asked.
    return .lines(
      query.order.isEmpty ? lines : .order(Ordering(columns: query.order), lines),
      files: .order(Ordering(), aggregate(0, [.filename], measures)), query.file)
  }

  private func paths() throws(QueryError) -> Plan {
    guard let target = query.pathTarget else {
      throw .cannotAnswer("`paths to` names a type", suggestion: "`paths to Session`")
    }
    return .paths(target, Scan(side: 0))
  }

  private func tested(_ side: Int, isBase: Bool) -> RowPlan {
    let asked = sides[side].query
    let measures = asked.measures.map(\.value)
    let keys = asked.keys.map(\.value)
    let series = measures.filter(\.isSeries)
    let plan =
      measures.first == .rate
      ? RowPlan.trend(TrendRequest(keys: keys, isTested: true), Scan(side: side))
      : aggregate(side, keys, series.isEmpty ? measures : series)
    return isBase ? plan : chosen(plan, Ordering(columns: query.order))
  }

  // MARK: Stats

  private func stats() -> Plan {
    if left.holdsProfiles { return statsOfProfiles() }
    let limit = left.limit
    let inputs: [[Key]] = [[.frame], [.allocator], [.module]]
    return .sections(
      [
        PlanSection(topic: .totals, input: 0), PlanSection(topic: .sizes),
        PlanSection(topic: .largest(.count, title: "allocator", limit: nil), input: 1),
        PlanSection(topic: .largest(.size, title: "largest by size", limit: limit), input: 0),
        PlanSection(topic: .largest(.count, title: "largest by count", limit: limit), input: 0),
        PlanSection(topic: .largest(.size, title: "module", limit: limit), input: 2),
        PlanSection(topic: .facts),
      ], inputs.map { aggregate(0, $0, [.size, .count]) })
  }

  private func statsOfProfiles() -> Plan {
    var sections: [PlanSection] = []
    var inputs: [RowPlan] = []
    if left.captures.contains(where: { !$0.values.isEmpty }) {
      inputs = [aggregate(0, left.keys, left.measures)]
      let largest = PlanSection.Topic.largest(
        nil, title: "largest \(left.keys[0].name)", limit: left.limit)
      sections = [PlanSection(topic: .totals, input: 0), PlanSection(topic: largest, input: 0)]
    }
    return .sections(
      sections + [PlanSection(topic: .series), PlanSection(topic: .facts)], inputs)
  }
}
