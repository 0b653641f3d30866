import CaptureModel

/// Reads folded stacks: `outermost;…;innermost COUNT`, a stack a line (`collapsed.md`).
///
/// Stacks are added up, so memory is what is distinct. Costs one look-up of a text per frame.
struct CollapsedReader {
  static let formatName = "collapsed"
  /// Digits after the point that are kept of counts.
  private static let mostDigits = 6

  private var content = ProfileContent()
  private var oddities = FindingCounter()
  /// Frame index by a frame's text.
  private var frames: [String: UInt32] = [:]
  private var hasFiles = false
  private var hasLines = false
  private var fractionDigits = 0
  /// Sums are kept times this.
  private var scale: Int64 = 1
  private var owners: [UInt32: (thread: UInt32?, process: Int64?)] = [:]

  /// One line's stack and count.
  private struct Sample {
    var frames: [String]
    var count: DecimalNumber
  }

  private enum Line {
    case sample(Sample)
    case comment
    case noCount
    case noStack
  }

  /// Reads a file whole.
  ///
  /// - Parameter input: the file.
  /// - Returns: a reader of its totals.
  /// - Throws: `CaptureError` when there is no stack in it.
  static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var lines = LineReader(input.stream())
    var reader = CollapsedReader()
    while let line = lines.nextLine({ parse($0) }) { reader.take(line, lines.number) }
    if case .unreadable(_, let code)? = lines.stream.failure {
      throw .unreadable(path: input.file.path, code: code)
    }
    reader.content.ending = lines.stream.endingOfFailure ?? .complete
    guard !reader.content.isEmpty else {
      throw input.file.malformed(
        formatName, .line(max(1, lines.number)), "no line with a stack and a count")
    }
    reader.describe()
    return GatheredProfile(reader.content, input)
  }

  private static func parse(_ line: Span<UInt8>) -> Line {
    let range = line.trimmed(0..<line.count)
    guard !range.isEmpty, line[range.lowerBound] != UInt8(ascii: "#") else { return .comment }
    var space = range.upperBound - 1
    while space >= 0, line[space] != UInt8(ascii: " ") { space -= 1 }
    guard let count = DecimalNumber(line, (space + 1)..<range.upperBound) else { return .noCount }
    guard space > 0 else { return .noStack }
    var frames: [String] = []
    var start = 0
    for place in 0...space where place == space || line[place] == UInt8(ascii: ";") {
      if place > start { frames.append(line.text(start..<place)) }
      start = place + 1
    }
    return frames.isEmpty ? .noStack : .sample(Sample(frames: frames, count: count))
  }

  private mutating func take(_ line: Line, _ number: UInt64) {
    switch line {
    case .comment: break
    case .noCount: oddities.count("line without a count", line: number, "lines left out")
    case .noStack: oddities.count("count without a stack", line: number, "lines left out")
    case .sample(let sample): add(sample)
    }
  }

  private mutating func add(_ sample: Sample) {
    var node: UInt32 = 0
    var owner: (thread: UInt32?, process: Int64?)
    var isOutermost = true
    for text in sample.frames {
      let frame = frame(text)
      node = content.stacks.node(parent: node, frame: frame)
      if isOutermost, let found = owners[frame] {
        owner.thread = owner.thread ?? found.thread
        owner.process = owner.process ?? found.process
      } else {
        isOutermost = false
      }
    }
    refine(to: min(sample.count.fractionDigits, Self.mostDigits))
    content.add(
      [sample.count.scaled(by: scale)], stack: node, thread: owner.thread,
      process: owner.process)
  }

  /// Counts are whole numbers nearly always; sums change to tenths and so on when one is not.
  private mutating func refine(to digits: Int) {
    while fractionDigits < digits {
      fractionDigits += 1
      scale *= 10
      content.convert(width: 1) { value, _ in
        let product = value.multipliedReportingOverflow(by: 10)
        return product.overflow ? (value > 0 ? .max : .min) : product.partialValue
      }
    }
  }

  /// Index of a frame, taken apart when it is new.
  private mutating func frame(_ text: String) -> UInt32 {
    if let known = frames[text] { return known }
    var owner = StackOwner()
    let isOwner = owner.take(text)
    let frame = isOwner ? ProfileFrame(function: text) : ProfileFrame(text: text)
    let index = content.stacks.add(frame)
    frames[text] = index
    if isOwner {
      owners[index] = (owner.thread.map { content.number(of: $0) }, owner.process)
    }
    hasFiles = hasFiles || !frame.file.isEmpty
    hasLines = hasLines || frame.line > 0
    return index
  }

  private mutating func describe() {
    content.header.format = Self.formatName
    content.description.values = [ProfileValue(.none, .samples, unit: "samples", scale: scale)]
    content.description.hasFiles = hasFiles
    content.description.hasLines = hasLines
    content.findings = oddities.all
  }
}
