import CaptureModel

/// Reads what Fil's profiles hold: folded stacks of bytes at the peak, outermost frame first.
///
/// `FILE:LINE (FUNCTION);… BYTES`. Source: filprofiler's `fil-peak-memory.prof`.
struct FilReader {
  static let formatName = "fil"
  static let descriptor = FormatDescriptor(
    name: formatName, summary: "peaks of Fil (peak-memory.prof): bytes per stack of Python",
    extensions: ["prof"],
    recognizes: { input in recognizes(input) },
    open: { input throws(CaptureError) in .profile(try read(input)) })

  private var content = ProfileContent()
  private var oddities = FindingCounter()
  private var frames: [String: UInt32] = [:]

  /// All of the first lines have frames of this form, and no other tool's have.
  private static func recognizes(_ input: CaptureInput) -> Bool {
    let lines = input.firstLines(20).filter { !$0.isEmpty }
    guard !lines.isEmpty else { return false }
    return lines.allSatisfy { line in
      guard let space = line.lastIndex(of: " "), Int64(line[line.index(after: space)...]) != nil
      else { return false }
      return line[..<space].split(separator: ";").allSatisfy { frame(String($0)) != nil }
    }
  }

  private static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var lines = LineReader(input.stream())
    var reader = FilReader()
    var isCut = false
    while lines.nextNumbered({ line, number, isUnfinished in
      // The tool ends every line, but a file that was copied by hand may lack the last newline.
      if !reader.take(line), !line.isBlank {
        if isUnfinished { isCut = true } else { reader.count(number) }
      }
    }) {}
    try lines.stream.refuseWhenTooLarge()
    if case .unreadable(_, let code)? = lines.stream.failure {
      throw .unreadable(path: input.file.path, code: code)
    }
    guard !reader.content.isEmpty else {
      throw input.file.malformed(formatName, .line(max(1, lines.number)), "no stack with bytes")
    }
    reader.describe()
    if isCut {
      reader.content.ending = .incomplete(
        offset: lines.offset, reason: "the last line has no end")
    }
    reader.content.ending = lines.stream.endingOfFailure ?? reader.content.ending
    return GatheredProfile(reader.content, input)
  }

  private mutating func count(_ line: UInt64) {
    oddities.count("bad line", line: line, "lines that are no stack with bytes; left out")
  }

  private mutating func take(_ line: Span<UInt8>) -> Bool {
    let range = line.trimmed(0..<line.count)
    var space = range.upperBound
    while space > range.lowerBound, line[space - 1] != 0x20 { space -= 1 }
    guard space > range.lowerBound + 1,
      let bytes = Int64(line.text(space..<range.upperBound)), bytes >= 0
    else { return false }
    var stack: [UInt32] = []
    for text in line.text(range.lowerBound..<space - 1).split(separator: ";") {
      let name = String(text)
      if let known = frames[name] {
        stack.append(known)
        continue
      }
      guard let frame = Self.frame(name) else { return false }
      let number = content.stacks.add(frame)
      frames[name] = number
      stack.append(number)
    }
    var node: UInt32 = 0
    for frame in stack { node = content.stacks.node(parent: node, frame: frame) }
    content.add([bytes], stack: node)
    return true
  }

  /// `FILE:LINE (FUNCTION)`; nil of others.
  private static func frame(_ text: String) -> ProfileFrame? {
    guard text.last == ")", let open = text.lastIndex(of: "("), open > text.startIndex,
      text[text.index(before: open)] == " "
    else { return nil }
    let place = text[..<text.index(before: open)]
    guard let colon = place.lastIndex(of: ":"), colon > place.startIndex,
      let line = Int32(place[place.index(after: colon)...]), line >= 0
    else { return nil }
    return ProfileFrame(
      function: String(text[text.index(after: open)...].dropLast()),
      file: String(place[..<colon]), line: line)
  }

  private mutating func describe() {
    content.header.format = Self.formatName
    content.description.values = [ProfileValue(.peak, .size, unit: "bytes")]
    content.description.advice =
      "`memray run` records every allocation and free with its time, size and thread"
    content.findings = oddities.all
  }
}
