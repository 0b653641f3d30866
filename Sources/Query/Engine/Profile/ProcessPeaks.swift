import Columns
import Store

/// The greatest values of series of a process: `top rss by pid`, `assert peak rss`, `show peak`.
struct ProcessPeaks {
  /// One process of one capture.
  struct Row {
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

  /// The peaks of every process.
  func rows() throws(EngineError) -> [Row] {
    var rows: [Row] = []
    for data in context.captures {
      if let facts = try reading(try data.profile()) {
        rows += try self.rows(of: data, facts)
      } else {
        rows.append(try self.row(ofTicks: data))
      }
    }
    return rows
  }

  private func rows(
    of data: CaptureData, _ facts: StoredProfile
  ) throws(EngineError) -> [Row] {
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
      return Row(
        capture: data.info.name, process: titles.id(process), name: titles.name(process),
        values: peaks.map { $0?.value },
        place: peaks.first.flatMap { $0?.place }, axis: read.axis)
    }
  }

  /// The resident bytes that memray's ticks tell of.
  private func row(ofTicks data: CaptureData) throws(EngineError) -> Row {
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
      switch measure.value {
      case .series(.rss): values.append(ticks.map { Double(timeline.rss[$0]) }.max())
      case .series(.heap): values.append(ticks.map { Double(timeline.heap[$0]) }.max())
      case .series(.gap):
        values.append(ticks.map { Double(timeline.rss[$0] &- timeline.heap[$0]) }.max())
      default: values.append(nil)
      }
    }
    let place = ticks.max { timeline.rss[$0] < timeline.rss[$1] }
    return Row(
      capture: data.info.name, process: data.info.processID, values: values,
      place: place.map { Double(timeline.milliseconds[$0]) / 1000 }, axis: .seconds)
  }

  /// The peaks of the processes that meet `having`, in order.
  func passing() throws(EngineError) -> [Row] {
    let query = context.query
    for measure in (query.having?.measures ?? []) + query.order.compactMap(\.measure)
    where index(of: measure) == nil {
      throw .query(
        .cannotAnswer(
          "`\(measure.name)` is none of the series that are shown",
          wayOut: "`\(series[0].value.name)`",
          at: query.order.first { $0.measure == measure }?.column.range
            ?? query.having?.range(of: measure)))
    }
    return try rows().filter { row in query.having.map { passes($0, row) } ?? true }
      .sorted(by: precedes)
  }

  private func index(of measure: Measure) -> Int? { series.firstIndex { $0.value == measure } }

  private func passes(_ limits: Limits, _ row: Row) -> Bool {
    switch limits {
    case .and(let parts): return parts.allSatisfy { passes($0, row) }
    case .or(let parts): return parts.contains { passes($0, row) }
    case .not(let part): return !passes(part, row)
    case .compare(let measure, let comparison, let amount):
      guard let value = index(of: measure.value).flatMap({ row.values[$0] }) else { return false }
      return NumberTest.comparison(comparison.value, amount.value.number(of: measure.value))
        .passes(value)
    }
  }

  private func precedes(_ a: Row, _ b: Row) -> Bool {
    for column in context.query.order {
      switch column.column.value {
      case .measure(let measure):
        guard let index = index(of: measure) else { continue }
        let (left, right) = (a.values[index] ?? -.infinity, b.values[index] ?? -.infinity)
        if left != right { return (left < right) == (column.isAscending ?? false) }
      case .key(let key):
        let compared = KeyValue.compare(Self.value(key, a), Self.value(key, b))
        if compared != 0 { return (compared < 0) == (column.isAscending ?? true) }
      case .time: continue
      }
    }
    return (a.values[0] ?? -.infinity) > (b.values[0] ?? -.infinity)
  }

  private static func value(_ key: Key, _ row: Row) -> KeyValue? {
    switch key {
    case .pid: row.process.map { .integer($0) }
    case .capture: .text(row.capture)
    default: nil
    }
  }

  /// `top rss by pid`.
  func answer() throws(EngineError) -> Answer {
    let query = context.query
    let rows = try passing()
    let limit = context.limit(default: 10)
    let shown = limit.map { Array(rows.prefix($0)) } ?? rows
    var table = context.emptyTable(population: "greatest value of each process")
    table.columns = keyColumns(shown)
    for (index, measure) in series.enumerated() {
      table.columns.append(
        .numbers(
          measure.value.name, measure.value.timelineUnit, shown.map { $0.values[index] }))
    }
    table.otherCount = rows.count - shown.count
    return Answer(content: .table(table), verb: .top, output: query.output, limit: limit)
  }

  /// Columns of process, capture and place.
  func keyColumns(_ rows: [Row]) -> [ResultColumn] {
    var columns: [ResultColumn] = []
    let keys = context.query.keys.map(\.value)
    if keys.contains(.capture) || context.captures.count > 1 {
      columns.append(
        ResultColumn(
          name: "capture", role: .key, unit: .none, values: .texts(rows.map(\.capture))))
    }
    if keys.contains(.pid) || rows.contains(where: { $0.process != nil }) {
      columns.append(
        ResultColumn(
          name: "pid", role: .key, unit: .none, values: .integers(rows.map(\.process))))
    }
    if rows.contains(where: { $0.name != nil }) {
      columns.append(
        ResultColumn(name: "process", role: .key, unit: .none, values: .texts(rows.map(\.name))))
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
    let isWhole = values.allSatisfy { $0.map { Int64(exactly: $0) != nil } ?? true }
    return ResultColumn(
      name: name, role: .measure, unit: unit,
      values: isWhole ? .integers(values.map { $0.flatMap { Int64(exactly: $0) } }) : .reals(values)
    )
  }
}

extension OrderColumn {
  /// The measure that rows are ordered by; nil for a key or the time.
  fileprivate var measure: Measure? {
    if case .measure(let measure) = column.value { measure } else { nil }
  }
}

extension Limits {
  /// Where a measure is compared.
  fileprivate func range(of wanted: Measure) -> SourceRange? {
    switch self {
    case .and(let parts), .or(let parts): parts.lazy.compactMap { $0.range(of: wanted) }.first
    case .not(let part): part.range(of: wanted)
    case .compare(let measure, _, _): measure.value == wanted ? measure.range : nil
    }
  }
}
