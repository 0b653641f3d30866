import CaptureModel
import Columns
import Store

/// Answers `growth` of several captures: each is a point, in import order.
///
/// A point is what lives when the capture's work ends; with `per` it is divided by the capture's
/// own duration or marks, so that runs of different length compare.
struct GrowthOfCaptures {
  let context: QueryContext
  let keys: [Key]

  private var query: Query { context.query }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    var names: [[KeyValue?]: Int] = [:]
    var groups: [(key: [KeyValue?], bytes: [Double], blocks: [Double])] = []
    let count = context.captures.count
    for (place, data) in context.captures.enumerated() {
      let (table, divisor) = try table(of: data)
      for group in table.tuples.indices where !table.sums[group].isEmpty {
        let key = keys.indices.map { table.value(group: group, key: $0) }
        let index = names[key] ?? groups.count
        if index == groups.count {
          names[key] = index
          groups.append(
            (key, Array(repeating: 0, count: count), Array(repeating: 0, count: count)))
        }
        groups[index].bytes[place] += Double(table.sums[group].bytes) / divisor
        groups[index].blocks[place] += Double(table.sums[group].count) / divisor
      }
    }
    let places = (1...count).map(Double.init)
    let hasSizes = try self.hasSizes()
    let found = groups.map { group in
      let values = hasSizes ? group.bytes : group.blocks
      return GrowthGroup(
        key: group.key, bytes: values.map { Int64(nearest: $0) },
        blocks: hasSizes ? group.blocks.map { Int64(nearest: $0) } : [],
        trend: Trend(runs: places, values))
    }
    var table = GrowthTable(
      keys: keys, scale: RateScale(runs: query.per?.value), groups: found, total: total(found),
      places: places
    ).table(context, population: title, limit: context.limit(default: 10))
    if !hasSizes { Self.tellCounts(&table) }
    if count < 3 { tellDifference(&table) }
    return Answer(
      content: .table(table), verb: .growth, output: query.output,
      limit: context.limit(default: 10))
  }

  /// Whether the captures record bytes; some tools count objects alone.
  private func hasSizes() throws(EngineError) -> Bool {
    var hasSizes = false
    for data in context.captures {
      guard let facts = try reading(try data.profile()) else { return true }
      if facts.mainPopulation == .processor {
        throw .query(
          .cannotAnswer(
            "\(data.info.name) is a processor profile: it knows no memory",
            wayOut: "`top samples by function of a vs b`", at: query.verb.range))
      }
      if facts.holds(.size as ProfileMeasure) { hasSizes = true }
    }
    return hasSizes
  }

  /// Names numbers of objects as such.
  private static func tellCounts(_ table: inout ResultTable) {
    let names = ["size": "count", "size_diff": "count_diff"]
    for index in table.columns.indices {
      if let name = names[table.columns[index].name] {
        (table.columns[index].name, table.columns[index].unit) = (name, .count)
      } else if table.columns[index].name.hasPrefix("rate") {
        table.columns[index].unit = .none
      }
    }
    func renamed(_ values: [MeasureValue]?) -> [MeasureValue]? {
      values?.filter { $0.column != "count" }.map {
        MeasureValue(column: names[$0.column] ?? $0.column, value: $0.value)
      }
    }
    (table.total, table.other) = (renamed(table.total), renamed(table.other))
  }

  /// Two runs make a difference, which may be chance, and no trend.
  private func tellDifference(_ table: inout ResultTable) {
    table.columns.removeAll { $0.name.hasPrefix("rate") || $0.name == "shape" }
    table.notes = table.notes.filter { $0 != GrowthTable.nothingGrows }
    table.notes.append(
      "two captures make a difference, no trend: `growth of` three or more shows whether it goes on"
    )
  }

  private var title: String {
    switch query.per?.value {
    case nil: "live at the end of each run"
    case .second: "live at the end of each run, per second"
    case .minute: "live at the end of each run, per minute"
    case .hour: "live at the end of each run, per hour"
    case .mark: "live at the end of each run, per mark"
    }
  }

  private func total(_ groups: [GrowthGroup]) -> GrowthGroup? {
    guard let first = groups.first, query.inclusive == nil else { return nil }
    var total = first
    for group in groups.dropFirst() {
      for index in total.bytes.indices {
        total.bytes[index] += group.bytes[index]
      }
      for index in total.blocks.indices { total.blocks[index] += group.blocks[index] }
    }
    total.trend = Trend(
      runs: (1...total.bytes.count).map(Double.init), total.bytes.map(Double.init))
    return total
  }

  /// What lives at the end of one run, by groups, and what to divide it by.
  private func table(
    of data: CaptureData
  ) throws(EngineError) -> (table: GroupTable, divisor: Double) {
    let resolver = try reading(try PopulationResolver(data: data))
    let timeline = resolver.timeline
    let selection: Selection
    if !data.info.holdsEvents {
      selection = try resolver.selection(try context.population(of: data), range: nil)
    } else {
      let state = GrowthPoints.workingEnd(timeline)
      selection = Selection(
        births: 0..<state, deaths: state...Clock.never, greatestAge: nil,
        weight: .inState(state), title: "live")
    }
    let view = try context.view(of: data)
    var table = GroupTable(keys: keys)
    var sums = SiteSums(siteCount: Int(data.info.sites), keys: keys)
    do throws(StoreError) {
      let scan = try PopulationScan(
        data: data, selection: selection, condition: view.condition, needs: ScanNeeds())
      try scan.run { sums.add($0) }
    } catch { throw .store(error) }
    try table.add(sums, of: view, isInclusive: query.inclusive != nil, windowTexts: [])
    return (table, try query.per?.value.amount(of: data, at: query.per?.range) ?? 1)
  }
}

