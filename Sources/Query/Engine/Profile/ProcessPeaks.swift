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
    /// Where the first measure's is: seconds, or a line of the file.
    var place: Double?
    var isSeconds: Bool
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
    try data.refuseUnrecorded(series, read)
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
        place: peaks.first.flatMap { $0?.place }, isSeconds: read.hasClock)
    }
  }

  /// The resident bytes that memray's ticks tell of.
  private func row(ofTicks data: CaptureData) throws(EngineError) -> Row {
    let timeline = try reading(try data.timeline())
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
      default:
        throw .query(
          .cannotAnswer(
            "\(data.info.name) records no `\(measure.value.name)`", wayOut: "`rss` or `heap`",
            at: measure.range))
      }
    }
    let place = ticks.max { timeline.rss[$0] < timeline.rss[$1] }
    return Row(
      capture: data.info.name, process: data.info.processID, values: values,
      place: place.map { Double(timeline.milliseconds[$0]) / 1000 }, isSeconds: true)
  }

  /// `top rss by pid`.
  func answer() throws(EngineError) -> Answer {
    let query = context.query
    let rows = try rows().sorted { ($0.values[0] ?? -1) > ($1.values[0] ?? -1) }
    let limit = context.limit(default: 10)
    let shown = limit.map { Array(rows.prefix($0)) } ?? rows
    var table = context.emptyTable(population: "greatest value of each process")
    table.columns = keyColumns(shown)
    for (index, measure) in series.enumerated() {
      table.columns.append(
        .numbers(measure.value.name, .bytes, shown.map { $0.values[index] }))
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
    if rows.contains(where: \.isSeconds) {
      columns.append(
        ResultColumn(
          name: "time", role: .key, unit: .seconds,
          values: .reals(rows.map { $0.isSeconds ? $0.place : nil })))
    }
    if rows.contains(where: { !$0.isSeconds }) {
      columns.append(
        ResultColumn(
          name: "line", role: .key, unit: .none,
          values: .integers(
            rows.map { $0.isSeconds ? nil : $0.place.flatMap { Int64(exactly: $0) } })))
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

extension CaptureData {
  /// Refuses series that a capture of another tool does not hold.
  func refuseUnrecorded(
    _ series: [Located<Measure>], _ read: ProfileSeries
  ) throws(EngineError) {
    for measure in series where !read.lines.contains(where: { $0.name == measure.value.name }) {
      let known = try reading(try seriesNames())
      throw .query(
        .cannotAnswer(
          "\(info.name) records no `\(measure.value.name)`",
          wayOut: known.isEmpty
            ? "it holds no values over time"
            : "it has " + known.map { "`\($0)`" }.joined(separator: ", "), at: measure.range))
    }
  }
}
