import CaptureModel

/// A graph that objgraph drew (`show_refs`, `show_backrefs`, `show_chain`): a dot file.
///
/// Read whole before its first object, because edges stand before the objects they are of.
/// Memory is the graph, which people look at and so is small; further lines are left out.
final class ReferenceGraphReader: ProfileReader {
  static let formatName = "objgraph-dot"
  static let firstLine: StaticString = "digraph objectgraph"
  /// Most objects and edges.
  private static let limit = 1 << 22

  private struct Node {
    var identity: UInt64
    var type = ""
    var label = ""
    var isMarked = false
    var isLabelled = false
  }

  let header: CaptureHeader
  let fileSize: UInt64
  let description: ProfileDescription
  private(set) var ending = CaptureEnding.complete
  private(set) var findings: [ProfileFinding] = []
  private var nodes: [Node] = []
  private var numbers: [UInt64: Int] = [:]
  private var edges: [(source: Int, target: Int, name: String)] = []
  private var leftOut = FindingTally(
    kind: "left out by objgraph", severity: .note,
    detail: "nodes that stand for further references (`N more …`)")
  private var odd = FindingTally(
    kind: "odd line", severity: .note, detail: "lines that are no object and no reference")
  private var isClosed = false
  private var isHandedOut = false

  /// Reads a graph.
  ///
  /// - Throws: `malformed` when it does not begin like one.
  init(_ input: CaptureInput) throws(CaptureError) {
    fileSize = input.file.size
    var header = CaptureHeader()
    header.format = Self.formatName
    header.framing = input.framing.rawValue
    self.header = header
    var description = ProfileDescription(kind: .objects)
    description.targets = .indices
    description.hasFunctions = false
    description.hasFiles = false
    description.hasLines = false
    description.advice = "graphs of objgraph hold no sizes; meliae's dumps do"
    self.description = description
    guard input.beginning.span.holds(Self.firstLine, at: 0) else {
      throw .malformed(
        path: input.file.path, format: Self.formatName, place: .line(1),
        reason: "no graph of objgraph's: it does not begin with `digraph ObjectGraph {`")
    }
    let stream = input.stream()
    var lines = LineReader(stream)
    var number: UInt64 = 0
    while !isClosed,
      lines.next({ line in
        number += 1
        read(line, number)
      })
    {}
    if !isClosed {
      ending =
        stream.endingOfFailure
        ?? .incomplete(offset: stream.offset, reason: "the graph ends in line \(number)")
    }
    finish()
  }

  private func read(_ line: Span<UInt8>, _ number: UInt64) {
    let start = line.skippingSpaces(0)
    guard start < line.count, !line.holds(Self.firstLine, at: start),
      !line.holds("node[", at: start)
    else { return }
    if line[start] == UInt8(ascii: "}") {
      isClosed = true
      return
    }
    if line.holds("too_many_", at: start) {
      if line.find("[label=", from: start) != nil { leftOut.count(line: number) }
      return
    }
    guard line[start] == UInt8(ascii: "o"), let (id, end) = Self.identity(line, start + 1),
      nodes.count + edges.count < Self.limit
    else { return odd.count(line: number) }
    if line.holds("_has_a_del", at: end) { return }
    if let arrow = line.find("->", from: end), line.skippingSpaces(end) == arrow {
      readEdge(line, id, line.skippingSpaces(arrow + 2), number)
    } else if line.holds("[label=\"", at: end) {
      readLabel(line, id, end + 8)
    } else if line.holds("[fontcolor=red]", at: end) {
      nodes[node(id)].isMarked = true
    }
  }

  private static func identity(_ line: Span<UInt8>, _ start: Int) -> (UInt64, Int)? {
    var value: UInt64 = 0
    var place = start
    while Span<UInt8>.isDigit(line.byte(place)) {
      let next = value.multipliedReportingOverflow(by: 10)
      guard !next.overflow else { return nil }
      value = next.partialValue &+ UInt64(line[place] &- 0x30)
      place += 1
    }
    return place > start ? (value, place) : nil
  }

