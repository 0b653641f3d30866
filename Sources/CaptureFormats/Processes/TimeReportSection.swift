import CaptureModel

/// Reports of `/usr/bin/time`: `-v` of GNU in KiB, `-l` of macOS in bytes.
final class TimeReportKind: SectionKind {
  let format = ProcessTables.formatName
  let openings = ByteSet("cm0123456789")
  let needs = LineTraits.timeReport

  func makeReader() -> any SectionReader { TimeReportSection() }
  func describe(_ description: inout ProfileDescription) { ProcessTables.describe(&description) }
}

/// Reads one report after the other; the greatest resident size is a value of `peak_rss`.
///
/// | line | meaning |
/// |---|---|
/// | `Command being timed: "python a.py"` | the process |
/// | `Maximum resident set size (kbytes): 1896340` | its peak, in KiB |
/// | `0.61user … (0avgtext+0avgdata 25748maxresident)k` | the same in a line |
/// | `12582912  maximum resident set size` | the peak of macOS, in bytes; of BSD, in KiB |
final class TimeReportSection: SectionReader {
  /// Pages of all machines are multiples of this, so that a peak in bytes is one too.
  private static let page: Int64 = 4096
  /// More KiB than a process of BSD has; what is greater must be bytes.
  private static let mostKibibytes: Int64 = 1 << 24

  private var place = LinePlace(number: 0)
  private var command = ""
  private var isActive = false
  private var hasPeak = false

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    let start = line.skippingSpaces(0)
    if line.has("Command being timed: ", at: start) {
      self.place = place
      isActive = true
      hasPeak = false
      command = Self.command(line, start + 21)
      return true
    }
    guard !isActive || hasPeak else { return false }
    self.place = place
    command = ""
    return takePeak(line, start, place, output)
  }

  /// What stands in quotes, and quotes in it.
  private static func command(_ line: Span<UInt8>, _ start: Int) -> String {
    var range = line.trimmed(start..<line.count)
    if line.byte(range.lowerBound) == UInt8(ascii: "\"") {
      range = range.lowerBound + 1..<max(range.lowerBound + 1, range.upperBound)
      if range.count > 0, line.byte(range.upperBound - 1) == UInt8(ascii: "\"") {
        range = range.lowerBound..<range.upperBound - 1
      }
    }
    return ProcessTables.name(line, range)
  }

  private func takePeak(
    _ line: Span<UInt8>, _ start: Int, _ place: LinePlace, _ output: TextOutput
  ) -> Bool {
    if line.has("Maximum resident set size (kbytes): ", at: start) {
      guard let (value, _) = line.digits(line.skippingSpaces(start + 35)) else { return false }
      write(value, unit: 1024, place, output)
      return true
    }
    if let end = line.locate("maxresident)k") {
      var first = end
      while first > 0, Span<UInt8>.isDigit(line.byte(first - 1)) { first -= 1 }
      guard let (value, _) = line.digits(first) else { return false }
      write(value, unit: 1024, place, output)
      return true
    }
    guard let (value, end) = line.digits(start),
      line.has("maximum resident set size", at: line.skippingSpaces(end))
    else { return false }
    if value % Self.page == 0 || value > Self.mostKibibytes {
      write(value, unit: 1, place, output)
    } else {
      output.tally(
        "no unit", .warning, place.number,
        "a maximum resident set size that is no whole number of pages is in KiB on BSD and in "
          + "bytes on macOS; it is left out")
    }
    return true
  }

  private func write(_ value: Int64, unit: Int64, _ place: LinePlace, _ output: TextOutput) {
    let bytes = value.multipliedReportingOverflow(by: unit)
    guard !bytes.overflow, bytes.partialValue < 1 << 53 else { return }
    hasPeak = true
    isActive = true
    var place = place
    if !command.isEmpty {
      place.process = output.processes.number(source: place.source, name: command, id: nil)
    }
    output.point("peak_rss", Double(bytes.partialValue), place)
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    let start = line.skippingSpaces(0)
    if line.has("Command being timed: ", at: start) { return .over }
    if !hasPeak, takePeak(line, start, place, output) { return .taken }
    if let (_, end) = line.digits(start),
      line.has("peak memory footprint", at: line.skippingSpaces(end))
    {
      output.tally(
        "peaks of the footprint", .note, place.number,
        "numbers that do not say what a process has resident (peaks of the footprint) are left out")
      return .taken
    }
    return line.has("Exit status: ", at: start) ? .over : .aside
  }

  func end(isCut: Bool, _ output: TextOutput) {
    isActive = false
    hasPeak = false
    command = ""
  }
}
