import CaptureModel

/// Tables of processes: `ps`, `top -b`, `pidstat -r`, `smem`; each size is a value of a series.
final class ProcessTableKind: SectionKind {
  let format = ProcessTables.formatName
  let openings = ByteSet("abcdefghijklmnopqrstuvwxyz#%0123456789")
  let needs = LineTraits.processes
  fileprivate var isRounded = false
  fileprivate var threads = FindingTally(
    kind: "threads", severity: .note,
    detail: "rows of threads have the memory of their process, which is kept once")

  func makeReader() -> any SectionReader { ProcessTableSection(self) }

  func describe(_ description: inout ProfileDescription) {
    ProcessTables.describe(&description)
    if isRounded { ProcessTables.describeRounded(&description) }
  }

  var findings: [ProfileFinding] { [threads].compactMap(\.finding) }
}

/// Reads one table after the other.
///
/// | part | lines |
/// |---|---|
/// | head of top | `top - 21:33:28 up …`, `Tasks:` or `Threads:`, `%Cpu(s):`, `MiB Mem :`, `MiB Swap:` |
/// | head of sysstat | `Linux 6.1.0 (host)   11/22/26   _x86_64_   (2 CPU)` |
/// | names of columns | `PID USER … RES … COMMAND` |
/// | rows | until a line that is none |
final class ProcessTableSection: SectionReader {
  /// Most lines between top's first and the names of the columns.
  private static let mostBetween: UInt64 = 24
  /// Most rows of threads that wait for the row of their process.
  private static let mostWaiting = 1 << 14

  private let kind: ProcessTableKind
  private var columns: ProcessColumns?
  private var place = LinePlace(number: 0)
  private var clock = DayClock()
  /// Processes of the table that have been read.
  private var known: Set<Int64> = []
  /// Whether top shows threads.
  private var showsThreads = false
  private var waiting: [Row] = []
  private var isInHead = false
  /// Rows of a table in which nothing names the processes, and the first of them.
  private var nameless: (row: Row, count: Int)?

  /// What a row says of a process.
  private struct Row {
    var id: Int64?
    var name = ""
    var sizes: [(series: ProcessColumns.Series, bytes: Int64)] = []

    func hasSizes(of other: Row) -> Bool { sizes.elementsEqual(other.sizes, by: ==) }
  }

  init(_ kind: ProcessTableKind) { self.kind = kind }

