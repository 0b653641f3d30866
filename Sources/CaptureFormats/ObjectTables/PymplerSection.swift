import CaptureModel

/// pympler's summaries: `types | # objects | total size`, names, counts and rounded sizes.
final class PymplerKind: SectionKind {
  let format = ObjectTables.formatName
  let openings = ByteSet("t")
  let needs = LineTraits.pympler
  fileprivate var isRounded = false
  fileprivate var signed = FindingTally(
    kind: "difference", detail: "tables of differences hold no sizes; their rows are left out")

  func makeReader() -> any SectionReader { PymplerSection(self) }

  func describe(_ description: inout ProfileDescription) {
    ObjectTables.describe(&description)
    if isRounded { ObjectTables.describeRounded(&description) }
  }

  var findings: [ProfileFinding] { [signed].compactMap(\.finding) }
}

/// Reads one table of pympler after the other, each a moment.
final class PymplerSection: SectionReader {
  /// Rows of a table that wait for its end.
  private static let mostRows = 1 << 14
  /// Tables end at a limit of rows, 15 when nothing else is said; people choose multiples of 5.
  private static let limitStep = 5

  private let kind: PymplerKind
  private var place: LinePlace?
  private var rows: [(type: String, bytes: Int64, count: Int64)] = []

  init(_ kind: PymplerKind) { self.kind = kind }

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    guard line.holds("types |", at: line.skippingSpaces(0)), line.locate("# objects") != nil,
      line.locate("total size") != nil
    else { return false }
    self.place = place
    return true
  }

  /// A name, a count and a rounded size between bars.
  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    guard self.place != nil, let last = lastBar(line, before: line.count),
      let first = lastBar(line, before: last)
    else { return .over }
    let start = line.skippingSpaces(0)
    if line.byte(start) == UInt8(ascii: "=") { return .taken }
    let number = line.skippingSpaces(first + 1)
    let size = line.skippingSpaces(last + 1)
    if Self.isSign(line.byte(number)) || Self.isSign(line.byte(size)) {
      kind.signed.count(line: place.number)
      return .taken
    }
    guard let (count, _) = line.digits(number), let (value, end, _) = LogValue.number(line, size),
      let (factor, _) = LogValue.unit(line, line.skippingSpaces(end), 1024),
      let bytes = Int64(exactly: (value * factor).rounded())
    else { return line.holds("types |", at: start) ? .over : .aside }
    var stop = first
    while stop > start, line[stop - 1] == 0x20 { stop -= 1 }
    if factor > 1 { kind.isRounded = true }
    if stop > start, rows.count < Self.mostRows {
      rows.append((line.text(start..<stop), bytes, count))
    }
    return .taken
  }

  private static func isSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
  }

  private func lastBar(_ line: Span<UInt8>, before end: Int) -> Int? {
    var place = end - 1
    while place >= 0 {
      if line[place] == UInt8(ascii: "|") { return place }
      place -= 1
    }
    return nil
  }

  func end(isCut: Bool, _ output: TextOutput) {
    guard let place else { return }
    self.place = nil
    let moment = output.moment(
      ObjectTables.values, place,
      isPartial: rows.count > 0 && rows.count.isMultiple(of: Self.limitStep))
    for row in rows {
      output.add([row.bytes, row.count], to: moment, type: row.type, process: place.process)
    }
    rows.removeAll(keepingCapacity: true)
  }
}
