/// What stands before the message of a log line: time, process, level, names.
struct LogHead {
  /// Nanoseconds since 1970 UTC; nil when the line has no time.
  var time: Int64?
  /// Whether that time names no year.
  var hasNoYear = false
  var process: Int64?
  /// Where the name of the process stands, such as celery's `ForkPoolWorker-1`.
  var name = 0..<0
  /// Whether the line begins a record, by a time or a level.
  var beginsRecord: Bool
  /// Where the message begins.
  var messageStart: Int
  /// The same with the spaces that the message begins with, for tables that are logged by rows.
  var contentStart = 0

  /// Greatest process id of Linux.
  private static let mostProcess: Int64 = 4_194_304
  /// How far behind the time a level is looked for.
  private static let searched = 80

  /// Reads the head of a line.
  ///
  /// - Parameters:
  ///   - line: the line.
  ///   - traits: words that it may hold; any when they are not known.
  init(_ line: Span<UInt8>, _ traits: LineTraits = .any) {
    let (found, hasNoYear) = Self.time(line)
    self.hasNoYear = hasNoYear
    time = found?.nanoseconds
    var place = found?.range.upperBound ?? 0
    if line.byte(place) == UInt8(ascii: "]") { place += 1 }
    process = Self.process(line, found?.range, traits)
    let level =
      traits.contains(.level) ? Self.level(line, from: place, hasTime: found != nil) : nil
    beginsRecord = found != nil || level != nil
    if let level { place = level }
    messageStart = place
    if level != nil, line.byte(place) == UInt8(ascii: "/"),
      let close = line.find("]", from: place, before: place + 80)
    {
      // `[time: INFO/ForkPoolWorker-1] message`, as celery and multiprocessing write.
      name = place + 1..<close
      messageStart = Self.skippingSeparators(line, close + 1)
    } else if found == nil, line.byte(place) == UInt8(ascii: ":") {
      // `INFO:name:message`, the layout of `logging.basicConfig()`.
      // uvicorn has spaces where that has a name.
      let isNamed = line.byte(place + 1) != 0x20
      messageStart =
        isNamed
        ? line.find(":", from: place + 1).map { $0 + 1 } ?? place + 1
        : line.skippingSpaces(place + 1)
    } else {
      if let known = Self.processName(line, found?.range.upperBound ?? 0) { name = known }
      place = Self.skippingSeparators(line, place)
      if let known = Self.processName(line, place) {
        name = known
        place = Self.skippingSeparators(
          line, Self.isOfName(line.byte(known.upperBound)) ? known.upperBound : known.upperBound + 1
        )
      }
      messageStart = Self.message(line, from: place, traits)
    }
    messageStart = min(messageStart, line.count)
    var content = messageStart
    while content > 0, line.byte(content - 1) == 0x20 { content -= 1 }
    contentStart = min(max(content + 1, 0), messageStart)
  }

  /// The time near the line's beginning.
  private static func time(_ line: Span<UInt8>) -> (time: LogTime?, hasNoYear: Bool) {
    let first = line.byte(0)
    let place = first == UInt8(ascii: "[") ? 1 : 0
    if line.byte(place + 3) == 0x20, Span<UInt8>.isLetter(line.byte(place)) {
      if let time = LogTime(ctime: line, at: place) { return (time, false) }
      if let time = LogTime(yearless: line, at: place) { return (time, true) }
    }
    if let time = LogTime(in: line) { return (time, false) }
    if place == 0, let time = LogTime(ofLevel: line, at: 0) { return (time, true) }
    if Span<UInt8>.isDigit(line.byte(place)), let time = LogTime(beginning: line, at: place) {
      return (time, false)
    }
    if Span<UInt8>.isDigit(line.byte(place)), line.byte(place + 2) == UInt8(ascii: ":"),
      let time = LogTime(ofDay: line, at: place)
    {
      return (time, true)
    }
    return (nil, false)
  }

