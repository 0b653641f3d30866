import Language
import CaptureModel
import Store

/// The totals of a capture of another tool: what every site holds at every moment.
struct ProfileTotalsData {
  /// What the numbers mean.
  let facts: StoredProfile
  /// Moments that a question is about; nil when it may be about any.
  private var asked: Set<Int>?
  /// Time after the capture's start of each moment, by its clock; nil when unknown.
  let times: [Int64?]
  /// Line of the file where each moment begins.
  let lines: [Int64]
  /// Names of moments; empty without any.
  let labels: [String]
  /// Which values each moment has, a bit each; empty when all have all.
  private let present: [Int64]
  /// For each moment 1 when what it does not list is unknown; empty when none is so.
  private let partial: [Int64]

  /// The totals of a capture, of the moments that a question is about.
  init(_ facts: StoredProfile, data: CaptureData) throws(StoreError) {
    try self.init(facts, columns: data.columns)
    guard let wantsStacks = data.wantsStacks, !present.isEmpty, momentCount > 1 else { return }
    let stacks = try data.columns.words(.siteStack)
    var chosen: Set<Int> = []
    for moment in 0..<momentCount {
      let sites = try data.columns.words(.sampleSite, segment: moment)
      let hasStacks = sites.contains { Int($0) < stacks.count && stacks[Int($0)] != 0 }
      if hasStacks == wantsStacks { chosen.insert(moment) }
    }
    if !chosen.isEmpty { asked = chosen }
  }

  init(_ facts: StoredProfile, columns: CaptureColumns) throws(StoreError) {
    self.facts = facts
    let start = facts.start
    times = try columns.integers(.momentTime).map {
      $0 == StoredProfile.unknownTime ? nil : $0 &- start
    }
    lines = try columns.integers(.momentLine)
    labels = try columns.texts(.momentLabel)
    present = try columns.integers(.momentValues)
    partial = try columns.integers(.momentPartial)
    guard lines.count == times.count, Int64(times.count) == facts.moments else {
      throw columns.damaged(.momentTime)
    }
  }

  /// Number of moments with totals.
  var momentCount: Int { times.count }

  /// Whether what a moment does not list is unknown instead of nothing.
  func isPartial(_ moment: Int) -> Bool {
    partial.indices.contains(moment) && partial[moment] == 1
  }

  /// Place of a number among all that the capture's totals have; nil where the moment lacks it.
  func index(population: ProfilePopulation, measure: ProfileMeasure, moment: Int) -> Int? {
    facts.values.indices.first { index in
      facts.values[index].population == population && facts.values[index].measure == measure
        && (moment >= present.count || present[moment] &>> Int64(index) & 1 == 1)
    }
  }

  /// Moments at which something is told of a population; all when each tells the same.
  func moments(holding population: ProfilePopulation) -> [Int] {
    (0..<momentCount).filter { moment in
      (asked?.contains(moment) ?? true)
        && facts.values.indices.contains { index in
          facts.values[index].population == population
            && (moment >= present.count || present[moment] &>> Int64(index) & 1 == 1)
        }
    }
  }

  /// A moment in words, with a space in front; empty when there is only one.
  func place(_ moment: Int) -> String {
    guard momentCount > 1 else { return "" }
    if moment < labels.count, !labels[moment].isEmpty { return " at \(labels[moment])" }
    if let time = times[moment] {
      let axis = ProfileAxis(facts)
      return " at \(axis.text(Double(time) / axis.scale))"
    }
    return lines[moment] > 0 ? " at line \(lines[moment])" : " at moment \(moment + 1)"
  }

  /// The moment's coordinate in a timeline: seconds or instructions, else the line, else its
  /// number.
  func coordinate(_ moment: Int) -> Double {
    if let time = times[moment] { return Double(time) / ProfileAxis(facts).scale }
    return Double(lines[moment] > 0 ? lines[moment] : Int64(moment))
  }
}

/// Numbers of one population, chosen from what a capture of another tool records.
struct RecordedTotals: Equatable {
  /// The moment.
  var moment: Int
  /// Where bytes stand among the numbers of a total; nil when not recorded.
  var size: Int?
  /// Where blocks stand.
  var count: Int?
  /// Where weights of a processor profile stand.
  var samples: Int?
  /// Where the memory of the process stands, of reports of lines.
  var usage: Int?
  /// Whether what the moment does not list is unknown.
  var isPartial = false
  /// Where a third and a fourth sample type stand.
  var third: Int?
  var fourth: Int?
  /// Where the bytes stand that `where size` speaks of, if not at `size`.
  var recordSize: Int?

  /// The numbers of `population` at `moment`.
  init(_ totals: ProfileTotalsData, population: ProfilePopulation, moment: Int) {
    self.moment = moment
    size = totals.index(population: population, measure: .size, moment: moment)
    count = totals.index(population: population, measure: .count, moment: moment)
    samples = totals.index(population: population, measure: .samples, moment: moment)
    usage = totals.index(population: population, measure: .usage, moment: moment)
    isPartial = totals.isPartial(moment)
  }

