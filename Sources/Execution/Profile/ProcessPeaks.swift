import Planning
import Results
import Language
import Store

/// The greatest values of series of a process: `top rss by pid`, `assert peak rss`, `show peak`.
struct ProcessPeaks: RowSet {
  /// What they are, in words.
  static let title = "greatest value of each process"

  /// One process of one capture.
  struct Process {
    var capture: String
    var process: Int64?
    /// What the process is called; nil without a name.
    var name: String?
    /// Greatest value of each measure; nil where there is none.
    var values: [Double?]
    /// Where the first measure's is.
    var place: Double?
    var axis: ProfileAxis
  }

  let context: QueryContext
  let series: [Located<Measure>]
  private(set) var processes: [Process] = []
  var rows: [Int] = []
  var shownCount = 0

  /// The peaks of every process.
  init(context: QueryContext, series: [Located<Measure>]) throws(EngineError) {
    self.context = context
    self.series = series
    for data in context.captures {
      if let facts = try reading(try data.profile()) {
        processes += try self.processes(of: data, facts)
      } else {
        processes.append(try self.process(ofTicks: data))
      }
    }
    rows = Array(processes.indices)
    shownCount = rows.count
  }

  private func processes(
    of data: CaptureData, _ facts: StoredProfile
  ) throws(EngineError) -> [Process] {
    let names = series.map(\.value.name)
    let read = try reading(try ProfileSeries(data: data, facts: facts, names: Set(names)))
    let times = try reading(try ProfileTimes(data: data, facts: facts))
    let range = try context.query.range.map { (range) throws(EngineError) in
      try times.stretch(range)
    }
    let titles = try reading(try ProcessNames(data.columns))
    var processes: [Int64?] = []
    for line in read.lines where !processes.contains(line.process) {
      processes.append(line.process)
    }
    return processes.map { process in
      let peaks = names.map { name in
        read.lines.first { $0.name == name && $0.process == process }?.peak(in: range)
      }
      return Process(
        capture: data.info.name, process: titles.id(process), name: titles.name(process),
        values: peaks.map { $0?.value },
        place: peaks.first.flatMap { $0?.place }, axis: read.axis)
    }
  }

  /// The resident bytes that memray's ticks tell of.
  private func process(ofTicks data: CaptureData) throws(EngineError) -> Process {
    let timeline = try reading(try data.timeline())
    try reading(try data.note("greatest values", source: "ticks"))
    var ticks = Array(timeline.states.indices)
    if let range = context.query.range {
      let times = try reading(try TimeResolver(data: data, timeline: timeline))
      let span = try asking(try times.states(range))
      ticks = ticks.filter {
        timeline.states[$0] >= span.lowerBound && timeline.states[$0] <= span.upperBound
      }
    }
    var values: [Double?] = []
    for measure in series {
      let recorded = measure.value.series.flatMap { timeline.values(of: $0) }
      values.append(recorded.flatMap { recorded in ticks.map { Double(recorded[$0]) }.max() })
    }
    let place = ticks.max { timeline.rss[$0] < timeline.rss[$1] }
    return Process(
      capture: data.info.name, process: data.info.processID, values: values,
      place: place.map { Double(timeline.milliseconds[$0]) / 1000 }, axis: .seconds)
  }

  // MARK: Rows

  private func index(of measure: Measure) -> Int? { series.firstIndex { $0.value == measure } }

  func value(_ measure: Measure, of row: Int) -> Double? {
    index(of: measure).flatMap { processes[row].values[$0] }
  }

  func key(_ key: Key, of row: Int) -> KeyValue? {
    switch key {
    case .pid: processes[row].process.map { .integer($0) }
    case .capture: .text(processes[row].capture)
    default: nil
    }
  }

  /// Processes have no total.
  func whole(_ measure: Measure) -> Double { 0 }

  func precedes(_ a: Int, _ b: Int, _ ordering: Ordering) -> Bool {
    let (left, right) = (processes[a].values[0] ?? -.infinity, processes[b].values[0] ?? -.infinity)
    return left == right ? a < b : left > right
  }

  func check(_ measures: [Located<Measure>]) throws(EngineError) {
    for measure in measures where index(of: measure.value) == nil {
      throw .cannotAnswer(
        "`\(measure.value.name)` is none of the series that are shown",
        suggestion: "`\(series[0].value.name)`", at: measure.range)
    }
  }

  /// Refuses to test what a capture recorded no value of.
  func refuseMissing() throws(EngineError) {
    for name in context.names
    where !processes.contains(where: { $0.capture == name && $0.values[0] != nil }) {
      throw .cannotAnswer(
        "\(name) holds no value of `\(series[0].value.name)`"
          + (context.query.range == nil ? "" : " there"), suggestion: "`assert peak size`",
        at: series[0].range)
    }
  }

  // MARK: Columns

  /// Fills a table with the rows shown.
  func fill(_ table: inout ResultTable) {
    let shown = rows.prefix(shownCount)
    table.columns = keyColumns(shown)
    for (index, measure) in series.enumerated() {
      table.columns.append(
        .numbers(
          measure.value.name, measure.value.unit,
          shown.map { processes[$0].values[index] }))
    }
    table.otherCount = rows.count - shownCount
  }

  /// The rows as assertions test them.
  var measured: MeasuredGroups {
    var measured = MeasuredGroups(
      title: Self.title,
      groups: rows.map {
        MeasuredGroups.Group(
          key: [processes[$0].process.map { .integer($0) }, .text(processes[$0].capture)],
          values: processes[$0].values)
      }, units: series.map(\.value.unit))
    measured.keyColumns = { places in keyColumns(places.map { rows[$0] }) }
    return measured
  }

  /// Columns of process, capture and place.
  private func keyColumns(_ places: some Collection<Int>) -> [ResultColumn] {
    let rows = places.map { processes[$0] }
    var columns: [ResultColumn] = []
    let keys = context.query.keys.map(\.value)
    if keys.contains(.capture) || context.captures.count > 1 {
      columns.append(
        .key("capture", .texts(rows.map(\.capture))))
    }
    if keys.contains(.pid) || rows.contains(where: { $0.process != nil }) {
      columns.append(
        .key("pid", .integers(rows.map(\.process)), meaning: .identifier))
    }
    if rows.contains(where: { $0.name != nil }) {
      columns.append(
        .key("process", .texts(rows.map(\.name))))
    }
    for axis in [ProfileAxis.seconds, .instructions, .allocatedBytes, .lines]
    where rows.contains(where: { $0.axis == axis }) {
      columns.append(axis.column(rows.map { $0.axis == axis ? $0.place : nil }))
    }
    return columns
  }
}

extension ResultColumn {
  /// A column of numbers, whole ones when all are.
  static func numbers(_ name: String, _ unit: Unit, _ values: [Double?]) -> ResultColumn {
    let areIntegers = values.allSatisfy { $0.map { Int64(exactly: $0) != nil } ?? true }
    return ResultColumn(
      name: name, role: .measure, unit: unit,
      values: areIntegers
        ? .integers(values.map { $0.flatMap { Int64(exactly: $0) } }) : .reals(values)
    )
  }
}