  private func readEdge(_ line: Span<UInt8>, _ source: UInt64, _ start: Int, _ number: UInt64) {
    guard line.byte(start) == UInt8(ascii: "o"), let (id, end) = Self.identity(line, start + 1)
    else { return odd.count(line: number) }
    // `o1_has_a_del` marks a destructor, no object.
    if line.byte(end) == UInt8(ascii: "_") { return }
    var name = ""
    if let label = line.find("[label=\"", from: end) { name = Self.quoted(line, label + 8) }
    edges.append((node(source), node(id), name))
  }

  /// A type, and behind `\n` the object's print cut at 40 characters; `Type [refs]` with counts.
  private func readLabel(_ line: Span<UInt8>, _ id: UInt64, _ start: Int) {
    let parts = Self.quoted(line, start).split(
      separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    var type = String(parts.first ?? "")
    if type.hasSuffix("]"), let open = type.lastIndex(of: "["), open > type.startIndex,
      type[type.index(before: open)] == " ",
      type[type.index(after: open)...].dropLast().allSatisfy(\.isNumber)
    {
      type = String(type[..<type.index(before: open)])
    }
    let number = node(id)
    nodes[number].type = type
    nodes[number].label = parts.count > 1 ? String(parts[1]) : ""
    nodes[number].isLabelled = true
  }

  /// The text up to the closing quote, with `\n`, `\"` and `\\` resolved.
  private static func quoted(_ line: Span<UInt8>, _ start: Int) -> String {
    var bytes: [UInt8] = []
    var place = start
    while place < line.count, line[place] != UInt8(ascii: "\"") {
      var byte = line[place]
      if byte == UInt8(ascii: "\\"), place + 1 < line.count {
        place += 1
        byte = line[place] == UInt8(ascii: "n") ? 10 : line[place]
      }
      bytes.append(byte)
      place += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func node(_ id: UInt64) -> Int {
    if let known = numbers[id] { return known }
    numbers[id] = nodes.count
    nodes.append(Node(identity: id))
    return nodes.count - 1
  }

  private func finish() {
    edges.sort { $0.source < $1.source }
    let unnamed = nodes.count { !$0.isLabelled }
    findings = [leftOut, odd].compactMap(\.finding)
    if unnamed > 0 {
      findings.append(
        ProfileFinding(
          kind: "object without a type", severity: .warning, count: Int64(unnamed),
          detail: "the graph names them in references only"))
    }
  }

  /// Whether the marked objects reach all others.
  ///
  /// Then the search began at them, and they hold the rest; in a search backwards the others
  /// hold them.
  private func marksAreRoots() -> Bool {
    var first = Array(repeating: edges.count, count: nodes.count + 1)
    for index in edges.indices.reversed() { first[edges[index].source] = index }
    var isSeen = nodes.map(\.isMarked)
    var open = nodes.indices.filter { nodes[$0].isMarked }
    var seen = open.count
    while let node = open.popLast() {
      var edge = first[node]
      while edge < edges.count, edges[edge].source == node {
        let target = edges[edge].target
        if !isSeen[target] {
          isSeen[target] = true
          seen += 1
          open.append(target)
        }
        edge += 1
      }
    }
    return seen == nodes.count
  }

  func next(into batch: ProfileBatch) -> Bool {
    batch.removeAll()
    batch.fileOffset = fileSize
    guard !isHandedOut else { return false }
    isHandedOut = true
    var texts = TextTable()
    let marksAreRoots = marksAreRoots()
    for node in nodes {
      batch.objects.append(
        ObjectRecord(
          identity: node.identity, type: texts.essential(node.isLabelled ? node.type : "?"),
          label: texts.number(of: node.label), size: nil,
          isRoot: node.isMarked && marksAreRoots))
    }
    for edge in edges {
      batch.references.append(
        ObjectReference(
          source: UInt32(edge.source), target: UInt64(edge.target),
          name: texts.number(of: edge.name)))
    }
    texts.handOut(to: batch)
    return true
  }
}

/// The registry's entry.
enum ReferenceGraphFormat {
  static let descriptor = FormatDescriptor(
    name: ReferenceGraphReader.formatName,
    summary: "graphs that objgraph draws (dot): objects and references, without sizes",
    extensions: ["dot"],
    recognizes: { input in input.beginning.span.holds(ReferenceGraphReader.firstLine, at: 0) },
    open: { input throws(CaptureError) in .profile(try ReferenceGraphReader(input)) })
}
