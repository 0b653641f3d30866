/// The columns of a table whose cells a comma, a semicolon, a tab or a stroke separates, by the
/// names in its first line.
struct DelimitedColumns {
  /// What a column tells.
  enum Role: Equatable {
    /// A date, or a number of seconds since 1970.
    case time
    /// A number since the beginning, and how many nanoseconds one is.
    case elapsed(unit: Double)
    case process, name
    /// A size: its words, and what its name says that it is multiplied by.
    case size(QuantityWords, unit: Double?)
    case other
  }

  let separator: UInt8
  private(set) var roles: [Role] = []
  /// Whether rows are jobs of Slurm.
  private(set) var isOfJobs = false

  /// Most columns, and the longest name of one.
  private static let most = 256
  private static let longestName = 60

  private static let times: [StaticString] = [
    "time", "timestamp", "date", "datetime", "ts", "utc", "@timestamp", "zeit", "when",
  ]
  private static let elapsed: [StaticString] = [
    "elapsed", "elapsed time", "elapsed_time", "seconds", "secs", "sec", "time_elapsed", "runtime",
    "uptime",
  ]
  private static let processes: [StaticString] = ["pid", "process_id", "processid", "process id"]
  private static let names: [StaticString] = [
    "name", "process", "process_name", "processname", "process name", "image name", "command",
    "cmd", "comm", "container", "container_name", "pod", "pod_name", "service", "worker", "jobid",
    "jobname",
  ]

  /// Reads a head; nil when the line is none.
  init?(_ line: Span<UInt8>) {
    guard let separator = Self.separator(line), let cells = Self.cells(line, separator),
      cells.count >= 2, cells.count <= Self.most
    else { return nil }
    self.separator = separator
    for cell in cells {
      // Lines of `sacct -p` end with a separator.
      if cell.isEmpty, cell.lowerBound >= line.count {
        roles.append(.other)
        continue
      }
      guard Self.isName(line, cell) else { return nil }
      roles.append(Self.role(line, cell))
      if line.extracting(cell).equals("jobid") { isOfJobs = true }
    }
    guard isOfProcesses else { return nil }
    markOthers(line, cells)
  }

