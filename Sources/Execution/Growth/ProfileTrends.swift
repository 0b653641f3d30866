import Analysis
import CaptureModel
import Results
import Language
import Store

/// Follows the series of one capture of another tool, or what its groups hold, from moment to
/// moment.
struct ProfileTrends {
  private let context: QueryContext
  private let query: Query
  private let data: CaptureData
  private let facts: StoredProfile
  /// More points are thinned to as many windows.
  private static let windows = 100
  private static let greatestCount = 1000

  init(_ context: QueryContext, data: CaptureData, facts: StoredProfile) {
    self.context = context
    query = context.query
    self.data = data
    self.facts = facts
  }

  /// The groups with what they make.
  func trends() throws(EngineError) -> Trends {
    let axis = ProfileAxis(facts)
    let series = query.measures.filter(\.value.isSeries)
    let isOfSeries = !series.isEmpty || facts.moments < 2
    let stretch = query.range.map { " in \($0.value.canonicalText)" } ?? ""
    let measure = isOfSeries ? nil : self.measure
    let step = isOfSeries || axis != .lines ? axis.step : "moment"
    let hasRates = axis == .seconds || query.per != nil
    var trends = Trends(
      title: (isOfSeries ? "values over time" : "live") + stretch,
      keys: isOfSeries ? [nil, .pid] : context.keys,
      columns: [Trends.Column(measure: measure, name: measure?.columnName ?? "value")],
      pace: hasRates ? .per(query.per?.value) : .step(step),
      groups: try isOfSeries ? seriesGroups(series) : momentGroups(), arePartsOfWhole: false)
    trends.place = (axis.name, axis.unit)
    if !hasRates {
      trends.notes.append("\(data.info.name) records no times: rates are per \(step)")
    }
    return trends
  }

  private var measure: Measure {
    context.measures.first { $0 != .rate } ?? .count
  }

  // MARK: Groups

  private func seriesGroups(_ asked: [Located<Measure>]) throws(EngineError) -> [Trends.Group] {
    let names = asked.isEmpty ? nil : Set(asked.map(\.value.name))
    let read = try reading(try ProfileSeries(data: data, facts: facts, names: names))
    let range = try stretch()
    let titles = try reading(try ProcessNames(data.columns))
    return try read.lines.map { (line) throws(EngineError) in
      var key: [KeyValue?] = [.text(line.name)]
      key.append(
        line.process.map { titles.name($0) == nil ? .integer($0) : .text(titles.title($0)) })
      return try group(
        key, line.places, line.values, line.unit, range,
        isFew: read.axis == .lines && line.values.count < Trend.leastPoints)
    }
  }

  private func momentGroups() throws(EngineError) -> [Trends.Group] {
    let keys = context.keys
    let asked = self.measure
    let moments = try ProfileMoments(context: context, data: data, facts: facts, keys: keys)
    let range = try stretch()
    let hasTimes = facts.clock != .lines
    let printed = asked == .count && keys == [.type] ? try PrintedGrowth(data, facts) : nil
    var groups: [Trends.Group] = []
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
          moments.keys(of: group), places, values, asked.unit, nil,
          isFew: values.count < Trend.leastPoints))
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
  ) throws(EngineError) -> Trends.Group {
    let inside = places.indices.filter { range?.contains(places[$0]) ?? true }
    var xs = inside.map { places[$0] }
    var ys = inside.map { values[$0] }
    if case .mark(let pattern) = query.per?.value {
      (xs, ys) = try atMarks(pattern, xs, ys)
    } else if let windows = try windows(xs) {
      (xs, ys) = Self.resampled(xs, ys, windows)
    }
    let trend = isFew ? Trend(runs: xs, ys) : Trend(xs, ys)
    return Trends.Group(key: key, places: xs, values: [Steps(ys)], unit: unit, trend: trend)
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
}
