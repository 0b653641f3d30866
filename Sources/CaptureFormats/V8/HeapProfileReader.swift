import CaptureModel

/// A sampling heap profile of V8 (`.heapprofile`): a tree of calls with estimated bytes.
///
/// Read whole before its first record, because how many samples a place has stands behind the
/// tree. Memory is the tree. Line and column numbers count from 0 in the file.
final class HeapProfileReader: ProfileReader {
  static let formatName = "v8-heapprofile"

  /// A node whose end has not been read.
  private struct OpenNode {
    var parent: UInt32
    var node: UInt32?
    var id: Int64?
    var bytes: Int64 = 0
  }

  let header: CaptureHeader
  let fileSize: UInt64
  private(set) var description = ProfileDescription(kind: .samples)
  private(set) var ending = CaptureEnding.complete
  private(set) var findings: [ProfileFinding] = []
  private let stream: CaptureStream
  private let json: JSONReader
  private var stacks = StackTable()
  /// Bytes and samples of each node, from node 0.
  private var bytes: [Int64] = [0]
  private var samples: [Int64] = [0]
  private var nodeOfID: [Int64: UInt32] = [:]
  private var hasSamples = false
  private var strangeSamples: Int64 = 0
  private var isHandedOut = false

  /// Reads a profile.
  ///
  /// - Throws: `malformed` when it does not begin with a tree.
  init(_ input: CaptureInput) throws(CaptureError) {
    stream = input.stream()
    json = JSONReader(stream)
    fileSize = input.file.size
    var header = CaptureHeader()
    header.format = Self.formatName
    header.framing = input.framing.rawValue
    self.header = header
    do throws(JSONProblem) {
      guard try json.required() == .beginObject else { throw json.problem("no object") }
      while try json.required() == .key { try readMember() }
    } catch {
      // What is left of the tree is as good as the whole of a smaller one.
      if stacks.nodeCount == 0 { throw json.refusal(error, Self.formatName) }
      ending = json.ending(error)
    }
    describe()
  }

  private func describe() {
    description.values = [ProfileValue(.live, .size, unit: "bytes")]
    if hasSamples { description.values.append(ProfileValue(.live, .count, unit: "samples")) }
    description.isEstimated = true
    description.advice =
      "sizes are scaled up from samples; a .heapsnapshot holds every object"
    if strangeSamples > 0 {
      findings.append(
        ProfileFinding(
          kind: "sample without a place", severity: .note, count: strangeSamples,
          detail: "samples that name no node of the tree count without a stack"))
    }
  }

  private func readMember() throws(JSONProblem) {
    if json.isText("head") {
      try readTree()
    } else if json.isText("samples") {
      try readSamples()
    } else {
      try json.skipValue()
    }
  }

  /// Reads the tree, with a list of open nodes instead of recursion.
  private func readTree() throws(JSONProblem) {
    guard try json.required() == .beginObject else { throw json.problem("a node was expected") }
    var open = [OpenNode(parent: 0)]
    while let last = open.last {
      // Here a node's members go on, or those of its list of children.
      switch try json.required() {
      case .key: try readField(&open)
      case .endObject:
        guard let node = last.node else { throw json.problem("a node without `callFrame`") }
        bytes[Int(node)] = bytes[Int(node)].addingReportingOverflow(last.bytes).partialValue
        if let id = last.id { nodeOfID[id] = node }
        open.removeLast()
      case .beginObject:
        guard let parent = last.node else { throw json.problem("children before `callFrame`") }
        open.append(OpenNode(parent: parent))
      case .endArray: continue
      default: throw json.problem("a node was expected")
      }
    }
  }

  private func readField(_ open: inout [OpenNode]) throws(JSONProblem) {
    let last = open.count - 1
    if json.isText("callFrame") {
      open[last].node = try readFrame(parent: open[last].parent)
    } else if json.isText("selfSize") {
      guard try json.required() == .number else { throw json.problem("a size was expected") }
      open[last].bytes = max(0, json.integer ?? Int64(exactly: json.number.rounded()) ?? 0)
    } else if json.isText("id") {
      open[last].id = try json.requiredInteger()
    } else if json.isText("children") {
      guard try json.required() == .beginArray else { throw json.problem("a list was expected") }
    } else {
      try json.skipValue()
    }
  }

  private func readFrame(parent: UInt32) throws(JSONProblem) -> UInt32 {
    var frame = ProfileFrame()
    guard try json.required() == .beginObject else { throw json.problem("a frame was expected") }
    while try json.required() == .key {
      if json.isText("functionName") {
        guard try json.required() == .string else { throw json.problem("a name was expected") }
        frame.function = json.text
      } else if json.isText("url") {
        guard try json.required() == .string else { throw json.problem("a name was expected") }
        frame.file = json.text
      } else if json.isText("lineNumber") {
        frame.line = Int32(clamping: max(-1, try json.requiredInteger()) &+ 1)
      } else {
        try json.skipValue()
      }
    }
    if frame.function.isEmpty { frame.function = "(anonymous)" }
    if frame.function.hasPrefix("("), frame.file.isEmpty { frame.kind = .native }
    let node = stacks.node(parent: parent, frame: stacks.frame(frame))
    while bytes.count <= stacks.nodeCount {
      bytes.append(0)
      samples.append(0)
    }
    return node
  }

  private func readSamples() throws(JSONProblem) {
    guard try json.required() == .beginArray else { throw json.problem("a list was expected") }
    hasSamples = true
    while try json.required() == .beginObject {
      var node: UInt32?
      while try json.required() == .key {
        guard json.isText("nodeId") else {
          try json.skipValue()
          continue
        }
        node = nodeOfID[try json.requiredInteger()]
      }
      samples[Int(node ?? 0)] += 1
      if node == nil { strangeSamples += 1 }
    }
  }

  func next(into batch: ProfileBatch) -> Bool {
    batch.removeAll()
    batch.fileOffset = fileSize
    guard !isHandedOut else { return false }
    isHandedOut = true
    stacks.handOut(to: batch)
    for node in bytes.indices where bytes[node] != 0 || samples[node] != 0 {
      var record = ProfileRecord()
      record.stack = UInt32(node)
      batch.records.append(record)
      batch.values.append(bytes[node])
      if hasSamples { batch.values.append(samples[node]) }
    }
    return true
  }
}
