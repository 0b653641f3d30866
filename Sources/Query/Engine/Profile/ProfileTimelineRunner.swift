import CaptureModel
import Columns
import Language
import Store

/// Answers `timeline` where a capture of another tool takes part: its series, its totals at
/// their moments, and whatever other captures it is laid over.
struct ProfileTimelineRunner {
  private let context: QueryContext
  private let query: Query
  private let measures: [Located<Measure>]
  /// Points a terminal table shows unless windows are asked for.
  private static let tablePoints = 40

  init(_ context: QueryContext) throws(EngineError) {
    self.context = context
    query = context.query
    measures =
      query.measures.isEmpty
      ? [Located(try Self.standardMeasure(context), query.verb.range)] : query.measures
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
    if facts.moments > 1 || names.isEmpty, let first = try context.measures().first { return first }
    let known = names.compactMap { Series(rawValue: $0) }
    return .series(known.contains(.rss) ? .rss : known.first ?? .rss)
  }

  /// The answer: one row a place and group.
  func answer() throws(EngineError) -> Answer {
    var rows = TimelineRows(measureCount: measures.count)
    for (index, data) in context.captures.enumerated() { try add(data, index, to: &rows) }
    var table = context.emptyTable(population: title)
    let isAxisShared = context.captures.count > 1
    let drawn = Set(rows.groups.map(\.capture))
    for (index, data) in context.captures.enumerated() where isAxisShared {
      if !drawn.contains(index) {
        table.notes.append("\(data.info.name) holds nothing of this: it is not shown")
      }
    }
    if isAxisShared { table.notes += try align(&rows) }
    if rows.isPartial { table.notes.append(PartialWords.moments) }
    rows.sort()
    let count = Set(rows.rows.map(\.place)).count
    if let windows = try windows(rows, count, notes: &table.notes) { rows.thin(windows: windows) }
    table.columns = try columns(rows)
    if context.captures.count == 1, let greatest = rows.rest.map(\.value).max(), greatest > 0 {
      table.rest = rows.rest
      table.notes.append(
        RestWords.note(
          greatest, shown: context.limit(default: 10), keys: groupKeys,
          isCount: measures.first?.value == .count, sizes: context.sizes))
    }
    return Answer(content: .table(table), verb: .timeline, output: query.output, limit: nil)
  }

  private var title: String {
    let names = measures.map(\.value.name).joined(separator: ", ")
    return query.range.map { "\(names) in \($0.value.canonicalText)" } ?? names
  }

  // MARK: Gathering

  private func add(
    _ data: CaptureData, _ index: Int, to rows: inout TimelineRows
  ) throws(EngineError) {
    guard let facts = try reading(try data.profile()) else {
      return try add(ticksOf: data, index, to: &rows)
    }
    let wanted = measures.filter(\.value.isSeries)
    let isAlone = context.captures.count == 1
    let series = try reading(
      try ProfileSeries(data: data, facts: facts, names: Set(wanted.map(\.value.name))))
    let isSplit =
      query.keys.contains { $0.value == .pid }
      || series.hasSeveralProcesses(Set(wanted.map(\.value.name)))
    for (measure, asked) in measures.enumerated() where asked.value.isSeries {
      for line in series.lines where line.name == asked.value.name {
        let group = TimelineRows.Group(
          capture: index, process: isSplit ? line.process : nil, keys: absentKeys)
        for point in line.places.indices {
          rows.set(
            measure, line.values[point], group: group, place: line.places[point],
            line: line.lines[point])
        }
      }
    }
    if measures.contains(where: { !$0.value.isSeries }), !facts.values.isEmpty {
      try add(totalsOf: data, facts, index, to: &rows)
    }
    if isAlone, let range = try stretch(of: data, facts) { rows.keep(range) }
  }

  private func stretch(
    of data: CaptureData, _ facts: StoredProfile
  ) throws(EngineError) -> ClosedRange<Double>? {
    guard let range = query.range else { return nil }
    return try reading(try ProfileTimes(data: data, facts: facts)).stretch(range)
  }

  /// Keys but those of the process.
  private var groupKeys: [Key] {
    query.keys.map(\.value).filter { $0 != .pid && $0 != .capture }
  }

  private var absentKeys: [KeyValue?] { groupKeys.map { _ in nil } }

