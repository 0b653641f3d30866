import CaptureModel
import Results
import Language
import Planning
import Store

/// Which groups a timeline shows.
enum ShownChoice {
  /// The greatest, at most so many; nil means all.
  case greatest(Int?)
  /// These by their keys, be they empty: what another side of a comparison shows.
  case named([[KeyValue?]])

  /// The groups that are named.
  var named: [[KeyValue?]] {
    switch self {
    case .greatest: []
    case .named(let names): names
    }
  }
}

/// Answers `timeline`: values of groups at places of an axis, of captures of any kind.
///
/// Ticks tell of captures with records; of others their series do, and their totals at moments.
struct TimelineRunner {
  let context: QueryContext
  let query: Query
  let measures: [Located<Measure>]
  /// Keys of groups; captures laid over each other and processes have columns of their own.
  let keys: [Key]
  private let choice: ShownChoice
  private let budget: PointBudget?
  /// Whether a capture without records takes part: all captures then share one axis.
  private let hasProfile: Bool

  var isAlone: Bool { context.captures.count == 1 }

  /// A timeline of the greatest groups, or of those that are named.
  init(
    _ context: QueryContext, budget: PointBudget?, showing names: [[KeyValue?]]? = nil
  ) throws(EngineError) {
    self.context = context
    query = context.query
    self.budget = budget
    choice = names.map { .named($0) } ?? .greatest(context.limit)
    hasProfile = try context.includesProfile()
    keys = try Self.keys(of: context)
    measures = try Self.measures(of: context)
  }

  /// Keys that groups are made by.
  static func keys(of context: QueryContext) throws(EngineError) -> [Key] {
    let hasProfile = try context.includesProfile()
    let isAlone = context.captures.count == 1
    return context.query.keys.map(\.value).filter {
      hasProfile ? $0 != .pid && $0 != .capture : $0 != .capture || isAlone
    }
  }

  /// The measures asked, or that which the captures have.
  static func measures(of context: QueryContext) throws(EngineError) -> [Located<Measure>] {
    guard context.query.measures.isEmpty else { return context.query.measures }
    return [Located(try standardMeasure(context), context.query.verb.range)]
  }

  private static func standardMeasure(_ context: QueryContext) throws(EngineError) -> Measure {
    guard let data = context.captures.first, let facts = try reading(try data.profile()) else {
      return .size
    }
    // Groups have sizes or counts; a series is of the process.
    if context.query.keys.contains(where: { $0.value != .pid && $0.value != .capture }) {
      for data in context.captures {
        guard let facts = try reading(try data.profile()) else { return .size }
        if !facts.values.isEmpty, let first = try context.standardMeasures(of: data).first {
          return first
        }
      }
    }
    let names = try reading(try data.seriesNames())
    if facts.moments > 1 || names.isEmpty, let first = context.measures.first { return first }
    let known = names.compactMap { Series(rawValue: $0) }
    return .series(known.contains(.rss) ? .rss : known.first ?? .rss)
  }

  /// One row a place and group.
  func rows() throws(EngineError) -> AxisRows {
    var rows = SeriesRows(measureCount: measures.count)
    var notes: [String] = []
    var tickCount = 0
    for (index, data) in context.captures.enumerated() {
      if let facts = try reading(try data.profile()) {
        try add(profile: data, facts, index, to: &rows)
      } else {
        tickCount += try add(ticksOf: data, index, to: &rows, notes: &notes)
      }
    }
    var frame = context.emptyTable(population: title)
    if rows.isPartial { notes.append(PartialWords.moments) }
    if hasProfile {
      if !isAlone {
        notes += absent(rows)
        notes += try SharedAxis(context).align(&rows)
      }
      rows.sort()
      thin(&rows, notes: &notes)
    } else {
      if rows.rows.isEmpty { notes.append(emptyNote(tickCount)) }
      if isAlone { frame.marks = try marks(context.captures[0]) }
    }
    frame.notes += notes
    if isAlone, let greatest = rows.rest.map(\.value).max(), greatest > 0 {
      frame.rest = rows.rest
      frame.notes.append(restNote(greatest))
    }
    return try present(rows, in: frame)
  }

  private var title: String {
    if hasProfile {
      let names = measures.map(\.value.name).joined(separator: ", ")
      return query.range.map { "\(names) in \($0.value.canonicalText)" } ?? names
    }
    let population = context.population.value
    return population.canonicalText + (population.flow == .alive ? "" : " since the row before")
  }

