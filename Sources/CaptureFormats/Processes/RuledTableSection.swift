import CaptureModel

/// Tables with a rule below their head: Slurm's `sacct` and `sstat`, `tasklist` of Windows,
/// `Get-Process` of PowerShell.
final class RuledTableKind: SectionKind {
  let format = ProcessTables.formatName
  let openings = ByteSet("abcdefghijklmnopqrstuvwxyz").withNonASCII()
  let needs: LineTraits = [.ruledTable, .processes, .containers, .pid]
  let mayEndWithDigit = false
  fileprivate var isRounded = false

  func makeReader() -> any SectionReader { RuledTableSection(self) }

  func describe(_ description: inout ProfileDescription) {
    ProcessTables.describe(&description)
    if isRounded { ProcessTables.describeRounded(&description) }
  }
}

/// Reads one table after the other.
///
/// A column reaches from the end of the one before it to the end of its own part of the rule.
final class RuledTableSection: SectionReader {
  private enum Tool { case slurm, tasklist, powershell }

  private let kind: RuledTableKind
  private var tool = Tool.slurm
  private var head: [UInt8] = []
  /// Ends of the columns; none before the rule.
  private var ends: [Int] = []
  private var names: [Int] = []
  private var process: Int?
  private var size: Int?
  /// What a bare number of the size is multiplied by.
  private var unit: Int64 = 1
  private var place = LinePlace(number: 0)

  init(_ kind: RuledTableKind) { self.kind = kind }

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    guard !line.contains(where: Span<UInt8>.isDigit),
      let tool = Self.tool(line)
    else { return false }
    self.tool = tool
    self.place = place
    head = line.copied
    ends = []
    return true
  }

  private static func tool(_ line: Span<UInt8>) -> Tool? {
    if line.locate("MaxRSS ") != nil || line.extracting(max(0, line.count - 6)...).has("MaxRSS") {
      return .slurm
    }
    if line.locate(" WS(") != nil, line.locate(" ProcessName") != nil { return .powershell }
    return line.locate(" PID ") != nil ? .tasklist : nil
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    if ends.isEmpty { return takeRule(line) ? .taken : .over }
    guard !line.isBlank, let size, let cell = cell(line, size) else { return .over }
    if let process {
      guard let id = self.cell(line, process), line.digits(id.lowerBound)?.end == id.upperBound
      else { return .over }
    }
    takeRow(line, cell, place, output)
    return .taken
  }

  /// The rule, and with it what the columns are; false when the table has none.
  private func takeRule(_ line: Span<UInt8>) -> Bool {
    let mark = line.byte(line.skippingSpaces(0))
    guard mark == UInt8(ascii: "-") || mark == UInt8(ascii: "=") else { return false }
    for place in line.indices where line[place] != mark && !Span<UInt8>.isSpace(line[place]) {
      return false
    }
    ends = line.words(0..<line.count, most: 64).map(\.upperBound)
    guard ends.count >= 2 else { return false }
    let head = self.head
    let text = head.span
    func index(_ name: StaticString) -> Int? {
      ends.indices.first { index in
        cell(text, index).map { text.extracting($0).equals(name) } ?? false
      }
    }
    process = nil
    unit = 1
    switch tool {
    case .slurm:
      names = [index("jobid"), index("jobidraw"), index("jobname")].compactMap { $0 }
      size = index("maxrss")
    case .tasklist:
      names = [0]
      process = index("pid")
      // Names of columns are in the language of the country; their order is the same.
      guard process == 1, ends.count >= 5, mark == UInt8(ascii: "=") else { return false }
      size = 4
    case .powershell:
      names = [index("processname")].compactMap { $0 }
      process = index("id")
      size = index("ws(k)") ?? index("ws(m)")
      unit = index("ws(k)") == nil ? 1 << 20 : 1024
      guard process != nil else { return false }
    }
    return size != nil
  }

  /// Where a cell stands, without the spaces around it; nil beyond the line's end.
  private func cell(_ line: Span<UInt8>, _ index: Int) -> Range<Int>? {
    let start = index == 0 ? 0 : Self.boundary(line, ends[index - 1])
    let end = index == ends.count - 1 ? line.count : Self.boundary(line, ends[index])
    return start < end ? line.trimmed(start..<end) : nil
  }

  /// Where a column ends in a line: a word that reaches beyond it is of the one that holds more
  /// of it.
  private static func boundary(_ line: Span<UInt8>, _ place: Int) -> Int {
    guard place < line.count else { return line.count }
    var start = place
    while start > 0, !Span<UInt8>.isSpace(line[start - 1]) { start -= 1 }
    var end = place
    while end < line.count, !Span<UInt8>.isSpace(line[end]) { end += 1 }
    return start == place || end == place ? place : place - start >= end - place ? end : start
  }

  private func takeRow(
    _ line: Span<UInt8>, _ cell: Range<Int>, _ place: LinePlace, _ output: TextOutput
  ) {
    guard !cell.isEmpty else { return }
    let bytes: Int64?
    if tool == .tasklist {
      bytes = PrintedSize.bytes(line, cell)
    } else {
      let size = TableSize(line, cell, unit: unit)
      // Slurm writes its units behind its numbers.
      let isBare = tool == .slurm && Span<UInt8>.isDigit(line.byte(cell.upperBound - 1))
      if let size, isBare, size.bytes > 0 {
        return output.add(.noUnit, place)
      }
      if size?.isRounded ?? (unit > 1024) { kind.isRounded = true }
      bytes = size?.bytes
    }
    let id = process.flatMap { self.cell(line, $0) }.flatMap { line.digits($0.lowerBound)?.value }
    // Number 0 of Windows is what nothing runs.
    guard let bytes, bytes > 0, id != 0 else { return }
    let name = names.compactMap { self.cell(line, $0) }.filter { !$0.isEmpty }
      .map { ProcessTables.name(line, $0) }.joined(separator: " ")
    var point = self.place
    point.number = place.number
    point.process = output.processes.number(source: place.source, name: name, id: id)
    output.point(tool == .slurm ? "peak_rss" : "rss", Double(bytes), point)
  }

  func end(isCut: Bool, _ output: TextOutput) { ends = [] }
}

extension Span<UInt8> {
  /// The last byte; nil of none.
  var last: UInt8? { count > 0 ? self[count - 1] : nil }

  /// Whether any byte is of a kind.
  func contains(where isWanted: (UInt8) -> Bool) -> Bool {
    for place in indices where isWanted(self[place]) { return true }
    return false
  }

  /// Its bytes, to keep.
  var copied: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for place in indices { bytes.append(self[place]) }
    return bytes
  }
}
