import CaptureModel

/// Reads logs of glibc's `mtrace`: every allocation with the address of its caller, no time, no thread.
///
/// | line | meaning |
/// |---|---|
/// | `= Start`, `= End` | mtrace() and muntrace() |
/// | `@ PROGRAM:(FUNCTION+0xOFF)[0xADDRESS] + 0xPOINTER 0xSIZE` | an allocation |
/// | `@ … - 0xPOINTER` | a free |
/// | `@ … < 0xPOINTER`, `@ … > 0xPOINTER 0xSIZE` | realloc: what was, what is |
/// | `@ … ! 0xPOINTER 0xSIZE` | realloc that failed: nothing changed |
///
/// Source: glibc's `malloc/mtrace-impl.c`.
struct MtraceReader {
  static let formatName = "mtrace"
  static let descriptor = FormatDescriptor(
    name: formatName, summary: "logs of glibc's mtrace: every allocation and free with its caller",
    extensions: ["log", "mtrace"],
    recognizes: { input in recognizes(input) },
    open: { input throws(CaptureError) in .events(try read(input)) })

  private static func recognizes(_ input: CaptureInput) -> Bool {
    let lines = input.firstLines(8)
    guard lines.first == "= Start" || lines.first?.hasPrefix("@ ") == true else { return false }
    return lines.contains { $0.hasPrefix("@ ") && ($0.contains(":[0x") || $0.contains(")[0x")) }
  }

  private var content = EventContent()
  private var oddities = FindingCounter()
  private var hasEnded = false
  private var unknown: Int64 = 0

  private static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredEvents {
    var lines = LineReader(input.stream())
    var reader = MtraceReader()
    var isCut = false
    while lines.nextNumbered({ line, number, isUnfinished in
      if isUnfinished, !line.has("= End") { isCut = true } else { reader.take(line, number) }
    }) {}
    try lines.stream.refuseWhenTooLarge()
    if case .unreadable(_, let code)? = lines.stream.failure {
      throw .unreadable(path: input.file.path, code: code)
    }
    guard reader.content.count > 0 || reader.hasEnded else {
      throw input.file.malformed(formatName, .line(max(1, lines.number)), "no allocation")
    }
    reader.describe(input)
    if isCut {
      reader.content.ending = .incomplete(
        offset: lines.offset, reason: "the last line has no end")
    }
    reader.content.ending = lines.stream.endingOfFailure ?? reader.content.ending
    return GatheredEvents(reader.content, input, hasTimes: false)
  }

  private mutating func take(_ line: Span<UInt8>, _ number: UInt64) {
    if line.has("= End") { hasEnded = true }
    guard !line.isBlank, !line.has("= ") else { return }
    guard line.has("@ "), event(line) else {
      return oddities.count("bad line", line: number, "lines that are no event; left out")
    }
  }

  private mutating func event(_ line: Span<UInt8>) -> Bool {
    let words = line.words(2..<line.count)
    guard words.count >= 3 else { return false }
    // Names of programs may hold spaces, so the end comes first.
    for operatorPlace in [words.count - 2, words.count - 3] where operatorPlace >= 1 {
      let word = words[operatorPlace]
      guard word.count == 1,
        let pointer = HeapTextLine.address(line, words[operatorPlace + 1])
          ?? (line.text(words[operatorPlace + 1]) == "(nil)" ? 0 : nil)
      else { continue }
      let size = operatorPlace + 2 < words.count ? words[operatorPlace + 2] : nil
      let bytes = size.flatMap { HeapTextLine.address(line, $0) }
      let place = line.text(words[0].lowerBound..<words[operatorPlace - 1].upperBound)
      switch (line[word.lowerBound], bytes) {
      case (UInt8(ascii: "+"), let bytes?), (UInt8(ascii: ">"), let bytes?):
        content.allocate(pointer, bytes, stack: node(place), at: 0)
        return true
      case (UInt8(ascii: "-"), nil), (UInt8(ascii: "<"), nil):
        content.free(pointer, at: 0)
        return true
      case (UInt8(ascii: "!"), _?): return true
      default: continue
      }
    }
    return false
  }

  /// `PROGRAM:(FUNCTION+0xOFF)[0xADDRESS]`, or a part of it.
  private mutating func node(_ place: String) -> UInt32 {
    let program = String(place.prefix { $0 != ":" && $0 != "[" })
    let module = program.split(separator: "/").last.map(String.init) ?? program
    var function = place
    if let open = place.firstIndex(of: "("), let end = place.lastIndex(of: ")"), open < end {
      function = String(place[place.index(after: open)..<end])
      if let plus = function.lastIndex(of: "+") { function = String(function[..<plus]) }
    } else if let open = place.lastIndex(of: "[") {
      function = module + "+" + place[place.index(after: open)...].dropLast()
    }
    let frame = content.frame(
      FrameDefinition(function: function, file: program, line: 0, kind: .native))
    return content.node(parent: 0, frame: frame)
  }

  private mutating func describe(_ input: CaptureInput) {
    content.header.format = Self.formatName
    content.header.framing = input.framing.rawValue
    content.description.tickSeries = ""
    content.description.hasThreads = false
    content.description.hasAllocators = false
    content.description.advice =
      "heaptrack records whole stacks and times of the same program"
    content.findings = oddities.all
    content.findings.append(
      ProfileFinding(
        kind: "one frame", severity: .note, count: 1,
        detail: "the log names the caller of each allocation alone, by its address: "
          + "`addr2line -e PROGRAM ADDRESS` says its line"))
    if !hasEnded {
      content.findings.append(
        ProfileFinding(
          kind: "no end", severity: .note, count: 1,
          detail: "no `= End`: the program did not call muntrace"))
    }
  }
}
