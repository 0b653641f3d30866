import CaptureModel

/// What `memray stats` and pytest-memray print: totals, a histogram and the greatest places.
final class MemrayPrintKind: SectionKind {
  static let formatName = "memray-prints"
  /// Facts that are kept for `show capture`.
  private static let mostFacts = 64

  let format = MemrayPrintKind.formatName
  let openings = ByteSet("taph").withNonASCII()
  let needs = LineTraits.memray
  private var facts: [(name: String, value: String)] = []
  private var moment: TextOutput.Moment?
  private var tests = 0
  private var lost = FindingTally(
    kind: "facts left out", severity: .note, detail: "only the first facts of reports are kept")

  func makeReader() -> any SectionReader { MemrayPrintSection(self) }

  func describe(_ description: inout ProfileDescription) {
    description.isEstimated = true
    description.properties.append(("rounded", "sizes, by the tool that printed them"))
    if tests > 0 {
      description.properties.append(
        ("tests", "\(tests), each a process; their peaks are of different times"))
    }
    description.properties += facts
    description.advice = "or keep memray's own file, which holds every allocation"
  }

  var findings: [ProfileFinding] { [lost].compactMap(\.finding) }

  /// Writes what a report says: its places, and one record for what it does not list.
  func add(_ report: MemrayReport, _ output: TextOutput) {
    guard report.hasContent else { return }
    let isTest = !report.test.isEmpty
    var process = report.place.process
    if isTest {
      tests += 1
      process = output.processes.number(source: report.place.source, name: report.test, id: nil)
    }
    addFacts(report)
    let value = ProfileValue(isTest ? .peak : .allocated, .size, unit: "bytes")
    let moment: TextOutput.Moment
    if isTest, let known = self.moment {
      moment = known
    } else {
      moment = output.moment(
        [value], report.place, isPartial: report.total == nil)
      if isTest { self.moment = moment }
    }
    var rest = report.total?.bytes(isDecimal: report.isDecimal) ?? 0
    func add(_ frame: ProfileFrame, _ bytes: Int64) {
      var record = ProfileRecord()
      record.stack = output.stack([frame])
      record.process = process
      output.add([bytes], to: moment, record)
    }
    for place in report.places {
      let bytes = place.size.bytes(isDecimal: report.isDecimal)
      rest &-= bytes
      add(place.frame, bytes)
    }
    if rest > 0 { add(ProfileFrame(file: "(places not printed)"), rest) }
  }

  private func addFacts(_ report: MemrayReport) {
    let suffix = report.test.isEmpty ? "" : " of \(report.test)"
    var new: [(name: String, value: String)] = []
    if let total = report.total {
      new.append(("total memory\(suffix)", "\(total.bytes(isDecimal: report.isDecimal)) bytes"))
    }
    if let count = report.count { new.append(("total allocations\(suffix)", "\(count)")) }
    if let peak = report.peak {
      new.append(("peak memory\(suffix)", "\(peak.bytes(isDecimal: report.isDecimal)) bytes"))
    }
    new += report.facts.map { ($0.name + suffix, $0.value) }
    for fact in new {
      if facts.count < Self.mostFacts {
        facts.append(fact)
      } else {
        lost.count(line: report.place.number)
      }
    }
  }
}

/// Reads one report after the other.
///
/// | line | meaning |
/// |---|---|
/// | `Allocation results for TEST at the high watermark` | a test of pytest-memray |
/// | `📏 Total allocations:`, a number there or below | number of allocations |
/// | `📦 Total memory allocated:`, likewise | their bytes; of a test those at its peak |
/// | `📊 Histogram of allocation size:` and `< 4.000B : 122` | bins |
/// | `🥇 Top 5 largest allocating locations (by size):` and `- f:file:3 -> 3.7MB` | places |
final class MemrayPrintSection: SectionReader {
  /// Which list lines belong to.
  private enum Part { case none, count, total, peak, histogram, allocators, bySize, byCount }

  private static let heads: [(text: StaticString, part: Part)] = [
    ("Total allocations:", .count), ("Total memory allocated:", .total),
    ("Peak memory usage:", .peak), ("Histogram of allocation size", .histogram),
    ("Allocator type distribution:", .allocators),
    ("largest allocating locations (by size)", .bySize),
    ("largest allocating locations (by number", .byCount),
    ("Biggest allocating functions:", .bySize),
  ]
  private static let mostPlaces = 1 << 12

  private let kind: MemrayPrintKind
  private var report: MemrayReport?
  private var part = Part.none

