package import Results

/// Numbers as people read them: three significant digits and a unit.
package enum Humanize {
  private static let decimalUnits = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
  private static let binaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

  /// A size in bytes, such as `1.34 MB` or `1.28 MiB`; whole below one kilobyte.
  package static func size(_ bytes: Double, _ family: SizeFamily = .decimal) -> String {
    guard bytes.isFinite else { return "?" }
    let base: Double = family == .decimal ? 1000 : 1024
    let units = family == .decimal ? decimalUnits : binaryUnits
    var value = bytes.magnitude
    var unit = 0
    if value.rounded() < base {
      // Averages such as 0.5 B keep their fraction; whole bytes show none.
      let text = value == value.rounded() ? digits(value, places: 0) : significant(value)
      return sign(bytes) + text + " B"
    }
    while unit + 1 < units.count && rounded(value) >= base {
      value /= base
      unit += 1
    }
    return sign(bytes) + significant(value) + " " + units[unit]
  }

  /// A size in whole bytes.
  package static func size(_ bytes: Int64, _ family: SizeFamily = .decimal) -> String {
    size(Double(bytes), family)
  }

  /// A whole number with thousands separators, such as `1,234,567`.
  package static func count(_ value: Int64) -> String {
    let text = String(value.magnitude)
    var result = value < 0 ? "-" : ""
    for (index, digit) in text.enumerated() {
      if index > 0 && (text.utf8.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }

  /// A count in few characters, such as `1.23 M`; whole below ten thousand.
  package static func compactCount(_ value: Double) -> String {
    guard value.isFinite else { return "?" }
    var scaled = value.magnitude
    if scaled < 10_000 { return number(value) }
    var unit = 0
    let units = ["", " k", " M", " G", " T", " P", " E"]
    while unit + 1 < units.count && rounded(scaled) >= 1000 {
      scaled /= 1000
      unit += 1
    }
    return sign(value) + significant(scaled) + units[unit]
  }

  /// A number without unit: whole with separators, else three significant digits.
  package static func number(_ value: Double) -> String {
    guard value.isFinite else { return "?" }
    if value == value.rounded() || value.magnitude >= 100 {
      guard let whole = Int64(exactly: value.rounded()) else { return "\(value)" }
      return count(whole)
    }
    return sign(value) + significant(value.magnitude)
  }

  /// A number with up to six digits behind the point, such as `334.618`.
  package static func decimal(_ value: Double) -> String {
    let millionths = (value.magnitude * 1e6).rounded()
    guard value.isFinite, let whole = Int64(exactly: millionths) else { return number(value) }
    var fraction = String(whole % 1_000_000)
    fraction = String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    return sign(value) + count(whole / 1_000_000) + (fraction.isEmpty ? "" : "." + fraction)
  }

  /// A duration in seconds, such as `12.3 ms`, `4.21 s`, `2 min 5 s` or `3 h 20 min`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "?" }
    let value = seconds.magnitude
    if value == 0 { return "0 s" }
    for (scale, unit) in [(1e9, "ns"), (1e6, "us"), (1e3, "ms")]
    where rounded(value * scale) < 1000 {
      return sign(seconds) + significant(value * scale) + " " + unit
    }
    if rounded(value) < 60 { return sign(seconds) + significant(value) + " s" }
    guard value < 1e15 else { return "\(seconds) s" }
    if value.rounded() < 3600 {
      return sign(seconds) + pair(Int64(value.rounded()), "min", "s")
    }
    return sign(seconds) + pair(Int64((value / 60).rounded()), "h", "min")
  }

  /// A share of one, such as `12.3%`; tiny shares are `<0.1%`, never `0.0%`.
  package static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "" }
    let value = share.magnitude * 100
    if value == 0 { return "0.0%" }
    if value < 0.05 { return share < 0 ? ">-0.1%" : "<0.1%" }
    // 99.96 % is not all of it.
    if value < 100 && value > 99.9 { return sign(share) + "99.9%" }
    return sign(share) + digits(value, places: 1) + "%"
  }

  /// A value in its column's unit; `compact` shortens counts, `isSigned` writes a plus.
  package static func value(
    _ value: Double, unit: Unit, sizes: SizeFamily, compact: Bool = false, isSigned: Bool = false
  ) -> String {
    let plus = isSigned && value > 0 ? "+" : ""
    switch unit {
    case .bytes: return plus + size(value, sizes)
    case .bytesPerSecond, .bytesPerMinute, .bytesPerHour, .bytesPerMark, .bytesPerRun:
      return plus + size(value, sizes) + unit.rawValue.dropFirst(5)
    case .perSecond, .perMinute, .perHour, .perMark:
      return plus + (compact ? compactCount(value) : number(value)) + unit.rawValue.dropFirst(1)
    case .seconds: return plus + duration(value)
    case .samples: return plus + (compact ? compactCount(value) : decimal(value))
    case .percent: return plus + percent(value / 100)
    case .instant: return "#" + String(number(value).filter { $0 != "," })
    case .none, .count, .allocations:
      return plus + (compact ? compactCount(value) : number(value))
    }
  }

  private static func sign(_ value: Double) -> String { value < 0 ? "-" : "" }

  private static func pair(_ value: Int64, _ big: String, _ small: String) -> String {
    let rest = value % 60
    return rest == 0
      ? "\(count(value / 60)) \(big)" : "\(count(value / 60)) \(big) \(rest) \(small)"
  }

  /// The value as `significant` will show it, so that 999.6 moves to the next unit.
  private static func rounded(_ value: Double) -> Double {
    if value < 10 { return (value * 100).rounded() / 100 }
    return value < 100 ? (value * 10).rounded() / 10 : value.rounded()
  }

  private static func significant(_ value: Double) -> String {
    let shown = rounded(value)
    if shown < 10 { return digits(value, places: 2) }
    return digits(value, places: shown < 100 ? 1 : 0)
  }

  /// Fixed-point text of a non-negative value.
  private static func digits(_ value: Double, places: Int) -> String {
    let scale: Int64 = places == 0 ? 1 : (places == 1 ? 10 : 100)
    guard let scaled = Int64(exactly: (value * Double(scale)).rounded()) else { return "\(value)" }
    let whole = String(scaled / scale)
    guard places > 0 else { return whole }
    let fraction = String(scaled % scale)
    return whole + "." + String(repeating: "0", count: places - fraction.utf8.count) + fraction
  }
}
