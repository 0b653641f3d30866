import CaptureModel

/// Reads heap profiles of jemalloc, gperftools and Go (`HeapTextLayout`).
///
/// Maps stand behind the rows, so that stacks are made at the end. Memory is the rows, which are of
/// different stacks, or samples.
struct HeapTextReader {
  private enum Part { case head, rows, symbols, maps, rest }

  private var part = Part.head
  private var isJemalloc = false
  private var isCut = false
  private var kind = HeapTextKind.exact
  private var kindName = ""
  private var rows: [HeapTextRow] = []
  private var addresses: [UInt64] = []
  private var frames: [ProfileFrame] = []
  private var symbols: [UInt64: String] = [:]
  private var maps: [HeapTextMap] = []
  private var binary = ""
  private var header: [Int64]?
  private var oddities = FindingCounter()
  private var unknownVersion: Int64?

  /// Reads a file whole.
  ///
  /// - Parameter input: the file.
  /// - Returns: a reader of its totals.
  /// - Throws: `CaptureError` when there is no stack in it.
  static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var lines = LineReader(input.stream())
    var reader = HeapTextReader()
    while lines.nextNumbered({ line, number, isUnfinished in
      reader.take(line, number, isUnfinished)
    }) {}
    try lines.stream.refuseWhenTooLarge()
    if case .unreadable(_, let code)? = lines.stream.failure {
      throw .unreadable(path: input.file.path, code: code)
    }
    if let version = reader.unknownVersion {
      throw .unsupportedVersion(
        path: input.file.path, format: HeapTextLayout.jemallocName, version: version,
        supported: "heap_v2")
    }
    guard reader.part != .head else {
      throw input.file.malformed(
        reader.name, .line(max(1, lines.number)),
        reader.symbols.isEmpty
          ? "a head that is none of a heap profile"
          : "names with no heap profile as text behind them; the .heap file itself has it")
    }
    guard !reader.rows.isEmpty else {
      throw input.file.malformed(reader.name, .line(max(1, lines.number)), "no stack")
    }
    var content = reader.content()
    content.ending = lines.stream.endingOfFailure ?? reader.ending(at: lines.offset)
    return GatheredProfile(content, input)
  }

  private var name: String {
    isJemalloc ? HeapTextLayout.jemallocName : HeapTextLayout.gperftoolsName
  }

  /// Maps, or Go's statistics, end a profile that is whole.
  private func ending(at offset: UInt64) -> CaptureEnding {
    if isCut { return .incomplete(offset: offset, reason: "the last line has no end") }
    let isWhole = part == .maps || part == .rest || !symbols.isEmpty
    return isWhole
      ? .complete
      : .incomplete(offset: offset, reason: "the data end before the maps of the process")
  }

  // MARK: Lines

  private mutating func take(_ line: Span<UInt8>, _ number: UInt64, _ isUnfinished: Bool) {
    if isUnfinished, part != .maps, part != .rest {
      // A number of which digits are missing is another number.
      isCut = true
      return
    }
    guard !line.isBlank else { return }
    switch part {
    case .head: takeHead(line, number)
    case .symbols: takeSymbol(line)
    case .rows: takeRow(line, number)
    case .maps:
      if maps.count < HeapTextLayout.nameLimit { HeapTextMap(line).map { maps.append($0) } }
    case .rest: break
    }
  }

  private mutating func takeHead(_ line: Span<UInt8>, _ number: UInt64) {
    if line.has("--- symbol") {
      part = .symbols
    } else if line.has("--- heap") || line.has("--- profile") || line.has("--- growth") {
      return
    } else if line.has("heap_v2/") {
      isJemalloc = true
      let period = Double(line.text(8..<line.count)) ?? 0
      kind = period > 1 ? .sampled(period: period) : .exact
      kindName = line.text
      part = .rows
    } else if line.has("heap_v") {
      unknownVersion = Int64(line.text(6..<line.count).prefix { $0 != "/" }) ?? 0
    } else if line.has("heap profile:") || line.has("growthz profile:") {
      let start = (line.first(":") ?? 0) + 1
      if let found = HeapTextLine.numbers(line, from: start) {
        header = found.numbers
        kindName = Self.kindName(line, from: found.end)
      }
      kind = Self.kind(kindName)
      part = .rows
    }
  }

  private static func kindName(_ line: Span<UInt8>, from start: Int) -> String {
    var text = line.text(line.trimmed(min(start, line.count)..<line.count))
    if text.hasPrefix("@") { text = String(text.dropFirst().drop { $0 == " " }) }
    return text
  }

  private static func kind(_ name: String) -> HeapTextKind {
    let parts = name.split(separator: "/", maxSplits: 1)
    let period = parts.count == 2 ? Double(parts[1]) : nil
    switch parts.first {
    case "heap_v2", "heapz_v2": return period.map { .sampled(period: $0) } ?? .exact
    // Go writes twice the period.
    case "heap": return period.map { .sampled(period: $0 / 2) } ?? .exact
    case "growth", "growthz": return .growth
    default: return .exact
    }
  }

  private mutating func takeSymbol(_ line: Span<UInt8>) {
    if line.has("---") {
      if line.text == "---" || line.has("--- ") { part = .head }
      return
    }
    if line.has("binary=") {
      binary = line.text(7..<line.count)
      return
    }
    let word = line.word(from: 0)
    guard symbols.count < HeapTextLayout.nameLimit,
      let address = HeapTextLine.address(line, word)
    else { return }
    symbols[address] = line.text(line.trimmed(word.upperBound..<line.count))
  }

  private mutating func takeRow(_ line: Span<UInt8>, _ number: UInt64) {
    if line.has("MAPPED_LIBRARIES:") || line.has("--- Memory map:") {
      part = .maps
    } else if line.has("# runtime.MemStats") {
      part = .rest
    } else if line.has("#") {
      takeFrame(line)
    } else if isJemalloc ? takeJemalloc(line) : takeNumbers(line) {
      return
    } else {
      oddities.count("bad line", line: number, "lines that are no part of a heap profile; left out")
    }
  }

  /// A row of gperftools.
  private mutating func takeNumbers(_ line: Span<UInt8>) -> Bool {
    guard let found = HeapTextLine.numbers(line, from: 0) else { return false }
    let at = line.word(from: found.end)
    guard at.count == 1, line[at.lowerBound] == UInt8(ascii: "@") else { return false }
    return addStack(line, from: at.upperBound, numbers: found.numbers)
  }

  private mutating func addStack(
    _ line: Span<UInt8>, from start: Int, numbers: [Int64]
  ) -> Bool {
    let first = addresses.count
    guard HeapTextLine.addresses(line, from: start, into: &addresses) else {
      addresses.removeLast(addresses.count - first)
      return false
    }
    rows.append(HeapTextRow(addresses: first..<addresses.count, numbers: numbers))
    return true
  }

  private mutating func takeJemalloc(_ line: Span<UInt8>) -> Bool {
    let word = line.word(from: 0)
    if line[word.lowerBound] == UInt8(ascii: "@") {
      return addStack(line, from: word.upperBound, numbers: [0, 0, 0, 0])
    }
    guard line[word.lowerBound] == UInt8(ascii: "t"), line[word.upperBound - 1] == 0x3A,
      let found = HeapTextLine.numbers(line, from: word.upperBound)
    else { return false }
    let isTotal = line.has("t*:", at: word.lowerBound)
    guard !rows.isEmpty else {
      if isTotal { header = found.numbers }
      return true
    }
    if isTotal {
      rows[rows.count - 1].numbers = found.numbers
    } else {
      let own = line.text(line.trimmed(found.end..<line.count))
      let number = line.text(word.lowerBound..<word.upperBound - 1)
      rows[rows.count - 1].threads.append((own.isEmpty ? number : own, found.numbers))
    }
    return true
  }

  /// `#\t0xADDRESS\tFUNCTION+0xOFFSET\tFILE:LINE` of the row above.
  private mutating func takeFrame(_ line: Span<UInt8>) {
    let words = line.words(1..<line.count, most: 3)
    guard !rows.isEmpty, words.count == 3, HeapTextLine.address(line, words[0]) != nil else {
      return
    }
    var function = line.text(words[1])
    if let plus = function.lastIndex(of: "+") { function = String(function[..<plus]) }
    let place = line.text(words[2].lowerBound..<line.trimmed(0..<line.count).upperBound)
    let colon = place.lastIndex(of: ":")
    let number = colon.flatMap { Int32(place[place.index(after: $0)...]) } ?? 0
    let last = rows.count - 1
    if rows[last].frames.isEmpty { rows[last].frames = frames.count..<frames.count }
    frames.append(
      ProfileFrame(
        function: function, file: colon.map { String(place[..<$0]) } ?? place, line: number,
        kind: .native))
    rows[last].frames = rows[last].frames.lowerBound..<frames.count
  }
}

