/// A date and time as logs write it: `2026-11-22 13:57:59,014`, `2026-11-22T13:57:58.151603+0000`,
/// `22/Nov/2026:13:57:58 +0000`.
///
/// Without a zone it is taken for UTC, which every answer shows.
struct LogTime {
  /// Nanoseconds since 1970 UTC.
  var nanoseconds: Int64
  /// Where the time stands in the line.
  var range: Range<Int>
  /// Whether it names its zone.
  var hasZone = false
  /// Digits of its fraction of a second.
  var digits = 0

  /// A time at a place.
  init(nanoseconds: Int64, range: Range<Int>) {
    self.nanoseconds = nanoseconds
    self.range = range
  }

  /// How far into a line its time may begin.
  private static let searched = 96

  /// Finds the first time near a line's beginning.
  init?(in line: Span<UInt8>) {
    var place = 0
    let end = min(line.count - 15, Self.searched)
    while place < end {
      // A date has its first separator behind two or four digits.
      if Span<UInt8>.isDigit(line[place]),
        let time = LogTime(line, at: place)
      {
        self = time
        return
      }
      place += 1
    }
    return nil
  }

  /// Reads a time that begins at a place.
  init?(_ line: Span<UInt8>, at start: Int) {
    guard !Span<UInt8>.isDigit(line.byte(start - 1)),
      let (days, dayEnd) = Self.yearFirst(line, start) ?? Self.dayFirst(line, start)
    else { return nil }
    let separator = line.byte(dayEnd)
    guard separator == 0x20 || separator == UInt8(ascii: "T") || separator == UInt8(ascii: ":"),
      let hour = Self.pair(line, dayEnd + 1), hour < 24,
      line.byte(dayEnd + 3) == UInt8(ascii: ":"),
      let minute = Self.pair(line, dayEnd + 4), minute < 60
    else { return nil }
    var end = dayEnd + 6
    var second: Int64 = 0
    var fraction: Int64 = 0
    var fractionStart = end
    if line.byte(end) == UInt8(ascii: ":") {
      guard let found = Self.pair(line, end + 1), found < 61 else { return nil }
      second = found
      end += 3
      fractionStart = end + 1
      (fraction, end) = Self.fraction(line, end)
    }
    digits = max(0, end - fractionStart)
    let (zone, zoneEnd) = Self.zone(line, end)
    hasZone = zoneEnd > end
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - zone
    nanoseconds = seconds * 1_000_000_000 + fraction
    range = start..<zoneEnd
  }

  /// Reads a time without a year, `Nov 30 12:00:01`, as one of 1972, which has all days.
  init?(yearless line: Span<UInt8>, at start: Int) {
    guard let month = Self.months.firstIndex(where: { line.holds($0, at: start) }),
      line.byte(start + 3) == 0x20,
      let (day, dayEnd) = line.digits(line.skippingSpaces(start + 4)), dayEnd <= start + 6,
      line.byte(dayEnd) == 0x20, let days = Self.days(1972, Int64(month + 1), day),
      let clock = Self.clock(line, dayEnd + 1)
    else { return nil }
    nanoseconds = days * 86_400_000_000_000 + clock.nanoseconds
    range = start..<clock.end
  }

  /// Reads `Thu Apr 19 08:11:44 2018`, as `ctime` writes it, and `Wed May  1 12:30:00 PM UTC 2024`.
  ///
  /// The letters of a zone, which `date` prints, stand for several and are passed over.
  init?(ctime line: Span<UInt8>, at start: Int) {
    guard line.byte(start + 3) == 0x20,
      let month = Self.months.firstIndex(where: { line.holds($0, at: start + 4) }),
      line.byte(start + 7) == 0x20,
      let (day, dayEnd) = line.digits(line.skippingSpaces(start + 8)), dayEnd <= start + 10,
      line.byte(dayEnd) == 0x20, let clock = Self.clock(line, dayEnd + 1)
    else { return nil }
    let (half, halfEnd) = Self.half(line, clock)
    var yearStart = halfEnd + 1
    if Self.isZone(line, yearStart) {
      while line.byte(yearStart) != 0x20 { yearStart += 1 }
      yearStart += 1
    }
    guard line.byte(halfEnd) == 0x20, let (year, end) = line.digits(yearStart),
      let days = Self.days(year, Int64(month + 1), day)
    else { return nil }
    nanoseconds = days * 86_400_000_000_000 + half
    range = start..<end
  }

  /// The time of a clock of twelve hours, ` AM` or ` PM` behind it, or of one of twenty-four.
  static func half(
    _ line: Span<UInt8>, _ clock: (nanoseconds: Int64, end: Int)
  ) -> (nanoseconds: Int64, end: Int) {
    let noon: Int64 = 43_200_000_000_000
    let isMorning = line.has(" AM ", at: clock.end)
    guard isMorning || line.has(" PM ", at: clock.end), clock.nanoseconds >= noon / 12,
      clock.nanoseconds < noon + noon / 12
    else { return clock }
    return (clock.nanoseconds % noon + (isMorning ? 0 : noon), clock.end + 3)
  }

  /// Whether the letters of a zone and a space stand here: `UTC `, `CEST `.
  private static func isZone(_ line: Span<UInt8>, _ start: Int) -> Bool {
    var place = start
    while Span<UInt8>.isLetter(line.byte(place)) || line.byte(place) == UInt8(ascii: "+")
      || line.byte(place) == UInt8(ascii: "-")
      || place > start && place < start + 5 && Span<UInt8>.isDigit(line.byte(place))
    { place += 1 }
    return place > start + 1 && place <= start + 5 && line.byte(place) == 0x20
  }

