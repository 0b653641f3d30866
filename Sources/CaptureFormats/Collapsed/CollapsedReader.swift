import CaptureModel

/// Reads folded stacks: `outermost;…;innermost COUNT`, a stack a line (`collapsed.md`).
///
/// Where every line ends in two counts, as `difffolded.pl` writes them, the first is of the moment
/// `before`, the second of the moment `after`.
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
    /// The count, or those before and after.
    var counts: [DecimalNumber]
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
    let isDifference = Self.isDifference(input)
    if isDifference {
      reader.content.moments = ["before", "after"].map { ProfileMoment(label: $0) }
    }
    while let line = lines.nextLine({ parse($0, columns: isDifference ? 2 : 1) }) {
      reader.take(line, lines.number)
    }
    try lines.stream.refuseWhenTooLarge()
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

  /// Whether every stack of the beginning has two counts: names of frames may end in a number too,
  /// but not all of them do.
  private static func isDifference(_ input: CaptureInput) -> Bool {
    var lines = 0
    for text in input.firstLines(.max - 1) {
      let bytes = Array(text.utf8)
      switch parse(bytes.span, columns: 1) {
      case .comment, .noCount, .noStack: continue
      case .sample:
        guard case .sample = parse(bytes.span, columns: 2) else { return false }
        lines += 1
      }
    }
    return lines > 0
  }

  private static func parse(_ line: Span<UInt8>, columns: Int) -> Line {
    let range = line.trimmed(0..<line.count)
    guard !range.isEmpty, line[range.lowerBound] != UInt8(ascii: "#") else { return .comment }
    var counts: [DecimalNumber] = []
    var end = range.upperBound
    for _ in 0..<columns {
      var start = end
      while start > 0, line[start - 1] != UInt8(ascii: " ") { start -= 1 }
      guard let count = DecimalNumber(line, start..<end) else { return .noCount }
      counts.insert(count, at: 0)
      end = start
      while end > 0, line[end - 1] == UInt8(ascii: " ") { end -= 1 }
    }
    let space = end
    guard space > 0 else { return .noStack }
    var frames: [String] = []
    var start = 0
    for place in 0...space where place == space || line[place] == UInt8(ascii: ";") {
      if place > start { frames.append(line.text(start..<place)) }
      start = place + 1
    }
    return frames.isEmpty ? .noStack : .sample(Sample(frames: frames, counts: counts))
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
    for (moment, count) in sample.counts.enumerated() {
      refine(to: min(count.fractionDigits, Self.mostDigits))
      content.add(
        [count.scaled(by: scale)], stack: node, thread: owner.thread, process: owner.process,
        moment: UInt32(moment))
    }
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
    content.description.values = [ProfileValue(.processor, .samples, unit: "samples", scale: scale)]
    if !content.moments.isEmpty {
      content.description.properties.append(
        ("columns", "before and after: `top live at end vs live at start`"))
    }
    content.description.hasFiles = hasFiles
    content.description.hasLines = hasLines
    content.findings = oddities.all
  }
}
