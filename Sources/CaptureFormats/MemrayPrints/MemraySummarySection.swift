import CaptureModel

/// Tables of `memray summary`.
final class MemraySummaryKind: SectionKind {
  let format = MemrayPrintKind.formatName
  let openings = ByteSet("|").withNonASCII()
  let needs = LineTraits.memrayTable
  fileprivate var isDecimalGuessed = false

  func makeReader() -> any SectionReader { MemraySummarySection(self) }

  func describe(_ description: inout ProfileDescription) {
    MemrayPeakPrint.describe(&description, isDecimalGuessed: isDecimalGuessed)
  }
}

/// Reads one table: `┃ Location ┃ <Total Memory> ┃ % ┃ Own Memory ┃ % ┃ Allocation Count ┃`.
///
/// Only what a place holds itself adds up, so *Own Memory* is kept. A place too long for its
/// column goes on in the next row, whose other cells are empty.
final class MemraySummarySection: SectionReader {
  private static let mostRows = 1 << 16
  /// Cells of a row: the place, total, its share, own, its share, allocations.
  private static let cellCount = 6

  private let kind: MemraySummaryKind
  private var isOpen = false
  private var rows: [(name: String, size: MemrayReport.Size?)] = []
  private var place = LinePlace(number: 0)
  private var hasSmallK = false
  private var hasLargeK = false

  init(_ kind: MemraySummaryKind) { self.kind = kind }

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    guard line.locate("Location") != nil else { return false }
    let cells = Self.cells(line)
    guard cells.count == Self.cellCount, line.text(cells[0]) == "Location" else { return false }
    write(output)
    self.place = place
    isOpen = true
    return true
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    guard isOpen else { return .over }
    let cells = Self.cells(line)
    guard cells.count == Self.cellCount else {
      // Rules, and the line below the table.
      let start = line.skippingSpaces(0)
      return line.byte(start) >= 0x80 || line.byte(start) == UInt8(ascii: "+") ? .taken : .over
    }
    let name = line.text(cells[0])
    if cells[1].isEmpty {
      if let last = rows.indices.last, !name.isEmpty { rows[last].name += " " + name }
      return .taken
    }
    let own = cells[3]
    let size = MemrayReport.Size(line, own, hasSmallK: &hasSmallK)
    if size == nil {
      output.tally(
        "numbers cut off", .warning, place.number,
        "numbers for which the terminal was too narrow (`3.358…`) are left out: "
          + "`COLUMNS=200 memray summary FILE` prints them whole")
    }
    if line.has("KB", at: max(own.lowerBound, own.upperBound - 2)) { hasLargeK = true }
    if rows.count < Self.mostRows { rows.append((name, size)) }
    return .taken
  }

  /// The cells between `│`, `┃` or `|`, without spaces.
  private static func cells(_ line: Span<UInt8>) -> [Range<Int>] {
    var cells: [Range<Int>] = []
    var start: Int?
    var place = 0
    while place < line.count, cells.count <= cellCount {
      var width = line[place] == UInt8(ascii: "|") ? 1 : 0
      if line[place] == 0xE2, line.byte(place + 1) == 0x94,
        line.byte(place + 2) == 0x82 || line.byte(place + 2) == 0x83
      {
        width = 3
      }
      guard width > 0 else {
        place += 1
        continue
      }
      if let start { cells.append(line.trimmed(start..<place)) }
      place += width
      start = place
    }
    return cells
  }

  private func write(_ output: TextOutput) {
    defer {
      rows = []
      isOpen = false
      hasSmallK = false
      hasLargeK = false
    }
    guard rows.contains(where: { $0.size != nil }) else { return }
    if !hasSmallK, !hasLargeK { kind.isDecimalGuessed = true }
    let moment = output.moment([MemrayPeakPrint.value], place, isPartial: true)
    for row in rows {
      guard let bytes = row.size?.bytes(isDecimal: !hasLargeK), bytes > 0 else { continue }
      var frame = ProfileFrame(function: row.name)
      if let at = row.name.firstRange(of: " at ") {
        frame.function = String(row.name[..<at.lowerBound])
        frame.file = String(row.name[at.upperBound...])
      }
      var record = ProfileRecord()
      record.stack = output.stack([frame])
      record.process = place.process
      output.add([bytes], to: moment, record)
    }
  }

  func end(isCut: Bool, _ output: TextOutput) { write(output) }
}
