import CaptureModel

/// Reads valgrind's massif files (`massif.md`): heap over time, and trees at some snapshots.
///
/// | line | meaning |
/// |---|---|
/// | `desc:`, `cmd:`, `time_unit:` | head; heaptrack_print writes it at the end |
/// | `snapshot=N` … `mem_stacks_B=` | time, and bytes of heap, extra and stacks |
/// | `heap_tree=empty`, `detailed`, `peak` | whether a tree follows |
/// | `n<children>: <bytes> <label>` | a node, as deep as the spaces before it; the root's children are innermost |
///
/// Source: ms_main.c of valgrind 3.19.
struct MassifReader {
  static let formatName = "massif"
  /// Deepest tree; valgrind writes at most 200 levels.
  private static let depthLimit = 4096
  private static let seriesNames = ["heap", "heap_extra", "stacks"]

  private var content = ProfileContent()
  private var timeUnit = ""
  private var times: [Double] = []
  private var current = Snapshot()
  private var snapshots = 0
  private var tree: [Node] = []
  /// What stacks of the tree being read hold of their own.
  private var own: [(stack: UInt32, bytes: Int64)] = []
  private var frames: [String: UInt32] = [:]
  private var problem: (line: UInt64, reason: String)?
  private var momentTimes: [Double] = []

  /// A snapshot being read.
  private struct Snapshot {
    var number = ""
    var line: UInt64 = 0
    var time: Double?
    var heap: Int64?
    var extra: Int64?
    var stacks: Int64?
    var hasTree = false
    var isPeak = false
  }

  /// A node of a tree, from the root to the last one read.
  private struct Node {
    var bytes: Int64
    var children: Int
    var frame: UInt32?
    var childBytes: Int64 = 0
  }

  /// A line taken apart.
  private enum Line {
    case field(name: String, value: String)
    case node(depth: Int, children: Int, bytes: Int64, label: String)
    case other
  }