  // MARK: Records

  /// What ticks tell of the records of a capture; returns how many ticks were looked at.
  private func add(
    ticksOf data: CaptureData, _ index: Int, to rows: inout SeriesRows, notes: inout [String]
  ) throws(EngineError) -> Int {
    let own = hasProfile ? measures.filter(\.value.isOfTicks) : measures
    guard !own.isEmpty else { return 0 }
    let population = try context.population(of: data)
    let resolver = try reading(try PopulationResolver(data: data))
    let timeline = resolver.timeline
    let ticks = try ticks(of: data, timeline, notes: &notes)
    let live = try LiveSeries(
      context: context, data: data, resolver: resolver, population: population, keys: keys,
      range: hasProfile ? nil : query.range, ticks: ticks, measures: own.map(\.value)
    ).gather(choice)
    if population.value.flow != .alive { rows.flowing.insert(index) }
    if isAlone, let note = lateNote(timeline, population.value.flow) { notes.append(note) }
    let groups = live.groups.map { keys in
      rows.number(of: SeriesRows.Group(capture: index, process: nil, keys: keys))
    }
    for (point, tick) in ticks.enumerated() {
      let stretch =
        population.value.flow == .alive
        ? tick...tick
        : (point == 0 ? 0 : ticks[point - 1] + 1)...(point == ticks.count - 1
          ? timeline.states.count : tick)
      let place = Double(timeline.milliseconds[tick]) / 1000
      if let rest = live.rest, [.size, .count].contains(measures[0].value) {
        let sum = (measures[0].value == .size ? rest.sizes : rest.counts).sum(stretch)
        rows.rest.append(SeriesPoint(place: place, value: Double(sum)))
      }
      for (position, group) in groups.enumerated() {
        let size = live.sizes[position].sum(stretch)
        let values = measures.map { measure -> Double? in
          switch measure.value {
          case .size: Double(size)
          case .count: live.counts.isEmpty ? nil : Double(live.counts[position].sum(stretch))
          case .series(.rss), .series(.reserved): Double(timeline.rss[tick])
          case .series(.heap): Double(timeline.heap[tick])
          case .series(.gap): Double(timeline.rss[tick] &- size)
          default: nil
          }
        }
        rows.append(SeriesRows.Row(group: group, place: place, values: values))
      }
    }
    return ticks.count
  }

  /// The ticks within `in`, thinned to windows or the budget; all where they share an axis with
  /// what other captures tell, and are thinned together with that.
  private func ticks(
    of data: CaptureData, _ timeline: Timeline, notes: inout [String]
  ) throws(EngineError) -> [Int] {
    var ticks = Array(timeline.states.indices)
    if hasProfile { return ticks }
    if let range = query.range {
      let times = try reading(try TimeResolver(data: data, timeline: timeline))
      let span = try asking(try times.states(range))
      ticks = ticks.filter {
        timeline.states[$0] >= span.lowerBound && timeline.states[$0] <= span.upperBound
      }
    }
    let places = ticks.map { Double(timeline.milliseconds[$0]) / 1000 }
    guard ticks.count > 1, let windows = windows(places, ticks.count, notes: &notes) else {
      return ticks
    }
    let kept = Thinning(places, windows: windows)?.kept(places) ?? [0, ticks.count - 1]
    return kept.map { ticks[$0] }
  }

  /// The capture's marks within the stretch looked at.
  private func marks(_ data: CaptureData) throws(EngineError) -> [TimeMark] {
    let marks = try reading(try data.marks())
    let times = try reading(try TimeResolver(data: data, timeline: try data.timeline()))
    let span = try asking(
      try query.range.map { (range) throws(QueryError) in try times.states(range) })
    return marks.names.indices.filter { span?.contains(marks.states[$0]) ?? true }.map {
      TimeMark(seconds: marks.milliseconds[$0] / 1000, name: marks.names[$0])
    }
  }

  // MARK: Series and moments

