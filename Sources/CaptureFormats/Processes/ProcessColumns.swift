/// The columns of a table of processes, by the names in its head.
///
/// `ps` with any choice of columns, `top`, `pidstat -r` and `smem` write a head of one word a
/// column; a command may be several words, so the columns behind it are counted from the right.
struct ProcessColumns: Equatable {
  /// What a column tells.
  enum Role: Equatable {
    case process, thread, text, started, time, other
    /// A size, by the name of its series.
    case size(Series)
  }

  /// Series of sizes, by their names in the language.
  enum Series: String, CaseIterable {
    case rss, vms, uss, pss, swap, footprint
  }

  private(set) var roles: [Role] = []
  /// Where the names of the columns end.
  private var headEnd = 0
  /// Whether each line begins with a time of day.
  private(set) var beginsWithTime = false

  private static let names: [(name: StaticString, role: Role)] = [
    ("PID", .process), ("TGID", .process), ("TID", .thread), ("LWP", .thread), ("SPID", .thread),
    ("RSS", .size(.rss)), ("RES", .size(.rss)), ("RSZ", .size(.rss)), ("RSSIZE", .size(.rss)),
    ("RSIZE", .size(.rss)), ("VSZ", .size(.vms)), ("VIRT", .size(.vms)), ("VSIZE", .size(.vms)),
    ("USS", .size(.uss)), ("PSS", .size(.pss)), ("SWAP", .size(.swap)), ("Swap", .size(.swap)),
    ("COMMAND", .text), ("CMD", .text), ("Command", .text), ("COMM", .text), ("ARGS", .text),
    ("UCMD", .text), ("STARTED", .started), ("Time", .time),
  ]

  /// Reads a head; nil when the line is none.
  init?(_ line: Span<UInt8>) {
    guard line.count < Self.longest, Self.endsAsHead(line), Self.mayBeHead(line) else { return nil }
    var words = line.words(0..<line.count, most: 64)[...]
    guard let last = words.last else { return nil }
    headEnd = last.upperBound
    if line.has("#", at: words[0].lowerBound), words[0].count == 1 {
      words = words.dropFirst()
    } else if LogTime.clock(line, words[0].lowerBound)?.end == words[0].upperBound {
      beginsWithTime = true
      words = words.dropFirst()
      if let next = words.first, Self.isHalfOfDay(line, next) { words = words.dropFirst() }
    }
    // macOS calls the footprint MEM; elsewhere the word is a share of all memory.
    let isOfMac = words.contains { line.has("#TH", at: $0.lowerBound) }
    for word in words {
      guard Self.isOfHead(line, word) else { return nil }
      let known = Self.names.first { name, _ in
        name.utf8CodeUnitCount == word.count && line.has(name, at: word.lowerBound)
      }
      let isFootprint = isOfMac && word.count == 3 && line.has("MEM", at: word.lowerBound)
      roles.append(isFootprint ? .size(.footprint) : known?.role ?? .other)
    }
    guard roles.contains(where: \.isSize) else { return nil }
    // Shares of a processor or of the memory may stand beside.
    for (role, word) in zip(roles, words)
    where isNameless && !role.isSize && line[word.lowerBound] != UInt8(ascii: "%") {
      return nil
    }
  }

  /// Whether nothing names the process of a row, as in what `ps -o rss` prints.
  var isNameless: Bool { !roles.contains(.process) && !roles.contains(.text) }

  /// Longest head.
  private static let longest = 1024

  /// Whether the last word may stand in a head.
  private static func endsAsHead(_ line: Span<UInt8>) -> Bool {
    var end = line.count
    while end > 0, Span<UInt8>.isSpace(line[end - 1]) { end -= 1 }
    var start = end
    while start > 0, !Span<UInt8>.isSpace(line[start - 1]) { start -= 1 }
    return start < end && isOfHead(line, start..<end)
  }

  /// Whether a column of sizes may be named: most lines of a log are told from heads by this.
  private static func mayBeHead(_ line: Span<UInt8>) -> Bool {
    line.locate("SS") != nil || line.locate("RES") != nil || line.locate("VIRT") != nil
      || line.locate("VSZ") != nil || line.locate("SIZE") != nil || line.locate("RSZ") != nil
      || line.locate("MEM") != nil
  }

  /// Whether a word may stand in a head: capitals, shares, rates.
  private static func isOfHead(_ line: Span<UInt8>, _ word: Range<Int>) -> Bool {
    // Capitals and marks; top also has `nMaj` and its like.
    var isOfHead = false
    for place in word {
      let byte = line[place]
      if Span<UInt8>.isDigit(byte) { return false }
      if !Span<UInt8>.isLetter(byte) || place > word.lowerBound && byte < 0x60 { isOfHead = true }
    }
    return isOfHead || line[word.lowerBound] < 0x60 || line.has("threads", at: word.lowerBound)
      || line.has("prio", at: word.lowerBound) || line.has("iodelay", at: word.lowerBound)
  }

