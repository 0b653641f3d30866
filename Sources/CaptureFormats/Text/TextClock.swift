/// Brings the times of a text onto one clock, also those that name no year or no day.
///
/// Where the first time has no year, times count from it: `elapsed`. Else a time without a year or
/// day is of the one that is nearest to the time before it.
struct TextClock {
  private static let day: Int64 = 86_400_000_000_000
  /// Days from 1970 to 1972, of which times without a year are.
  private static let firstDay: Int64 = 730
  /// What is taken off dates to count from the first time; nil on the clock of the wall.
  private var origin: Int64?
  /// The same for times without a year, which begin anew each new year.
  private var yearlessOrigin: Int64 = 0
  private var last: Int64?
  private var lastYearless: Int64?
  /// The same for times of day.
  private var clockOrigin: Int64 = 0
  private var lastClock: Int64?

  /// Whether times count from the first one.
  private(set) var isElapsed = false

  /// A time on the clock of the text, in nanoseconds.
  ///
  /// - Parameters:
  ///   - nanoseconds: since 1970; without a year since then in 1972, without a day since midnight.
  ///   - hasNoYear: whether the text names no year, or not even a day.
  /// - Returns: the time by the clock of the text.
  mutating func place(_ nanoseconds: Int64, hasNoYear: Bool) -> Int64 {
    let result =
      !hasNoYear
      ? dated(nanoseconds) : nanoseconds < Self.day ? ofDay(nanoseconds) : yearless(nanoseconds)
    last = result
    return result
  }

  /// A time since a beginning of its own; nil where the text has dates.
  ///
  /// - Parameter nanoseconds: since that beginning.
  /// - Returns: the same, as other times count from the first one too.
  mutating func place(elapsed nanoseconds: Int64) -> Int64? {
    guard last == nil || isElapsed else { return nil }
    isElapsed = true
    last = nanoseconds
    return nanoseconds
  }

  private mutating func dated(_ nanoseconds: Int64) -> Int64 {
    guard isElapsed else { return nanoseconds }
    // The first date is of the same moment as the time without a year before it.
    let origin = origin ?? nanoseconds &- (last ?? 0)
    self.origin = origin
    return nanoseconds &- origin
  }

  private mutating func yearless(_ nanoseconds: Int64) -> Int64 {
    guard let last, !isElapsed else {
      if last == nil {
        isElapsed = true
        yearlessOrigin = nanoseconds
      }
      // A new year begins when the days jump back by more than half a one.
      if let before = lastYearless, before &- nanoseconds > 183 &* Self.day {
        yearlessOrigin &-= 366 &* Self.day
      }
      lastYearless = nanoseconds
      return nanoseconds &- yearlessOrigin
    }
    let year = Self.year(of: last)
    let choices = (year - 1...year + 1).map { Self.moved(nanoseconds, to: $0) }
    return choices.min { Self.distance($0, last) < Self.distance($1, last) } ?? nanoseconds
  }

  private mutating func ofDay(_ nanoseconds: Int64) -> Int64 {
    if let last, !isElapsed {
      let midnight = last &- last % Self.day
      let choices = [-Self.day, 0, Self.day].map { midnight &+ nanoseconds &+ $0 }
      return choices.min { Self.distance($0, last) < Self.distance($1, last) } ?? nanoseconds
    }
    isElapsed = true
    if let before = lastClock {
      // A new day begins when the clock jumps back by more than half a one.
      if before &- nanoseconds > Self.day / 2 { clockOrigin &-= Self.day }
    } else {
      clockOrigin = nanoseconds &- (last ?? 0)
    }
    lastClock = nanoseconds
    return nanoseconds &- clockOrigin
  }

  private static func distance(_ a: Int64, _ b: Int64) -> UInt64 { (a &- b).magnitude }

  private static func year(of nanoseconds: Int64) -> Int64 {
    1970 + Int64((Double(nanoseconds) / Double(day) / 365.2425).rounded(.down))
  }

  /// The same day and time of another year.
  private static func moved(_ nanoseconds: Int64, to year: Int64) -> Int64 {
    let days = nanoseconds / day - firstDay
    let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
    let y = year - 1
    let first = 365 * (year - 1970) + (y / 4 - y / 100 + y / 400) - 477
    let dayOfYear = !isLeap && days >= 60 ? days - 1 : days
    return (first + dayOfYear) &* day &+ nanoseconds % day
  }
}
