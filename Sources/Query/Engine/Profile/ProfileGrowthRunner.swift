import CaptureModel
import Columns
import Store

/// Answers `growth` of one capture of another tool: of its series, or of what its groups hold
/// from moment to moment.
struct ProfileGrowthRunner {
  private let context: QueryContext
  private let query: Query
  private let data: CaptureData
  private let facts: StoredProfile
  /// More points are thinned to as many windows.
  private static let windows = 100
  private static let greatestCount = 1000

  /// Values of one group.
  private struct Group {
    var key: [KeyValue?]
    var places: [Double]
    var values: [Double]
    var unit: Unit
    var trend: Trend

    var rate: Double { trend.isGrowing || trend.shape == .falling ? trend.fit.slope : 0 }
    var change: Double { (values.last ?? 0) - (values.first ?? 0) }
  }

  init(_ context: QueryContext, data: CaptureData, facts: StoredProfile) {
    self.context = context
    query = context.query
    self.data = data
    self.facts = facts
  }

  /// The answer: what grows for good first, fastest first.
  func answer() throws(EngineError) -> Answer {
    try refuseTimes()
    let series = query.measures.filter(\.value.isSeries)
    let isOfSeries = !series.isEmpty || facts.moments < 2
    let groups = try isOfSeries ? seriesGroups(series) : momentGroups()
    let keys = isOfSeries ? [nil, .pid] : try context.keys().map(Optional.some)
    let passing = groups.filter { group in
      query.having.map { passes($0, group, of: groups) } ?? true
    }.sorted { precedes($0, $1, keys) }
    let limit = context.limit(default: 10)
    let shown = limit.map { Array(passing.prefix($0)) } ?? passing
    let name = isOfSeries ? "value" : try measure().columnName
    var table = context.emptyTable(population: try title(isOfSeries))
    table.columns = try columns(shown, name, isOfSeries)
    table.otherCount = passing.count - shown.count
    if !groups.contains(where: { $0.trend.isGrowing }) {
      table.notes.append("nothing grows for good")
    }
    let axis = ProfileAxis(facts)
    (table.placeName, table.placeUnit) = (axis.name, axis.unit)
    if axis != .seconds, query.per == nil {
      table.notes.append(
        "\(data.info.name) records no times: rates are per "
          + (isOfSeries || axis != .lines ? axis.step : "moment"))
    }
    return Answer(content: .table(table), verb: .growth, output: query.output, limit: limit)
  }

  /// `per minute` of what counts no time.
  private func refuseTimes() throws(EngineError) {
    let axis = ProfileAxis(facts)
    guard axis != .seconds, let per = query.per else { return }
    if case .mark = per.value { return }
    throw .query(
      .cannotAnswer(
        "\(data.info.name) records no times, so nothing grows `per \(per.value.canonicalText)`",
        wayOut: "leave `per` out: rates are per \(axis.step) then", at: per.range))
  }

  private func title(_ isOfSeries: Bool) throws(EngineError) -> String {
    let stretch = query.range.map { " in \($0.value.canonicalText)" } ?? ""
    return (isOfSeries ? "values over time" : "live") + stretch
  }

  private func measure() throws(EngineError) -> Measure {
    try context.measures().first { $0 != .rate } ?? .count
  }

  // MARK: Groups

  private func seriesGroups(_ asked: [Located<Measure>]) throws(EngineError) -> [Group] {
    let names = asked.isEmpty ? nil : Set(asked.map(\.value.name))
    let read = try reading(try ProfileSeries(data: data, facts: facts, names: names))
    try data.refuseUnrecorded(asked, read)
    guard !read.lines.isEmpty else {
      throw .query(
        .cannotAnswer(
          "\(data.info.name) holds one moment, which says nothing of growth",
          wayOut: "`growth` of several: `growth of a, b, c`, or `vs`", at: query.verb.range))
    }
    let range = try stretch()
    let titles = try reading(try ProcessNames(data.columns))
    return try read.lines.map { (line) throws(EngineError) in
      var key: [KeyValue?] = [.text(line.name)]
      key.append(
        line.process.map { titles.name($0) == nil ? .integer($0) : .text(titles.title($0)) })
      return try group(
        key, line.places, line.values, line.unit, range,
        isFew: read.axis == .lines && line.values.count < 12)
    }
  }