// MARK: The profile

extension HeapTextReader {
  private func content() -> ProfileContent {
    var content = ProfileContent()
    content.header.format = name
    content.header.version = kindName
    let names = HeapTextNames(symbols: symbols, maps: maps)
    let hasAllocated = !isGrowth && rows.contains { $0.numbers[2] != 0 || $0.numbers[3] != 0 }
    for row in rows { add(row, names, hasAllocated, to: &content) }
    describe(&content, hasAllocated: hasAllocated, names)
    return content
  }

  private func add(
    _ row: HeapTextRow, _ names: HeapTextNames, _ hasAllocated: Bool,
    to content: inout ProfileContent
  ) {
    var stack = Array(frames[row.frames])
    if stack.isEmpty { stack = names.stack(addresses[row.addresses]) }
    var node: UInt32 = 0
    for frame in stack.reversed() {
      node = content.stacks.node(parent: node, frame: content.stacks.frame(frame))
    }
    let live = kind.scaled(row.numbers[0], row.numbers[1])
    let all = kind.scaled(row.numbers[2], row.numbers[3])
    let totals = [live.bytes, live.count, all.bytes, all.count]
    let width = hasAllocated ? 4 : 2
    guard !row.threads.isEmpty else {
      return content.add(totals.prefix(width).map(Self.whole), stack: node)
    }
    // Each thread's part of what the stack stands for: they add up to it.
    var before = [Int64](repeating: 0, count: 4)
    var sums = before
    let order = [1, 0, 3, 2]
    for thread in row.threads {
      for column in 0..<4 { sums[column] &+= thread.numbers[order[column]] }
      let parts = (0..<4).map { column -> Int64 in
        let own = Double(row.numbers[order[column]])
        return own > 0 ? Self.whole(totals[column] * Double(sums[column]) / own) : 0
      }
      content.add(
        (0..<width).map { parts[$0] &- before[$0] }, stack: node,
        thread: content.number(of: thread.name))
      before = parts
    }
  }