  /// A name that `multiprocessing` and its pools give: `MainProcess`, `ForkPoolWorker-1`.
  private static func processName(_ line: Span<UInt8>, _ start: Int) -> Range<Int>? {
    var first = skippingSeparators(line, start)
    if line.byte(first) == UInt8(ascii: "(") || line.byte(first) == UInt8(ascii: "[") { first += 1 }
    switch line.byte(first) {
    case UInt8(ascii: "M"), UInt8(ascii: "F"), UInt8(ascii: "S"), UInt8(ascii: "P"): break
    default: return nil
    }
    if line.has("MainProcess", at: first), !isOfName(line.byte(first + 11)) {
      return first..<first + 11
    }
    var place = first
    if line.has("Fork", at: place) { place += 4 }
    if line.has("Spawn", at: place) { place += 5 }
    if line.has("PoolWorker-", at: place) {
      place += 11
    } else if line.has("Process-", at: place) {
      place += 8
    } else {
      return nil
    }
    guard let (_, end) = line.digits(place) else { return nil }
    place = end
    while line.byte(place) == UInt8(ascii: ":"), let (_, end) = line.digits(place + 1) {
      place = end
    }
    return first..<place
  }

  /// Where the level's name ends; without a time it must begin the line.
  private static func level(_ line: Span<UInt8>, from start: Int, hasTime: Bool) -> Int? {
    var place = start
    let end = min(line.count, start + searched)
    while place < end {
      guard Span<UInt8>.isLetter(line[place]) else {
        place += 1
        continue
      }
      // `[info     ]`, as structlog writes it; other small words may be any.
      if line[place] < 0x60 || hasTime && line.byte(place - 1) == UInt8(ascii: "["),
        let length = levelLength(line, place)
      {
        let next = line.byte(place + length)
        if !Span<UInt8>.isLetter(next), next != 0x5F, !Span<UInt8>.isDigit(next) {
          return place + length
        }
      }
      if !hasTime { return nil }
      while place < end, Span<UInt8>.isLetter(line[place]) || line[place] == 0x5F { place += 1 }
    }
    return nil
  }

  /// Length of the name of a level at a place.
  @inline(__always)
  private static func levelLength(_ line: Span<UInt8>, _ place: Int) -> Int? {
    func length(_ word: StaticString) -> Int? {
      line.holds(word, at: place) ? word.utf8CodeUnitCount : nil
    }
    switch line[place] | 0x20 {
    case UInt8(ascii: "d"): return length("debug")
    case UInt8(ascii: "i"): return length("info")
    case UInt8(ascii: "w"): return length("warning") ?? length("warn")
    case UInt8(ascii: "e"): return length("error")
    case UInt8(ascii: "c"): return length("critical")
    case UInt8(ascii: "s"): return length("success")
    case UInt8(ascii: "t"): return length("trace")
    case UInt8(ascii: "f"): return length("fatal")
    case UInt8(ascii: "n"): return length("notice")
    default: return nil
    }
  }