  private func momentGroups() throws(EngineError) -> [Group] {
    let keys = try context.keys()
    let asked = try measure()
    let moments = try ProfileMoments(context: context, data: data, facts: facts, keys: keys)
    let range = try stretch()
    let hasTimes = facts.clock != .lines
    let printed = asked == .count && keys == [.type] ? try PrintedGrowth(data, facts) : nil
    var groups: [Group] = []
    for group in 0..<moments.groupCount {
      var places: [Double] = []
      var values: [Double] = []
      for moment in moments.moments.indices {
        if let range, !range.contains(moments.moments[moment]) { continue }
        // A type that a print leaves out is not known to be gone.
        if !moments.isKnown(group, moment: moment) { continue }
        if data.info.kind == .types, moments.sums[moment][group].isEmpty { continue }
        guard let value = moments.sums[moment][group].value(of: asked) else { continue }
        if values.isEmpty, range == nil,
          let before = printed?.before(value, moments.keys(of: group).first ?? nil, moment: moment),
          !hasTimes || moment > 0
        {
          places.append(hasTimes ? moments.moments[moment - 1] : Double(moment))
          values.append(before)
        }
        places.append(hasTimes ? moments.moments[moment] : Double(moment + 1))
        values.append(value)
      }
      groups.append(
        try self.group(
          moments.keys(of: group), places, values, asked.unit, nil, isFew: values.count < 12))
    }
    return groups
  }

  private func stretch() throws(EngineError) -> ClosedRange<Double>? {
    guard let range = query.range else { return nil }
    return try reading(try ProfileTimes(data: data, facts: facts)).stretch(range)
  }

  private func group(
    _ key: [KeyValue?], _ places: [Double], _ values: [Double], _ unit: Unit,
    _ range: ClosedRange<Double>?, isFew: Bool
  ) throws(EngineError) -> Group {
    let inside = places.indices.filter { range?.contains(places[$0]) ?? true }
    var xs = inside.map { places[$0] }
    var ys = inside.map { values[$0] }
    if case .mark(let pattern) = query.per?.value {
      (xs, ys) = try atMarks(pattern, xs, ys)
    } else if let windows = try windows(xs) {
      (xs, ys) = Self.resampled(xs, ys, windows)
    }
    let trend = isFew ? Trend(runs: xs, ys) : Trend(xs, ys)
    return Group(key: key, places: xs, values: ys, unit: unit, trend: trend)
  }

  private func windows(_ xs: [Double]) throws(EngineError) -> Int? {
    switch query.windows?.value {
    case .over(let count): return max(3, min(count, 10_000))
    case .every(let nanoseconds):
      let length = (xs.last ?? 0) - (xs.first ?? 0)
      return Int(max(3, min(10_000, length * 1e9 / Double(max(1, nanoseconds)))))
    case nil: return xs.count > Self.greatestCount ? Self.windows : nil
    }
  }

  /// The last value of each of so many equal stretches.
  private static func resampled(
    _ xs: [Double], _ ys: [Double], _ windows: Int
  ) -> ([Double], [Double]) {
    guard let first = xs.first, let last = xs.last, last > first else { return (xs, ys) }
    var (places, values) = ([first], [ys[0]])
    var next = 0
    for window in 1...windows {
      let end = window == windows ? last : first + (last - first) * Double(window) / Double(windows)
      let before = next
      while next < xs.count, xs[next] <= end { next += 1 }
      if next > before {
        places.append(xs[next - 1])
        values.append(ys[next - 1])
      }
    }
    return (places, values)
  }

  /// The last value at or before each mark.
  private func atMarks(
    _ pattern: Pattern, _ xs: [Double], _ ys: [Double]
  ) throws(EngineError) -> ([Double], [Double]) {
    let matcher = try asking(try PatternMatcher(pattern))
    let spans = try reading(try ProfileSpans(data: data, facts: facts)).spans.filter {
      matcher.matches($0.name)
    }
    guard spans.count >= 4 else {
      throw .query(
        .unknownMark(pattern.canonicalText, number: 4, found: spans.count, at: pattern.range))
    }
    var (places, values): ([Double], [Double]) = ([], [])
    var next = 0
    for (number, span) in spans.enumerated() {
      let time = span.start ?? Double(span.line)
      while next < xs.count, xs[next] <= time { next += 1 }
      guard next > 0 else { continue }
      places.append(Double(number + 1))
      values.append(ys[next - 1])
    }
    return (places, values)
  }

