import Analysis
import CaptureModel
import Results
import Language
import Store

/// Follows groups over several captures: each is a point, in import order.
///
/// A point is what lives when the capture's work ends; with `per` it is divided by the capture's
/// own duration or marks, so that runs of different length compare.
struct CaptureTrends {
  let context: QueryContext
  let keys: [Key]

  private var query: Query { context.query }

  /// The groups with what they make.
  func trends() throws(EngineError) -> Trends {
    var names: [[KeyValue?]: Int] = [:]
    let count = context.captures.count
    let none = [Double](repeating: 0, count: count)
    var found: [(key: [KeyValue?], bytes: [Double], blocks: [Double])] = []
    var all = (key: keys.map { _ in KeyValue?.none }, bytes: none, blocks: none)
    for (place, data) in context.captures.enumerated() {
      let (table, divisor) = try table(of: data)
      for group in table.tuples.indices where !table.sums[group].isEmpty {
        let key = keys.indices.map { table.value(group: group, key: $0) }
        let index = names[key] ?? found.count
        if index == found.count {
          names[key] = index
          found.append((key, none, none))
        }
        found[index].bytes[place] += Double(table.sums[group].bytes) / divisor
        found[index].blocks[place] += Double(table.sums[group].count) / divisor
      }
      all.bytes[place] = Double(table.total.bytes) / divisor
      all.blocks[place] = Double(table.total.count) / divisor
    }
    let hasSizes = try self.hasSizes()
    let size = Trends.Column(measure: .size, name: "size", unit: .bytes)
    let number = Trends.Column(measure: .count, name: "count", unit: .count)
    func group(_ held: (key: [KeyValue?], bytes: [Double], blocks: [Double])) -> Trends.Group {
      self.group(held.key, hasSizes ? [held.bytes, held.blocks] : [held.blocks])
    }
    var trends = Trends(
      title: title, keys: keys, columns: hasSizes ? [size, number] : [number], pace: .runs(count),
      groups: found.map(group), total: found.isEmpty ? nil : group(all))
    if count < 3 {
      trends.notes = [
        "two captures make a difference, no trend: `growth of` three or more shows whether it goes "
          + "on"
      ]
    }
    return trends
  }

  private func group(_ key: [KeyValue?], _ values: [[Double]]) -> Trends.Group {
    let places = values[0].indices.map { Double($0 + 1) }
    let trend = Trend(runs: places, values[0])
    return Trends.Group(
      key: key, places: places, values: values.map { Steps($0.map { $0.rounded() }) },
      unit: values.count == 1 ? .count : .bytes, trend: trend,
      knownFit: trend.fit(places, values[0]))
  }

  /// Whether the captures record bytes; some tools count objects alone.
  private func hasSizes() throws(EngineError) -> Bool {
    var hasSizes = false
    for data in context.captures {
      guard let facts = try reading(try data.profile()) else { return true }
      if facts.values.holds(.size) { hasSizes = true }
    }
    return hasSizes
  }

  private var title: String {
    let title = "live at the end of each run"
    return switch query.per?.value {
    case nil: title
    case .second: title + ", per second"
    case .minute: title + ", per minute"
    case .hour: title + ", per hour"
    case .mark: title + ", per mark"
    }
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
    try view.scan(selection) { sums.add($0) }
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
      throw .cannotAnswer(
        "\(data.info.name) records no stretch of time", suggestion: "leave out `per`", at: range)
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
