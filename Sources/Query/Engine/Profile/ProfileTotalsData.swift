import Store

/// The totals of a capture of another tool: what every site holds at every moment.
struct ProfileTotalsData {
  /// What the numbers mean.
  let facts: StoredProfile
  /// The capture.
  let info: CaptureInfo
  /// Nanoseconds after the capture's start of each moment; nil when unknown.
  let times: [Int64?]
  /// Line of the file where each moment begins.
  let lines: [Int64]
  /// Names of moments; empty without any.
  let labels: [String]
  /// Which values each moment has, a bit each; empty when all have all.
  private let present: [Int64]
  /// For each moment 1 when what it does not list is unknown; empty when none is so.
  private let partial: [Int64]

  init(_ facts: StoredProfile, columns: CaptureColumns) throws(StoreError) {
    self.facts = facts
    info = columns.info
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
  func isPartial(_ moment: Int) -> Bool { moment < partial.count && partial[moment] == 1 }

  /// Place of a number among all that the capture's totals have; nil where the moment lacks it.
  func index(population: String, measure: String, moment: Int) -> Int? {
    facts.values.indices.first { index in
      facts.values[index].population == population && facts.values[index].measure == measure
        && (moment >= present.count || present[moment] &>> Int64(index) & 1 == 1)
    }
  }

  /// Moments at which something is told of a population; all when each tells the same.
  func moments(holding population: String) -> [Int] {
    (0..<momentCount).filter { moment in
      facts.values.indices.contains { index in
        facts.values[index].population == population
          && (moment >= present.count || present[moment] &>> Int64(index) & 1 == 1)
      }
    }
  }

  /// A moment in words, with a space in front; empty when there is only one.
  func place(_ moment: Int) -> String {
    guard momentCount > 1 else { return "" }
    if moment < labels.count, !labels[moment].isEmpty { return " at \(labels[moment])" }
    if let time = times[moment] { return " at \(QueryText.seconds(time / 1_000_000))" }
    return lines[moment] > 0 ? " at line \(lines[moment])" : " at moment \(moment + 1)"
  }

  /// The moment's coordinate in a timeline: seconds, else the line, else its number.
  func coordinate(_ moment: Int) -> Double {
    if let time = times[moment] { return Double(time) / 1e9 }
    return Double(lines[moment] > 0 ? lines[moment] : Int64(moment))
  }

  /// Whether all moments have times.
  var hasTimes: Bool { times.allSatisfy { $0 != nil } }
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

  /// The numbers of `population` at `moment`.
  init(_ totals: ProfileTotalsData, population: String, moment: Int) {
    self.moment = moment
    size = totals.index(population: population, measure: "size", moment: moment)
    count = totals.index(population: population, measure: "count", moment: moment)
    samples = totals.index(population: population, measure: "samples", moment: moment)
    usage = totals.index(population: population, measure: "usage", moment: moment)
    isPartial = totals.isPartial(moment)
  }
}

extension CaptureData {
  /// Numbers of one moment: sites and what they hold.
  struct MomentTotals {
    var sites: [UInt32]
    /// Bytes, or weights of a processor profile.
    var bytes: [Int64]
    var counts: [Int64]
    /// Memory of the process; empty but for reports of lines.
    var usage: [Int64]
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
    return MomentTotals(
      sites: sites, bytes: try numbers(recorded.size ?? recorded.samples),
      counts: try numbers(recorded.count),
      usage: recorded.usage == nil ? [] : try numbers(recorded.usage))
  }
}

extension TotalsScan {
  /// Adds every site of a capture of another tool that meets the condition.
  ///
  /// A record of `where size` is what one stack and type hold.
  func run(_ recorded: RecordedTotals, _ add: (Contribution) -> Void) throws(StoreError) {
    if condition.needsClasses, let facts = try data.profile(), facts.objects > 0 {
      return run(objectsOf: try ObjectGraph(data: data, facts: facts), add)
    }
    let totals = try data.totals(recorded)
    let recordBytes = condition.needsClasses ? try recordBytes(totals) : totals.bytes
    for (row, site) in totals.sites.enumerated() {
      let usage = totals.usage.isEmpty ? 0 : UInt64(clamping: totals.usage[row])
      guard totals.bytes[row] != 0 || totals.counts[row] != 0 || usage != 0 else { continue }
      let size = UInt64(clamping: recordBytes[row])
      guard condition.answer(site: Int(site), size: size) == true else { continue }
      add(
        Contribution(
          site: Int(site), recordSize: usage, bytes: totals.bytes[row],
          count: totals.counts[row], rowKey: 0))
    }
  }

  /// Adds every object that meets the condition.
  private func run(objectsOf graph: ObjectGraph, _ add: (Contribution) -> Void) {
    for object in 0..<graph.count where graph.passes(object, condition) {
      let size = max(0, graph.sizes[object])
      add(
        Contribution(
          site: graph.siteOfType[Int(graph.types[object])], recordSize: UInt64(size), bytes: size,
          count: 1, rowKey: 0))
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
    for (row, site) in totals.sites.enumerated() {
      sums[record(site), default: 0] &+= totals.bytes[row]
    }
    return totals.sites.map { sums[record($0), default: 0] }
  }
}