  /// The name of a worker that a message begins with: `[worker 3]`, `Rank 0:`, `worker-0 `.
  static func worker(_ line: Span<UInt8>, from start: Int) -> Range<Int>? {
    var first = line.skippingSpaces(start)
    let isBracket =
      line.byte(first) == UInt8(ascii: "[") || line.byte(first) == UInt8(ascii: "(")
    if isBracket { first += 1 }
    // Asked of every line with a word of memory, so that a letter decides mostly.
    switch (line.byte(first) | 0x20, line.byte(first + 1) | 0x20) {
    case (UInt8(ascii: "w"), UInt8(ascii: "o")), (UInt8(ascii: "r"), UInt8(ascii: "a")),
      (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "p"), UInt8(ascii: "r")),
      (UInt8(ascii: "s"), UInt8(ascii: "h")), (UInt8(ascii: "a"), UInt8(ascii: "c")):
      break
    default: return nil
    }
    guard let word = workers.first(where: { line.holds($0, at: first) }) else { return nil }
    var place = first + word.utf8CodeUnitCount
    let joint = line.byte(place)
    if joint == 0x20 || joint == UInt8(ascii: "-") || joint == UInt8(ascii: "_")
      || joint == UInt8(ascii: "#")
    {
      place += 1
    }
    guard let (_, end) = line.digits(place), end - place <= 7 else { return nil }
    let next = line.byte(end)
    let isEnd =
      isBracket
      ? next == UInt8(ascii: "]") || next == UInt8(ascii: ")")
      : next == UInt8(ascii: ":") || joint == UInt8(ascii: "-") && next == 0x20
    return isEnd ? first..<end : nil
  }

  private static let workers: [StaticString] = [
    "worker", "rank", "process", "proc", "replica", "shard", "actor",
  ]

  /// The process that a line names as such, wherever: `pid=7`, `PID 1234`, `(pid: 7)`.
  static func named(_ line: Span<UInt8>) -> Int64? {
    var place = 0
    while let found = line.find("pid", from: place) {
      place = found + 3
      let before = line.byte(found - 1)
      guard !Span<UInt8>.isLetter(before), !Span<UInt8>.isDigit(before) else { continue }
      var start = place
      // `'pid': 7`, as dictionaries are printed.
      let quote = line.byte(start)
      if quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") { start += 1 }
      let last = start + 3
      while start < last,
        line.byte(start) == 0x20 || line.byte(start) == UInt8(ascii: "=")
          || line.byte(start) == UInt8(ascii: ":")
      {
        start += 1
      }
      if start > place, let (value, end) = line.digits(start), value > 0, value <= mostProcess,
        !Span<UInt8>.isLetter(line.byte(end)), line.byte(end) != UInt8(ascii: ".")
      {
        return value
      }
    }
    return nil
  }

  /// The first number in brackets, or one right behind the time.
  private static func process(
    _ line: Span<UInt8>, _ time: Range<Int>?, _ traits: LineTraits
  ) -> Int64? {
    var place = 0
    let end = min(line.count, 96)
    while place < end {
      if !traits.contains(.pid) {
        // Brackets are rare, and looking for one byte is quick.
        guard let open = line.extracting(place..<end).position(of: UInt8(ascii: "[")) else { break }
        place += open
      }
      if line[place] == UInt8(ascii: "["), let (value, after) = line.digits(place + 1),
        line.byte(after) == UInt8(ascii: "]"), value > 0, value <= mostProcess
      {
        return value
      }
      if line[place] | 0x20 == UInt8(ascii: "p"), line.holds("pid", at: place),
        !Span<UInt8>.isLetter(line.byte(place - 1))
      {
        var start = place + 3
        while line.byte(start) == UInt8(ascii: "=") || line.byte(start) == UInt8(ascii: ":")
          || line.byte(start) == 0x20
        { start += 1 }
        if start > place + 3, let (value, _) = line.digits(start), value > 0, value <= mostProcess {
          return value
        }
      }
      place += 1
    }
    guard let time, line.byte(time.upperBound) == 0x20,
      let (value, after) = line.digits(time.upperBound + 1), line.byte(after) == 0x20,
      value > 1, value <= mostProcess
    else { return nil }
    return value
  }

  /// Where the message begins, behind separators and the logger's name.
  private static func message(
    _ line: Span<UInt8>, from start: Int, _ traits: LineTraits
  ) -> Int {
    var place = skippingSeparators(line, start)
    // `RSS: 5 MB` is no logger of that name.
    if !traits.isDisjoint(with: [.quantity, .extremes]) {
      var wordEnd = place
      while Span<UInt8>.isLetter(line.byte(wordEnd)) || line.byte(wordEnd) == 0x5F { wordEnd += 1 }
      let words = QuantityWords(nameOf: line, place..<wordEnd)
      if !words.isDisjoint(with: [.memory, .rss, .vms, .uss, .pss, .swap, .maxrss, .peak]) {
        return place
      }
    }
    // `532.1 MB used` neither.
    if Span<UInt8>.isDigit(line.byte(place)) { return place }
    // loguru's `module:function:line - `, a logger's `app.views` or `root:`.
    var end = place
    var isDotted = false
    while end < line.count, line[end] != 0x20 {
      if line[end] == UInt8(ascii: "[") { break }
      if line[end] == UInt8(ascii: ".") { isDotted = true }
      if !isOfName(line[end]) { return place }
      end += 1
    }
    guard end < line.count else { return place }
    let isFollowedByDash = line.byte(end + 1) == UInt8(ascii: "-") && line.byte(end + 2) == 0x20
    if isFollowedByDash || isDotted || line.byte(end - 1) == UInt8(ascii: ":") {
      place = skippingSeparators(line, end)
    }
    return place
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    Span<UInt8>.isLetter(byte) || Span<UInt8>.isDigit(byte) || byte == 0x5F
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "<")
      || byte == UInt8(ascii: ">")
  }

  private static func skippingSeparators(_ line: Span<UInt8>, _ start: Int) -> Int {
    var place = start
    while place < line.count {
      let byte = line[place]
      if byte == UInt8(ascii: "["), let (_, after) = line.digits(place + 1),
        line.byte(after) == UInt8(ascii: "]")
      {
        place = after + 1
        continue
      }
      guard
        byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "|")
          || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "]")
      else { return place }
      place += 1
    }
    return place
  }
}
