import Language
import Store

/// Groups of a question, the words for what they were taken from, and what was left out.
struct GatheredGroups {
  var table: GroupTable
  /// Population in words.
  var title: String
  /// Sums before `where`; nil when nothing was filtered.
  var all: GroupSums?
  /// What objects of the groups retain or reach, by measure and group.
  var graph: [Measure: [Int64]] = [:]
  /// How many records each group has, by its tuple, where others are unknown; nil where a group
  /// without records holds nothing.
  var listed: [[Int32]: Int]?
  /// Whether the moment has no counts, though others of the capture do.
  var lacksCounts = false

  /// Whether a group has fewer records than on another side of which nothing is unknown to be so.
  func lacks(_ tuple: [Int32], of other: GatheredGroups, _ otherCount: Int) -> Bool {
    guard let listed else { return false }
    return listed[tuple] ?? 0 < other.listed?[tuple] ?? otherCount
  }
}

/// Scans the captures of a question and groups what they hold.
struct GroupGatherer {
  let context: QueryContext
  let keys: [Key]
  let measures: [Measure]
  /// Only what another population holds too, both of states of the same captures.
  var alsoHeldBy: QueryContext?

  private var query: Query { context.query }

  /// Groups the population of every capture; tuples of `other` mean the same in the result.
  func gather(sharing other: GroupTable? = nil) throws(EngineError) -> GatheredGroups {
    var groups = GroupTable(keys: keys, sharing: other)
    var titles: [String] = []
    var all: GroupSums?
    var graph: [Measure: [Int64]] = [:]
    var listed: [[Int32]: Int]?
    var lacksCounts = false
    for data in context.captures {
      let view = try context.view(of: data)
      let resolver = try reading(try PopulationResolver(data: data))
      guard var selection = try selection(of: data) else { continue }
      if case .recorded(let recorded) = selection.moment {
        if recorded.size != nil, recorded.count == nil { lacksCounts = true }
        if recorded.isPartial { try Self.count(recorded, of: data, view, &groups, &listed) }
      }
      let windows = try windows(of: resolver)
      titles.append(selection.title)
      let needs = needs(windows: windows)
      var siteSums = SiteSums(
        siteCount: Int(data.info.sites), keys: keys,
        cells: try groups.cells(view, isInclusive: query.inclusive != nil),
        rowKeyCount: needs.rowKey?.count ?? 1)
      if measures.contains(.objects) {
        let objects = SurvivingObjects(data: data, condition: view.condition)
        try reading(try objects.run { siteSums.add($0) })
      }
      try view.scan(selection, needs) { siteSums.add($0) }
      try groups.add(
        siteSums, of: view, isInclusive: query.inclusive != nil,
        windowTexts: windows?.texts ?? [])
      try addGraphSizes(of: view, groups: &groups, to: &graph)
      guard view.isFiltered else { continue }
      selection.title += ", before `where`"
      var sums = all ?? GroupSums()
      try view.unfiltered.scan(selection, self.needs(windows: nil)) { sums.add($0.sums) }
      all = sums
    }
    let title = titles.count == 1 ? titles[0] : context.population.value.canonicalText
    return GatheredGroups(
      table: groups, title: title, all: all, graph: graph, listed: listed,
      lacksCounts: lacksCounts)
  }

  /// The rows of a capture that are grouped; nil where none can be on both sides.
  func selection(of data: CaptureData) throws(EngineError) -> Selection? {
    let selection = try context.selection(of: data, measuring: measures + havingMeasures)
    guard let other = alsoHeldBy else { return selection }
    return selection.survivors(of: try other.selection(of: data))
  }

  /// Counts the records of each group at a moment that lists only some.
  private static func count(
    _ recorded: RecordedTotals, of data: CaptureData, _ view: CaptureView,
    _ groups: inout GroupTable, _ listed: inout [[Int32]: Int]?
  ) throws(EngineError) {
    let numbers = try groups.groupsOfSites(view)
    var counts = listed ?? [:]
    for site in try reading(try data.columns.words(.sampleSite, segment: recorded.moment))
    where Int(site) < numbers.count {
      counts[groups.tuples[numbers[Int(site)]], default: 0] += 1
    }
    listed = counts
  }

  /// The windows or marks that rows are told apart by; nil without any.
  func windows(of resolver: PopulationResolver) throws(EngineError) -> WindowBounds? {
    keys.contains(.mark)
      ? try WindowBounds(marksOf: resolver.data)
      : try WindowBounds(context: context, resolver: resolver)
  }

