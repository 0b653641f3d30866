import Analysis
import Columns
import Store

/// Follows live groups of a capture of single allocations over windows or marks.
struct EventTrends {
  let context: QueryContext
  let keys: [Key]
  let data: CaptureData
  let points: GrowthPoints
  /// Whether blocks are followed instead of bytes.
  private let countsBlocks: Bool
  private let blocks: Growth.Blocks

  private var query: Query { context.query }

  /// Finds the points of a question.
  init(_ context: QueryContext, keys: [Key], data: CaptureData) throws(EngineError) {
    (self.context, self.keys, self.data) = (context, keys, data)
    countsBlocks = context.query.measures.first?.value == .count
    blocks = context.query.population?.value == .leaked ? .kept : .live
    points = try GrowthPoints(query: context.query, data: data)
  }

  // MARK: Groups

  /// The groups with what they make, and what all of them do.
  func trends() throws(EngineError) -> (trends: Trends, total: Growth) {
    try refuseRowKeys()
    let view = try context.view(of: data)
    let values = try reading(
      try GrowthScan(data: data, condition: view.condition, states: points.states).run())
    var table = GroupTable(keys: keys)
    let sites = values.indices.filter { values[$0] != nil }
    let members = try table.memberships(view, sites: sites, isInclusive: query.inclusive != nil)
    var sums = [PointValues?](repeating: nil, count: table.tuples.count)
    var total = PointValues(points: points.states.count)
    for (index, site) in sites.enumerated() {
      guard let values = values[site] else { continue }
      total.merge(values)
      for group in members[index] {
        if sums[group] == nil { sums[group] = values } else { sums[group]?.merge(values) }
      }
    }
    let whole = growth(total)
    var trends = Trends(
      title: (blocks == .kept ? "kept" : "live") + points.title, keys: keys,
      columns: [
        Trends.Column(measure: .size, name: "size", unit: .bytes),
        Trends.Column(measure: .count, name: "count", unit: .count),
      ], pace: .per(query.per?.value),
      rows: sums.indices.compactMap { index in
        sums[index].map { values in
          row(growth(values), keys.indices.map { table.value(group: index, key: $0) })
        }
      }, total: row(whole, keys.map { _ in nil }))
    trends.tellWhereNothingGrows()
    return (trends, whole)
  }

  private func growth(_ values: PointValues) -> Growth {
    Growth(values, on: points.axis, of: blocks, countsBlocks: countsBlocks)
  }

  private func row(_ growth: Growth, _ key: [KeyValue?]) -> Trends.Row {
    Trends.Row(
      key: key, places: points.axis.places,
      values: [growth.bytes.map(Double.init), growth.blocks.map(Double.init)],
      unit: countsBlocks ? .count : .bytes, trend: growth.trend)
  }

  private func refuseRowKeys() throws(EngineError) {
    let refused: [Key] = [.sizeclass, .lifetime, .window, .mark]
    for key in query.keys where refused.contains(key.value) {
      throw .query(
        .cannotAnswer(
          "growth follows groups that a place in the program makes",
          wayOut: "`by lineno` with `where`, or `per mark(…)`", at: key.range))
    }
  }

  /// The answer, with what is known of the program's end and of its process.
  func answer() throws(EngineError) -> Answer {
    var (trends, total) = try trends()
    let end = query.range == nil ? try reading(try LettingGo(data: data)) : nil
    if let note = end?.note(of: points, asking: query) { trends.notes.append(note) }
    if query.filter == nil, query.fromFrame == nil, !countsBlocks {
      trends.notes += try residentNotes(total, end)
    }
    if (trends.rows + [trends.total].compactMap(\.self)).contains(where: \.trend.isDemoted) {
      trends.notes.append(Trends.stopsOverTime)
    }
    trends.notes += try reading(try data.marks()).notes
    trends.sort(for: query)
    return trends.answer(context, limit: context.limit(default: 10))
  }

  /// How the process grew while it worked, and how much of that is explained.
  private func residentNotes(_ total: Growth, _ end: LettingGo?) throws(EngineError) -> [String] {
    var (points, total) = (points, total)
    if let end, end.isEarly, end.fallMilliseconds != nil {
      let count = points.keep(until: end)
      guard count >= 4 else { return [] }
      total.keep(count, on: points.axis)
    }
    return try ResidentGrowth(data: data, points: points).notes(
      explained: total.rate, of: total, RateScale(query.per?.value, of: .bytes),
      sizes: context.sizes)
  }

  // MARK: Series

  /// Growth of a series of the process.
  func answer(_ series: Series, at range: SourceRange) throws(EngineError) -> Answer {
    let values = try ResidentGrowth(data: data, points: points).values(of: series, at: range)
      .map(Double.init)
    var trends = Trends(
      title: series.rawValue + points.title, keys: [nil],
      columns: [Trends.Column(measure: .size, name: "size", unit: .bytes)],
      pace: .per(query.per?.value),
      rows: [
        Trends.Row(
          key: [.text(series.rawValue)], places: points.axis.places, values: [values],
          unit: .bytes, trend: points.axis.trend(values))
      ])
    trends.tellWhereNothingGrows()
    trends.sort(for: query)
    return trends.answer(context, limit: nil)
  }
}