  /// The first separator, behind letters and what names of columns hold; nil for most lines.
  private static func separator(_ line: Span<UInt8>) -> UInt8? {
    var place = 0
    while place < min(line.count, longestName + 2) {
      let byte = line[place]
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"), 0x09:
        return place > 0 ? byte : nil
      case UInt8(ascii: ":"), UInt8(ascii: "="): return nil
      default: place += 1
      }
    }
    return nil
  }

  /// The cells of a line, without quotes and spaces around them; nil of a quote that is not closed.
  static func cells(_ line: Span<UInt8>, _ separator: UInt8) -> [Range<Int>]? {
    var cells: [Range<Int>] = []
    var place = 0
    while cells.count <= most {
      var start = place
      while start < line.count, line[start] != separator, Span<UInt8>.isSpace(line[start]) {
        start += 1
      }
      var end = start
      if line.byte(start) == UInt8(ascii: "\"") {
        start += 1
        end = start
        while end < line.count, line[end] != UInt8(ascii: "\"") { end += 1 }
        guard end < line.count else { return nil }
        cells.append(start..<end)
        end = line.skippingSpaces(end + 1)
        if line.byte(end) == 0x0D { end += 1 }
        guard end >= line.count || line[end] == separator else { return nil }
      } else {
        while end < line.count, line[end] != separator { end += 1 }
        cells.append(line.trimmed(start..<end))
      }
      guard end < line.count else { return cells }
      place = end + 1
    }
    return cells
  }

  /// Whether a cell may name a column: few words of letters, and no sentence.
  private static func isName(_ line: Span<UInt8>, _ cell: Range<Int>) -> Bool {
    guard !cell.isEmpty, cell.count <= longestName else { return false }
    let first = line[cell.lowerBound]
    guard
      Span<UInt8>.isLetter(first) || first >= 0x80 || first == UInt8(ascii: "_")
        || first == UInt8(ascii: "#") || first == UInt8(ascii: "%") || first == UInt8(ascii: "@")
    else { return false }
    for place in cell {
      // `RSS 123.4 MB` is no name but a value.
      if Span<UInt8>.isDigit(line[place]), Span<UInt8>.isSpace(line[place - 1]) { return false }
      switch line[place] {
      case UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "{"), UInt8(ascii: "!"): return false
      default: break
      }
    }
    return line.words(cell, most: 5).count < 5
  }

  private static func role(_ line: Span<UInt8>, _ cell: Range<Int>) -> Role {
    var start = cell.lowerBound
    while start < cell.upperBound, line[start] == UInt8(ascii: "#") || line[start] == 0x20 {
      start += 1
    }
    let name = line.extracting(start..<cell.upperBound)
    if times.contains(where: { name.equals($0) }) { return .time }
    if processes.contains(where: { name.equals($0) }) { return .process }
    if names.contains(where: { name.equals($0) }) { return .name }
    if let unit = elapsedUnit(name) { return .elapsed(unit: unit) }
    if name.contains(where: { $0 == UInt8(ascii: "%") }) || name.find("percent") != nil
      || name.find("pct") != nil
    {
      return .other
    }
    let words = QuantityWords(nameOf: line, start..<cell.upperBound)
    guard words.contains(.memory) || !words.isDisjoint(with: .measures) else { return .other }
    return .size(words, unit: unit(line, start..<cell.upperBound))
  }

  /// `elapsed`, `elapsed_s`, `time_ms`, `Elapsed (s)`.
  private static func elapsedUnit(_ name: Span<UInt8>) -> Double? {
    if elapsed.contains(where: { name.equals($0) }) { return 1e9 }
    var end = name.count
    while end > 0, !Span<UInt8>.isLetter(name[end - 1]) { end -= 1 }
    var start = end
    while start > 0, Span<UInt8>.isLetter(name[start - 1]) { start -= 1 }
    guard start > 0 else { return nil }
    let unit = name.extracting(start..<end)
    var stem = start
    while stem > 0, !Span<UInt8>.isLetter(name[stem - 1]) { stem -= 1 }
    let word = name.extracting(..<stem)
    guard elapsed.contains(where: { word.equals($0) }) || word.equals("time") else { return nil }
    if unit.equals("s") || unit.equals("sec") || unit.equals("seconds") { return 1e9 }
    if unit.equals("ms") { return 1e6 }
    return unit.equals("us") ? 1e3 : nil
  }

  /// The unit in a name: `rss_mb`, `RSS (MB)`, `memory [MiB]`.
  private static func unit(_ line: Span<UInt8>, _ cell: Range<Int>) -> Double? {
    let name = line.extracting(cell)
    guard let last = name.last, last == UInt8(ascii: ")") || last == UInt8(ascii: "]") else {
      return QuantityScan.unit(in: line, cell, 1024)
    }
    var open = name.count - 1
    while open > 0, name[open] != UInt8(ascii: "("), name[open] != UInt8(ascii: "[") { open -= 1 }
    guard let (factor, end) = LogValue.unit(name, open + 1, 1024), end == name.count - 1 else {
      return nil
    }
    return factor
  }

  /// Whether it tells of processes: of a size that only one has, or of memory at times.
  private var isOfProcesses: Bool {
    let isPlaced = roles.contains {
      switch $0 {
      case .time, .elapsed, .process: true
      default: false
      }
    }
    return roles.contains {
      guard case .size(let words, _) = $0 else { return false }
      return isPlaced || !words.isDisjoint(with: [.rss, .uss, .pss, .maxrss])
    }
  }

  /// Beside what is free of a machine or of a GPU, what is used is theirs.
  private mutating func markOthers(_ line: Span<UInt8>, _ cells: [Range<Int>]) {
    var more: QuantityWords = []
    for (role, cell) in zip(roles, cells) {
      if case .size(let words, _) = role, words.contains(.machine) { more.insert(.machine) }
      if line.extracting(cell).find("gpu") != nil || line.has("memory.", at: cell.lowerBound) {
        more.insert(.gpu)
      }
    }
    for index in roles.indices {
      guard case .size(let words, let unit) = roles[index],
        words.isDisjoint(with: [.rss, .vms, .uss, .pss, .maxrss])
      else { continue }
      roles[index] = .size(words.union(more), unit: unit)
    }
  }
}
