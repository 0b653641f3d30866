import CaptureModel

/// Reads what austin prints: folded stacks with how the resident memory of the process changed, or
/// with the time, while each was on top.
///
/// `P<PID>;T<IID>:<TID>;FILE:FUNCTION:LINE;… VALUE`, below a head of `# mode: memory` (bytes, which
/// may be negative), `wall` or `cpu` (microseconds), or `full` (`TIME,IDLE,BYTES`). Source: austin 3's
/// README.
struct AustinReader {
  static let formatName = "austin"
  static let descriptor = FormatDescriptor(
    name: formatName,
    summary: "stacks of austin: changes of resident memory (-m), or time",
    extensions: ["austin"],
    recognizes: { input in input.beginning.starts(with: Array("# austin: ".utf8)) },
    open: { input throws(CaptureError) in .profile(try read(input)) })

  private enum Mode: String {
    case memory, wall, cpu, full
  }

  private var content = ProfileContent()
  private var oddities = FindingCounter()
  private var frames: [String: UInt32] = [:]
  private var mode = Mode.wall
  private var hasMode = false

  private static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var lines = LineReader(input.stream())
    var reader = AustinReader()
    var isCut = false
    while lines.nextNumbered({ line, number, isUnfinished in
      if isUnfinished { isCut = true } else { reader.take(line, number) }
    }) {}
    try lines.stream.refuseWhenTooLarge()
    if case .unreadable(_, let code)? = lines.stream.failure {
      throw .unreadable(path: input.file.path, code: code)
    }
    guard !reader.content.isEmpty else {
      throw input.file.malformed(formatName, .line(max(1, lines.number)), "no stack with a value")
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
    guard !line.isBlank else { return }
    if line.has("# ") {
      let text = line.text(2..<line.count)
      if text.hasPrefix("mode: "), let known = Mode(rawValue: String(text.dropFirst(6))) {
        (mode, hasMode) = (known, true)
      } else if text.hasPrefix("austin: ") {
        content.header.version = String(text.dropFirst(8))
      } else if let colon = text.firstIndex(of: ":"), content.description.properties.count < 32 {
        content.description.properties.append(
          (String(text[..<colon]), String(text[text.index(after: colon)...].drop { $0 == " " })))
      }
      return
    }
    guard stack(line) else {
      return oddities.count("bad line", line: number, "lines that are no stack; left out")
    }
  }

  private mutating func stack(_ line: Span<UInt8>) -> Bool {
    let range = line.trimmed(0..<line.count)
    var space = range.upperBound
    while space > range.lowerBound, line[space - 1] != 0x20 { space -= 1 }
    guard space > range.lowerBound + 1,
      let value = value(line.text(space..<range.upperBound))
    else { return false }
    var process: Int64?
    var thread: UInt32?
    var node: UInt32 = 0
    for (index, text) in line.text(range.lowerBound..<space - 1).split(separator: ";").enumerated()
    {
      if index == 0, text.hasPrefix("P"), let number = Int64(text.dropFirst()) {
        process = number
      } else if index <= 1, thread == nil, text.hasPrefix("T"), text.contains(":") {
        thread = content.number(of: String(text.dropFirst()))
      } else {
        node = content.stacks.node(parent: node, frame: frame(String(text)))
      }
    }
    content.add(value, stack: node, thread: thread, process: process)
    return true
  }

  /// The numbers of a stack in the order of the mode's values.
  private func value(_ text: String) -> [Int64]? {
    guard mode == .full else { return Int64(text).map { [$0] } }
    let parts = text.split(separator: ",")
    guard parts.count == 3, let time = Int64(parts[0]), let bytes = Int64(parts[2]) else {
      return nil
    }
    return [bytes, time]
  }

  /// `FILE:FUNCTION:LINE`.
  private mutating func frame(_ text: String) -> UInt32 {
    if let known = frames[text] { return known }
    var frame = ProfileFrame(function: text)
    if let second = text.lastIndex(of: ":"), let line = Int32(text[text.index(after: second)...]),
      let first = text[..<second].lastIndex(of: ":")
    {
      frame = ProfileFrame(
        function: String(text[text.index(after: first)..<second]),
        file: String(text[..<first]), line: max(0, line))
    }
    let number = content.stacks.add(frame)
    frames[text] = number
    return number
  }

  private mutating func describe() {
    content.header.format = Self.formatName
    let time = ProfileValue(.processor, .samples, unit: "microseconds")
    let memory = ProfileValue(.increment, .size, unit: "bytes")
    switch mode {
    case .memory: content.description.values = [memory]
    case .full: content.description.values = [memory, time]
    case .wall, .cpu: content.description.values = [time]
    }
    content.description.advice =
      "austin sees how the resident memory of the process changes, no allocations: `memray run` "
      + "records every one"
    content.findings = oddities.all
    if mode == .memory || mode == .full {
      content.findings.append(
        ProfileFinding(
          kind: "resident memory", severity: .note, count: 1,
          detail: "values are changes of the resident memory of the process while a stack was on "
            + "top, not what it allocated"))
    }
  }
}
