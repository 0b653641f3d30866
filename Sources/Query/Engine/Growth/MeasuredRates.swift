import Analysis
import Columns
import Store

extension MeasuredGroups {
  /// How fast groups were found to grow, beside the rates.
  struct Rates {
    /// Where they were followed.
    var axis: PointAxis
    var scale: RateScale
    /// One a group.
    var trends: [[KeyValue?]: Trend]
  }

  /// Measures how fast each group grows for good; without keys the whole does.
  ///
  /// What warms up, comes once or rises and falls has rate 0.
  init(rates context: QueryContext, keys: [Key]) throws(EngineError) {
    guard let data = context.captures.first, context.captures.count == 1,
      data.info.kind == "events"
    else {
      throw .query(
        .cannotAnswer(
          "a rate is tested in one capture of single allocations", wayOut: "`of NAME`",
          at: context.query.measures.first?.range))
    }
    let events = try EventTrends(context, keys: keys, data: data)
    var trends = try events.trends().trends
    if keys.isEmpty { trends.rows = [trends.total].compactMap(\.self) }
    trends.sort(for: context.query)
    let scale = trends.scale(of: .bytes)
    self.init(
      title: trends.title,
      groups: trends.rows.map { Group(key: $0.key, values: [trends.value(.rate, of: $0)]) },
      units: [scale.unit])
    rates = Rates(
      axis: events.points.axis, scale: scale,
      trends: Dictionary(trends.rows.map { ($0.key, $0.trend) }) { first, _ in first })
  }

  /// How sure the rates of groups are, and their shapes; nothing of other measures.
  func rateColumns(_ shown: [Group]) -> [ResultColumn] {
    guard let rates else { return [] }
    let trends = shown.compactMap { rates.trends[$0.key] }
    func column(_ name: String, _ value: (Trend) -> Double) -> ResultColumn {
      ResultColumn(
        name: name, role: .measure, unit: rates.scale.unit,
        values: .reals(trends.map { value($0) * rates.scale.factor }))
    }
    return [
      column("rate_low", \.fit.low), column("rate_high", \.fit.high), Trends.shapes(trends),
    ]
  }

  /// Says that a capture is too short for a bound of rates, and how long it had to be.
  func shortness(_ bound: Double, _ sizes: SizeFamily) -> String? {
    guard let rates else { return nil }
    let slope = bound / rates.scale.factor
    let lost = slope * rates.axis.length
    guard slope > 0, slope.isFinite, lost < LeakRules.leastRise else { return nil }
    let needed = Int64(nearest: (LeakRules.leastRise / slope).rounded(.up))
    return "too short to be sure: what leaks \(rates.scale.text(slope, sizes)) loses "
      + "\(sizes.text(lost)) here; record \(needed) "
      + (rates.axis.areMarks ? "marks" : "s") + " or more"
  }
}
