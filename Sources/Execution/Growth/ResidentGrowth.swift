import Analysis
import Results
import Language
import Store

/// How the process grew at the points of a question, against what its allocations explain.
struct ResidentGrowth {
  let data: CaptureData
  let points: GrowthPoints

  /// Growth of this share of RSS or more counts as explained.
  private static let explainedShare = 0.7

  /// Values of a series at the points, each of the last tick before it.
  func values(of series: Series, at range: SourceRange?) throws(EngineError) -> [Int64] {
    let timeline = try reading(try data.timeline())
    if range != nil { try reading(try data.note(series.rawValue, source: "ticks")) }
    let values = timeline.values(of: series) ?? []
    guard let first = values.first else {
      throw .cannotAnswer(
        "\(data.info.name) records no `\(series.rawValue)`", suggestion: "`growth by lineno`",
        at: range)
    }
    return points.states.map { state in
      timeline.tick(atState: state).map { values[$0] } ?? first
    }
  }

  /// Resident bytes at the points; empty where none were recorded.
  func recorded() throws(EngineError) -> [Int64] {
    let timeline = try reading(try data.timeline())
    guard timeline.tickSeries == Series.rss.rawValue,
      timeline.rss.contains(where: { $0 != 0 })
    else { return [] }
    return try values(of: .rss, at: nil)
  }

  /// Says how fast the process grew and how much of it is explained: by the rate `known`, or by what
  /// the traced total rose while the process grew, where that is more and has no rate of its own.
  func notes(
    explained known: Double, of total: Growth, _ scale: RateScale, sizes: SizeFamily
  ) throws(EngineError) -> [String] {
    let recorded = try recorded().map(Double.init)
    let trend = points.axis.trend(recorded)
    guard trend.isGrowing else { return [] }
    let fit = trend.fit(points.axis.places, recorded)
    guard fit.low > 0 else { return [] }
    let resident = fit.slope
    let explained = known > 0 ? known : risen(total, over: trend.stretch)
    let grown = scale.text(resident, sizes)
    let known = scale.text(max(0, explained), sizes)
    guard explained < Self.explainedShare * resident else {
      return ["RSS grew \(grown); traced allocations explain it (\(known))"]
    }
    return [
      "RSS grew \(grown), of which traced allocations explain \(known)" + Self.advice(data.info)
    ]
  }

  /// Bytes per unit of place that a total rose on average over a stretch.
  private func risen(_ total: Growth, over stretch: Range<Int>) -> Double {
    let last = stretch.upperBound - 1
    guard last < total.bytes.count, last > stretch.lowerBound else { return 0 }
    let length = points.axis.places[last] - points.axis.places[stretch.lowerBound]
    guard length > 0 else { return 0 }
    return Double(total.bytes[last] &- total.bytes[stretch.lowerBound]) / length
  }

  /// Where to look for what was not traced.
  private static func advice(_ info: CaptureInfo) -> String {
    guard info.format == "memray" else { return "" }
    if info.tracesPythonAllocators == 1, info.hasNativeTraces != 1 {
      return ": look outside of them, record again with `--native`; or arenas of small objects, "
        + "which this recording does not show, hold few objects each"
    }
    return info.hasNativeTraces == 1
      ? ": the rest comes from memory that bypasses malloc and mmap, or that freed blocks pin"
      : ": look outside of them; record again with `--native`, and see what calls into C"
  }
}
