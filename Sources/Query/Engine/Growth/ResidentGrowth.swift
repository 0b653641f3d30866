import Columns
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
    let values: [Int64]
    switch series {
    case .rss: values = timeline.rss
    case .heap: values = timeline.heap
    case .gap: values = zip(timeline.rss, timeline.heap).map { $0 - $1 }
    default: values = []
    }
    guard let first = values.first else {
      throw .query(
        .cannotAnswer(
          "\(data.info.name) records no `\(series.rawValue)`", wayOut: "`growth by lineno`",
          at: range))
    }
    return points.states.map { state in
      timeline.tick(atState: state).map { values[$0] } ?? first
    }
  }

  /// Resident bytes at the points; empty where none were recorded.
  func recorded() throws(EngineError) -> [Int64] {
    let timeline = try reading(try data.timeline())
    guard timeline.rss.contains(where: { $0 != 0 }) else { return [] }
    return try values(of: .rss, at: nil)
  }

  /// The trend of the resident bytes; nil where none were recorded.
  func trend() throws(EngineError) -> Trend? {
    let timeline = try reading(try data.timeline())
    guard timeline.rss.contains(where: { $0 != 0 }) else { return nil }
    let values = try values(of: .rss, at: nil).map(Double.init)
    var trend = Trend(points.places, values)
    if trend.isGrowing, let (xs, ys) = points.overTime(values) {
      let time = Trend(xs, ys)
      if !time.isGrowing { trend.demote(to: time) }
    }
    return trend
  }

  /// Says how fast the process grew and how much of it is explained: by the rate `known`, or by what
  /// the traced total rose while the process grew, where that is more and has no rate of its own.
  func notes(
    explained known: Double, of total: GrowthGroup, _ scale: RateScale, sizes: SizeFamily
  ) throws(EngineError) -> [String] {
    guard let trend = try trend(), trend.isGrowing, trend.fit.low > 0 else { return [] }
    let resident = trend.fit.slope
    let explained = known > 0 ? known : risen(total, over: trend.stretch)
    let grown = RateText.text(resident * scale.factor, scale, sizes)
    let known = RateText.text(max(0, explained) * scale.factor, scale, sizes)
    guard explained < Self.explainedShare * resident else {
      return ["RSS grew \(grown); traced allocations explain it (\(known))"]
    }
    return [
      "RSS grew \(grown), of which traced allocations explain \(known)" + Self.advice(data.info)
    ]
  }

  /// Bytes per unit of place that a total rose on average over a stretch.
  private func risen(_ total: GrowthGroup, over stretch: Range<Int>) -> Double {
    let last = stretch.upperBound - 1
    guard last < total.bytes.count, last > stretch.lowerBound else { return 0 }
    let length = points.places[last] - points.places[stretch.lowerBound]
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

/// Rates in words.
enum RateText {
  /// `1.20 kB/s`, `633 B/mark`.
  static func text(_ rate: Double, _ scale: RateScale, _ sizes: SizeFamily) -> String {
    size(rate, sizes) + scale.suffix
  }

  /// Bytes with three digits and a unit.
  static func size(_ bytes: Double, _ sizes: SizeFamily) -> String {
    let base = sizes == .binary ? 1024.0 : 1000.0
    let units =
      sizes == .binary ? ["B", "KiB", "MiB", "GiB", "TiB"] : ["B", "kB", "MB", "GB", "TB"]
    var value = bytes.magnitude
    var unit = 0
    while value >= base * 0.9995, unit + 1 < units.count {
      value /= base
      unit += 1
    }
    let sign = bytes < 0 ? "-" : ""
    let places =
      (unit == 0 && value >= 0.95) || value == 0 || value >= 99.95
      ? 1.0 : value >= 9.995 ? 10.0 : 100.0
    let rounded = (value * places).rounded() / places
    let isWhole = places == 1
    return sign + (isWhole ? "\(Int64(rounded))" : "\(rounded)") + " " + units[unit]
  }
}
