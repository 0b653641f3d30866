import Columns
import Store

/// Answers `growth`: how live groups move over windows, marks or captures.
struct GrowthRunner {
  private let context: QueryContext
  private let query: Query
  private let keys: [Key]

  init(_ context: QueryContext) throws(EngineError) {
    self.context = context
    query = context.query
    keys = try context.keys()
  }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    if context.captures.count > 1 {
      return try GrowthOfCaptures(context: context, keys: keys).answer()
    }
    let data = context.captures[0]
    guard data.info.holdsEvents else {
      throw .query(
        .cannotAnswer(
          "\(data.info.name) holds totals at one moment, which say nothing of growth",
          wayOut: "`growth of` three captures or more, such as `growth of run-*`",
          at: query.verb.range))
    }
    if let (series, range) = askedSeries {
      return try answer(series, data, at: range)
    }
    let followsBlocks = query.measures.first?.value == .count
    let gathered = try GrowthGatherer(
      context: context, keys: keys, followsBlocks: followsBlocks
    ).gather(data)
    let scale = RateScale(query.per?.value, isOfBlocks: followsBlocks)
    let verb = query.population?.value == .leaked ? "kept" : "live"
    var table = GrowthTable(
      keys: keys, scale: scale, groups: gathered.groups, total: gathered.total,
      places: gathered.points.places
    ).table(context, population: verb + gathered.points.title, limit: context.limit(default: 10))
    let end = query.range == nil ? try reading(try LettingGo(data: data)) : nil
    if let note = end?.note(of: gathered.points, asking: query) { table.notes.append(note) }
    if query.filter == nil, query.fromFrame == nil, !followsBlocks {
      table.notes += try residentNotes(gathered, data, end, scale)
    }
    if (gathered.groups + [gathered.total]).contains(where: \.trend.isDemoted) {
      table.notes.append(GrowthTable.stopsOverTime)
    }
    table.notes += try reading(try data.marks()).notes
    return Answer(
      content: .table(table), verb: .growth, output: query.output,
      limit: context.limit(default: 10))
  }

  /// How the process grew while it worked, and how much of that is explained.
  private func residentNotes(
    _ gathered: GrowthAnswer, _ data: CaptureData, _ end: LettingGo?, _ scale: RateScale
  ) throws(EngineError) -> [String] {
    var (points, total) = (gathered.points, gathered.total)
    if let end, end.isEarly, end.fallMilliseconds != nil {
      let count = points.keep(until: end)
      guard count >= 4 else { return [] }
      total.bytes = Array(total.bytes.prefix(count))
      total.blocks = Array(total.blocks.prefix(count))
      total.trend = Trend(points.places, total.bytes.map(Double.init))
    }
    return try ResidentGrowth(data: data, points: points).notes(
      explained: total.rate, of: total, scale, sizes: context.sizes)
  }

  private var askedSeries: (Series, SourceRange)? {
    for measure in query.measures {
      if case .series(let series) = measure.value { return (series, measure.range) }
    }
    return nil
  }

  /// Growth of a series of the process.
  private func answer(
    _ series: Series, _ data: CaptureData, at range: SourceRange
  ) throws(EngineError) -> Answer {
    let points = try GrowthPoints(query: query, data: data)
    let values = try ResidentGrowth(data: data, points: points).values(of: series, at: range)
    let group = GrowthGroup(
      key: [.text(series.rawValue)], bytes: values, blocks: [],
      trend: Trend(points.places, values.map(Double.init)))
    let scale = RateScale(query.per?.value, isOfBlocks: false)
    var table = GrowthTable(
      keys: [], scale: scale, groups: [group], total: nil, places: points.places
    ).table(context, population: series.rawValue + points.title, limit: nil)
    table.columns.insert(
      ResultColumn(name: "series", role: .key, unit: .none, values: .texts([series.rawValue])),
      at: 0)
    return Answer(content: .table(table), verb: .growth, output: query.output, limit: nil)
  }
}

/// What slopes are multiplied with, and what they are called then.
struct RateScale {
  let factor: Double
  let unit: Unit
  /// `/s`, `/min`, `/h`, `/mark`.
  let suffix: String

  init(_ per: RateUnit?, isOfBlocks: Bool) {
    switch per {
    case nil, .second: (factor, unit, suffix) = (1, isOfBlocks ? .perSecond : .bytesPerSecond, "/s")
    case .minute:
      (factor, unit, suffix) = (60, isOfBlocks ? .perMinute : .bytesPerMinute, "/min")
    case .hour: (factor, unit, suffix) = (3600, isOfBlocks ? .perHour : .bytesPerHour, "/h")
    case .mark: (factor, unit, suffix) = (1, isOfBlocks ? .perMark : .bytesPerMark, "/mark")
    }
  }
}

/// Makes rows of groups that grow.
struct GrowthTable {
  /// Said where no group grows.
  static let nothingGrows = "nothing grows for good"
  /// Said where calls that allocate hide those that do not.
  static let stopsOverTime =
    "some grow from call to call, but not to the end of the time: calls that allocate nothing are "
    + "no marks; `in start..TIME` looks at a busy stretch alone"

  let keys: [Key]
  let scale: RateScale
  let groups: [GrowthGroup]
  let total: GrowthGroup?
  let places: [Double]