  /// Reads a file whole.
  ///
  /// - Parameter input: the file.
  /// - Returns: a reader of its series and totals.
  /// - Throws: `CaptureError` when there is no snapshot in it.
  static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var lines = LineReader(input.stream())
    var reader = MassifReader()
    while reader.problem == nil, let line = lines.nextLine({ parse($0) }) {
      reader.take(line, lines.number)
    }
    try lines.stream.refuseWhenTooLarge()
    reader.finishSnapshot(isLast: true, lines.number)
    guard reader.snapshots > 0 else {
      throw input.file.malformed(
        formatName, .line(reader.problem?.line ?? max(1, lines.number)),
        reader.problem?.reason ?? "no snapshot in it")
    }
    reader.describe(lines, process: processID(inName: input.file.path))
    return GatheredProfile(reader.content, input)
  }

  private static func parse(_ line: Span<UInt8>) -> Line {
    var depth = 0
    while depth < line.count, line[depth] == UInt8(ascii: " ") { depth += 1 }
    if depth < line.count, line[depth] == UInt8(ascii: "n"),
      let colon = line.first(":", from: depth),
      let children = Int(line.text(depth + 1..<colon)), children >= 0
    {
      let words = line.words(colon + 1..<line.count, most: 1)
      guard let first = words.first, let bytes = Int64(line.text(first)), bytes >= 0 else {
        return .other
      }
      let label = line.text(line.trimmed(first.upperBound..<line.count))
      return .node(depth: depth, children: children, bytes: bytes, label: label)
    }
    for separator in ["=", ":"] as [StaticString] {
      guard let place = line.first(separator), place > 0 else { continue }
      let name = line.text(0..<place)
      let isWord = name.utf8.allSatisfy { $0 >= 0x41 && $0 <= 0x7A }
      guard isWord else { continue }
      return .field(name: name, value: line.text(line.trimmed(place + 1..<line.count)))
    }
    return .other
  }

  private mutating func take(_ line: Line, _ number: UInt64) {
    switch line {
    case .field(let name, let value): takeField(name, value, number)
    case .node(let depth, let children, let bytes, let label):
      guard current.hasTree else { return fail(number, "a tree without a snapshot") }
      addNode(depth, children, bytes, label, number)
    case .other: break
    }
  }

  private mutating func takeField(_ name: String, _ value: String, _ line: UInt64) {
    func amount() -> Int64? {
      guard let number = Int64(value), number >= 0 else { return nil }
      return number
    }
    var isRead = true
    switch name {
    case "desc": content.description.properties.append(("options", value))
    case "cmd": content.header.commandLine = value
    case "time_unit": timeUnit = value
    case "snapshot":
      finishSnapshot(isLast: false, line)
      current = Snapshot()
      current.number = value
      current.line = line
    case "time":
      current.time = Double(value)
      isRead = current.time?.isFinite == true
    case "mem_heap_B":
      current.heap = amount()
      isRead = current.heap != nil
    case "mem_heap_extra_B":
      current.extra = amount()
      isRead = current.extra != nil
    case "mem_stacks_B":
      current.stacks = amount()
      isRead = current.stacks != nil
    case "heap_tree":
      current.hasTree = value != "empty"
      current.isPeak = value == "peak"
    default: break
    }
    if !isRead { fail(line, "\(name) is no number") }
  }

  private mutating func fail(_ line: UInt64, _ reason: String) {
    problem = problem ?? (line, reason)
  }

  // MARK: trees

  private mutating func addNode(
    _ depth: Int, _ children: Int, _ bytes: Int64, _ label: String, _ line: UInt64
  ) {
    guard depth <= Self.depthLimit, depth <= tree.count, depth > 0 || tree.isEmpty else {
      return fail(line, "a node that is deeper than its place in the tree")
    }
    while tree.count > depth { closeNode(line) }
    if depth > 0 {
      let sum = tree[depth - 1].childBytes.addingReportingOverflow(bytes)
      tree[depth - 1].children -= 1
      tree[depth - 1].childBytes = sum.partialValue
      guard tree[depth - 1].children >= 0, !sum.overflow,
        sum.partialValue <= tree[depth - 1].bytes
      else { return fail(line, "more children than their parent has room for") }
    }
    tree.append(Node(bytes: bytes, children: children, frame: depth == 0 ? nil : frame(label)))
  }

  /// Ends the innermost open node: what its children do not hold is its own.
  private mutating func closeNode(_ line: UInt64) {
    guard let node = tree.last else { return }
    if node.children > 0 { fail(line, "a node without all of its children") }
    let (own, overflow) = node.bytes.subtractingReportingOverflow(node.childBytes)
    if own > 0, !overflow, problem == nil {
      // The path leads from the root to the outermost caller, which is the node itself.
      var stack: UInt32 = 0
      for frame in tree.reversed().compactMap(\.frame) {
        stack = content.stacks.node(parent: stack, frame: frame)
      }
      self.own.append((stack, own))
    }
    tree.removeLast()
  }

  /// Index of a label's frame: a place, or what stands for small ones.
  private mutating func frame(_ label: String) -> UInt32 {
    if let known = frames[label] { return known }
    var frame = ProfileFrame(valgrind: label)
    if label.hasPrefix("in "), let places = Int(label.dropFirst(3).prefix { $0 != " " }) {
      frame = ProfileFrame(function: "(below threshold: \(places) places)", kind: .native)
    }
    let index = content.stacks.frame(frame)
    frames[label] = index
    return index
  }

  // MARK: snapshots

  private mutating func finishSnapshot(isLast: Bool, _ line: UInt64) {
    guard current.line > 0 else { return }
    while !tree.isEmpty { closeNode(line) }
    defer {
      current = Snapshot()
      own.removeAll()
    }
    guard problem == nil else { return }
    guard let time = current.time, let heap = current.heap, let extra = current.extra,
      let stacks = current.stacks
    else { return fail(current.line, "snapshot \(current.number) is not whole") }
    snapshots += 1
    for (series, value) in [heap, extra, stacks].enumerated() {
      content.points.append(
        SeriesPoint(series: UInt32(series), time: nil, value: Double(value), line: current.line))
      times.append(time)
    }
    if current.hasTree {
      let moment = UInt32(content.moments.count)
      for part in own { content.add([part.bytes], stack: part.stack, moment: moment) }
      momentTimes.append(time)
      content.moments.append(
        ProfileMoment(
          line: current.line, label: "snapshot \(current.number)\(current.isPeak ? " (peak)" : "")")
      )
    }
  }

  /// The process that `massif.out.PID` is of, as valgrind names its files; nil for other names.
  private static func processID(inName path: String) -> Int64? {
    let name = path.split(separator: "/").last ?? ""
    let prefix = "massif.out."
    guard name.hasPrefix(prefix) else { return nil }
    let digits = name.dropFirst(prefix.count).prefix { $0 >= "0" && $0 <= "9" }
    return Int64(digits).flatMap { $0 > 0 ? $0 : nil }
  }

  private mutating func describe(_ lines: LineReader, process: Int64?) {
    content.header.format = Self.formatName
    content.header.processID = process ?? 0
    content.series = Self.seriesNames.map {
      SeriesDefinition(name: $0, process: process, unit: "bytes")
    }
    if let process { content.setProcess(process) }
    if !content.moments.isEmpty {
      content.description.values = [ProfileValue(.live, .size, unit: "bytes")]
    } else {
      content.description.kind = .series
    }
    content.description.properties.append(
      ("unit of time", Self.unitNames[timeUnit] ?? timeUnit))
    content.description.advice =
      "or record with `memray run --native`, which keeps every allocation"
    setTimes()
    content.ending = lines.stream.endingOfFailure ?? .complete
    if let problem {
      content.ending = .damaged(
        offset: lines.offset, reason: "line \(problem.line): \(problem.reason)")
    }
  }

  private static let unitNames = [
    "i": "instructions", "B": "allocated bytes", "ms": "ms", "s": "s",
  ]

  /// Times in the clock that the file names: instructions stay instructions.
  private mutating func setTimes() {
    let factor: Int64
    switch timeUnit {
    case "ms": (content.description.clock, factor) = (.elapsed, 1_000_000)
    case "s": (content.description.clock, factor) = (.elapsed, 1_000_000_000)
    case "i": (content.description.clock, factor) = (.instructions, 1)
    case "B": (content.description.clock, factor) = (.allocatedBytes, 1)
    default: return
    }
    for (index, time) in times.enumerated() {
      content.points[index].time = time.scaled(by: factor)
    }
    for (index, time) in momentTimes.enumerated() {
      content.moments[index].time = time.scaled(by: factor)
    }
  }
}