  /// Takes up to four sample types instead.
  mutating func choose(_ columns: [Int?], recordSize: Int?) {
    (size, count, third, fourth) = (columns[0], columns[1], columns[2], columns[3])
    samples = nil
    self.recordSize = recordSize
  }
}

extension CaptureData {
  /// Whether a question means reports of lines: they are all there is, or all that has stacks.
  func tellsLines(_ facts: StoredProfile) throws(StoreError) -> Bool {
    guard facts.index(population: .increment, measure: .size) != nil else { return false }
    if facts.values.mainPopulation == .increment { return true }
    guard wantsStacks == true else { return false }
    return try ProfileTotalsData(facts, data: self).moments(holding: .live).isEmpty
  }

  /// Numbers of one moment: sites and what they hold.
  struct MomentTotals {
    var sites: [UInt32]
    /// Bytes, or weights of a processor profile.
    var bytes: [Int64]
    var counts: [Int64]
    /// Memory of the process; empty but for reports of lines.
    var usage: [Int64] = []
    /// Further sample types; empty when none are asked.
    var third: [Int64] = []
    var fourth: [Int64] = []
    /// Bytes of the record, where they are not `bytes`.
    var recordBytes: [Int64] = []
  }

  /// What the sites hold; zeros for what is not recorded.
  func totals(_ recorded: RecordedTotals) throws(StoreError) -> MomentTotals {
    let width = try profile()?.values.count ?? 0
    let sites = try columns.words(.sampleSite, segment: recorded.moment)
    func numbers(_ column: Int?) throws(StoreError) -> [Int64] {
      guard let column else { return Array(repeating: 0, count: sites.count) }
      let segment = recorded.moment * width + column
      let values = try columns.integers(.sampleValue, segment: segment)
      guard values.count == sites.count else { throw columns.damaged(.sampleValue, segment) }
      return values
    }
    guard sites.allSatisfy({ Int64($0) < info.sites }) else {
      throw columns.damaged(.sampleSite, recorded.moment)
    }
    var totals = MomentTotals(
      sites: sites, bytes: try numbers(recorded.size ?? recorded.samples),
      counts: try numbers(recorded.count))
    if recorded.third != nil { totals.third = try numbers(recorded.third) }
    if recorded.fourth != nil { totals.fourth = try numbers(recorded.fourth) }
    if recorded.recordSize != nil { totals.recordBytes = try numbers(recorded.recordSize) }
    if recorded.usage != nil { totals.usage = try numbers(recorded.usage) }
    return totals
  }
}

extension TotalsScan {
  /// Adds every site of a capture of another tool that meets the condition.
  ///
  /// A record of `where size` is what one stack and type hold.
  func run(_ recorded: RecordedTotals, _ add: (PartialAggregate) -> Void) throws(StoreError) {
    if needsRecords || condition.needsClasses, let graph = try data.objects() {
      return run(objectsOf: graph, add)
    }
    let totals = try data.totals(recorded)
    let recordBytes = condition.needsClasses ? try recordBytes(totals) : totals.bytes
    for (row, site) in totals.sites.enumerated() {
      var sums = GroupSums(bytes: totals.bytes[row], count: totals.counts[row])
      if !totals.third.isEmpty { sums.objects = totals.third[row] }
      if !totals.fourth.isEmpty { sums.lifetimeSum = totals.fourth[row] }
      if !totals.usage.isEmpty { sums.greatestSize = UInt64(clamping: totals.usage[row]) }
      guard sums != GroupSums() else { continue }
      let size = UInt64(clamping: recordBytes[row])
      guard condition.answer(site: Int(site), size: size) == true else { continue }
      add(PartialAggregate(site: Int(site), sums: sums))
    }
  }

  /// Adds every object that meets the condition.
  private func run(objectsOf graph: ObjectGraph, _ add: (PartialAggregate) -> Void) {
    for object in 0..<graph.count where graph.passes(object, condition) {
      let size = max(0, graph.sizes[object])
      add(
        PartialAggregate(
          site: graph.siteOfType[Int(graph.types[object])],
          sums: GroupSums(bytes: size, count: 1, greatestSize: UInt64(size))))
    }
  }

  /// Bytes of the record that each total is a part of.
  private func recordBytes(_ totals: CaptureData.MomentTotals) throws(StoreError) -> [Int64] {
    let sites = try data.sites()
    func record(_ site: UInt32) -> UInt64 {
      let type = sites.types.isEmpty ? 0 : sites.types[Int(site)]
      return UInt64(sites.stacks[Int(site)]) << 32 | UInt64(type)
    }
    var sums: [UInt64: Int64] = [:]
    let bytes = totals.recordBytes.isEmpty ? totals.bytes : totals.recordBytes
    for (row, site) in totals.sites.enumerated() {
      sums[record(site), default: 0] &+= bytes[row]
    }
    return totals.sites.map { sums[record($0), default: 0] }
  }
}
