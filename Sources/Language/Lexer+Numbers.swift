/// Numbers, sizes, durations, percentages and `#n`.
extension Lexer {
  /// The longest of the literals that begin with a digit.
  func number(from start: Int) -> Token {
    let (end, hasDecimals) = numberEnd(from: start)
    if let size = size(from: start, numberEnd: end) { return size }
    if let percent = percent(from: start, numberEnd: end) { return percent }
    if let duration = duration(from: start) { return duration }
    let range = SourceRange(start, end)
    if hasDecimals { return Token(.number(decimal(start, end)), range) }
    return Token(.integer(integer(start, end)), range)
  }

  func sequence(from start: Int) -> Token {
    let end = integerEnd(from: start + 1)
    return Token(.sequence(integer(start + 1, end)), SourceRange(start, end))
  }

  private func integerEnd(from start: Int) -> Int {
    var end = start
    while let next = byte(end), next.isDigit || next == .underscore { end += 1 }
    return end
  }

  private func numberEnd(from start: Int) -> (end: Int, hasDecimals: Bool) {
    var end = integerEnd(from: start)
    guard byte(end) == .dot, byte(end + 1)?.isDigit == true else { return (end, false) }
    end += 1
    while let next = byte(end), next.isDigit { end += 1 }
    return (end, true)
  }

  private func digits(_ lower: Int, _ upper: Int) -> String {
    String(decoding: bytes[lower..<upper].filter { $0 != .underscore }, as: UTF8.self)
  }

  private func integer(_ lower: Int, _ upper: Int) -> Int? { Int(digits(lower, upper)) }

  /// The value, or nil when 64 bits would not hold its whole part.
  private func decimal(_ lower: Int, _ upper: Int) -> Double? {
    guard let value = Double(digits(lower, upper)), value < 0x1p63 else { return nil }
    return value
  }

  /// A unit is a whole word: `10 by` is no `10 B`.
  private func endsUnit(_ index: Int) -> Bool { byte(index)?.continuesWord != true }

  private func afterSpace(_ index: Int) -> Int { byte(index) == .space ? index + 1 : index }

  private func size(from start: Int, numberEnd: Int) -> Token? {
    let unitStart = afterSpace(numberEnd)
    for unit in Vocabulary.sizeUnits {
      let end = unitStart + unit.name.utf8.count
      guard end <= bytes.count, endsUnit(end),
        text(unitStart, end).asciiLowercased == unit.name.asciiLowercased
      else { continue }
      let bytes = decimal(start, numberEnd).map { $0 * unit.value.bytes }
      let value = bytes.flatMap { $0 < 0x1p63 ? $0 : nil }
      return Token(.size(value, unit.value.family), SourceRange(start, end))
    }
    return nil
  }

  private func percent(from start: Int, numberEnd: Int) -> Token? {
    let sign = afterSpace(numberEnd)
    guard byte(sign) == .percent else { return nil }
    return Token(.percent(decimal(start, numberEnd)), SourceRange(start, sign + 1))
  }

  /// One or more of number and unit, such as `1h30min`; the last unit ends the word.
  private func duration(from start: Int) -> Token? {
    var groupStart = start
    var total: Int64? = 0
    var found: Token?
    while byte(groupStart)?.isDigit == true {
      let (numberEnd, hasDecimals) = numberEnd(from: groupStart)
      let unitStart = afterSpace(numberEnd)
      var unitEnd = unitStart
      while let next = byte(unitEnd), next.isLetter { unitEnd += 1 }
      guard let unit = Vocabulary.durationUnit(text(unitStart, unitEnd)) else { break }
      let nanoseconds = nanoseconds(
        groupStart, numberEnd, hasDecimals: hasDecimals, unit: unit)
      total = Self.sum(total, nanoseconds)
      if endsUnit(unitEnd) { found = Token(.duration(total), SourceRange(start, unitEnd)) }
      groupStart = unitEnd
    }
    return found
  }

  private func nanoseconds(
    _ lower: Int, _ upper: Int, hasDecimals: Bool, unit: Int64
  ) -> Int64? {
    if hasDecimals {
      guard let value = decimal(lower, upper) else { return nil }
      return Int64(exactly: (value * Double(unit)).rounded())
    }
    guard let value = integer(lower, upper) else { return nil }
    let (product, overflow) = Int64(value).multipliedReportingOverflow(by: unit)
    return overflow ? nil : product
  }

  private static func sum(_ left: Int64?, _ right: Int64?) -> Int64? {
    guard let left, let right else { return nil }
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : sum
  }
}
