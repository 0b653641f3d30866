import CaptureModel

/// Times as people and logs write them.
enum Timestamp {
  /// Numbers from here on are seconds since 1970, below they count from the start.
  private static let leastEpochSeconds = 1e8

  /// The time at the front of `words`, and how many of them it takes; nil when there is none.
  ///
  /// Known are `12.5` (seconds from the start), `1m30s`, `150ms`, seconds, milliseconds,
  /// microseconds or nanoseconds since 1970, and dates as `2026-01-31T12:30:00.123+02:00`, also
  /// in two words and with a comma, in UTC when they name no zone.
  static func read(_ words: ArraySlice<Substring>) -> (time: TimedMark.Time, words: Int)? {
    guard let first = words.first?.drop(while: { $0 == "[" || $0 == "(" }) else { return nil }
    let text = first.prefix { $0 != "]" && $0 != ")" }
    if let number = Double(text) { return number.isFinite ? (time(number), 1) : nil }
    if let length = duration(text) { return (.elapsed(length), 1) }
    if text.count > 10, let moment = moment(text) { return (.wallClock(moment), 1) }
    guard let second = words.dropFirst().first else { return nil }
    let clock = second.prefix { $0 != "]" && $0 != ")" }
    return moment(text + "T" + clock).map { (.wallClock($0), 2) }
  }

  private static func time(_ number: Double) -> TimedMark.Time {
    guard number >= leastEpochSeconds else { return .elapsed(number * 1000) }
    // Each finer unit has a thousand times the number.
    var milliseconds = number * 1000
    while milliseconds >= leastEpochSeconds * 1e6 { milliseconds /= 1000 }
    return .wallClock(milliseconds)
  }

  /// Milliseconds of `1h2m3.5s`, `20ms`.
  private static func duration(_ text: Substring) -> Double? {
    let units: [(Substring, Double)] = [
      ("ns", 1e-6), ("us", 1e-3), ("ms", 1), ("min", 60_000), ("h", 3_600_000), ("m", 60_000),
      ("s", 1000),
    ]
    var rest = text
    var sum = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      guard let number = Double(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      let word = rest.prefix { $0.isLetter }
      guard let unit = units.first(where: { $0.0 == word }) else { return nil }
      rest = rest.dropFirst(word.count)
      sum += number * unit.1
    }
    return text.isEmpty ? nil : sum
  }

  /// Milliseconds since 1970 of `YYYY-MM-DDTHH:MM[:SS[.fff]][Z|±HH[:MM]]`.
  private static func moment(_ text: Substring) -> Double? {
    let parts = text.split(separator: "T", maxSplits: 1)
    guard parts.count == 2, let day = days(parts[0]) else { return nil }
    var clock = parts[1].last == "Z" ? parts[1].dropLast() : parts[1]
    var zone = 0.0
    if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let digits = clock[clock.index(after: sign)...].filter { $0 != ":" }
      guard let number = Double(digits), [2, 4].contains(digits.count) else { return nil }
      let minutes =
        digits.count == 2
        ? number * 60
        : (number / 100).rounded(.down) * 60
          + number.truncatingRemainder(dividingBy: 100)
      zone = (clock[sign] == "-" ? -1 : 1) * minutes * 60_000
      clock = clock[..<sign]
    }
    let fields = clock.split(separator: ":").map { Double(String($0.map { $0 == "," ? "." : $0 })) }
    guard (2...3).contains(fields.count), let hour = fields[0], let minute = fields[1],
      (0..<24).contains(hour), (0..<60).contains(minute)
    else { return nil }
    let second = fields.count == 3 ? fields[2] : 0
    guard let second, (0..<61).contains(second) else { return nil }
    return day * 86_400_000 + (hour * 60 + minute) * 60_000 + second * 1000 - zone
  }

  /// Days since 1970 of `YYYY-MM-DD`.
  private static func days(_ text: Substring) -> Double? {
    let fields = text.split(separator: "-").map { Int($0) }
    guard fields.count == 3, let year = fields[0], let month = fields[1], let day = fields[2],
      (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    // Counted from March, so that the leap day is the last of its year.
    let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
    let leaps = y / 4 - y / 100 + y / 400
    return Double(365 * y + leaps + (153 * m + 2) / 5 + day - 1 - 719_468)
  }
}
