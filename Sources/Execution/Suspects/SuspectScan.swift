import Analysis
import Results
import Language
import Store

/// Groups what lives by the lines that people own, and finds those that grow for good.
struct SuspectScan {
  let context: QueryContext
  let data: CaptureData
  let points: GrowthPoints
  private let view: CaptureView
  /// Values of each site; nil where nothing outlives a point.
  let series: SiteSeries
  /// Conditions of what is harmless, and the sites that match them.
  private let harmless: [(suppression: Suppression, matches: [Bool])]
  /// Whether a site's growth is left out as harmless.
  private let isSuppressed: [Bool]
  /// Names of what is known to be harmless, but grows to the end from one stack.
  let unending: [Suppression]
  /// Sites whose blocks are all arenas of Python's allocator.
  private let isArena: [Bool]

  /// One line and the sites it stands for.
  struct Line {
    var lineno: String?
    /// Whether `lineno` is the nearest frame outside of libraries.
    var isOwn: Bool
    var sites: [Int]
    var values: PointValues
    /// What besides its name tells the line's blocks from others, for the query that shows them.
    var restrictions: [Predicate] = []
    /// Whether the line is found only where library frames are hidden.
    var needsHide = false
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
    let all = try SuppressedSites(context: context, data: data).found()
    let values = series
    let rules = LeakRules(axis: points.axis)
    unending = all.filter { one in
      one.suppression.meaning != nil
        && one.matches.indices.contains {
          one.matches[$0] && values.holds($0) && values[$0].map(rules.isUnending) == true
        }
    }.map(\.suppression)
    let kept = unending
    harmless = all.filter { !kept.contains($0.suppression) }
    let left = harmless
    isSuppressed = values.indices.map { site in left.contains { $0.matches[site] } }
    let allocators = try reading(try data.sites()).allocators
    let names = try reading(try data.columns.texts(.allocatorName))
    let mmap = names.firstIndex { $0.lowercased() == "mmap" }.map { UInt32($0) }
    isArena = values.indices.map { site in
      guard allocators[site] == mmap, let found = values[site] else { return false }
      return Self.arenaBytes.contains { size in
        zip(found.bytes, found.blocks).allSatisfy { $0 == $1 * size }
      }
    }
  }

  /// What Python's allocator for small objects holds, where the profiler followed it.
  func smallObjects() throws(EngineError) -> PointValues {
    let allocators = try reading(try data.sites()).allocators
    let names = try reading(try data.columns.texts(.allocatorName))
    return merged(
      series.indices.filter { site in
        let number = Int(allocators[site])
        return series.holds(site) && number < names.count
          && names[number].lowercased().hasPrefix("pymalloc")
      })
  }

  /// What python's own objects make, where the profiler followed them.
  func arenas() -> (values: PointValues, sites: [Int])? {
    let sites = series.indices.filter { isArena[$0] && !isSuppressed[$0] }
    guard !sites.isEmpty else { return nil }
    return (merged(sites), sites)
  }

  /// What keeps arenas that are left out as harmless out of the query for the others.
  func arenaRestrictions() -> [Predicate] {
    harmless.compactMap { suppression, matches in
      isArena.indices.contains { isArena[$0] && matches[$0] } ? .not(suppression.predicate) : nil
    }
  }

  /// Growth that is left out, by its name; what matches two conditions stands under both.
  func leftOut() -> [(Suppression, PointValues)] {
    harmless.compactMap { suppression, matches in
      let sites = series.indices.filter { matches[$0] && series.holds($0) }
      return sites.isEmpty ? nil : (suppression, merged(sites))
    }
  }

  /// The lines, without what is suppressed and without arenas.
  func lines() throws(EngineError) -> [Line] {
    let sites = series.indices.filter {
      series.holds($0) && !isSuppressed[$0] && !isArena[$0]
    }
    return try lines(of: sites)
  }

  /// The lines that some sites belong to.
  func lines(of sites: [Int]) throws(EngineError) -> [Line] {
    let others = series.indices.filter { series.holds($0) && isSuppressed[$0] }
    let names = try LineNames(
      own: linenos(view, sites + others), newest: linenos(plainView(), sites + others),
      sites: sites + others, chosen: sites.count)
    var lines = names.own.sorted { $0.key < $1.key }.map { lineno, members in
      Line(lineno: lineno, isOwn: true, sites: members, values: merged(members))
    }
    lines += names.strangers.sorted { $0.key ?? "" < $1.key ?? "" }.map { lineno, members in
      Line(lineno: lineno, isOwn: false, sites: members, values: merged(members))
    }
    for index in lines.indices {
      lines[index].needsHide = lines[index].isOwn && names.needsHide(lines[index])
      lines[index].restrictions = restrictions(lines[index], names)
    }
    return lines
  }

  private func plainView() throws(EngineError) -> CaptureView {
    var plain = context.query
    plain.hides.removeAll { $0 == .libraries }
    return try CaptureView(data: data, query: plain)
  }

  /// What keeps others of the same name out of the query.
  private func restrictions(_ line: Line, _ names: LineNames) -> [Predicate] {
    let range = context.query.verb.range
    func has(_ text: String) -> Predicate {
      .stackHas([Pattern(text: text, form: .quoted, range: range)])
    }
    guard line.lineno != nil else { return [.not(has("*"))] }
    let namesakes = names.namesakes(of: line)
    var found: [Predicate] = harmless.compactMap { suppression, matches in
      namesakes.contains { matches[$0] } ? .not(suppression.predicate) : nil
    }
    if !line.isOwn {
      let strangers = Set(namesakes.filter { !isSuppressed[$0] }.compactMap { names.ownName($0) })
      found += strangers.sorted().map { .not(has($0)) }
    }
    return found
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

  /// Values of several sites as one.
  func merged(_ sites: [Int]) -> PointValues { series.merged(sites) }

  /// The stack whose bytes rose most between two points, newest frame first.
  func stack(of sites: [Int], from start: Int, to end: Int) throws(EngineError) -> [FrameText] {
    func rise(_ site: Int) -> Int64 { series.rise(site, from: start, to: end) }
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
