import Language
import Glibc

/// memray's histogram of sizes: ten bins, equal on the natural logarithm (`memray.md` §12.1).
struct LogarithmicBins {
  /// One bin; both bounds belong to it.
  struct Bin: Equatable {
    var smallest: Int64
    var greatest: Int64
    var count: Int64
    var bytes: Int64
  }

  /// Ten bins, or none when no size is above zero.
  let bins: [Bin]

  /// Bins of the numbers of records of each size.
  init(counts: [UInt64: Int64]) {
    let sizes = counts.keys.filter { $0 > 0 }
    guard let smallest = sizes.min(), let greatest = sizes.max() else {
      bins = []
      return
    }
    let high = log(Double(greatest))
    var low = log(Double(smallest))
    if low == high { low /= 2 }
    let step = (high - low) / 10
    let bounds = (1...10).map {
      Int64(exactly: exp(low + step * Double($0)).rounded(.down)) ?? .max
    }
    var bins = (0..<10).map { index in
      Bin(
        smallest: index == 0 ? 0 : bounds[index - 1],
        greatest: index == 9 ? bounds[9] : bounds[index] - 1, count: 0, bytes: 0)
    }
    for (size, count) in counts {
      var index = 0
      if size > 0, step > 0 {
        index = min(9, max(0, Self.floorQuotient(log(Double(size)) - low, step)))
      }
      bins[index].count += count
      bins[index].bytes &+= Int64(bitPattern: size) &* count
    }
    self.bins = bins
  }

  /// The floor of the exact quotient: a rounded one would put sizes on a bound one bin too high.
  private static func floorQuotient(_ dividend: Double, _ divisor: Double) -> Int {
    let quotient = (dividend - fmod(dividend, divisor)) / divisor
    return Int(quotient.rounded())
  }
}

/// Points of time as people read them.
enum UTC {
  /// `2026-01-31 12:30:00.123 UTC`.
  static func text(_ milliseconds: Int64) -> String {
    var (days, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
    if rest < 0 { (days, rest) = (days - 1, rest + 86_400_000) }
    // Civil from days: eras of 400 years that begin in March.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date = "\(year)-\(padded(month, 2))-\(padded(day, 2))"
    let clock =
      "\(padded(rest / 3_600_000, 2)):\(padded(rest / 60_000 % 60, 2)):"
      + "\(padded(rest / 1000 % 60, 2)).\(padded(rest % 1000, 3))"
    return "\(date) \(clock) UTC"
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