  /// What groups held at every moment.
  private func add(
    totalsOf data: CaptureData, _ facts: StoredProfile, _ index: Int,
    to rows: inout TimelineRows
  ) throws(EngineError) {
    let moments = try ProfileMoments(context: context, data: data, facts: facts, keys: groupKeys)
    if moments.isPartial { rows.isPartial = true }
    let range = try context.captures.count == 1 ? stretch(of: data, facts) : nil
    let chosen = moments.greatest(
      groupKeys.isEmpty ? nil : context.limit(default: 10), in: range)
    for (measure, asked) in measures.enumerated() where !asked.value.isSeries {
      for (position, moment) in moments.moments.enumerated() {
        for group in chosen {
          let sums = moments.sums[position][group]
          // What a print leaves out is not known to be gone.
          if !groupKeys.isEmpty {
            if !moments.isKnown(group, moment: position) { continue }
            if data.info.kind == .types, sums.isEmpty { continue }
          }
          guard let value = sums.value(of: asked.value) else { continue }
          rows.set(
            measure, value,
            group: .init(capture: index, process: nil, keys: moments.keys(of: group)),
            place: moment)
        }
      }
    }
    addRest(moments, chosen, to: &rows)
  }

  /// What groups beyond the limit held together, of the first measure.
  private func addRest(
    _ moments: ProfileMoments, _ chosen: [Int], to rows: inout TimelineRows
  ) {
    guard chosen.count < moments.groupCount, !groupKeys.isEmpty, let measure = measures.first,
      [.size, .count].contains(measure.value)
    else { return }
    let left = Set(0..<moments.groupCount).subtracting(chosen)
    for (position, moment) in moments.moments.enumerated() {
      let sum = left.reduce(0.0) { $0 + (moments.sums[position][$1].value(of: measure.value) ?? 0) }
      rows.rest.append(SeriesPoint(place: moment, value: sum))
    }
  }

  /// What memray's ticks tell, by the runner for them.
  private func add(
    ticksOf data: CaptureData, _ index: Int, to rows: inout TimelineRows
  ) throws(EngineError) {
    var own = query
    own.measures = measures.filter { $0.value.isOfTicks }
    guard !own.measures.isEmpty else { return }
    own.captures = []
    own.range = nil
    own.windows = nil
    own.keys = query.keys.filter { $0.value != .pid && $0.value != .capture }
    // Every point: it is thinned together with the others.
    own.output.format = Located(.csv, query.verb.range)
    let alone = QueryContext(context, data: data, query: own)
    guard case .table(let table) = try TimelineRunner(alone).answer().content,
      case .reals(let times)? = table.columns.first(where: { $0.name == "time" })?.values
    else { return }
    for (measure, asked) in measures.enumerated() where asked.value.isOfTicks {
      guard
        case .integers(let values)? = table.columns.first(where: {
          $0.name == asked.value.columnName
        })?.values
      else { continue }
      for row in times.indices {
        guard let time = times[row], let value = values[row] else { continue }
        let keys = own.keys.map { key -> KeyValue? in
          table.columns.first { $0.name == key.value.name }?.values.key(row)
        }
        rows.set(
          measure, Double(value), group: .init(capture: index, process: nil, keys: keys),
          place: time)
      }
    }
  }

  // MARK: One axis

  /// Lays captures over each other by the time of day; returns what a reader must know.
  private func align(_ rows: inout TimelineRows) throws(EngineError) -> [String] {
    var starts: [Double?] = []
    for data in context.captures { starts.append(try start(of: data)) }
    let base = starts.compactMap { $0 }.min() ?? 0
    var notes: [String] = []
    for (index, start) in starts.enumerated() {
      guard let start else {
        let facts = try reading(try context.captures[index].profile())
        if let facts, ![.seconds, .lines].contains(ProfileAxis(facts)) { continue }
        notes.append(
          "\(context.captures[index].info.name) records no time of day: it is drawn from its own start"
        )
        continue
      }
      rows.shift(capture: index, by: start - base)
    }
    if let range = query.range, let note = try keep(range, base, &rows) { notes.append(note) }
    return notes
  }

  /// Keeps a stretch of the common axis; says what of it lies outside of all captures.
  private func keep(
    _ range: Located<TimeSpan>, _ base: Double, _ rows: inout TimelineRows
  ) throws(EngineError) -> String? {
    let last = rows.rows.map(\.place).max() ?? 0
    let from = try coordinate(range.value.start, last, base)
    let to = try coordinate(range.value.end, last, base)
    guard from <= to else { throw .query(.backwards(at: range.range)) }
    func words(_ place: Double) -> String { QueryText.seconds(Int64((place * 1000).rounded())) }
    let capture = "the last of the captures"
    guard from <= last + 1e-9, to >= 0 else {
      throw .query(.beyondEnd(capture: capture, end: words(last), at: range.range))
    }
    let cut = CutStretch(
      start: max(0, from), end: min(to, last), wasEarlier: from < 0, wasLater: to > last + 1e-9)
    rows.keep(cut.start...max(cut.start, cut.end))
    return cut.note(range.value, capture: capture, words)
  }

  /// Seconds since 1970 at which a capture starts; nil when it is not recorded.
  private func start(of data: CaptureData) throws(EngineError) -> Double? {
    let facts = try reading(try data.profile())
    if let facts, facts.clock == .wall { return Double(facts.start) / 1e9 }
    if let facts, ProfileAxis(facts) != .seconds { return nil }
    return data.info.startMilliseconds > 0 ? Double(data.info.startMilliseconds) / 1000 : nil
  }