  /// Reads a time of day, `12:00:01.5`, that nothing of a word or number follows.
  init?(ofDay line: Span<UInt8>, at start: Int) {
    guard let clock = Self.clock(line, start) else { return nil }
    let next = line.byte(clock.end)
    guard next == 0x20 || next == UInt8(ascii: "]") || next == UInt8(ascii: "|")
    else { return nil }
    nanoseconds = clock.nanoseconds
    range = start..<clock.end
  }

  /// The number of the month that three letters name.
  static func month(_ line: Span<UInt8>, _ start: Int) -> Int64? {
    months.firstIndex { line.holds($0, at: start) }.map { Int64($0 + 1) }
  }

  private static let months: [StaticString] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// Nanoseconds since midnight of `12:00:01.5`.
  static func clock(
    _ line: Span<UInt8>, _ start: Int
  ) -> (nanoseconds: Int64, end: Int)? {
    guard let hour = pair(line, start), hour < 24, line.byte(start + 2) == UInt8(ascii: ":"),
      let minute = pair(line, start + 3), minute < 60, line.byte(start + 5) == UInt8(ascii: ":"),
      let second = pair(line, start + 6), second < 61
    else { return nil }
    let (fraction, end) = fraction(line, start + 8)
    return ((hour * 3_600 + minute * 60 + second) * 1_000_000_000 + fraction, end)
  }

  /// A number of seconds, milliseconds, microseconds or nanoseconds since 1970.
  static func sinceEpoch(_ number: Double) -> Int64? {
    guard number.isFinite, number >= 1e8, number < 4e18 else { return nil }
    var seconds = number
    while seconds >= 1e10 { seconds /= 1_000 }
    // Nanoseconds of later years do not fit.
    guard seconds < 9e9 else { return nil }
    return Int64((seconds * 1e9).rounded())
  }

  static func pair(_ line: Span<UInt8>, _ place: Int) -> Int64? {
    let (a, b) = (line.byte(place), line.byte(place + 1))
    guard Span<UInt8>.isDigit(a), Span<UInt8>.isDigit(b) else { return nil }
    return Int64(a &- 0x30) * 10 + Int64(b &- 0x30)
  }

  /// `2026-11-22` and `2026/11/22`.
  private static func yearFirst(_ line: Span<UInt8>, _ start: Int) -> (Int64, Int)? {
    let separator = line.byte(start + 4)
    guard separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/"),
      line.byte(start + 7) == separator, let century = pair(line, start),
      let year = pair(line, start + 2), let month = pair(line, start + 5),
      let day = pair(line, start + 8)
    else { return nil }
    return days(century * 100 + year, month, day).map { ($0, start + 10) }
  }

  /// `22/Nov/2026`, as servers of the web write it.
  private static func dayFirst(_ line: Span<UInt8>, _ start: Int) -> (Int64, Int)? {
    guard line.byte(start + 2) == UInt8(ascii: "/"), line.byte(start + 6) == UInt8(ascii: "/"),
      let day = pair(line, start), let century = pair(line, start + 7),
      let year = pair(line, start + 9)
    else { return nil }
    guard let month = months.firstIndex(where: { line.holds($0, at: start + 3) }) else {
      return nil
    }
    return days(century * 100 + year, Int64(month + 1), day).map { ($0, start + 11) }
  }

  /// Days since 1970, counted from March so that the leap day is the last of its year.
  static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
    let lengths: [Int64] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1970...2199).contains(year), (1...12).contains(month),
      (1...lengths[Int(month) - 1]).contains(day)
    else { return nil }
    let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
  }

  /// Nanoseconds behind a point or comma, and where they end.
  static func fraction(_ line: Span<UInt8>, _ start: Int) -> (Int64, Int) {
    let mark = line.byte(start)
    guard mark == UInt8(ascii: ".") || mark == UInt8(ascii: ","),
      Span<UInt8>.isDigit(line.byte(start + 1))
    else { return (0, start) }
    var place = start + 1
    var value: Int64 = 0
    var unit: Int64 = 1_000_000_000
    while Span<UInt8>.isDigit(line.byte(place)) {
      if unit > 1 {
        unit /= 10
        value += Int64(line[place] &- 0x30) * unit
      }
      place += 1
    }
    return (value, place)
  }

  /// Seconds east of Greenwich, and where the zone ends.
  private static func zone(_ line: Span<UInt8>, _ start: Int) -> (Int64, Int) {
    if line.byte(start) == UInt8(ascii: "Z") { return (0, start + 1) }
    let place = line.byte(start) == 0x20 ? start + 1 : start
    let sign = line.byte(place)
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
      let hours = pair(line, place + 1), hours < 24
    else { return (0, start) }
    let colon = line.byte(place + 3) == UInt8(ascii: ":") ? 1 : 0
    let minutes = pair(line, place + 3 + colon)
    // A space and a number that is no zone belong to the message.
    guard minutes != nil || place == start else { return (0, start) }
    let seconds = hours * 3_600 + (minutes ?? 0) * 60
    return (
      sign == UInt8(ascii: "-") ? -seconds : seconds,
      place + 3 + (minutes == nil ? 0 : colon + 2)
    )
  }
}