  private var isGrowth: Bool { if case .growth = kind { true } else { false } }

  private static func whole(_ value: Double) -> Int64 {
    Int64(exactly: value.rounded(.towardZero)) ?? (value > 0 ? .max : 0)
  }

  private func describe(
    _ content: inout ProfileContent, hasAllocated: Bool, _ names: HeapTextNames
  ) {
    let first: ProfilePopulation = isGrowth ? .allocated : .live
    content.description.values = [
      ProfileValue(first, .size, unit: "bytes"), ProfileValue(first, .count, unit: "count"),
    ]
    if hasAllocated {
      content.description.values += [
        ProfileValue(.allocated, .size, unit: "bytes"),
        ProfileValue(.allocated, .count, unit: "count"),
      ]
    }
    content.description.isEstimated = kind.isSampled
    content.description.hasLines = !frames.isEmpty || names.known(addresses) > 0
    if !binary.isEmpty { content.description.properties.append(("binary", binary)) }
    if let header {
      content.description.properties.append(
        ("raw in use", "\(header[0]) blocks, \(header[1]) bytes"))
    }
    content.description.advice =
      "heaptrack or `memray run --native` records every allocation and free with its time"
    content.findings = oddities.all
    let unnamed = names.unnamed(addresses)
    guard frames.isEmpty, unnamed > 0 else { return }
    content.findings.append(
      ProfileFinding(
        kind: "no names", severity: .note, count: Int64(unnamed),
        detail:
          "addresses that stand as module+0xOFFSET; `\(isJemalloc ? "jeprof" : "pprof") --raw "
          + "PROGRAM FILE` writes the profile with names, where the program is"))
  }
}