  private static func isHalfOfDay(_ line: Span<UInt8>, _ word: Range<Int>) -> Bool {
    word.count == 2 && (line.has("AM", at: word.lowerBound) || line.has("PM", at: word.lowerBound))
  }

  /// Where each column of a row stands; nil when the line is no row.
  ///
  /// - Parameters:
  ///   - line: the row.
  ///   - dayTime: nanoseconds since midnight, or since 1970, that the row begins with.
  /// - Returns: a range for each column.
  func cells(_ line: Span<UInt8>, dayTime: inout Int64?) -> [Range<Int>]? {
    var words = line.words(0..<line.count)[...]
    if beginsWithTime, !takeTime(line, &words, &dayTime) { return nil }
    let texts = roles.indices.filter { roles[$0] == .text }
    for wide in [texts.last, texts.first] {
      if let cells = cells(line, words, wide: wide, &dayTime), isRow(line, cells) { return cells }
    }
    return nil
  }

  private func cells(
    _ line: Span<UInt8>, _ words: ArraySlice<Range<Int>>, wide: Int?, _ dayTime: inout Int64?
  ) -> [Range<Int>]? {
    var words = words
    var cells: [Range<Int>] = []
    for index in 0..<(wide ?? roles.count) {
      switch roles[index] {
      case .time:
        guard let first = words.first, takeTime(line, &words, &dayTime) else { return nil }
        cells.append(first)
      case .started:
        let width = Self.startWords(line, words)
        guard words.count >= width, let first = words.first else { return nil }
        cells.append(first.lowerBound..<words[words.startIndex + width - 1].upperBound)
        words = words.dropFirst(width)
      default:
        guard let first = words.popFirst() else { return nil }
        cells.append(first)
      }
    }
    guard let wide else { return words.isEmpty ? cells : nil }
    var behind: [Range<Int>] = []
    for index in (wide + 1..<roles.count).reversed() {
      let width = roles[index] == .started ? Self.startWords(line, endOf: words) : 1
      guard words.count >= width, let last = words.last else { return nil }
      behind.append(words[words.endIndex - width].lowerBound..<last.upperBound)
      words = words.dropLast(width)
    }
    // A process may have no command to print.
    let start = words.first?.lowerBound ?? behind.last?.lowerBound ?? line.count
    cells.append(start..<(words.last?.upperBound ?? start))
    return cells + behind.reversed()
  }

  /// Words of the time at which a process began: `Mon Nov 30 12:00:01 2026`, `Nov 30`, `12:00`.
  private static func startWords(_ line: Span<UInt8>, _ words: ArraySlice<Range<Int>>) -> Int {
    guard let first = words.first, first.count == 3, Span<UInt8>.isLetter(line[first.lowerBound])
    else { return 1 }
    guard words.count > 1, !Span<UInt8>.isDigit(line[words[words.startIndex + 1].lowerBound]) else {
      return 2
    }
    return 5
  }

  /// The same where it is the last that is left of a row.
  private static func startWords(_ line: Span<UInt8>, endOf words: ArraySlice<Range<Int>>) -> Int {
    for width in [5, 2] where words.count >= width && startWords(line, words.suffix(width)) == width
    {
      return width
    }
    return 1
  }

  private func takeTime(
    _ line: Span<UInt8>, _ words: inout ArraySlice<Range<Int>>, _ dayTime: inout Int64?
  ) -> Bool {
    guard let first = words.popFirst() else { return false }
    if let (time, end) = LogTime.clock(line, first.lowerBound), end == first.upperBound {
      dayTime = time
      if let next = words.first, Self.isHalfOfDay(line, next) {
        words = words.dropFirst()
        let half: Int64 = 43_200_000_000_000
        let isAfternoon = line.has("PM", at: next.lowerBound)
        dayTime = time % half + (isAfternoon ? half : 0)
      }
      return true
    }
    guard let (seconds, end) = line.digits(first.lowerBound), end == first.upperBound,
      let time = LogTime.sinceEpoch(Double(seconds))
    else { return false }
    dayTime = time
    return true
  }

  /// Whether cells hold what their columns promise.
  private func isRow(_ line: Span<UInt8>, _ cells: [Range<Int>]) -> Bool {
    // Numbers end where their heads end, but for those that are too wide.
    if isNameless, let last = cells.last, let first = cells.first {
      guard abs(last.upperBound - headEnd) <= 2 || first.lowerBound == 0 else { return false }
    }
    for (role, cell) in zip(roles, cells) {
      switch role {
      case .process:
        let isNumber = line.digits(cell.lowerBound)?.end == cell.upperBound
        let isNone = cell.count == 1 && line.byte(cell.lowerBound) == UInt8(ascii: "-")
        guard isNumber || isNone else { return false }
      case .size:
        let first = line.byte(cell.lowerBound)
        guard Span<UInt8>.isDigit(first) || first == UInt8(ascii: "-") else { return false }
      default: break
      }
    }
    return true
  }
}

extension ProcessColumns.Role {
  /// Whether a column tells a size.
  var isSize: Bool {
    if case .size = self { true } else { false }
  }
}
