import Language
import Analysis
import Results
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

  /// The groups with what they make; without keys all is one group.
  ///
  /// - Parameter isTold: whether to say what is known of the program's end and of its process.
  /// - Returns: the groups.
  /// - Throws: what cannot be answered.
  func trends(isTold: Bool) throws(EngineError) -> Trends {
    let view = try context.view(of: data)
    let values = try reading(
      try GrowthScan(data: data, condition: view.condition, states: points.states).run())
    let sites = values.indices.filter { values.holds($0) }
    let whole = growth(values.merged(sites))
    let all = group(whole, keys.map { _ in nil })
    let groups = keys.isEmpty ? [all] : try groups(of: values, sites, view)
    var trends = Trends(
      title: (blocks == .kept ? "kept" : "live") + points.title, keys: keys,
      columns: [
        Trends.Column(measure: .size, name: "size", unit: .bytes),
        Trends.Column(measure: .count, name: "count", unit: .count),
      ], pace: .per(query.per?.value), groups: groups, total: all)
    trends.axis = points.axis
    if isTold { trends.notes += try notes(on: trends, whole) }
    return trends
  }

  /// The groups by the keys, and what they make.
  private func groups(
    of values: SiteSeries, _ sites: [Int], _ view: CaptureView
  ) throws(EngineError) -> [Trends.Group] {
    var table = GroupTable(keys: keys)
    guard query.inclusive == nil else {
      var changes: [PointChanges] = []
      try table.addUp(view, sites: sites, { values.changes(of: sites[$0]) }) { _, group, added in
        while changes.count <= group { changes.append(PointChanges()) }
        changes[group].add(added)
      }
      return changes.indices.map { group in
        self.group(
          growth(values.values(of: changes[group])), table.key(of: group))
      }
    }
    // The sites in the order of their groups, so that one group's values are made at a time.
    let members = try table.memberships(view, isInclusive: false)
    let numbers = sites.map { Int(members.groups[Int(members.heads[$0])]) }
    let starts = Self.starts(of: numbers, count: table.tuples.count)
    var next = starts
    var ordered = [Int32](repeating: 0, count: sites.count)
    for (index, site) in sites.enumerated() {
      ordered[next[numbers[index]]] = Int32(site)
      next[numbers[index]] += 1
    }
    return table.tuples.indices.compactMap { group in
      let own = ordered[starts[group]..<next[group]]
      guard !own.isEmpty else { return nil }
      return self.group(growth(values.merged(own.lazy.map { Int($0) })), table.key(of: group))
    }
  }

  /// Where each group begins when things are put in the order of their groups.
  private static func starts(of numbers: [Int], count: Int) -> [Int] {
    var starts = [Int](repeating: 0, count: count + 1)
    for number in numbers { starts[number + 1] += 1 }
    for number in 0..<count { starts[number + 1] += starts[number] }
    return starts
  }

  private func growth(_ values: PointValues) -> Growth {
    Growth(values, on: points.axis, of: blocks, countsBlocks: countsBlocks)
  }

  private func group(_ growth: Growth, _ key: [KeyValue?]) -> Trends.Group {
    Trends.Group(
      key: key, places: points.axis.places,
      values: [Steps(growth.bytes.map(Double.init)), Steps(growth.blocks.map(Double.init))],
      unit: countsBlocks ? .count : .bytes, trend: growth.trend, followed: countsBlocks ? 1 : 0)
  }

  // MARK: Notes

  private func notes(on trends: Trends, _ total: Growth) throws(EngineError) -> [String] {
    let end = query.range == nil ? try reading(try LettingGo(data: data)) : nil
    var notes = [end?.note(of: points, asking: query)].compactMap(\.self)
    if query.filter == nil, query.fromFrame == nil, !countsBlocks {
      notes += try residentNotes(total, end)
    }
    if total.trend.isDemoted || trends.groups.contains(where: \.trend.isDemoted) {
      notes.append(Trends.stopsOverTime)
    }
    return notes + (try reading(try data.marks()).notes)
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

  /// A series of the process.
  func trends(of series: Series, at range: SourceRange) throws(EngineError) -> Trends {
    let values = try ResidentGrowth(data: data, points: points).values(of: series, at: range)
      .map(Double.init)
    let group = Trends.Group(
      key: [.text(series.rawValue)], places: points.axis.places, values: [Steps(values)],
      unit: .bytes,
      trend: points.axis.trend(values))
    return Trends(
      title: series.rawValue + points.title, keys: [nil],
      columns: [Trends.Column(measure: .size, name: "size", unit: .bytes)],
      pace: .per(query.per?.value), groups: [group])
  }
}