  init(_ kind: MemrayPrintKind) { self.kind = kind }

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    takeTest(line, place, output) || takeHead(line, place, output)
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    if line.isBlank { return .taken }
    if takeTest(line, place, output) || takeHead(line, place, output) { return .taken }
    return take(line, line.trimmed(0..<line.count)) ? .taken : .aside
  }

  // MARK: Heads

  /// `Allocation results for tests/a.py::test at the high watermark`; earlier `Allocations`.
  private func takeTest(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> Bool {
    let start = line.skippingSpaces(0)
    let single: StaticString = "Allocation results for "
    let plural: StaticString = "Allocations results for "
    let isSingle = line.has(single, at: start)
    guard isSingle || line.has(plural, at: start) else { return false }
    let first = start + (isSingle ? single : plural).utf8CodeUnitCount
    let end = line.first(" at the high watermark", from: first) ?? line.count
    finish(output)
    report = MemrayReport(place)
    report?.test = line.text(line.trimmed(first..<end))
    part = .none
    return true
  }

  private func takeHead(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> Bool {
    for (text, part) in Self.heads {
      guard let start = line.locate(text), start < 24 else { continue }
      // The names of lists alone do not begin a report.
      guard report != nil || part == .count || part == .total else { return false }
      let isRepeated =
        part == .count && report?.count != nil || part == .total && report?.total != nil
      if isRepeated { finish(output) }
      if report == nil { report = MemrayReport(place) }
      self.part = part
      if part == .peak { report?.isDecimal = true }
      let rest = line.trimmed(min(start + text.utf8CodeUnitCount, line.count)..<line.count)
      if part == .count || part == .total, !rest.isEmpty { _ = take(line, rest) }
      if part == .histogram, line.byte(rest.upperBound - 1) == UInt8(ascii: "|") {
        takeBars(line, rest)
      }
      return true
    }
    return false
  }

  /// `s: |█▃   |`, the bars of a histogram of a test.
  private func takeBars(_ line: Span<UInt8>, _ range: Range<Int>) {
    guard let open = line.find("|", from: range.lowerBound, before: range.upperBound) else {
      return
    }
    report?.facts.append(("histogram", line.text(open..<range.upperBound)))
    part = .none
  }

  // MARK: Content

  private func take(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
    switch part {
    case .none: return false
    case .count:
      guard let (value, end) = line.digits(range.lowerBound), end == range.upperBound else {
        return false
      }
      report?.count = value
      part = .none
    case .total, .peak:
      guard let size = size(line, range) else { return false }
      if part == .total { report?.total = size } else { report?.peak = size }
      part = .none
    case .histogram: return takeBin(line, range)
    case .allocators:
      guard let colon = line.find(": ", from: range.lowerBound),
        let (value, end) = line.digits(line.skippingSpaces(colon + 1)), end == range.upperBound
      else { return false }
      report?.facts.append(("allocations by \(line.text(range.lowerBound..<colon))", "\(value)"))
    case .bySize, .byCount: return takePlace(line, range)
    }
    return true
  }

  private func size(_ line: Span<UInt8>, _ word: Range<Int>) -> MemrayReport.Size? {
    var hasSmallK = false
    let size = MemrayReport.Size(line, word, hasSmallK: &hasSmallK)
    if hasSmallK { report?.isDecimal = true }
    return size
  }

  /// `< 119.000B : 302549 ▇▇▇`, `<=8.004MB : 14 ▇`, `min: 1.000B`, `max: 8.004MB`, rules.
  private func takeBin(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
    if line.byte(range.lowerBound) == UInt8(ascii: "-") { return true }
    if line.has("min: ", at: range.lowerBound) || line.has("max: ", at: range.lowerBound) {
      let word = line.word(from: range.lowerBound + 5)
      guard size(line, word) != nil else { return false }
      let name = line.text(range.lowerBound..<range.lowerBound + 3)
      report?.facts.append((name == "min" ? "smallest" : "greatest", line.text(word)))
      return true
    }
    guard line.byte(range.lowerBound) == UInt8(ascii: "<"),
      let colon = line.find(":", from: range.lowerBound),
      let (value, _) = line.digits(line.skippingSpaces(colon + 1))
    else { return false }
    let bound = line.trimmed(range.lowerBound..<colon)
    let isLast = line.byte(bound.lowerBound + 1) == UInt8(ascii: "=")
    let start = line.skippingSpaces(bound.lowerBound + (isLast ? 2 : 1))
    guard start < bound.upperBound, size(line, start..<bound.upperBound) != nil else {
      return false
    }
    report?.facts.append(("allocations \(line.text(bound))", "\(value)"))
    return true
  }

  /// `- function:file:line -> 223.4MiB`, or a number.
  private func takePlace(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard line.has("- ", at: range.lowerBound), let arrow = line.locate(" -> "),
      arrow > range.lowerBound + 2, arrow + 4 <= range.upperBound
    else { return false }
    let place = range.lowerBound + 2..<arrow
    let amount = line.trimmed(arrow + 4..<range.upperBound)
    if part == .byCount {
      guard let (value, end) = line.digits(amount.lowerBound), end == amount.upperBound else {
        return false
      }
      report?.facts.append(("allocations at \(line.text(place))", "\(value)"))
      return true
    }
    guard let size = size(line, amount) else { return false }
    if report?.places.count ?? 0 < Self.mostPlaces {
      report?.places.append(
        MemrayReport.Place(frame: ProfileFrame(memray: line, place), size: size))
    }
    return true
  }

  private func finish(_ output: TextOutput) {
    if let report { kind.add(report, output) }
    report = nil
  }

  func end(isCut: Bool, _ output: TextOutput) {
    finish(output)
    part = .none
  }
}
