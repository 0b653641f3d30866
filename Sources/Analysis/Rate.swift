package import Results

/// What slopes are multiplied with, and what they are called then.
package struct RateScale {
  /// Units of place in one unit of the rate.
  package let factor: Double
  /// Of the rate.
  package let unit: Unit
  /// What stands behind a size: `/s`, `/min`, `/h`, `/mark`, `/run`.
  package let suffix: String

  /// A scale.
  package init(factor: Double, unit: Unit, suffix: String) {
    (self.factor, self.unit, self.suffix) = (factor, unit, suffix)
  }

  /// A slope as a rate in words: `1.20 kB/s`, `633 B/mark`.
  ///
  /// - Parameters:
  ///   - slope: bytes for one unit of place.
  ///   - sizes: how to write them.
  /// - Returns: three digits, and units.
  package func text(_ slope: Double, _ sizes: SizeFamily) -> String {
    sizes.text(slope * factor) + suffix
  }
}

extension SizeFamily {
  /// Bytes with three digits and a unit.
  package func text(_ bytes: Double) -> String {
    let base = self == .binary ? 1024.0 : 1000.0
    let units =
      self == .binary ? ["B", "KiB", "MiB", "GiB", "TiB"] : ["B", "kB", "MB", "GB", "TB"]
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
    return sign + (places == 1 ? "\(Int64(exactly: rounded) ?? .max)" : "\(rounded)") + " "
      + units[unit]
  }
}
