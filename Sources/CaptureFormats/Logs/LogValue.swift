/// Numbers and units as texts write them.
enum LogValue {
  private static func isOfWord(_ byte: UInt8) -> Bool {
    Span<UInt8>.isLetter(byte) || Span<UInt8>.isDigit(byte) || byte == 0x5F
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
    if text.holds("byte", at: start) {
      let end = text.byte(start + 4) | 0x20 == UInt8(ascii: "s") ? start + 5 : start + 4
      return isOfWord(text.byte(end)) ? nil : (1, end)
    }
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
    // `kbytes`, as time and ulimit say.
    if power > 0, text.holds("bytes", at: end - 1) { end += 4 }
    // `5 minutes` and `5 gc runs` are no sizes.
    guard !isOfWord(text.byte(end)) else { return nil }
    var factor = 1.0
    for _ in 0..<power { factor *= base }
    return (factor, end)
  }
}
