import CaptureModel
import Language
import Store

/// What groups of a capture of another tool hold at each of its moments.
struct ProfileMoments {
  /// Coordinates of the moments.
  let moments: [Double]
  /// Sums of each moment, by group.
  private(set) var sums: [[GroupSums]] = []
  /// Groups of which a moment tells something; nil where it tells of all.
  private var listed: [Set<Int>?] = []
  private let table: GroupTable
  private let keyCount: Int

  /// Adds up the population that is alive, else the main one, at every moment.
  init(
    context: QueryContext, data: CaptureData, facts: StoredProfile, keys: [Key]
  ) throws(EngineError) {
    let totals = try reading(try ProfileTotalsData(facts, data: data))
    let view = try context.view(of: data)
    try reading(
      try data.note(
        "\(totals.momentCount) moments", where: view.condition, source: "totals kept per site"))
    var table = GroupTable(keys: keys)
    let groups = try table.groupsOfSites(view)
    keyCount = keys.count
    let population =
      facts.values.holds(.live) ? .live : facts.values.mainPopulation ?? .live
    let chosen = totals.moments(holding: population)
    moments = chosen.map { totals.coordinate($0) }
    for moment in chosen {
      var sums = [GroupSums](repeating: GroupSums(), count: table.tuples.count)
      let recorded = RecordedTotals(totals, population: population, moment: moment)
      var selection = Selection(
        births: 0..<0, deaths: 0...Clock.never, greatestAge: nil, weight: .atBirth, title: "",
        moment: .recorded(recorded))
      try context.choose(context.measures, of: data, in: &selection)
      let scan = TotalsScan(
        data: data, moment: selection.moment ?? .end, condition: view.condition)
      try reading(try scan.run { sums[groups[$0.site]].add($0.sums) })
      self.sums.append(sums)
      var known: Set<Int>?
      if recorded.isPartial {
        let sites = try reading(try data.columns.words(.sampleSite, segment: moment))
        known = Set(sites.compactMap { Int($0) < groups.count ? groups[Int($0)] : nil })
      }
      listed.append(known)
    }
    self.table = table
  }

  /// Whether a moment tells what a group held, be it nothing.
  func isKnown(_ group: Int, moment: Int) -> Bool { listed[moment]?.contains(group) ?? true }

  /// Whether any moment lists only some of what there is.
  var isPartial: Bool { listed.contains { $0 != nil } }

  /// Values of a group's keys.
  func keys(of group: Int) -> [KeyValue?] {
    (0..<keyCount).map { table.value(group: group, key: $0) }
  }

  /// Number of groups.
  var groupCount: Int { table.tuples.count }

  /// The groups that are greatest at any moment of a stretch, at most `limit`; with keys, those
  /// that hold nothing there are left out.
  func greatest(_ limit: Int?, in range: ClosedRange<Double>? = nil) -> [Int] {
    let inside = moments.indices.filter { range?.contains(moments[$0]) ?? true }
    let weights = (0..<groupCount).map { group in
      inside.map { (max(sums[$0][group].bytes, 0), sums[$0][group].count) }.max { $0 < $1 }
        ?? (0, 0)
    }
    let full = (0..<groupCount).filter { group in
      keyCount == 0 || inside.contains { !sums[$0][group].isEmpty }
    }
    let order = full.sorted {
      weights[$0] == weights[$1] ? $0 < $1 : weights[$0] > weights[$1]
    }
    return limit.map { Array(order.prefix($0)) } ?? order
  }
}