  private func coordinate(
    _ time: Located<TimePoint>, _ end: Double, _ base: Double
  ) throws(EngineError) -> Double {
    let offset = Double(time.value.offsetNanoseconds) / 1e9
    switch time.value.base {
    case .start: return offset
    case .end: return end + offset
    case .percent(let share): return end * share / 100 + offset
    case .elapsed(let nanoseconds): return Double(nanoseconds) / 1e9 + offset
    case .wallClock(let text):
      if let clock = WallClock.milliseconds(text, day: Int64(base * 1000)) {
        return Double(clock) / 1000 - base + offset
      }
    default: break
    }
    throw .query(
      .cannotAnswer(
        "captures laid over each other share the time only", wayOut: "such as `10s` or `40%`",
        at: time.range))
  }

  // MARK: The table

  private func windows(
    _ rows: TimelineRows, _ count: Int, notes: inout [String]
  ) throws(EngineError) -> Int? {
    switch query.windows?.value {
    case .over(let count): return max(1, count)
    case .every(let nanoseconds):
      let places = rows.rows.map(\.place)
      let length = (places.max() ?? 0) - (places.min() ?? 0)
      return Int(max(1, min(1_000_000, length * 1e9 / Double(max(1, nanoseconds)))))
    case nil:
      let isTable = query.output.path == nil && (query.output.format?.value ?? .table) == .table
      guard isTable, count > Self.tablePoints else { return nil }
      notes.append(
        "\(Self.tablePoints) of \(count) points; `as csv` has all, `over N windows` as many as you like"
      )
      return Self.tablePoints
    }
  }

  private func columns(_ rows: TimelineRows) throws(EngineError) -> [ResultColumn] {
    var columns: [ResultColumn] = []
    let shown = rows.rows
    let groups = shown.map { rows.groups[$0.group] }
    if context.captures.count > 1 {
      columns.append(
        ResultColumn(
          name: "capture", role: .key, unit: .none,
          values: .texts(groups.map { context.captures[$0.capture].info.name })))
    }
    columns.append(try axis(shown.map(\.place)))
    columns += try processColumns(groups)
    for (index, key) in groupKeys.enumerated() {
      columns.append(
        ResultColumn(
          name: key.name, role: .key, unit: key.unit,
          values: key.values(groups.map { $0.keys[index] })))
    }
    let weights = try SampleWeights(context)
    for (index, measure) in measures.enumerated() {
      let unit = measure.value == .samples ? weights.unit : measure.value.unit
      columns.append(
        .numbers(
          measure.value.columnName, unit,
          shown.map { weights.scaled($0.values[index], measure.value) }))
    }
    return columns
  }

  /// Ids and names of processes, where there are several.
  private func processColumns(
    _ groups: [TimelineRows.Group]
  ) throws(EngineError) -> [ResultColumn] {
    guard groups.contains(where: { $0.process != nil }) else { return [] }
    var names: [ProcessNames] = []
    for data in context.captures { names.append(try reading(try ProcessNames(data.columns))) }
    let ids = groups.map { group -> String? in
      guard let process = group.process else { return "main" }
      return names[group.capture].id(process).map(String.init)
    }
    let titles = groups.map { names[$0.capture].name($0.process) }
    let pid = ResultColumn(name: "pid", role: .key, unit: .none, values: .texts(ids))
    guard titles.contains(where: { $0 != nil }) else { return [pid] }
    let process = ResultColumn(name: "process", role: .key, unit: .none, values: .texts(titles))
    return ids.contains { $0 != nil && $0 != "main" } ? [pid, process] : [process]
  }

  /// What all captures count; seconds where one has times and another has none.
  private func axis(_ places: [Double]) throws(EngineError) -> ResultColumn {
    var axes: [ProfileAxis] = []
    for data in context.captures {
      let axis = try reading(try data.profile()).map { ProfileAxis($0) } ?? .seconds
      if axis != .lines, !axes.contains(axis) { axes.append(axis) }
    }
    guard axes.count < 2 else {
      throw .query(
        .cannotAnswer(
          "these captures do not count the same: \(axes.map(\.name).joined(separator: ", "))",
          wayOut: "ask each alone", at: query.captures.first?.range ?? query.verb.range))
    }
    return (axes.first ?? .lines).column(places)
  }
}

extension ResultValues {
  /// A value as a group has it.
  fileprivate func key(_ row: Int) -> KeyValue? {
    switch self {
    case .texts(let texts): texts[row].map { .text($0) }
    case .integers(let numbers): numbers[row].map { .integer($0) }
    case .stacks(let stacks): stacks[row].map { .stack($0) }
    case .reals, .series: nil
    }
  }
}
