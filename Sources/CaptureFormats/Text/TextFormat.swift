import CaptureModel

/// The registry's entries for text that people read: reports, tables, prints and logs.
///
/// All are read by one reader, as one text may hold several; the name says what it is mainly.
enum TextFormat {
  static let report = entry(
    MemoryProfilerLayout.reportName,
    "line reports of memory_profiler's @profile, alone or inside a log", ["txt", "log"])
  static let leaks = entry(
    LeakKind.formatName, "leaks printed by LeakSanitizer, AddressSanitizer and valgrind's memcheck",
    ["txt", "log"])
  static let tables = entry(
    ObjectTables.formatName,
    "bytes by type: guppy's heap(), pympler's summaries, sys.getsizeof lines; by mapping: smaps",
    ["txt", "log"])
  static let processes = entry(
    ProcessTables.formatName,
    "memory of processes and containers: ps, top, pidstat, tasklist, docker stats, kubectl top, Slurm, CSV",
    ["txt", "log"])
  static let traces = entry(
    TracePrintKind.formatName,
    "statistics and differences as tracemalloc prints them, per line or traceback", ["txt", "log"])
  static let memray = entry(
    MemrayPrintKind.formatName,
    "what `memray stats`, `summary` and `tree` and pytest-memray print", ["txt", "log"])
  static let log = entry(
    LogLines.formatName,
    "memory in log lines of any layout and in JSON lines: psutil, loguru, logging, gc",
    ["log", "txt", "jsonl"])
  static let prints = entry(
    LogLines.printsName,
    "objgraph's prints: common types, growth, new ids; alone or in a log", ["txt", "log"])

  private static func entry(
    _ name: String, _ summary: String, _ extensions: [String]
  ) -> FormatDescriptor {
    FormatDescriptor(
      name: name, summary: summary, extensions: extensions,
      recognizes: { input in input.textFormat == name },
      open: { input throws(CaptureError) in .profile(try open(input, name)) })
  }

  /// Opens a text as one of a format, of which something must be in it; any text is a log.
  private static func open(
    _ input: CaptureInput, _ name: String
  ) throws(CaptureError) -> TextReader {
    guard name != LogLines.formatName, name != input.textFormat else {
      return TextReader(input, format: name)
    }
    let probe = TextReader(input, format: name)
    guard probe.search(until: { $0.found.contains(name) && $0.hasContent }) else {
      throw input.file.malformed(name, .line(1), "nothing of it is in this text")
    }
    return TextReader(input, format: name)
  }

  /// Lines that are looked at for prints of objgraph.
  private static let sniffedLines = 2_000
  /// Share of lines that must be rows, percent.
  private static let leastRows = 80

  /// What became of the search for memory in a text.
  struct Recognized {
    /// The format that it is mainly of; nil when nothing in it tells of memory.
    var format: String?
    /// Why what tells of memory is left out, when nothing is kept.
    var leftOut: [String] = []
  }

  /// Looks through a text until something is found.
  static func recognize(_ input: CaptureInput) -> Recognized {
    guard input.isText, !isOfStacks(input) else { return Recognized() }
    if isPrints(input) { return Recognized(format: LogLines.printsName) }
    let reader = TextReader(input)
    guard reader.search(until: { $0.hasContent }) else {
      return Recognized(leftOut: reader.leftOut.map { "\($0.count) × \($0.detail)" })
    }
    return Recognized(format: reader.found.first ?? LogLines.formatName)
  }

  /// Whether all lines of the beginning are folded stacks, so that no word in them matters.
  private static func isOfStacks(_ input: CaptureInput) -> Bool {
    var stacks = 0
    for text in input.firstLines(sniffedLines) where !text.isEmpty && !text.hasPrefix("#") {
      let bytes = Array(text.utf8)
      let line = bytes.span
      guard line.position(of: UInt8(ascii: ";")) != nil, let last = line.words(0..<line.count).last,
        DecimalNumber(line, last) != nil, !LogHead(line).beginsRecord, LineHead(line).start == 0
      else { return false }
      stacks += 1
    }
    return stacks >= 3
  }

  /// Whether nearly all lines are rows of types, or rows of growth stand among others.
  private static func isPrints(_ input: CaptureInput) -> Bool {
    var rows = 0
    var others = 0
    for text in input.firstLines(sniffedLines) where !text.isEmpty {
      let bytes = Array(text.utf8)
      let line = bytes.span
      if line.byte(0) == UInt8(ascii: "=") { continue }
      if TypeRow(line) == nil { others += 1 } else { rows += 1 }
      if others > 50, others > rows { return false }
    }
    return rows > 0 && rows * 100 >= (rows + others) * leastRows
  }
}

extension TextReader {
  /// Reads on until something is found; whether it was.
  func search(until isFound: (TextReader) -> Bool) -> Bool {
    let batch = ProfileBatch()
    while next(into: batch) {
      if isFound(self) { return true }
    }
    return isFound(self)
  }
}

extension CaptureInput {
  /// Whether the beginning is text: no byte 0, and hardly a control character.
  var isText: Bool {
    var strange = 0
    for byte in beginning.prefix(4_096) {
      if byte == 0 { return false }
      if byte < 0x20, byte != 9, byte != 10, byte != 13, byte != 0x1B, byte != 12 { strange += 1 }
    }
    return strange * 20 <= min(beginning.count, 4_096)
  }
}
