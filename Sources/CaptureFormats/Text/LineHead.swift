/// What a collector of logs put before a line: a time, a source, a process.
///
/// Continuous integration, compose, kubectl, syslog and the journal, dynos. What remains behind it
/// is a line as the program wrote it, with the spaces it begins with. Only heads of which each is
/// sure by itself are told here; those that only their neighbours prove are `SourceColumns`'.
struct LineHead: Equatable {
  /// Where the program's own line begins.
  var start = 0
  /// Nanoseconds since 1970; without a year those since the beginning of 1972.
  var time: Int64?
  /// Whether the time names no year.
  var hasNoYear = false
  /// Where the name of the container, pod or host stands.
  var source = 0..<0
  /// Where the name of the process stands.
  var name = 0..<0
  /// Its process id.
  var id: Int64?

  /// Most heads that stand before each other.
  private static let mostHeads = 4

  /// No head.
  init() {}

  /// Takes off all heads that a line begins with, from `start` on.
  init(_ line: Span<UInt8>, from start: Int = 0) {
    self.start = start
    for _ in 0..<Self.mostHeads where !takeHead(line) { return }
  }

  private mutating func takeHead(_ line: Span<UInt8>) -> Bool {
    let first = line.byte(start)
    if Span<UInt8>.isDigit(first) { return takeStamp(line) }
    if first == UInt8(ascii: "[") { return takeBracket(line) }
    if first == UInt8(ascii: "<"), time == nil { return takePriority(line) }
    if first == UInt8(ascii: "s"), line.has("section_", at: start) { return takeSection(line) }
    if Span<UInt8>.isLetter(first), time == nil { return takeSyslog(line) }
    return false
  }

  /// `2024-05-01T12:30:00.1234567Z `, and what runners, the journal and dynos put behind a time.
  private mutating func takeStamp(_ line: Span<UInt8>) -> Bool {
    guard line.byte(start + 4) == UInt8(ascii: "-"), line.byte(start + 10) == UInt8(ascii: "T"),
      let stamp = LogTime(line, at: start), stamp.hasZone,
      line.byte(stamp.range.upperBound) == 0x20 || stamp.range.upperBound == line.count
    else { return false }
    let end = min(stamp.range.upperBound + 1, line.count)
    if takeTag(line, from: end, needsBrackets: true) {
      time = time ?? stamp.nanoseconds
      return true
    }
    // Programs write such times too, with fewer digits; they are heads of records, not of lines.
    guard stamp.digits >= 6, line.byte(stamp.range.upperBound - 1) == UInt8(ascii: "Z") else {
      return false
    }
    time = time ?? stamp.nanoseconds
    start = end + Self.runnerMark(line, end)
    return true
  }

  /// `00O `, `01E+`: the stream of a GitLab runner.
  private static func runnerMark(_ line: Span<UInt8>, _ place: Int) -> Int {
    guard Span<UInt8>.isHexadecimal(line.byte(place)),
      Span<UInt8>.isHexadecimal(line.byte(place + 1)),
      line.byte(place + 2) == UInt8(ascii: "O") || line.byte(place + 2) == UInt8(ascii: "E")
    else { return 0 }
    let next = line.byte(place + 3)
    return next == 0x20 || next == UInt8(ascii: "+") ? 4 : place + 3 == line.count ? 3 : 0
  }

  /// `[pod/name/container] `, `[2024-05-01T12:30:00.123Z] `, `[  518.050606] `.
  private mutating func takeBracket(_ line: Span<UInt8>) -> Bool {
    guard let close = line.find("]", from: start, before: start + 200) else { return false }
    let end = line.byte(close + 1) == 0x20 ? close + 2 : close + 1
    if line.has("pod/", at: start + 1) {
      source = start + 5..<close
      start = end
      return true
    }
    if time == nil, let stamp = LogTime(line, at: start + 1), stamp.hasZone,
      stamp.range.upperBound == close, line.byte(start + 11) == UInt8(ascii: "T")
    {
      time = stamp.nanoseconds
      start = end
      return true
    }
    // Seconds since the kernel began, behind a head that names the kernel, or as dmesg pads them.
    let number = line.skippingSpaces(start + 1)
    guard let (_, point) = line.digits(number), line.byte(point) == UInt8(ascii: "."),
      let (_, last) = line.digits(point + 1), last == close
    else { return false }
    let isOfDmesg = last - point == 7 && point - start >= 6 && line.byte(close + 1) == 0x20
    let isOfKernel =
      !name.isEmpty
      && line.find("kernel", from: name.lowerBound, before: name.upperBound) != nil
    guard isOfKernel || isOfDmesg else { return false }
    start = end
    return true
  }

