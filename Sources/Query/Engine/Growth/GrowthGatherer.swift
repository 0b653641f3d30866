import Language
import Store

/// What grows in one group: its values at the points, and what they make.
struct GrowthGroup {
  /// Values of the keys.
  var key: [KeyValue?]
  /// Live bytes at the points.
  var bytes: [Int64]
  /// Live blocks at the points.
  var blocks: [Int64]
  /// Of the values that were asked for.
  var trend: Trend

  /// Units of the values for one unit of place, while the group grows or falls for good.
  var rate: Double {
    trend.isGrowing || trend.shape == .falling ? trend.fit.slope : 0
  }
}

/// The groups of a question about growth.
struct GrowthAnswer {
  var groups: [GrowthGroup]
  var total: GrowthGroup
  var points: GrowthPoints
}

/// Follows live groups over points of one capture.
struct GrowthGatherer {
  let context: QueryContext
  let keys: [Key]
  /// Whether blocks are followed instead of bytes.
  let followsBlocks: Bool

  private var query: Query { context.query }

  /// The groups of a capture, the total too.
  func gather(_ data: CaptureData) throws(EngineError) -> GrowthAnswer {
    let points = try GrowthPoints(query: query, data: data)
    let view = try context.view(of: data)
    let series = try reading(
      try GrowthScan(data: data, condition: view.condition, states: points.states).run())
    var table = GroupTable(keys: keys)
    let sites = series.indices.filter { series[$0] != nil }
    let members = try table.memberships(
      view, sites: sites, isInclusive: query.inclusive != nil)
    var sums = [GrowthScan.Series?](repeating: nil, count: table.tuples.count)
    var total = GrowthScan.Series(points: points.states.count)
    for (index, site) in sites.enumerated() {
      guard let values = series[site] else { continue }
      total.merge(values)
      for group in members[index] {
        if sums[group] == nil { sums[group] = values } else { sums[group]?.merge(values) }
      }
    }
    let groups = sums.indices.compactMap { index in
      sums[index].map { values in
        group(
          values, key: keys.indices.map { table.value(group: index, key: $0) }, points)
      }
    }
    return GrowthAnswer(
      groups: groups, total: group(total, key: keys.map { _ in nil }, points), points: points)
  }

  /// What a group's values make.
  func group(
    _ values: GrowthScan.Series, key: [KeyValue?], _ points: GrowthPoints
  ) -> GrowthGroup {
    let isOfKept = query.population?.value == .leaked
    let bytes = isOfKept ? Self.running(values.kept) : values.bytes
    let blocks = isOfKept ? Self.running(values.keptBlocks) : values.blocks
    let count = points.states.count
    // Young blocks may yet be freed as their peers were.
    let followed = isOfKept ? max(min(count, 4), count - values.peersAge) : count
    let followedValues = (followsBlocks ? blocks : bytes).prefix(followed).map(Double.init)
    var trend = Trend(Array(points.places.prefix(followed)), followedValues)
    if trend.isGrowing, followed == count, let (xs, ys) = points.overTime(followedValues) {
      let time = Trend(xs, ys)
      if !time.isGrowing { trend.demote(to: time) }
    }
    return GrowthGroup(
      key: key, bytes: Array(bytes.prefix(count)), blocks: Array(blocks.prefix(count)),
      trend: trend)
  }

  private static func running(_ changes: [Int64]) -> [Int64] {
    var sum: Int64 = 0
    return changes.map { change in
      sum &+= change
      return sum
    }
  }
}
