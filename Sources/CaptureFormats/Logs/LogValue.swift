/// Numbers and units as texts write them.
enum LogValue {
  private static func isOfWord(_ byte: UInt8) -> Bool {
    Span<UInt8>.isLetter(byte) || Span<UInt8>.isDigit(byte) || byte == 0x5F
  }

  /// Powers of ten that are exact.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  /// `123.45`, of so few digits that the number nearest to it is one division away; where it ends.
  static func decimal(_ text: Span<UInt8>, _ start: Int) -> (value: Double, end: Int)? {
    guard let (whole, point) = text.digits(start), text.byte(point) == UInt8(ascii: "."),
      let (rest, end) = text.digits(point + 1), end - start <= 16
    else { return nil }
    let count = end - point - 1
    var digits = whole
    for _ in 0..<count { digits *= 10 }
    return (Double(digits + rest) / powers[count], end)
  }

  /// A number with thousands separators, a fraction, an exponent.
  static func number(
    _ text: Span<UInt8>, _ start: Int
  ) -> (value: Double, end: Int, isWhole: Bool)? {
    guard var (whole, place) = text.digits(start) else { return nil }
    if place - start <= 3 {
      // `1,234,567`, and `1_234_567` as programs print it.
      let mark = text.byte(place) == UInt8(ascii: "_") ? UInt8(ascii: "_") : UInt8(ascii: ",")
      while text.byte(place) == mark, let (group, end) = text.digits(place + 1),
        end - place == 4, whole < 1_000_000_000_000
      {
        whole = whole * 1_000 + group
        place = end
      }
    }
    if let number = withComma(text, start, place) { return (number.value, number.end, false) }
    var value = Double(whole)
    var isWhole = true
    if text.byte(place) == UInt8(ascii: "."), let (_, end) = text.digits(place + 1) {
      isWhole = false
      if let exact = decimal(text, start), exact.end == end {
        value = exact.value
      } else {
        value = Double("\(whole)\(text.text(place..<end))") ?? value
      }
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

  /// `120,5 MB`, `1.234,5 MB`: a comma for a point, where nothing else can be meant.
  private static func withComma(
    _ text: Span<UInt8>, _ start: Int, _ wholeEnd: Int
  ) -> (value: Double, end: Int)? {
    var comma = wholeEnd
    if text.byte(comma) == UInt8(ascii: "."), let (_, end) = text.digits(comma + 1),
      end - comma == 4
    {
      comma = end
    }
    guard text.byte(comma) == UInt8(ascii: ","), let (_, end) = text.digits(comma + 1),
      comma > wholeEnd || end - comma != 4, unit(text, text.skippingSpaces(end), 1024) != nil
    else { return nil }
    let digits = text.text(start..<comma).filter { $0 != "." && $0 != "," }
    return Double(digits + "." + text.text(comma + 1..<end)).map { ($0, end) }
  }

  /// Names of units in full, and the powers that they stand for.
  private static let names: [(name: StaticString, power: Int, isBinary: Bool)] = [
    ("kilobyte", 1, false), ("megabyte", 2, false), ("gigabyte", 3, false), ("terabyte", 4, false),
    ("kibibyte", 1, true), ("mebibyte", 2, true), ("gibibyte", 3, true), ("tebibyte", 4, true),
  ]

  /// `megabytes`, `mebibytes`.
  private static func namedUnit(
    _ text: Span<UInt8>, _ start: Int, _ thousand: Double
  ) -> (factor: Double, end: Int)? {
    for unit in names where text.holds(unit.name, at: start) {
      var end = start + unit.name.utf8CodeUnitCount
      if text.byte(end) | 0x20 == UInt8(ascii: "s") { end += 1 }
      guard !isOfWord(text.byte(end)) else { return nil }
      var factor = 1.0
      for _ in 0..<unit.power { factor *= unit.isBinary ? 1024 : thousand }
      return (factor, end)
    }
    return nil
  }

  /// What a unit multiplies by, and where it ends; `MiB` is binary whatever `MB` is.
  static func unit(
    _ text: Span<UInt8>, _ start: Int, _ thousand: Double
  ) -> (factor: Double, end: Int)? {
    if text.holds("byte", at: start) {
      let end = text.byte(start + 4) | 0x20 == UInt8(ascii: "s") ? start + 5 : start + 4
      return isOfWord(text.byte(end)) ? nil : (1, end)
    }
    let letter = Span<UInt8>.lowered(text.byte(start))
    var end = start
    var base = thousand
    let power =
      switch letter {
      case UInt8(ascii: "k"): 1
      case UInt8(ascii: "m"): 2
      case UInt8(ascii: "g"): 3
      case UInt8(ascii: "t"): 4
      default: 0
      }
    if power > 0 {
      end += 1
      if text.byte(end) | 0x20 == UInt8(ascii: "i") {
        base = 1024
        end += 1
      }
      // `Mo` and `Ko`: octets.
      let isOfOctets = text.byte(end) == UInt8(ascii: "o") && text.byte(start) != UInt8(ascii: "m")
      if text.byte(end) | 0x20 == UInt8(ascii: "b") || isOfOctets { end += 1 }
    } else if letter == UInt8(ascii: "b") {
      end += 1
    } else {
      return nil
    }
    // `kbytes`, as time and ulimit say.
    if power > 0, text.holds("byte", at: end - 1) {
      end += text.byte(end + 3) | 0x20 == UInt8(ascii: "s") ? 4 : 3
    }
    // `5 minutes` and `5 gc runs` are no sizes.
    guard !isOfWord(text.byte(end)) else { return namedUnit(text, start, thousand) }
    var factor = 1.0
    for _ in 0..<power { factor *= base }
    return (factor, end)
  }
}