  // MARK: Beginning

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    // A head ends with a name, and most lines of a log with a number.
    let start = line.skippingSpaces(0)
    if let last = line.last, Span<UInt8>.isDigit(last), line.byte(start) | 0x20 != UInt8(ascii: "t")
    {
      return false
    }
    if line.has("top - ", at: start), let (time, _) = LogTime.clock(line, start + 6) {
      beginTop(time, place, output)
      return true
    }
    if line.has("Linux ", at: start), line.locate(" CPU)") != nil {
      clock = DayClock()
      clock.midnight = Self.midnight(line)
      return false
    }
    guard let columns = ProcessColumns(line) else { return false }
    if !isInHead || place.numberInSource - self.place.numberInSource > Self.mostBetween {
      self.place = place
      showsThreads = false
    }
    isInHead = false
    self.columns = columns
    known.removeAll(keepingCapacity: true)
    return true
  }

  private func beginTop(_ time: Int64, _ place: LinePlace, _ output: TextOutput) {
    self.place = place
    self.place.time = clock.time(time, after: place.time, output) ?? place.time
    isInHead = true
    columns = nil
    showsThreads = false
  }

  /// The day in the head of sysstat: `11/22/26`, `11/22/2026`, `2026-11-22`, `22.11.2026`.
  private static func midnight(_ line: Span<UInt8>) -> Int64? {
    // Behind the kernel's version, which may look like a date, and the host's name.
    guard let host = line.locate(")") else { return nil }
    for word in line.words(host..<line.count, most: 12) {
      guard let (a, first) = line.digits(word.lowerBound), first - word.lowerBound <= 4 else {
        continue
      }
      let mark = line.byte(first)
      guard [UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(mark),
        let (b, second) = line.digits(first + 1), line.byte(second) == mark,
        let (c, end) = line.digits(second + 1), end == word.upperBound
      else { continue }
      let isYearFirst = first - word.lowerBound == 4
      let year = isYearFirst ? a : c < 100 ? 2000 + c : c
      let isDayFirst = mark == UInt8(ascii: ".") || a > 12
      let (month, day) = isYearFirst ? (b, c) : isDayFirst ? (b, a) : (a, b)
      guard let days = LogTime.days(year, month, day) else { continue }
      return days * 86_400_000_000_000
    }
    return nil
  }

  // MARK: Rows

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    if isInHead { return continueHead(line, place, output) }
    guard let columns else { return .over }
    if line.isBlank { return .over }
    if line.has("Average:", at: line.skippingSpaces(0)) { return .taken }
    var time: Int64?
    guard let cells = columns.cells(line, dayTime: &time) else { return .over }
    if let time {
      let placed = clock.time(time, after: place.time, output)
      if placed != self.place.time {
        known.removeAll(keepingCapacity: true)
        self.place.number = place.number
      }
      self.place.time = placed ?? place.time
    }
    take(line, cells, columns, place, output)
    return .taken
  }

  private func continueHead(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    if line.isBlank { return .taken }
    let start = line.skippingSpaces(0)
    if line.has("Threads:", at: start) { showsThreads = true }
    if MachineLine.isOfTop(line) {
      MachineLine.count(place, output)
      return .taken
    }
    let isSummary =
      line.has("Threads:", at: start) || line.has("Tasks:", at: start)
      || line.has("%Cpu", at: start) || line.has("Cpu", at: start)
    return isSummary ? .taken : .over
  }

  private func take(
    _ line: Span<UInt8>, _ cells: [Range<Int>], _ columns: ProcessColumns, _ place: LinePlace,
    _ output: TextOutput
  ) {
    var row = Row()
    for (role, cell) in zip(columns.roles, cells) {
      switch role {
      case .process:
        // pidstat's rows of threads name no process.
        guard let (id, _) = line.digits(cell.lowerBound) else {
          return kind.threads.count(line: place.number)
        }
        row.id = id
      case .size(let series):
        guard let size = TableSize(line, cell, unit: 1024) else {
          if line.byte(cell.upperBound - 1) == UInt8(ascii: "%") { countShare(place, output) }
          continue
        }
        if size.isRounded { kind.isRounded = true }
        row.sizes.append((series, size.bytes))
      case .text: row.name = ProcessTables.name(line, cell)
      default: break
      }
    }
    if let id = row.id, !known.insert(id).inserted {
      return kind.threads.count(line: place.number)
    }
    // Threads of the kernel have no memory of their own.
    guard row.sizes.contains(where: { $0.bytes > 0 }) else { return }
    guard !columns.isNameless else {
      nameless = (nameless?.row ?? row, (nameless?.count ?? 0) + 1)
      return
    }
    guard showsThreads else { return write(row, output) }
    if waiting.count == Self.mostWaiting { writeWaiting(output) }
    waiting.append(row)
  }

  private func countShare(_ place: LinePlace, _ output: TextOutput) {
    output.tally(
      "shares", .warning, place.number,
      "shares of the machine's memory in percent are left out: print sizes instead")
  }

  private func write(_ row: Row, _ output: TextOutput) {
    var place = place
    place.process = output.processes.number(
      source: place.source, name: row.name, id: row.id)
    for (series, bytes) in row.sizes { output.point(series.rawValue, Double(bytes), place) }
  }

  /// Writes processes of which top showed the threads: those of one have the same sizes.
  private func writeWaiting(_ output: TextOutput) {
    let rows = waiting.sorted { $0.id ?? 0 < $1.id ?? 0 }
    waiting.removeAll(keepingCapacity: true)
    var kept: [Row] = []
    var places: [[Int64]: Int] = [:]
    for row in rows {
      let key = row.sizes.map(\.bytes)
      if let first = places[key], kept[first].hasSizes(of: row) {
        kind.threads.count(line: place.number)
      } else {
        places[key] = kept.count
        kept.append(row)
      }
    }
    for row in kept { write(row, output) }
  }

  /// A single row is the one process that was asked for; of several none is known.
  private func writeNameless(_ output: TextOutput) {
    guard let (row, count) = nameless else { return }
    nameless = nil
    if count == 1 {
      for (series, bytes) in row.sizes { output.point(series.rawValue, Double(bytes), place) }
    } else {
      output.tally(
        "processes without a name", .warning, place.number,
        "tables of several processes that name none of them are left out; `ps -o pid,rss,comm` "
          + "prints which is which")
    }
  }

  func end(isCut: Bool, _ output: TextOutput) {
    writeWaiting(output)
    writeNameless(output)
    columns = nil
    // The names of the columns follow behind a blank line, and maybe behind other lines.
    if isCut { isInHead = false }
  }
}
