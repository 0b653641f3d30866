import CaptureModel

/// What tables and reports of processes have in common.
enum ProcessTables {
  static let formatName = "process-tables"
  /// Bytes of a command that are kept for a name.
  static let nameLimit = 120

  static func describe(_ description: inout ProfileDescription) {
    description.advice = "memory of processes; tracemalloc and memray tell which line allocated it"
  }

  /// Says that some sizes were printed with few digits, once.
  static func describeRounded(_ description: inout ProfileDescription) {
    description.isEstimated = true
    guard !description.properties.contains(where: { $0.name == "rounded" }) else { return }
    description.properties.append(("rounded", "sizes, by the tool that printed them"))
  }

  /// The command of a process, shortened to a name.
  static func name(_ line: Span<UInt8>, _ range: Range<Int>) -> String {
    let range = line.trimmed(range)
    return line.text(range.lowerBound..<min(range.upperBound, range.lowerBound + nameLimit))
  }
}

/// A size as tables print it: a number, and maybe a letter for its unit.
struct TableSize: Equatable {
  var bytes: Int64
  /// Whether digits were left out.
  var isRounded: Bool

  /// Reads a word; a bare number is multiplied by `unit`, letters stand for powers of 1024.
  init?(_ line: Span<UInt8>, _ word: Range<Int>, unit: Int64) {
    var end = word.upperBound
    // top of macOS marks what grew and shrank.
    if line.byte(end - 1) == UInt8(ascii: "+") || line.byte(end - 1) == UInt8(ascii: "-") {
      end -= 1
    }
    guard end > word.lowerBound, Span<UInt8>.isDigit(line.byte(word.lowerBound)) else { return nil }
    var numberEnd = word.lowerBound
    while numberEnd < end,
      Span<UInt8>.isDigit(line[numberEnd]) || line[numberEnd] == UInt8(ascii: ".")
    {
      numberEnd += 1
    }
    // `3,1g`, where commas stand for points.
    var fraction: Range<Int>?
    if numberEnd < end, line[numberEnd] == UInt8(ascii: ","),
      let (_, last) = line.digits(numberEnd + 1), last < end,
      line.extracting(word.lowerBound..<numberEnd).position(of: UInt8(ascii: ".")) == nil
    {
      fraction = numberEnd + 1..<last
      numberEnd = last
    }
    guard let number = Self.number(line, word.lowerBound..<numberEnd, fraction) else { return nil }
    var factor = unit
    if numberEnd < end {
      guard let (found, unitEnd) = LogValue.unit(line, numberEnd, 1024), unitEnd == end,
        let whole = Int64(exactly: found)
      else { return nil }
      factor = whole
    }
    bytes = number.scaled(by: factor)
    guard bytes < 1 << 53 else { return nil }
    isRounded = numberEnd < end && factor > 1
  }

  private static func number(
    _ line: Span<UInt8>, _ range: Range<Int>, _ fraction: Range<Int>?
  ) -> DecimalNumber? {
    guard let fraction else { return DecimalNumber(line, range) }
    let text = line.text(range.lowerBound..<fraction.lowerBound - 1) + "." + line.text(fraction)
    let bytes = Array(text.utf8)
    return DecimalNumber(bytes.span, 0..<bytes.count)
  }
}
