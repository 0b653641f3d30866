import Language
import Columns
import Store

/// Makes plans of questions: one function a verb.
struct Planner {
  let question: Question

  private var query: Query { question.query }
  private var left: QueryContext { question.left }
  private var hasRight: Bool { question.sides.count > 1 }

  /// The plan of the question.
  func plan() throws(EngineError) -> Plan {
    switch query.verb.value {
    case .top: .rows(try top())
    case .list: .list(ordering(default: 10), Scan(side: 0))
    case .stats: try stats()
    case .hist: try sided(hist)
    case .timeline: try sided(timeline)
    case .flame, .tree: .stacks(try stacks(), question.sides.indices.map { Scan(side: $0) })
    case .source: try source()
    case .growth:
      .rows(
        chosen(
          .trend(TrendRequest(keys: try left.keys()), Scan(side: 0)), ordering(default: 10)))
    case .suspects: .findings(question.sides.indices.map { Scan(side: $0) })
    case .paths: try paths()
    }
  }

  /// The plan of an assertion about the question.
  func plan(of assertion: Assertion) throws(EngineError) -> Plan {
    let bound = Bound(comparison: assertion.comparison.value, value: assertion.bound)
    return .test(
      bound,
      try question.sides.indices.map { (side) throws(EngineError) in
        try tested(side, isBase: side > 0)
      })
  }

  // MARK: Parts

  private func ordering(default rows: Int?) -> Ordering {
    Ordering(columns: query.order, limit: left.limit(default: rows))
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
  private func sided(_ plan: (Int) -> AxisPlan) throws(EngineError) -> Plan {
    guard hasRight, let versus = query.versus else { return .axis(plan(0)) }
    return .axis(.difference(try AxisComparison.pairing(query, versus), plan(0), plan(1)))
  }

  // MARK: Verbs

  private func top() throws(EngineError) -> RowPlan {
    let series = query.measures.filter(\.value.isSeries)
    if !series.isEmpty {
      return chosen(
        aggregate(0, query.keys.map(\.value), series.map(\.value)), ordering(default: 10))
    }
    let keys = try left.keys()
    guard hasRight, query.versus != nil else {
      return chosen(aggregate(0, keys, try left.measures()), ordering(default: 10))
    }
    let measures = try comparedMeasures()
    try refuseGraphSizes()
    var scans = [Scan(side: 0), Scan(side: 1)]
    if try tellsSurvivors(measures) { scans.append(Scan(side: 0, alsoHeldBy: 1)) }
    let difference = Difference(per: query.per, isNormalized: query.normalized != nil)
    return chosen(
      .difference(difference, aggregation(keys, measures), scans), ordering(default: 10))
  }

  private func refuseGraphSizes() throws(EngineError) {
    for measure in query.measures where measure.value.isOfGraph {
      throw .query(
        .cannotAnswer(
          "`vs` compares shallow sizes and counts", wayOut: "`size`, or ask each capture alone",
          at: measure.range))
    }
  }

  /// What is measured on both sides: differences are of sizes and counts.
  private func comparedMeasures() throws(EngineError) -> [Measure] {
    let plain = query.measures.map(\.value).filter {
      $0 != .sizeDifference && $0 != .countDifference
    }
    guard plain.isEmpty else { return plain }
    var standard = left
    standard.query.measures = []
    return try standard.measures()
  }

  /// Whether the sides are states of the same captures, so that some records are on both.
  private func tellsSurvivors(_ measures: [Measure]) throws(EngineError) -> Bool {
    guard case .population = query.versus, query.normalized == nil, query.per == nil,
      measures.contains(.size)
    else { return false }
    for data in left.captures {
      guard try reading(try data.profile()) == nil else { return false }
      let resolver = try reading(try PopulationResolver(data: data))
      let selections = try question.sides.map { (side) throws(EngineError) in
        try resolver.selection(try side.population(of: data), range: side.query.range)
      }
      if selections[0].survivors(of: selections[1]) == nil { return false }
    }
    return true
  }

  private func hist(_ side: Int) -> AxisPlan {
    let isLifetime = query.measures.contains { $0.value.needsLifetimes }
    return .classes(
      aggregation([isLifetime ? .lifetime : .sizeclass], [.count, .size]), Scan(side: side))
  }

  private func timeline(_ side: Int) -> AxisPlan {
    let asked = question.sides[side].query
    guard asked.verb.value == .timeline else {
      // One state, whatever the time.
      return .state(
        aggregation(asked.keys.map(\.value), asked.measures.map(\.value)), Scan(side: side))
    }
    return .series(
      SeriesRequest(keys: asked.keys.map(\.value), measures: asked.measures.map(\.value)),
      Scan(side: side))
  }

  private func stacks() throws(EngineError) -> StackRequest {
    if let per = query.per {
      throw .query(
        .cannotAnswer(
          "stacks are compared by their sums", wayOut: "`top by traceback vs … per …`",
          at: per.range))
    }
    // A page makes the edits itself; every other form gets the stacks edited.
    let keepsFrames =
      query.verb.value == .flame && (query.output.namedFormat ?? .html) == .html
    return StackRequest(
      keepsFrames: keepsFrames, isInverted: query.inverted != nil && !keepsFrames,
      keys: query.keys.map(\.value))
  }

  private func source() throws(EngineError) -> Plan {
    let measures = try left.measures()
    let all = aggregate(0, [.filename, .lineno], measures)
    let lines = query.having.map { RowPlan.having($0, all) } ?? all
    // Lines follow each other in their file unless another order is asked.
    return .lines(
      query.order.isEmpty ? lines : .order(Ordering(columns: query.order), lines),
      files: .order(Ordering(), aggregate(0, [.filename], measures)), query.file)
  }

  private func paths() throws(EngineError) -> Plan {
    guard let target = query.pathTarget else {
      throw .query(.cannotAnswer("`paths to` names a type", wayOut: "`paths to Session`"))
    }
    return .paths(target, Scan(side: 0))
  }

  private func tested(_ side: Int, isBase: Bool) throws(EngineError) -> Plan {
    let context = question.sides[side]
    let measures = context.query.measures.map(\.value)
    let keys = context.query.keys.map(\.value)
    let series = measures.filter(\.isSeries)
    let plan =
      measures.first == .rate
      ? RowPlan.trend(TrendRequest(keys: keys, isTested: true), Scan(side: side))
      : aggregate(side, keys, series.isEmpty ? measures : series)
    return .rows(isBase ? plan : chosen(plan, Ordering(columns: query.order)))
  }

  // MARK: Stats

  private func stats() throws(EngineError) -> Plan {
    for data in left.captures where try reading(try data.profile()) != nil {
      return try statsOfTotals()
    }
    let limit = left.limit(default: 5)
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

  private func statsOfTotals() throws(EngineError) -> Plan {
    var sections: [PlanSection] = []
    var inputs: [RowPlan] = []
    for data in left.captures {
      guard let facts = try reading(try data.profile()), !facts.values.isEmpty else { continue }
      let keys = try left.keys()
      inputs = [aggregate(0, keys, try left.measures())]
      let largest = PlanSection.Topic.largest(
        nil, title: "largest \(keys[0].name)", limit: left.limit(default: 5))
      sections = [PlanSection(topic: .totals, input: 0), PlanSection(topic: largest, input: 0)]
      break
    }
    return .sections(
      sections + [PlanSection(topic: .series), PlanSection(topic: .facts)], inputs)
  }
}