  private func add(
    profile data: CaptureData, _ facts: StoredProfile, _ index: Int, to rows: inout SeriesRows
  ) throws(EngineError) {
    let wanted = measures.filter(\.value.isSeries)
    let names = Set(wanted.map(\.value.name))
    let series = try reading(try ProfileSeries(data: data, facts: facts, names: names))
    let isSplit =
      query.keys.contains { $0.value == .pid } || series.hasSeveralProcesses(names)
    for (measure, asked) in measures.enumerated() where asked.value.isSeries {
      for line in series.lines where line.name == asked.value.name {
        let group = rows.number(
          of: SeriesRows.Group(
            capture: index, process: isSplit ? line.process : nil, keys: keys.map { _ in nil }))
        for point in line.places.indices {
          rows.set(
            measure, line.values[point], group: group, place: line.places[point],
            line: line.lines[point])
        }
      }
    }
    let range = try stretch(of: data, facts)
    if wanted.count < measures.count, !facts.values.isEmpty {
      try add(
        try ProfileMoments(context: context, data: data, facts: facts, keys: keys), index, range,
        isPartial: data.info.kind == .types && !keys.isEmpty, to: &rows)
    }
    if let range { rows.keep(range) }
  }

  /// The stretch asked of a capture that has an axis of its own.
  private func stretch(
    of data: CaptureData, _ facts: StoredProfile
  ) throws(EngineError) -> ClosedRange<Double>? {
    guard isAlone, let range = query.range else { return nil }
    return try reading(try ProfileTimes(data: data, facts: facts)).stretch(range)
  }

  /// What groups held at every moment; a type that a partial list leaves out is not known to be
  /// gone.
  private func add(
    _ moments: ProfileMoments, _ index: Int, _ range: ClosedRange<Double>?, isPartial: Bool,
    to rows: inout SeriesRows
  ) throws(EngineError) {
    let chosen = chosen(moments, range)
    if moments.isPartial { rows.isPartial = true }
    for (measure, asked) in measures.enumerated() where !asked.value.isSeries {
      for (position, moment) in moments.moments.enumerated() {
        for (number, keys) in chosen {
          let isKnown = keys.isEmpty || moments.isKnown(number ?? -1, moment: position)
          guard isKnown else { continue }
          let sums = number.map { moments.sums[position][$0] } ?? GroupSums()
          if isPartial, sums.isEmpty { continue }
          guard let value = sums.value(of: asked.value) else { continue }
          let group = SeriesRows.Group(capture: index, process: nil, keys: keys)
          rows.set(measure, value, group: rows.number(of: group), place: moment)
        }
      }
    }
    let first = measures[0].value
    guard case .greatest = choice, chosen.count < moments.groupCount, !keys.isEmpty,
      [.size, .count].contains(first)
    else { return }
    let left = Set(0..<moments.groupCount).subtracting(chosen.compactMap(\.number))
    for (position, moment) in moments.moments.enumerated() {
      let sum = left.reduce(0.0) { $0 + (moments.sums[position][$1].value(of: first) ?? 0) }
      rows.rest.append(SeriesPoint(place: moment, value: sum))
    }
  }

  /// The groups shown, by their numbers where the capture has them.
  private func chosen(
    _ moments: ProfileMoments, _ range: ClosedRange<Double>?
  ) -> [(number: Int?, keys: [KeyValue?])] {
    switch choice {
    case .greatest(let limit):
      return moments.greatest(keys.isEmpty ? nil : limit, in: range).map {
        ($0, moments.keys(of: $0))
      }
    case .named(let names):
      let numbers = Dictionary((0..<moments.groupCount).map { (moments.keys(of: $0), $0) }) {
        first, _ in first
      }
      return names.map { (numbers[$0], $0) }
    }
  }

  // MARK: Thinning

  /// Keeps as many places as are asked for.
  private func thin(_ rows: inout SeriesRows, notes: inout [String]) {
    let places = Set(rows.rows.map(\.place))
    guard let windows = windows(places.sorted(), places.count, notes: &notes) else { return }
    rows.thin(
      windows: windows, flows: measures.indices.filter { !measures[$0].value.isSeries })
  }

  /// How many stretches the places are cut into; nil where all are shown.
  private func windows(_ places: [Double], _ count: Int, notes: inout [String]) -> Int? {
    if let windows = query.windows?.value {
      return windows.count(from: places.first, to: places.last)
    }
    guard let budget, count > budget.points else { return nil }
    notes.append("\(budget.points) of \(count) points; \(budget.wayToAll)")
    return budget.points
  }
}

extension Windows {
  /// How many windows lie between the first and the last place of an axis in seconds.
  func count(from first: Double?, to last: Double?) -> Int {
    switch self {
    case .over(let count): return max(1, count)
    case .every(let nanoseconds):
      let length = (((last ?? 0) - (first ?? 0)) * 1e9).rounded()
      return Int(max(1, min(1_000_000, length / Double(max(1, nanoseconds)))))
    }
  }
}
