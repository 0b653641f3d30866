import CaptureModel

/// What `psrecord --log` writes: processor and memory of a process by the time since its start.
///
/// `# Elapsed time   CPU (%)     Real (MB)   Virtual (MB)`, then a row of numbers for each look;
/// MB of 1024 × 1024 bytes, as psrecord counts them.
final class ActivityLogKind: SectionKind {
  let format = ProcessTables.formatName
  let openings = ByteSet("#")
  let needs = LineTraits.extremes

  fileprivate var isRounded = false

  func makeReader() -> any SectionReader { ActivityLogSection(self) }

  func describe(_ description: inout ProfileDescription) {
    ProcessTables.describe(&description)
    if isRounded { ProcessTables.describeRounded(&description) }
  }
}

/// Reads one log after the other.
final class ActivityLogSection: SectionReader {
  private let kind: ActivityLogKind
  private var place = LinePlace(number: 0)

  init(_ kind: ActivityLogKind) { self.kind = kind }

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    guard line.has("# Elapsed time", at: line.skippingSpaces(0)),
      let real = line.locate("Real (MB)"), let all = line.locate("Virtual (MB)"), real < all
    else { return false }
    self.place = place
    kind.isRounded = true
    return true
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    let words = line.words(0..<line.count, most: 4)
    guard words.count == 4 else { return .over }
    let numbers = words.compactMap { DecimalNumber(line, $0) }
    guard numbers.count == 4, !numbers.contains(where: \.isNegative) else { return .over }
    var point = self.place
    point.number = place.number
    point.time = output.place(elapsed: numbers[0].scaled(by: 1_000_000_000)) ?? point.time
    output.add(.size(.rss, Double(numbers[2].scaled(by: 1 << 20))), point)
    output.add(.size(.vms, Double(numbers[3].scaled(by: 1 << 20))), point)
    return .taken
  }

  func end(isCut: Bool, _ output: TextOutput) {}
}
