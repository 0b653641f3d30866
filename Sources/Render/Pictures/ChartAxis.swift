import Results

/// Round places on an axis from `low` to `high`.
struct ChartAxis {
  let low: Double
  let high: Double
  let step: Double

  /// An axis that holds all values and zero, with room for `most` steps.
  init(_ values: [Double], most: Int, unit: Unit, sizes: SizeFamily) {
    let least = min(0, values.min() ?? 0)
    let greatest = max(0, values.max() ?? 0)
    let span = greatest > least ? greatest - least : 1
    let step = Self.step(span, most: most, unit: unit, sizes: sizes)
    self.step = step
    low = (least / step).rounded(.down) * step
    high = max(low + step, (greatest / step).rounded(.up) * step)
  }

  /// The places, from the lowest.
  var places: [Double] {
    let steps = (high / step - low / step).rounded()
    let count = steps < 100 ? Int(max(1, steps)) : 100
    return (0...max(1, count)).map { low + Double($0) * step }
  }

  /// 1, 2 or 5 times a power of ten, or powers of two for binary sizes, or minutes and hours.
  static func step(_ span: Double, most: Int, unit: Unit, sizes: SizeFamily) -> Double {
    let rough = span.isFinite && span > 0 ? span / Double(max(1, most)) : 1
    let isBytes = unit.rawValue.hasPrefix("bytes")
    if isBytes && sizes == .binary {
      var step = 1.0
      while step < rough && step < 1e300 { step *= 2 }
      return step
    }
    if unit == .seconds && rough > 10 {
      let steps: [Double] = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400]
      if let found = steps.first(where: { $0 >= rough }) { return found }
    }
    var power = 1.0
    while power * 10 <= rough && power < 1e300 { power *= 10 }
    while power > rough && power > 1e-300 { power /= 10 }
    let step = ([1, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10) * power
    return unit == .count || unit == .allocations || isBytes ? max(1, step) : step
  }

  /// A value at an axis: round, so without zeros after the point.
  static func text(_ value: Double, unit: Unit, sizes: SizeFamily) -> String {
    let text = Humanize.value(value, unit: unit, sizes: sizes, compact: true)
    guard let point = text.firstIndex(of: ".") else { return text }
    let digits = text[text.index(after: point)...].prefix { $0.isNumber }
    var kept = digits
    while kept.last == "0" { kept.removeLast() }
    return text[..<point] + (kept.isEmpty ? "" : "." + kept) + text[digits.endIndex...]
  }
}
