import CaptureModel

/// Reads what bcc's `memleak` prints: the stacks with most outstanding allocations, now and then.
///
/// `[HH:MM:SS] Top N stacks with outstanding allocations:`, then `BYTES bytes in COUNT allocations
/// from stack` and its frames, innermost first: `[0xADDRESS ]FUNCTION+0xOFF [MODULE]`. With
/// `--combined-only` rows of `BYTES … in COUNT …` alike. Source: bcc's `tools/memleak.py`.
struct MemleakReader {
  static let formatName = "memleak"
  private static let headWords = "stacks with outstanding allocations"

  static let descriptor = FormatDescriptor(
    name: formatName, summary: "prints of bcc's memleak: outstanding allocations per stack",
    extensions: ["txt", "log"],
    recognizes: { input in input.contains(headWords) },
    open: { input throws(CaptureError) in .profile(try read(input)) })

  private var content = ProfileContent()
  private var oddities = FindingCounter()
  private var pending: (bytes: Int64, count: Int64)?
  private var stack: [UInt32] = []
  private var clock = TimeOfDay()

  /// Nanoseconds after the first time of day that was met.
  private struct TimeOfDay {
    private static let day: Int64 = 86_400_000_000_000
    private static let mostDays: Int64 = 36_500
    private var first: Int64?
    private var last: Int64 = 0
    private var days: Int64 = 0

    mutating func elapsed(_ text: Substring) -> Int64? {
      let parts = text.split(separator: ":").compactMap { Int64($0) }
      guard parts.count == 3, parts.allSatisfy({ (0..<61).contains($0) }) else { return nil }
      var time = ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1_000_000_000
      time += days * Self.day
      // Midnight has passed.
      if time < last, days < Self.mostDays {
        days += 1
        time += Self.day
      }
      last = time
      if first == nil { first = time }
      return time - (first ?? time)
    }
  }

  private static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var lines = LineReader(input.stream())
    var reader = MemleakReader()
    var isCut = false
    while lines.nextNumbered({ line, number, isUnfinished in
      if isUnfinished, line.count > 0 { isCut = true }
      reader.take(line, number)
    }) {}
    reader.finishStack()
    try lines.stream.refuseWhenTooLarge()
    if case .unreadable(_, let code)? = lines.stream.failure {
      throw .unreadable(path: input.file.path, code: code)
    }
    guard !reader.content.isEmpty else {
      throw input.file.malformed(
        formatName, .line(max(1, lines.number)), "no stack with outstanding allocations")
    }
    reader.describe()
    if isCut {
      reader.content.ending = .incomplete(
        offset: lines.offset, reason: "the last line has no end")
    }
    reader.content.ending = lines.stream.endingOfFailure ?? reader.content.ending
    return GatheredProfile(reader.content, input)
  }

  private mutating func take(_ line: Span<UInt8>, _ number: UInt64) {
    if line.first("stacks with outstanding allocations") != nil {
      finishStack()
      return beginMoment(line, number)
    }
    let words = line.words(0..<line.count, most: 7)
    guard let first = words.first else { return }
    if words.count >= 5, line.text(words[1]) == "bytes", line.text(words[2]) == "in",
      let bytes = Int64(line.text(first)), let count = Int64(line.text(words[3])),
      bytes >= 0, count >= 0
    {
      finishStack()
      pending = (bytes, count)
      return
    }
    guard pending != nil, line[0] == 0x20 || line[0] == 0x09 else { return finishStack() }
    guard stack.count < HeapTextLayout.frameLimit else { return }
    stack.append(content.stacks.frame(Self.frame(line.text(line.trimmed(0..<line.count)))))
  }

  /// Several prints of one run are moments of it.
  private mutating func beginMoment(_ line: Span<UInt8>, _ number: UInt64) {
    let text = line.text
    var time: Int64?
    if let open = text.firstIndex(of: "["), let end = text.firstIndex(of: "]"), open < end {
      time = clock.elapsed(text[text.index(after: open)..<end])
    }
    var moment = ProfileMoment(time: time, line: number)
    moment.isPartial = true
    content.moments.append(moment)
  }

  /// `[0xADDRESS ]FUNCTION+0xOFF [MODULE]`.
  private static func frame(_ text: String) -> ProfileFrame {
    var rest = text[...]
    if rest.hasPrefix("0x"), let space = rest.firstIndex(where: { $0 == " " || $0 == "\t" }) {
      rest = rest[space...].drop { $0 == " " || $0 == "\t" }
    }
    var module = ""
    if rest.last == "]", let open = rest.lastIndex(of: "[") {
      module = String(rest[rest.index(after: open)...].dropLast())
      rest = rest[..<open]
      while rest.last == " " || rest.last == "\t" { rest = rest.dropLast() }
    }
    if let plus = rest.lastIndex(of: "+"), rest[plus...].hasPrefix("+0x") { rest = rest[..<plus] }
    return ProfileFrame(
      function: rest == "[unknown]" ? "" : String(rest), file: module, kind: .native)
  }

  private mutating func finishStack() {
    guard let totals = pending else { return }
    pending = nil
    var node: UInt32 = 0
    for frame in stack.reversed() { node = content.stacks.node(parent: node, frame: frame) }
    stack.removeAll(keepingCapacity: true)
    if content.moments.isEmpty {
      var moment = ProfileMoment()
      moment.isPartial = true
      content.moments.append(moment)
    }
    content.add(
      [totals.bytes, totals.count], stack: node, moment: UInt32(content.moments.count - 1))
  }

  private mutating func describe() {
    content.header.format = Self.formatName
    content.description.values = [
      ProfileValue(.live, .size, unit: "bytes"), ProfileValue(.live, .count, unit: "count"),
    ]
    content.description.hasLines = false
    content.description.clock = content.moments.contains { $0.time != nil } ? .elapsed : .lines
    content.description.advice =
      "heaptrack records every allocation and free; memleak prints the greatest stacks of what is "
      + "outstanding"
    content.findings = oddities.all
    content.findings.append(
      ProfileFinding(
        kind: "greatest only", severity: .note, count: Int64(content.moments.count),
        detail: "each print lists the stacks with most outstanding bytes; the others are unknown"))
  }
}
