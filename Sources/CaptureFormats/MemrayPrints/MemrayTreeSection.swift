import CaptureModel

/// What `memray tree` and `memray summary` print: memory at the peak by place.
///
/// Both list the greatest only, so what is not listed is unknown.
enum MemrayPeakPrint {
  static let value = ProfileValue(.peak, .size, unit: "bytes")

  static func describe(_ description: inout ProfileDescription, isDecimalGuessed: Bool) {
    ProcessTables.describeRounded(&description)
    if isDecimalGuessed, !description.properties.contains(where: { $0.name == "MB" }) {
      description.properties.append(
        ("MB", "1,000,000 bytes, as memray prints now; nothing in the text tells"))
    }
    description.advice = "or keep memray's own file, which holds every allocation"
  }
}

/// Trees of `memray tree`.
final class MemrayTreeKind: SectionKind {
  let format = MemrayPrintKind.formatName
  let openings = ByteSet("p").withNonASCII()
  let needs: LineTraits = [.memrayTree, .leak]
  fileprivate var isDecimalGuessed = false

  func makeReader() -> any SectionReader { MemrayTreeSection(self) }

  func describe(_ description: inout ProfileDescription) {
    MemrayPeakPrint.describe(&description, isDecimalGuessed: isDecimalGuessed)
  }
}

/// Reads one tree: `📂 3.576MB (100.00 %) <ROOT>`, and below it lines of nodes, each deeper by
/// four columns of `│   ` and `├── `.
///
/// A node's own memory is what those below it do not have. Nodes without a size
/// (`[[5 frames hidden in 3 file(s)]]`) give theirs to the node above.
final class MemrayTreeSection: SectionReader {
  /// A line of a tree, taken apart.
  private struct Node {
    var depth: Int
    var frame: ProfileFrame?
    var size: MemrayReport.Size?
  }

  private static let mostNodes = 1 << 16

  private let kind: MemrayTreeKind
  private var nodes: [Node] = []
  private var place = LinePlace(number: 0)
  private var hasSmallK = false
  private var hasLargeK = false

  init(_ kind: MemrayTreeKind) { self.kind = kind }

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    if Self.isPeak(line) { return true }
    guard line.locate("<ROOT>") != nil, let root = node(line), root.depth == 0, root.size != nil
    else { return false }
    write(output)
    self.place = place
    nodes = [root]
    return true
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    guard !nodes.isEmpty, let node = node(line), node.depth > 0 else { return .over }
    if nodes.count < Self.mostNodes { nodes.append(node) }
    return .taken
  }

  func end(isCut: Bool, _ output: TextOutput) { write(output) }

  // MARK: Lines

  /// `Peak memory size: 3.576MB` above the tree: of the allocator, and no process's memory.
  private static func isPeak(_ line: Span<UInt8>) -> Bool {
    let start = line.skippingSpaces(0)
    guard line.has("Peak memory size: ", at: start) else { return false }
    let word = line.word(from: start + 18)
    var hasSmallK = false
    return MemrayReport.Size(line, word, hasSmallK: &hasSmallK) != nil
      && line.trimmed(0..<line.count).upperBound == word.upperBound
  }

  private func node(_ line: Span<UInt8>) -> Node? {
    let text = line.text
    var columns = 0
    var rest = text[...]
    while let first = rest.unicodeScalars.first, "│├└─ \u{A0}".unicodeScalars.contains(first) {
      rest.unicodeScalars.removeFirst()
      columns += 1
    }
    // Marks of open and closed nodes, and their pictures.
    while let first = rest.unicodeScalars.first, !first.isASCII || first == " " {
      rest.unicodeScalars.removeFirst()
    }
    guard columns % 4 == 0 else { return nil }
    let bytes = Array(rest.utf8)
    return node(label: bytes.span, depth: columns / 4)
  }

  private func node(label: Span<UInt8>, depth: Int) -> Node? {
    if label.has("[["), label.locate(" hidden in ") != nil { return Node(depth: depth) }
    let word = label.word(from: 0)
    guard let size = MemrayReport.Size(label, word, hasSmallK: &hasSmallK),
      label.byte(word.upperBound + 1) == UInt8(ascii: "("),
      let close = label.first("%) ", from: word.upperBound)
    else { return nil }
    if label.has("KB", at: max(0, word.upperBound - 2)) { hasLargeK = true }
    let range = label.trimmed(close + 3..<label.count)
    guard !label.has("<ROOT>", at: range.lowerBound) else {
      return Node(depth: depth, size: size)
    }
    return Node(depth: depth, frame: Self.frame(label, range), size: size)
  }

  /// `name  file:line`, two spaces between.
  private static func frame(_ label: Span<UInt8>, _ range: Range<Int>) -> ProfileFrame {
    guard let gap = label.first("  ", from: range.lowerBound), gap < range.upperBound else {
      return ProfileFrame(function: label.text(range))
    }
    let place = label.trimmed(gap..<range.upperBound)
    var colon = place.upperBound - 1
    while colon > place.lowerBound, label[colon] != UInt8(ascii: ":") { colon -= 1 }
    var frame = ProfileFrame(function: label.text(range.lowerBound..<gap))
    if colon > place.lowerBound, let (number, end) = label.digits(colon + 1),
      end == place.upperBound, let line = Int32(exactly: number)
    {
      frame.file = label.text(place.lowerBound..<colon)
      frame.line = line
    } else {
      frame.file = label.text(place)
    }
    return frame
  }

  // MARK: Writing

  private func write(_ output: TextOutput) {
    defer {
      nodes = []
      hasSmallK = false
      hasLargeK = false
    }
    guard !nodes.isEmpty else { return }
    if !hasSmallK, !hasLargeK { kind.isDecimalGuessed = true }
    let moment = output.moment([MemrayPeakPrint.value], place, isPartial: true)
    /// Nodes above the next line, with what those below them have.
    var open: [(depth: Int, frames: [ProfileFrame], bytes: Int64?, below: Int64)] = []
    func close(to depth: Int) {
      while let last = open.last, last.depth >= depth {
        open.removeLast()
        let own = (last.bytes ?? last.below) &- last.below
        if own > 0, !last.frames.isEmpty {
          var record = ProfileRecord()
          record.stack = output.stack(last.frames)
          record.process = place.process
          output.add([own], to: moment, record)
        }
        if let above = open.indices.last {
          open[above].below = open[above].below &+ (last.bytes ?? last.below)
        }
      }
    }
    for node in nodes {
      close(to: node.depth)
      let above = open.last?.frames ?? []
      open.append(
        (
          node.depth, (above + [node.frame].compactMap { $0 }).suffix(256),
          node.size?.bytes(isDecimal: !hasLargeK), 0
        ))
    }
    close(to: 0)
  }
}
