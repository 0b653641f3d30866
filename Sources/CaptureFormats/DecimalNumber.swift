/// A decimal number of a text, without the rounding of binary fractions.
///
/// `value` is magnitude × 10^exponent; digits beyond what 18 can hold are dropped.
struct DecimalNumber: Equatable {
  private(set) var magnitude: Int64 = 0
  private(set) var exponent = 0
  private(set) var isNegative = false

  /// Digits after the point that matter.
  var fractionDigits: Int { magnitude == 0 ? 0 : max(0, -exponent) }

  /// Reads all of a range: sign, digits, fraction and exponent; nil when it is no number.
  init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var place = range.lowerBound
    let end = range.upperBound
    guard place < end else { return nil }
    if bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") {
      isNegative = bytes[place] == UInt8(ascii: "-")
      place += 1
    }
    var digits = 0
    var isFraction = false
    while place < end {
      let byte = bytes[place]
      if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else if byte >= 0x30, byte <= 0x39 {
        digits += 1
        add(Int64(byte - 0x30), isFraction: isFraction)
      } else {
        break
      }
      place += 1
    }
    guard digits > 0 else { return nil }
    if place < end {
      guard bytes[place] | 0x20 == UInt8(ascii: "e"),
        let power = Int32(bytes.text(place + 1..<end)), abs(power) < 400
      else { return nil }
      exponent += Int(power)
    }
    dropTrailingZeros()
  }

  private mutating func add(_ digit: Int64, isFraction: Bool) {
    guard magnitude < 100_000_000_000_000_000 else {
      if !isFraction { exponent += 1 }
      return
    }
    magnitude = magnitude * 10 + digit
    if isFraction { exponent -= 1 }
  }

  private mutating func dropTrailingZeros() {
    while exponent < 0, magnitude != 0, magnitude % 10 == 0 {
      magnitude /= 10
      exponent += 1
    }
    if magnitude == 0 { exponent = 0 }
  }

  /// The value times `wholeScale`, rounded half away from zero and kept within 64 bits.
  func scaled(by wholeScale: Int64 = 1) -> Int64 {
    // Tens that the scale and the fraction share need no room.
    var scale = wholeScale
    var exponent = exponent
    while exponent < 0, scale % 10 == 0, scale != 0 {
      scale /= 10
      exponent += 1
    }
    let product = magnitude.multipliedReportingOverflow(by: scale)
    // Where the product does not fit, a floating-point number is as good as it gets.
    guard !product.overflow, exponent > -19, exponent < 19 else {
      let value = double * Double(wholeScale)
      return Int64(exactly: value.rounded()) ?? (value > 0 ? .max : value < 0 ? .min : 0)
    }
    var result = product.partialValue
    if exponent < 0 {
      let divisor = Self.power(-exponent)
      let half = result % divisor >= divisor - divisor / 2 ? Int64(1) : 0
      result = result / divisor + half
    } else {
      let grown = result.multipliedReportingOverflow(by: Self.power(exponent))
      result = grown.overflow ? .max : grown.partialValue
    }
    return isNegative ? -result : result
  }

  /// The value as a floating-point number.
  var double: Double {
    var value = Double(magnitude)
    var left = min(abs(exponent), 400)
    // Powers up to 10^22 are exact, so that short fractions are rounded once.
    while left > 0 {
      let step = min(left, 18)
      let power = Double(Self.power(step))
      value = exponent < 0 ? value / power : value * power
      left -= step
    }
    return isNegative ? -value : value
  }

  private static func power(_ exponent: Int) -> Int64 {
    var result: Int64 = 1
    for _ in 0..<min(exponent, 18) { result *= 10 }
    return result
  }
}
