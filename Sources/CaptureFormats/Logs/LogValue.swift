/// A size of memory that a line tells.
struct LogValue: Equatable {
  /// Name of its series.
  var metric: String
  var bytes: Double

  /// What is said after a metric's name.
  enum Reading: Equatable {
    case bytes(Double, end: Int)
    /// A word like `RSS` that no value follows.
    case nothing
    /// A number that is no size: negative, or without a unit that it needs.
    case strange
  }

  /// Words that a size may follow, longest first, in lower case, and their series.
  private static let words: [(word: StaticString, metric: String)] = [
    ("peak memory usage", "peak_rss"), ("peak memory", "peak_rss"), ("peak mem", "peak_rss"),
    ("peak_memory", "peak_rss"), ("peak rss", "peak_rss"), ("peak_rss", "peak_rss"),
    ("max rss", "peak_rss"), ("max_rss", "peak_rss"), ("ru_maxrss", "peak_rss"),
    ("maxrss", "peak_rss"), ("vmhwm", "peak_rss"),
    ("memory_usage", "rss"), ("memory usage", "rss"), ("memory used", "rss"),
    ("memory_rss", "rss"), ("memory_mb", "rss"), ("mem_usage", "rss"), ("mem usage", "rss"),
    ("mem used", "rss"), ("mem_mb", "rss"), ("memusage", "rss"), ("memory", "rss"), ("mem", "rss"),
    ("vmrss", "rss"), ("vmsize", "vms"), ("rss", "rss"), ("vms", "vms"), ("uss", "uss"),
    ("pss", "pss"), ("swap", "swap"),
  ]

  /// The series of a field's name, such as `rss` or `memory_rss`; nil when it is of no memory.
  static func metric(_ name: Span<UInt8>) -> (metric: String, wordLength: Int)? {
    for (word, metric) in words where name.holds(word, at: 0) {
      return (metric, word.utf8CodeUnitCount)
    }
    return nil
  }

  /// Calls `found` with every size that a text tells.
  ///
  /// - Parameters:
  ///   - text: a line or message.
  ///   - start: where to begin.
  ///   - thousand: what K is taken for, 1024 or 1000; M and G accordingly.
  ///   - found: is given the series, and what follows its name.
  static func scan(
    _ text: Span<UInt8>, from start: Int, thousand: Double,
    _ found: (String, Reading) -> Void
  ) {
    var place = start
    var hasRSS = false
    while place < text.count {
      let letter = text[place] | 0x20
      guard
        letter == UInt8(ascii: "m") || letter == UInt8(ascii: "r") || letter == UInt8(ascii: "p")
          || letter == UInt8(ascii: "v") || letter == UInt8(ascii: "u")
          || letter == UInt8(ascii: "s"), !isOfWord(text.byte(place - 1)),
        let (metric, length) = metric(text.extracting(place...))
      else {
        place += 1
        continue
      }
      if metric == "swap", !hasRSS {
        place += length
        continue
      }
      let reading = read(text, after: place + length, metric: metric, thousand: thousand)
      place += length
      if case .bytes(_, let end) = reading {
        place = end
        if metric == "rss" { hasRSS = true }
      }
      found(metric, reading)
    }
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    Span<UInt8>.isLetter(byte) || Span<UInt8>.isDigit(byte) || byte == 0x5F
  }

  /// Reads `: 12.5 MB`, `=12345`, `": 12345`, `_mb=12.5`.
  private static func read(
    _ text: Span<UInt8>, after start: Int, metric: String, thousand: Double
  ) -> Reading {
    var place = start
    var unit: Double?
    if text.byte(place) == 0x5F, let (factor, end) = self.unit(text, place + 1, thousand) {
      unit = factor
      place = end
    }
    guard !isOfWord(text.byte(place)) else { return .nothing }
    var hasSeparator = false
    while place < text.count {
      let byte = text[place]
      if byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=") {
        hasSeparator = true
      } else if byte != 0x20, byte != 0x09, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "'") {
        break
      }
      place += 1
    }
    guard hasSeparator || text.holds("is ", at: place) || Span<UInt8>.isDigit(text.byte(place))
    else { return .nothing }
    if text.holds("is ", at: place) { place = text.skippingSpaces(place + 3) }
    if text.byte(place) == UInt8(ascii: "-"), Span<UInt8>.isDigit(text.byte(place + 1)) {
      return .strange
    }
    guard let (number, end, isWhole) = number(text, place) else { return .nothing }
    if let unit { return .bytes(number * unit, end: end) }
    if let (factor, unitEnd) = self.unit(text, text.skippingSpaces(end), thousand) {
      return .bytes(number * factor, end: unitEnd)
    }
    // Without a unit: psutil's fields are bytes; other words need one.
    guard isWhole, hasSeparator, text.byte(text.skippingSpaces(end)) != UInt8(ascii: "%") else {
      return .strange
    }
    return .bytes(number, end: end)
  }

  /// A number with thousands separators, a fraction, an exponent.
  static func number(
    _ text: Span<UInt8>, _ start: Int
  ) -> (value: Double, end: Int, isWhole: Bool)? {
    guard var (whole, place) = text.digits(start) else { return nil }
    if place - start <= 3 {
      while text.byte(place) == UInt8(ascii: ","), let (group, end) = text.digits(place + 1),
        end - place == 4, whole < 1_000_000_000_000
      {
        whole = whole * 1_000 + group
        place = end
      }
    }
    var value = Double(whole)
    var isWhole = true
    if text.byte(place) == UInt8(ascii: "."), let (_, end) = text.digits(place + 1) {
      isWhole = false
      let digits = text.text(place..<end)
      value = Double("\(whole)\(digits)") ?? value
      place = end
    }
    if text.byte(place) | 0x20 == UInt8(ascii: "e") {
      let sign = text.byte(place + 1)
      let skipped = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") ? 2 : 1
      if let (power, end) = text.digits(place + skipped), power < 19 {
        value = Double("\(value)e\(sign == UInt8(ascii: "-") ? "-" : "")\(power)") ?? value
        isWhole = isWhole && sign != UInt8(ascii: "-")
        place = end
      }
    }
    return (value, place, isWhole)
  }

  /// What a unit multiplies by, and where it ends; `MiB` is binary whatever `MB` is.
  static func unit(
    _ text: Span<UInt8>, _ start: Int, _ thousand: Double
  ) -> (factor: Double, end: Int)? {
    if text.holds("bytes", at: start) { return (1, start + 5) }
    if text.holds("byte", at: start) { return (1, start + 4) }
    let powers: [(letter: UInt8, power: Int)] = [(0x6B, 1), (0x6D, 2), (0x67, 3), (0x74, 4)]
    let letter = Span<UInt8>.lowered(text.byte(start))
    var end = start
    var base = thousand
    var power = 0
    if let found = powers.first(where: { $0.letter == letter }) {
      power = found.power
      end += 1
      if text.byte(end) | 0x20 == UInt8(ascii: "i") {
        base = 1024
        end += 1
      }
      if text.byte(end) | 0x20 == UInt8(ascii: "b") { end += 1 }
    } else if letter == UInt8(ascii: "b") {
      end += 1
    } else {
      return nil
    }
    // `5 minutes` and `5 gc runs` are no sizes.
    guard !isOfWord(text.byte(end)) else { return nil }
    var factor = 1.0
    for _ in 0..<power { factor *= base }
    return (factor, end)
  }
}
