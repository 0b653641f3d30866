import Analysis
import Columns
import Language
import Store

/// Answers `timeline`: values at the ticks of a capture.
struct TimelineRunner {
  private let context: QueryContext
  private let query: Query
  /// Points a terminal table shows unless windows are asked for.
  private static let tablePoints = 40

  init(_ context: QueryContext) {
    self.context = context
    query = context.query
  }

  private var measures: [Measure] {
    query.measures.isEmpty ? [.size] : query.measures.map(\.value)
  }

  /// Columns of the result while it grows.
  private struct Rows {
    var captures: [String?] = []
    var times: [Double?] = []
    var keys: [[KeyValue?]]
    var values: [[Int64?]]
    /// The first measure of what is left out.
    var rest: [SeriesPoint] = []
  }

  /// The answer: one row a point, and a group when there are keys.
  func answer() throws(EngineError) -> Answer {
    var rows = Rows(
      keys: query.keys.map { _ in [] }, values: measures.map { _ in [] })
    var notes: [String] = []
    for data in context.captures { try add(data, to: &rows, notes: &notes) }
    let population = context.population.value
    var table = context.emptyTable(
      population: population.canonicalText
        + (population.flow == .alive ? "" : " since the row before"))
    table.columns = [
      ResultColumn(name: "time", role: .key, unit: .seconds, values: .reals(rows.times))
    ]
    if context.captures.count > 1 {
      table.columns.insert(
        ResultColumn(name: "capture", role: .key, unit: .none, values: .texts(rows.captures)), at: 0
      )
    }
    for (index, key) in query.keys.enumerated()
    where key.value != .capture || context.captures.count == 1 {
      table.columns.append(
        ResultColumn(
          name: key.value.name, role: .key, unit: key.value.unit,
          values: key.value.values(rows.keys[index])))
    }
    for (index, measure) in measures.enumerated() {
      table.columns.append(
        ResultColumn(
          name: measure.columnName, role: .measure, unit: measure == .count ? .count : .bytes,
          values: .integers(rows.values[index])))
    }
    table.notes += notes
    if rows.times.isEmpty { table.notes += try emptyNotes() }
    if context.captures.count == 1 {
      table.marks = try marks(context.captures[0])
      table.rest = rows.rest
      if let greatest = rows.rest.map(\.value).max(), greatest > 0 {
        table.notes.append(
          RestWords.note(
            greatest, shown: context.limit(default: 10), keys: query.keys.map(\.value),
            isCount: measures.first == .count, sizes: context.sizes))
      }
    }
    return Answer(content: .table(table), verb: .timeline, output: query.output, limit: nil)
  }