  /// The table: what still grows first, fastest first; then by growth.
  func table(
    _ context: QueryContext, population: String, limit: Int?
  ) -> ResultTable {
    let query = context.query
    let passing = passing(query)
    let shown = limit.map { Array(passing.prefix($0)) } ?? passing
    var table = context.emptyTable(population: population)
    table.columns =
      keys.indices.map { index in
        ResultColumn(
          name: keys[index].name, role: .key, unit: keys[index].unit,
          values: keys[index].values(shown.map { $0.key[index] }))
      } + columns(shown)
    table.otherCount = passing.count - shown.count
    if let total, query.having == nil { table.total = sums([total]) }
    if table.otherCount > 0, query.inclusive == nil {
      table.other = sums(Array(passing.dropFirst(shown.count)))
    }
    if !groups.isEmpty, !groups.contains(where: { $0.trend.isGrowing }) {
      table.notes.append(Self.nothingGrows)
    }
    return table
  }

  /// The groups that meet `having`, in order.
  func passing(_ query: Query) -> [GrowthGroup] {
    groups.filter { group in query.having.map { passes($0, group) } ?? true }
      .sorted { precedes($0, $1, query.order) }
  }

  private func columns(_ shown: [GrowthGroup]) -> [ResultColumn] {
    func bounds(_ bound: (TheilSen) -> Double) -> ResultValues {
      .reals(shown.map { $0.rate == 0 ? nil : bound($0.trend.fit) * scale.factor })
    }
    let all = total.map(Self.change) ?? 0
    let hasBlocks = shown.contains { !$0.blocks.isEmpty }
    let counts = ResultColumn(
      name: "count", role: .measure, unit: .count,
      values: .integers(shown.map { $0.blocks.last }))
    return [
      ResultColumn(
        name: "size", role: .measure, unit: .bytes,
        values: .integers(shown.map { $0.bytes.last }))
    ] + (hasBlocks ? [counts] : []) + [
      ResultColumn(
        name: "size_diff", role: .measure, unit: .bytes,
        values: .integers(shown.map(Self.change))),
      ResultColumn(
        name: "share", role: .measure, unit: .percent,
        values: .reals(shown.map { all == 0 ? nil : Double(Self.change($0)) / Double(all) * 100 })),
      ResultColumn(
        name: "rate", role: .measure, unit: scale.unit,
        values: .reals(shown.map { $0.rate * scale.factor })),
      ResultColumn(name: "rate_low", role: .measure, unit: scale.unit, values: bounds(\.low)),
      ResultColumn(name: "rate_high", role: .measure, unit: scale.unit, values: bounds(\.high)),
      ResultColumn(
        name: "shape", role: .key, unit: .none, values: .texts(shown.map(\.trend.shape.rawValue))),
      ResultColumn(
        name: "points", role: .key, unit: .none,
        values: .series(
          shown.map { group in
            zip(places, group.bytes).map { SeriesPoint(place: $0, value: Double($1)) }
          })),
    ]
  }

  private static func change(_ group: GrowthGroup) -> Int64 {
    (group.bytes.last ?? 0) - (group.bytes.first ?? 0)
  }

  private func sums(_ groups: [GrowthGroup]) -> [MeasureValue] {
    func sum(_ value: (GrowthGroup) -> Int64?) -> Double {
      Double(groups.reduce(0) { $0 + (value($1) ?? 0) })
    }
    return [
      MeasureValue(column: "size", value: sum { $0.bytes.last }),
      MeasureValue(column: "count", value: sum { $0.blocks.last }),
      MeasureValue(column: "size_diff", value: sum { Self.change($0) }),
      MeasureValue(
        column: "rate",
        value: groups.count == 1 ? groups[0].rate * scale.factor : nil),
    ]
  }

  // MARK: Order and limits

  /// A measure of a group, for `having` and `order by`.
  func value(_ measure: Measure, _ group: GrowthGroup) -> Double? {
    switch measure {
    case .size: group.bytes.last.map(Double.init)
    case .count: (group.blocks.last ?? group.bytes.last).map(Double.init)
    case .rate: group.rate * scale.factor
    default: nil
    }
  }

  private func passes(_ limits: Limits, _ group: GrowthGroup) -> Bool {
    switch limits {
    case .and(let parts): return parts.allSatisfy { passes($0, group) }
    case .or(let parts): return parts.contains { passes($0, group) }
    case .not(let part): return !passes(part, group)
    case .compare(let measure, let comparison, let amount):
      guard let value = value(measure.value, group) else { return false }
      let whole = total.flatMap { self.value(measure.value, $0) } ?? 0
      let bound = amount.value.number(of: measure.value, total: whole)
      return NumberTest.comparison(comparison.value, bound).passes(value)
    }
  }

  private func precedes(_ a: GrowthGroup, _ b: GrowthGroup, _ order: [OrderColumn]) -> Bool {
    for column in order {
      switch column.column.value {
      case .measure(let measure):
        let (left, right) = (value(measure, a) ?? 0, value(measure, b) ?? 0)
        if left != right { return (left < right) == (column.isAscending ?? false) }
      case .key(let key):
        guard let index = keys.firstIndex(of: key) else { continue }
        let compared = KeyValue.compare(a.key[index], b.key[index])
        if compared != 0 { return (compared < 0) == (column.isAscending ?? true) }
      case .time: continue
      }
    }
    if a.trend.isGrowing != b.trend.isGrowing { return a.trend.isGrowing }
    if a.trend.isGrowing, a.rate != b.rate { return a.rate > b.rate }
    let (left, right) = (Self.change(a), Self.change(b))
    if left != right { return left > right }
    for index in keys.indices {
      let compared = KeyValue.compare(a.key[index], b.key[index])
      if compared != 0 { return compared < 0 }
    }
    return false
  }
}