  /// What the scan must know of rows.
  func needs(windows: WindowBounds?) -> ScanNeeds {
    var needs = ScanNeeds()
    needs.recordSizes =
      keys.contains(.sizeclass)
      || (measures + havingMeasures).contains { $0.needsRecordSizes || $0.isOfGraph }
    needs.lifetimes = (measures + havingMeasures).contains { $0.needsLifetimes }
    if keys.contains(.lifetime) || windows != nil {
      needs.rowKey = RowKey(byLifetime: keys.contains(.lifetime), windows: windows?.states)
    }
    return needs
  }

  /// Measures that `having` and `order by` look at.
  var havingMeasures: [Measure] {
    (query.having?.measures ?? []) + query.order.compactMap(\.measure)
  }

  /// Adds what the objects of each group retain or reach, where that is measured.
  private func addGraphSizes(
    of view: CaptureView, groups: inout GroupTable, to graph: inout [Measure: [Int64]]
  ) throws(EngineError) {
    let wanted = Set((measures + havingMeasures).filter(\.isOfGraph))
    guard !wanted.isEmpty, let objects = try reading(try view.data.objects()) else {
      return
    }
    let members = try reading(try groups.groups(ofObjects: objects, view))
    for measure in wanted {
      let sizes =
        measure == .retainedSize
        ? objects.retained(byGroup: members, count: groups.tuples.count)
        : DeepSizes(objects, try reading(try objects.references()))
          .sizes(byGroup: members, count: groups.tuples.count)
      var sums = graph[measure] ?? []
      sums += repeatElement(0, count: sizes.count - sums.count)
      for group in sizes.indices { sums[group] &+= sizes[group] }
      graph[measure] = sums
    }
  }
}

/// The stretches of time of the key `window`, by the states where they begin.
struct WindowBounds {
  /// States at which a window ends and the next begins, rising.
  let states: [UInt32]
  /// Each window in words; one more than `states`.
  let texts: [String]

  private static let limit = 100_000

  /// The stretches between the marks of a capture, for the key `mark`.
  init(marksOf data: CaptureData) throws(EngineError) {
    let marks = try reading(try data.marks())
    if let problem = marks.problem { throw .query(problem) }
    states = marks.states
    texts = ["<before the first mark>"] + marks.texts
  }

  /// The windows of `every` or `over`; nil without either.
  init?(context: QueryContext, resolver: PopulationResolver) throws(EngineError) {
    guard let windows = context.query.windows else { return nil }
    let timeline = resolver.timeline
    let duration = Double(timeline.durationMilliseconds)
    let length: Double =
      switch windows.value {
      case .every(let nanoseconds): Double(nanoseconds) / 1e6
      case .over(let count): duration / Double(max(count, 1))
      }
    guard duration > 0 else {
      throw .cannotAnswer(
        "\(resolver.data.info.name) records no stretch of time", suggestion: "leave out `window`",
        at: windows.range)
    }
    guard length > 0, duration / length <= Double(Self.limit) else {
      throw .cannotAnswer(
        "that makes too many windows", suggestion: "at most \(Self.limit) windows",
        at: windows.range)
    }
    var states: [UInt32] = []
    var texts: [String] = []
    var start = 0.0
    // A last sliver from rounding is no window.
    while start + length < duration - length * 1e-6 {
      let end = start + length
      states.append(timeline.tick(atMilliseconds: end).map { timeline.states[$0] } ?? 0)
      texts.append(Self.text(start, end, length: length))
      start = end
    }
    texts.append(Self.text(start, max(start, duration), length: length))
    self.states = states
    self.texts = texts
  }

  /// `0.010..0.020 s`, with as many digits as tell windows apart.
  private static func text(_ start: Double, _ end: Double, length: Double) -> String {
    let digits = length >= 1 ? 3 : length >= 0.001 ? 6 : 9
    return "\(seconds(start, digits))..\(seconds(end, digits)) s"
  }

  private static func seconds(_ milliseconds: Double, _ digits: Int) -> String {
    let units: Int64 = digits == 3 ? 1_000 : digits == 6 ? 1_000_000 : 1_000_000_000
    let count = Int64(exactly: (milliseconds * Double(units) / 1000).rounded()) ?? .max
    let fraction = String(count % units)
    let padding = String(repeating: "0", count: digits - fraction.utf8.count)
    return "\(count / units).\(padding)\(fraction)"
  }
}
