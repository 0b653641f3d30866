import Columns
import Store

/// Groups what lives by the lines that people own, and finds those that grow for good.
struct SuspectScan {
  let context: QueryContext
  let data: CaptureData
  let points: GrowthPoints
  private let view: CaptureView
  private let series: [GrowthScan.Series?]
  /// Why a site's growth is harmless, by site.
  private let suppressed: [Suppression?]
  /// Sites whose blocks are all arenas of Python's allocator.
  private let isArena: [Bool]

  /// One line and the sites it stands for.
  struct Line {
    var lineno: String?
    /// Whether `lineno` is the nearest frame outside of libraries.
    var isOwn: Bool
    var sites: [Int]
    var values: GrowthScan.Series
  }

  /// Sizes of arenas, before and from Python 3.10 on.
  static let arenaBytes: [Int64] = [262_144, 1_048_576]

  /// Scans one capture.
  init(context: QueryContext, data: CaptureData) throws(EngineError) {
    self.context = context
    self.data = data
    points = try GrowthPoints(query: context.query, data: data)
    view = try context.view(of: data)
    series = try reading(
      try GrowthScan(data: data, condition: view.condition, states: points.states).run())
    suppressed = try reading(try Self.suppressions(data))
    let allocators = try reading(try data.sites()).allocators
    let names = try reading(try data.columns.texts(.allocatorName))
    let mmap = names.firstIndex { $0.lowercased() == "mmap" }.map { UInt32($0) }
    let values = series
    isArena = values.indices.map { site in
      guard let found = values[site], allocators[site] == mmap else { return false }
      return Self.arenaBytes.contains { size in
        zip(found.bytes, found.blocks).allSatisfy { $0 == $1 * size }
      }
    }
  }

  private static func suppressions(_ data: CaptureData) throws(StoreError) -> [Suppression?] {
    let locations = try data.locations()
    let stacks = try data.pythonStacks()
    let byLocation = (0..<locations.count).map { index in
      Suppression.allCases.first {
        $0.contains(function: locations.functions[index], file: locations.files[index])
      }
    }
    var byNode = [Suppression?](repeating: nil, count: stacks.count)
    for node in 1..<max(1, stacks.count) {
      byNode[node] =
        byNode[Int(stacks.parents[node])] ?? byLocation[Int(stacks.locations[node])]
    }
    return try data.pythonSites().map { byNode[Int($0)] }
  }

  /// Every site's values as one.
  var total: GrowthScan.Series {
    series.indices.reduce(into: GrowthScan.Series(points: points.states.count)) { sum, site in
      if let values = series[site] { sum.merge(values) }
    }
  }

  /// What python's own objects make, where the profiler followed them.
  func arenas() -> (values: GrowthScan.Series, sites: [Int])? {
    let sites = series.indices.filter { isArena[$0] && suppressed[$0] == nil }
    guard !sites.isEmpty else { return nil }
    return (merged(sites), sites)
  }

  /// Growth that is left out, by its name.
  func leftOut() -> [(Suppression, GrowthScan.Series)] {
    Suppression.allCases.compactMap { suppression in
      let sites = series.indices.filter { suppressed[$0] == suppression && series[$0] != nil }
      return sites.isEmpty ? nil : (suppression, merged(sites))
    }
  }

  /// The lines, without what is suppressed and without arenas.
  func lines() throws(EngineError) -> [Line] {
    let sites = series.indices.filter {
      series[$0] != nil && suppressed[$0] == nil && !isArena[$0]
    }
    return try lines(of: sites)
  }

  /// The lines that some sites belong to.
  func lines(of sites: [Int]) throws(EngineError) -> [Line] {
    var groups: [String?: [Int]] = [:]
    var strangers: [String?: [Int]] = [:]
    let own = try linenos(view, sites)
    var plain = context.query
    plain.hides.removeAll { $0 == .libraries }
    let newest = try linenos(try CaptureView(data: data, query: plain), sites)
    for (index, site) in sites.enumerated() {
      if let line = own[index] {
        groups[line, default: []].append(site)
      } else {
        strangers[newest[index], default: []].append(site)
      }
    }
    return groups.map { Line(lineno: $0, isOwn: true, sites: $1, values: merged($1)) }
      + strangers.map { Line(lineno: $0, isOwn: false, sites: $1, values: merged($1)) }
  }

  private func linenos(_ view: CaptureView, _ sites: [Int]) throws(EngineError) -> [String?] {
    var dictionary = KeyDictionary()
    let numbers = try reading(
      try view.keys.numbers(of: .lineno, sites: sites, into: &dictionary))
    return numbers.map { number in
      guard number != KeyDictionary.absent, case .text(let text) = dictionary.value(number) else {
        return nil
      }
      return text
    }
  }

  private func merged(_ sites: [Int]) -> GrowthScan.Series {
    sites.reduce(into: GrowthScan.Series(points: points.states.count)) { sum, site in
      if let values = series[site] { sum.merge(values) }
    }
  }

  /// The stack whose bytes rose most between two points, newest frame first.
  func stack(of sites: [Int], from start: Int, to end: Int) throws(EngineError) -> [FrameText] {
    func rise(_ site: Int) -> Int64 {
      series[site].map { $0.bytes[end] - $0.bytes[start] } ?? 0
    }
    guard let site = sites.max(by: { (rise($0), $1) < (rise($1), $0) }) else { return [] }
    let stacks = try reading(try data.pythonStacks())
    let locations = try reading(try data.locations())
    var node = try reading(try data.pythonSites())[site]
    let skipped = try reading(try data.columns.words(.siteHidden))
    var frames: [FrameText] = []
    while node != 0 {
      frames.append(locations.text(Int(stacks.locations[Int(node)])))
      node = stacks.parents[Int(node)]
    }
    let hidden = site < skipped.count ? Int(skipped[site]) : 0
    return Array(frames.dropLast(min(hidden, frames.count)))
  }

  /// Threads that allocated a line's blocks.
  func threads(of sites: [Int]) throws(EngineError) -> Int {
    let threads = try reading(try data.sites()).threads
    return Set(sites.map { threads[$0] }).count
  }
}
