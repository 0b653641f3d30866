import CaptureModel

/// What is told of a process a field a line: `/proc/PID/status`, `tasklist /fo list`, `seff`.
final class ProcessFieldsKind: SectionKind {
  let format = ProcessTables.formatName
  let openings = ByteSet("nij")
  let needs = LineTraits.fieldLines

  func makeReader() -> any SectionReader { ProcessFieldsSection() }
  func describe(_ description: inout ProfileDescription) { ProcessTables.describe(&description) }
}

/// Reads one process after the other.
///
/// | first line | then |
/// |---|---|
/// | `Name:	python3` | `Pid:	9001`, `VmRSS:	24324 kB`, in kB of 1024 bytes |
/// | `Image Name:   python.exe` | `PID: 4242`, `Mem Usage: 123,456 K`, in K of 1024 bytes |
/// | `Job ID: 123` | `Memory Utilized: 1.81 GB`, the most that the job had resident |
final class ProcessFieldsSection: SectionReader {
  private enum Layout { case status, tasks, job }

  /// Fields of a status that a section may go on with, beside those of memory.
  private static let statusFields: [StaticString] = [
    "umask", "state", "tgid", "ngid", "pid", "ppid", "tracerpid", "uid", "gid", "fdsize", "groups",
    "nstgid", "nspid", "nspgid", "nssid", "kthread", "hugetlbpages", "coredumping", "thp_enabled",
    "untag_mask", "threads",
  ]
  private static let jobFields: [StaticString] = [
    "array job id", "cluster", "user/group", "state", "nodes", "cores", "cores per node", "tasks",
    "cpu utilized", "cpu efficiency", "job wall-clock time", "memory utilized", "memory efficiency",
  ]
  private static let series: [(field: StaticString, series: String)] = [
    ("vmrss", "rss"), ("vmhwm", "peak_rss"), ("vmsize", "vms"), ("vmswap", "swap"),
  ]

  private var layout = Layout.status
  private var name = ""
  private var id: Int64?
  /// Where the values of `tasklist` stand.
  private var column = 0
  private var place = LinePlace(number: 0)

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    let start = line.skippingSpaces(0)
    if line.has("Name:", at: start) {
      layout = .status
      name = line.text(line.trimmed(start + 5..<line.count))
      // What the kernel keeps of a name.
      guard !name.isEmpty, name.utf8.count <= 64 else { return false }
    } else if line.has("Image Name:", at: start) {
      layout = .tasks
      name = ProcessTables.name(line, start + 11..<line.count)
      column = line.skippingSpaces(start + 11)
    } else if line.has("Job ID: ", at: start) {
      layout = .job
      name = "job " + ProcessTables.name(line, start + 8..<line.count)
    } else {
      return false
    }
    self.place = place
    id = nil
    return true
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    let start = line.skippingSpaces(0)
    guard let colon = line.position(of: UInt8(ascii: ":")), colon > start, colon < 40 else {
      return .over
    }
    let field = line.extracting(start..<colon)
    let value = line.trimmed(colon + 1..<line.count)
    self.place.number = place.number
    switch layout {
    case .status: return takeStatus(field, line, value, output)
    case .tasks:
      guard value.lowerBound == column || value.isEmpty, !field.equals("image name") else {
        return .over
      }
      if field.equals("pid") { id = line.digits(value.lowerBound)?.value }
      // Whatever the language, only sizes end with K.
      if let size = PrintedSize.bytes(line, value) { write("rss", size, output) }
      return .taken
    case .job:
      guard Self.jobFields.contains(where: { field.equals($0) }) else { return .over }
      if field.equals("memory utilized"),
        let (number, end, _) = LogValue.number(line, value.lowerBound),
        let unit = LogValue.unit(line, line.skippingSpaces(end), 1024),
        let size = Int64(exactly: (number * unit.factor).rounded())
      {
        write("peak_rss", size, output)
      }
      return .taken
    }
  }

  private func takeStatus(
    _ field: Span<UInt8>, _ line: Span<UInt8>, _ value: Range<Int>, _ output: TextOutput
  ) -> SectionAnswer {
    if field.equals("pid") { id = line.digits(value.lowerBound)?.value }
    guard field.holds("vm", at: 0) || field.holds("rss", at: 0) else {
      return Self.statusFields.contains { field.equals($0) } ? .taken : .over
    }
    guard let known = Self.series.first(where: { field.equals($0.field) }),
      let (number, end) = line.digits(value.lowerBound),
      line.holds("kb", at: line.skippingSpaces(end)), number < 1 << 43
    else { return .taken }
    write(known.series, number * 1024, output)
    return .taken
  }

  private func write(_ series: String, _ bytes: Int64, _ output: TextOutput) {
    guard bytes >= 0, bytes < 1 << 53 else { return }
    var place = place
    place.process = output.processes.number(source: place.source, name: name, id: id)
    output.point(series, Double(bytes), place)
  }

  func end(isCut: Bool, _ output: TextOutput) {}
}

/// A size in K as Windows prints it, with the separators of any country: `123,456 K`,
/// `123.456 K`, `123 456 Ko`.
enum PrintedSize {
  /// Its bytes.
  static func bytes(_ line: Span<UInt8>, _ range: Range<Int>) -> Int64? {
    var digits: Int64 = 0
    var place = range.lowerBound
    guard Span<UInt8>.isDigit(line.byte(place)) else { return nil }
    var last = place
    while place < range.upperBound, place - range.lowerBound < 24 {
      let byte = line[place]
      if Span<UInt8>.isDigit(byte) {
        digits = digits &* 10 &+ Int64(byte &- 0x30)
        guard digits < 1 << 43 else { return nil }
        last = place
      } else if byte | 0x20 == UInt8(ascii: "k") {
        let unit = line.extracting(place..<range.upperBound)
        guard unit.count <= 2, place - last <= 3 else { return nil }
        return digits * 1024
      } else if Span<UInt8>.isLetter(byte) || byte == UInt8(ascii: ":") {
        return nil
      }
      place += 1
    }
    return nil
  }
}