  /// Why there are no rows, and what to ask instead.
  private func emptyNotes() throws(EngineError) -> [String] {
    var tickCount = 0
    for data in context.captures {
      var notes: [String] = []
      tickCount += try points(data, try reading(try data.timeline()), notes: &notes).count
    }
    if tickCount == 0 {
      return ["no tick lies there, and a timeline shows ticks: `top live at TIME` shows any state"]
    }
    if context.population.value.flow != .alive { return ["nothing of this happened"] }
    let keys = query.keys.map(\.value.rawValue).joined(separator: ", ")
    return [
      "nothing of this lives at any tick: `top peak by \(keys)` shows what lived at the peak, "
        + "`top allocated by \(keys)` what lived between ticks"
    ]
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

  private func add(
    _ data: CaptureData, to rows: inout Rows, notes: inout [String]
  ) throws(EngineError) {
    let resolver = try reading(try PopulationResolver(data: data))
    let timeline = resolver.timeline
    let points = try points(data, timeline, notes: &notes)
    let population = try context.population(of: data)
    let live = try LiveSeries(
      context: context, data: data, resolver: resolver, population: population, ticks: points
    ).gather(
      needsRows: LiveSeries.needsRows(query, population.value), limit: context.limit(default: 10))
    let isFlow = population.value.flow != .alive
    for (point, tick) in points.enumerated() {
      let since = point == 0 ? 0 : points[point - 1] + 1
      let until = point == points.count - 1 ? timeline.states.count : tick
      let stretch = isFlow ? since...until : tick...tick
      if let rest = live.rest, let measure = measures.first, measure == .size || measure == .count {
        let sum = measure == .size ? rest.sizes.sum(stretch) : rest.counts.sum(stretch)
        rows.rest.append(
          SeriesPoint(place: Double(timeline.milliseconds[tick]) / 1000, value: Double(sum)))
      }
      for group in live.groups.indices {
        rows.captures.append(data.info.name)
        rows.times.append(Double(timeline.milliseconds[tick]) / 1000)
        for index in query.keys.indices { rows.keys[index].append(live.groups[group][index]) }
        for (index, measure) in measures.enumerated() {
          rows.values[index].append(
            value(
              measure, tick: tick, size: live.sizes[group].sum(stretch),
              count: live.counts[group].isEmpty ? nil : live.counts[group].sum(stretch), timeline))
        }
      }
    }
  }

  private func value(
    _ measure: Measure, tick: Int, size: Int64, count: Int64?, _ timeline: Timeline
  ) -> Int64? {
    switch measure {
    case .size: size
    case .count: count
    case .series(.rss): timeline.rss[tick]
    case .series(.heap): timeline.heap[tick]
    case .series(.gap): timeline.rss[tick] &- size
    default: nil
    }
  }

  /// The ticks shown: all within `in`, thinned to windows when asked or for a terminal.
  private func points(
    _ data: CaptureData, _ timeline: Timeline, notes: inout [String]
  ) throws(EngineError) -> [Int] {
    var ticks = Array(timeline.states.indices)
    if let range = query.range {
      let times = try reading(try TimeResolver(data: data, timeline: timeline))
      let span = try asking(try times.states(range))
      ticks = ticks.filter {
        timeline.states[$0] >= span.lowerBound && timeline.states[$0] <= span.upperBound
      }
    }
    guard let first = ticks.first, let last = ticks.last else { return [] }
    let wanted: Int
    switch query.windows?.value {
    case .over(let count): wanted = max(1, count)
    case .every(let nanoseconds):
      let length = timeline.milliseconds[last] - timeline.milliseconds[first]
      wanted = Int(max(1, min(1_000_000, Double(length) * 1e6 / Double(max(1, nanoseconds)))))
    case nil:
      let isTable = query.output.path == nil && (query.output.format?.value ?? .table) == .table
      guard isTable, ticks.count > Self.tablePoints else { return ticks }
      notes.append(
        "\(Self.tablePoints) of \(ticks.count) points; `as csv` has all, `over N windows` as many "
          + "as you like")
      wanted = Self.tablePoints
    }
    return Self.thinned(ticks, timeline, windows: wanted)
  }

  /// The last tick of each of so many equal stretches, the first tick in front.
  private static func thinned(_ ticks: [Int], _ timeline: Timeline, windows: Int) -> [Int] {
    guard let first = ticks.first, let last = ticks.last, first != last else { return ticks }
    let start = Double(timeline.milliseconds[first])
    let length = (Double(timeline.milliseconds[last]) - start) / Double(windows)
    var result = [first]
    for window in 1...windows {
      guard let tick = timeline.tick(atMilliseconds: start + length * Double(window)) else {
        continue
      }
      if tick > result[result.count - 1], tick <= last { result.append(tick) }
    }
    return result
  }
}

extension [Int64] {
  /// The sum of a stretch, of what there is of it.
  fileprivate func sum(_ stretch: ClosedRange<Int>) -> Int64 {
    var sum: Int64 = 0
    for element in self[stretch.lowerBound...Swift.min(stretch.upperBound, count - 1)] {
      sum &+= element
    }
    return sum
  }
}

/// What is said of groups that a timeline leaves out.
enum RestWords {
  /// Their greatest value together.
  static func note(
    _ greatest: Double, shown: Int?, keys: [Key], isCount: Bool, sizes: SizeFamily
  ) -> String {
    let names = keys.map(\.name).joined(separator: ", ")
    let value =
      isCount ? "\(Int64(greatest)) allocations" : sizes.text(greatest)
    return "the \(shown ?? 0) greatest by \(names); the others together hold at most \(value)"
  }
}