extension RateUnit {
  /// How many units a capture's time has, or a stretch of it: seconds, minutes, hours or marks.
  ///
  /// - Parameters:
  ///   - data: the capture.
  ///   - states: the stretch, by states of its clock; nil for all of it.
  ///   - range: where `per` stands.
  /// - Returns: more than 0.
  /// - Throws: when no mark is met, or none can be known.
  func amount(
    of data: CaptureData, in states: Range<UInt32>? = nil, at range: SourceRange?
  ) throws(EngineError) -> Double {
    let seconds = try Self.seconds(of: data, in: states)
    if seconds <= 0, !isOfMarks {
      throw .query(
        .cannotAnswer(
          "\(data.info.name) records no stretch of time", wayOut: "leave out `per`", at: range))
    }
    switch self {
    case .second: return seconds
    case .minute: return seconds / 60
    case .hour: return seconds / 3600
    case .mark(let pattern):
      let marks = try reading(try data.marks())
      if let problem = marks.problem { throw .query(problem) }
      let met = try asking(try marks.indices(meeting: pattern))
      let within = met.filter { states?.contains(marks.states[$0]) ?? true }
      guard !within.isEmpty else {
        throw .query(
          .unknownMark(pattern.canonicalText, number: 1, found: 0, at: pattern.range))
      }
      return Double(within.count)
    }
  }

  private var isOfMarks: Bool { if case .mark = self { true } else { false } }

  private static func seconds(
    of data: CaptureData, in states: Range<UInt32>?
  ) throws(EngineError) -> Double {
    let timeline = try reading(try data.timeline())
    guard let states else { return Double(timeline.durationMilliseconds) / 1000 }
    let start = timeline.milliseconds(atState: states.lowerBound)
    return Double(timeline.milliseconds(atState: states.upperBound) - start) / 1000
  }
}

extension RateScale {
  /// Slopes from run to run.
  init(runs per: RateUnit?) {
    (factor, unit, suffix) = (1, .bytesPerRun, "/run")
  }
}

extension Trend {
  /// The trend over a few runs: each rise from one to the next counts.
  init(runs places: [Double], _ values: [Double]) {
    self.init(places, values)
    guard (3..<12).contains(values.count) else { return }
    let rises = zip(values, values.dropFirst()).filter { $1 > $0 }.count
    let isRising = values.count > 1 && rises == values.count - 1
    markRuns(isGrowing: isRising, TheilSen(places[...], values[...]))
  }
}