  /// `section_start:1560896352:name⏎`, after which a GitLab runner goes on in the same line.
  private mutating func takeSection(_ line: Span<UInt8>) -> Bool {
    guard line.has("section_start:", at: start) || line.has("section_end:", at: start),
      let end = line.extracting(start...).position(of: 0x0D)
    else { return false }
    start += end + 1
    return true
  }

  /// `<34>1 2024-05-01T12:00:00.003Z host proc 123 ID47 - `, as RFC 5424 has it; before `Nov 30`,
  /// the priority alone.
  private mutating func takePriority(_ line: Span<UInt8>) -> Bool {
    guard let (_, close) = line.digits(start + 1), line.byte(close) == UInt8(ascii: ">"),
      close - start <= 4
    else { return false }
    guard line.has("1 ", at: close + 1) else {
      guard LogTime(yearless: line, at: close + 1) != nil else { return false }
      start = close + 1
      return true
    }
    let stamp = LogTime(line, at: close + 3)
    var place = stamp?.range.upperBound ?? close + 4
    guard stamp != nil || line.has("- ", at: close + 3), line.byte(place) == 0x20 else {
      return false
    }
    var fields: [Range<Int>] = []
    for _ in 0..<4 {
      let field = line.word(from: place)
      guard field.lowerBound == place + 1, !field.isEmpty else { return false }
      fields.append(field)
      place = field.upperBound
    }
    guard line.byte(place) == 0x20, let message = Self.behindData(line, place + 1) else {
      return false
    }
    func value(_ field: Range<Int>) -> Range<Int> {
      field.count == 1 && line[field.lowerBound] == UInt8(ascii: "-") ? 0..<0 : field
    }
    time = stamp?.nanoseconds
    source = value(fields[0])
    name = value(fields[1])
    if let (number, end) = line.digits(fields[2].lowerBound), end == fields[2].upperBound {
      id = number
    }
    start = message
    return true
  }

  /// Where the message begins behind `-` or `[data name="value"]`.
  private static func behindData(_ line: Span<UInt8>, _ start: Int) -> Int? {
    var place = start
    if line.byte(place) == UInt8(ascii: "-") {
      place += 1
    } else {
      while line.byte(place) == UInt8(ascii: "[") {
        guard let close = line.find("]", from: place) else { return nil }
        place = close + 1
      }
    }
    guard place > start, place == line.count || line.byte(place) == 0x20 else { return nil }
    return Swift.min(place + 1, line.count)
  }

  /// `Nov 30 12:00:01 host proc[123]: `.
  private mutating func takeSyslog(_ line: Span<UInt8>) -> Bool {
    guard line.byte(start + 3) == 0x20, let stamp = LogTime(yearless: line, at: start),
      line.byte(stamp.range.upperBound) == 0x20,
      takeTag(line, from: stamp.range.upperBound + 1, needsBrackets: false)
    else { return false }
    time = stamp.nanoseconds
    hasNoYear = true
    return true
  }

  /// `host proc[123]: `, `host proc: `, `app[web.1]: `: names that end with a colon.
  private mutating func takeTag(
    _ line: Span<UInt8>, from place: Int, needsBrackets: Bool
  ) -> Bool {
    let first = line.word(from: place)
    guard first.lowerBound == place, !first.isEmpty, first.count < 100 else { return false }
    var tag = first
    var host = 0..<0
    if line.byte(first.upperBound - 1) != UInt8(ascii: ":") {
      tag = line.word(from: first.upperBound)
      host = first
      guard tag.lowerBound == first.upperBound + 1, tag.count < 100 else { return false }
    }
    guard tag.count > 1, line.byte(tag.upperBound - 1) == UInt8(ascii: ":") else { return false }
    var end = tag.upperBound - 1
    if line.byte(end - 1) == UInt8(ascii: "]"),
      let open = line.find("[", from: tag.lowerBound, before: end)
    {
      if let (value, after) = line.digits(open + 1), after == end - 1 {
        id = value
        name = tag.lowerBound..<open
      } else {
        // `app[web.1]`: the dyno is the process.
        name = open + 1..<end - 1
      }
    } else {
      guard !needsBrackets else { return false }
      while end > tag.lowerBound, line.byte(end - 1) == UInt8(ascii: ":") { end -= 1 }
      name = tag.lowerBound..<end
      if line.has("heroku/", at: name.lowerBound) { name = name.lowerBound + 7..<name.upperBound }
    }
    source = host.isEmpty ? source : host
    start = min(line.byte(tag.upperBound) == 0x20 ? tag.upperBound + 1 : tag.upperBound, line.count)
    return true
  }
}

extension Span<UInt8> {
  @inline(__always)
  static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- 0x61 < 6
  }
}
