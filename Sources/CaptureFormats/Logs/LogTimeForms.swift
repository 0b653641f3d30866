/// Times that are told only where they begin a line, because elsewhere their digits may be anything.
extension LogTime {
  /// Reads a time that a line begins with, or that stands in a bracket which it begins with.
  ///
  /// | form | of |
  /// |---|---|
  /// | `05/31/2024 12:30:00 PM` | `datefmt="%m/%d/%Y %I:%M:%S %p"` |
  /// | `[05/31/24 12:30:00]` | rich |
  /// | `24/05/31 12:30:00 INFO` | log4j in Spark |
  /// | `20240531 12:30:00` | |
  /// | `31-May-2024 12:30:00` | |
  /// | `1717158600.123 ` | seconds since 1970 |
  ///
  /// Of `05/06/2024` without AM or PM the month may be either number, so that it is no time.
  init?(beginning line: Span<UInt8>, at start: Int) {
    let form =
      Self.slashed(line, start) ?? Self.compact(line, start) ?? Self.named(line, start)
      ?? Self.seconds(line, start)
    guard let form else { return nil }
    self = form
  }

  /// Reads `I0531 12:30:00.123456 1234 app.py:10] `, as absl and glog write, without a year.
  init?(ofLevel line: Span<UInt8>, at start: Int) {
    guard line.byte(start + 5) == 0x20, line.byte(start + 8) == UInt8(ascii: ":"),
      line.has("I", at: start) || line.has("W", at: start) || line.has("E", at: start)
        || line.has("F", at: start),
      let month = Self.pair(line, start + 1), let day = Self.pair(line, start + 3),
      let days = Self.days(1972, month, day), let clock = Self.clock(line, start + 6),
      clock.end > start + 14, let close = line.find("] ", from: clock.end, before: start + 120)
    else { return nil }
    // The number behind it is a thread's.
    self.init(
      nanoseconds: days * Self.day + clock.nanoseconds, range: start..<close + 2)
  }

  private static let day: Int64 = 86_400_000_000_000

  private static func time(
    _ days: Int64?, _ line: Span<UInt8>, _ clockStart: Int, from start: Int
  ) -> (time: LogTime, isOfHalves: Bool)? {
    guard let days, let clock = clock(line, clockStart) else { return nil }
    let (nanoseconds, end) = half(line, clock)
    let time = LogTime(nanoseconds: days * day + nanoseconds, range: start..<end)
    return (time, end > clock.end)
  }

  /// `05/31/2024 `, `05/31/24 ` in a bracket, `24/05/31 ` before a level.
  private static func slashed(_ line: Span<UInt8>, _ start: Int) -> LogTime? {
    guard line.byte(start + 2) == UInt8(ascii: "/"), line.byte(start + 5) == UInt8(ascii: "/"),
      let first = pair(line, start), let second = pair(line, start + 3),
      let third = pair(line, start + 6)
    else { return nil }
    if line.byte(start + 8) == 0x20 {
      let isOfRich =
        line.byte(start - 1) == UInt8(ascii: "[") && line.byte(start + 17) == UInt8(ascii: "]")
      let isOfSpark = start == 0 && QuantityWords.isUpper(line.byte(start + 18))
      guard isOfRich || isOfSpark else { return nil }
      let days =
        isOfRich ? days(2000 + third, first, second) : days(2000 + first, second, third)
      return time(days, line, start + 9, from: start)?.time
    }
    guard let fourth = pair(line, start + 8), line.byte(start + 10) == 0x20 else { return nil }
    let year = third * 100 + fourth
    let american = time(days(year, first, second), line, start + 11, from: start)
    let other = time(days(year, second, first), line, start + 11, from: start)
    guard let american else { return other?.time }
    return other == nil || american.isOfHalves || first == second ? american.time : nil
  }

  /// `20240531 `.
  private static func compact(_ line: Span<UInt8>, _ start: Int) -> LogTime? {
    guard let (number, end) = line.digits(start), end == start + 8,
      line.byte(end) == 0x20 || line.byte(end) == UInt8(ascii: "T")
        || line.byte(end) == UInt8(ascii: "-")
    else { return nil }
    let days = days(number / 10_000, number / 100 % 100, number % 100)
    return time(days, line, end + 1, from: start)?.time
  }

  /// `31-May-2024 `.
  private static func named(_ line: Span<UInt8>, _ start: Int) -> LogTime? {
    guard line.byte(start + 2) == UInt8(ascii: "-"), line.byte(start + 6) == UInt8(ascii: "-"),
      let day = pair(line, start), let month = month(line, start + 3),
      let (year, end) = line.digits(start + 7), end == start + 11, line.byte(end) == 0x20
    else { return nil }
    return time(days(year, month, day), line, end + 1, from: start)?.time
  }

  /// `1717158600.123 `.
  private static func seconds(_ line: Span<UInt8>, _ start: Int) -> LogTime? {
    guard let (seconds, point) = line.digits(start), point == start + 10,
      line.byte(point) == UInt8(ascii: "."), let (_, end) = line.digits(point + 1),
      line.byte(end) == 0x20 || line.byte(end) == 0x09 || line.byte(end) == UInt8(ascii: "]"),
      seconds >= 1_000_000_000, seconds < 4_000_000_000
    else { return nil }
    let (fraction, _) = fraction(line, point)
    return LogTime(nanoseconds: seconds * 1_000_000_000 + fraction, range: start..<end)
  }
}