  // MARK: The table

  private func columns(
    _ shown: [Group], _ name: String, _ isOfSeries: Bool
  ) throws(EngineError) -> [ResultColumn] {
    var columns: [ResultColumn] = []
    func text(_ name: String, _ values: [String?]) -> ResultColumn {
      ResultColumn(name: name, role: .key, unit: .none, values: .texts(values))
    }
    if isOfSeries {
      columns.append(text("series", shown.map { $0.key[0]?.text }))
      if shown.contains(where: { $0.key[1] != nil }) {
        columns.append(text("pid", shown.map { $0.key[1]?.text }))
      }
    } else {
      for (index, key) in try context.keys().enumerated() {
        columns.append(
          ResultColumn(
            name: key.name, role: .key, unit: key.unit,
            values: key.values(shown.map { $0.key[index] })))
      }
    }
    let units = Set(shown.map(\.unit))
    let unit = units.count == 1 ? units.first ?? .none : .none
    let scale = RateScale(query.per?.value, isOfBlocks: unit != .bytes)
    let hasRates = ProfileAxis(facts) == .seconds || query.per != nil
    let rateUnit: Unit = hasRates && unit != .none ? scale.unit : .none
    func rates(_ value: (TheilSen) -> Double) -> [Double?] {
      shown.map { $0.rate == 0 ? nil : value($0.trend.fit) * scale.factor }
    }
    columns += [
      .numbers(name, unit, shown.map { $0.values.last }),
      .numbers("\(name)_diff", unit, shown.map(\.change)),
      ResultColumn(
        name: "rate", role: .measure, unit: rateUnit,
        values: .reals(shown.map { $0.rate * scale.factor })),
      ResultColumn(name: "rate_low", role: .measure, unit: rateUnit, values: .reals(rates(\.low))),
      ResultColumn(
        name: "rate_high", role: .measure, unit: rateUnit, values: .reals(rates(\.high))),
      text("shape", shown.map(\.trend.shape.rawValue)),
      ResultColumn(
        name: "points", role: .key, unit: .none,
        values: .series(
          shown.map { zip($0.places, $0.values).map { SeriesPoint(place: $0, value: $1) } })),
    ]
    return columns
  }

  private func value(_ measure: Measure, _ group: Group) -> Double? {
    let factor = RateScale(query.per?.value, isOfBlocks: group.unit != .bytes).factor
    return switch measure {
    case .rate: group.rate * factor
    case .size, .count, .series: group.values.last
    case .sizeDifference, .countDifference: group.change
    default: nil
    }
  }

  private func passes(_ limits: Limits, _ group: Group, of groups: [Group]) -> Bool {
    switch limits {
    case .and(let parts): return parts.allSatisfy { passes($0, group, of: groups) }
    case .or(let parts): return parts.contains { passes($0, group, of: groups) }
    case .not(let part): return !passes(part, group, of: groups)
    case .compare(let measure, let comparison, let amount):
      guard let value = value(measure.value, group) else { return false }
      let total = groups.reduce(0) { $0 + (self.value(measure.value, $1) ?? 0) }
      let bound = amount.value.number(of: measure.value, total: total)
      return NumberTest.comparison(comparison.value, bound).passes(value)
    }
  }

  /// `keys` says what each value of a group's key is of; nil for the name of a series.
  private func precedes(_ a: Group, _ b: Group, _ keys: [Key?]) -> Bool {
    for column in query.order {
      switch column.column.value {
      case .measure(let measure):
        let (left, right) = (value(measure, a) ?? -.infinity, value(measure, b) ?? -.infinity)
        if left != right { return (left < right) == (column.isAscending ?? false) }
      case .key(let key):
        guard let index = keys.firstIndex(of: key) else { continue }
        let order = KeyValue.compare(a.key[index], b.key[index])
        if order != 0 { return (order < 0) == (column.isAscending ?? true) }
      case .time: continue
      }
    }
    if a.trend.isGrowing != b.trend.isGrowing { return a.trend.isGrowing }
    if a.trend.isGrowing, a.rate != b.rate { return a.rate > b.rate }
    if a.change != b.change { return a.change > b.change }
    return zip(a.key, b.key).first { $0 != $1 }.map { KeyValue.precedes($0, $1) } ?? false
  }
}
