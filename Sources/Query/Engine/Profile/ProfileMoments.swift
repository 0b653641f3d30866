import Store

/// What groups of a capture of another tool hold at each of its moments.
struct ProfileMoments {
  /// Coordinates of the moments.
  let moments: [Double]
  /// Sums of each moment, by group.
  private(set) var sums: [[GroupSums]] = []
  private let table: GroupTable
  private let keyCount: Int

  /// Adds up the population that is alive, else the main one, at every moment.
  init(
    context: QueryContext, data: CaptureData, facts: StoredProfile, keys: [Key]
  ) throws(EngineError) {
    let totals = try reading(try ProfileTotalsData(facts, data: data))
    let view = try context.view(of: data)
    var table = GroupTable(keys: keys)
    let groups = try table.groupsOfSites(view)
    keyCount = keys.count
    let population =
      facts.values.contains { $0.population == "live" } ? "live" : facts.mainPopulation ?? "live"
    let chosen = totals.moments(holding: population)
    moments = chosen.map { totals.coordinate($0) }
    for moment in chosen {
      var sums = [GroupSums](repeating: GroupSums(), count: table.tuples.count)
      let recorded = RecordedTotals(totals, population: population, moment: moment)
      let scan = TotalsScan(data: data, moment: .recorded(recorded), condition: view.condition)
      try reading(try scan.run { sums[groups[$0.site]].add($0) })
      self.sums.append(sums)
    }
    self.table = table
  }

  /// Values of a group's keys.
  func keys(of group: Int) -> [KeyValue?] {
    (0..<keyCount).map { table.value(group: group, key: $0) }
  }

  /// Number of groups.
  var groupCount: Int { table.tuples.count }

  /// The groups that are greatest at any moment, at most `limit`.
  func greatest(_ limit: Int?) -> [Int] {
    let weights = (0..<groupCount).map { group in
      sums.map { (max($0[group].bytes, 0), $0[group].count) }.max { $0 < $1 } ?? (0, 0)
    }
    let order = (0..<groupCount).sorted {
      weights[$0] == weights[$1] ? $0 < $1 : weights[$0] > weights[$1]
    }
    return limit.map { Array(order.prefix($0)) } ?? order
  }
}
