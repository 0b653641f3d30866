import CaptureModel

/// One profile of a speedscope file while it is read; its members come in any order.
struct SpeedscopeProfile {
  var name = ""
  var unit = "none"
  var type = ""
  /// Node of each sample, and the weights; the shorter waits for the longer.
  var samples: [UInt32] = []
  var weights: [Double] = []
  var events: [Event] = []
  /// Greatest frame index met, and where.
  private(set) var greatestFrame: (index: UInt32, offset: UInt64)?

  /// A frame that is entered or left.
  struct Event {
    var isOpening: Bool
    var frame: UInt32
    var at: Double
    var offset: UInt64
  }

  /// Remembers a frame index, to be checked when all frames are known.
  mutating func use(frame: UInt32, offset: UInt64) {
    if frame >= greatestFrame?.index ?? 0 { greatestFrame = (frame, offset) }
  }

  /// Reads the list of samples, each a list of frames, outermost first.
  ///
  /// Hot: one token and one look-up per frame; what is the same as in the sample before needs none.
  mutating func readSamples(
    _ json: JSONReader, _ stacks: inout StackTable
  ) throws(JSONProblem) {
    var path: [StackNode] = []
    guard try json.required() == .beginArray else { throw json.problem("samples are no list") }
    while true {
      let first = try json.required()
      if first == .endArray { return }
      guard first == .beginArray else { throw json.problem("a sample is no list") }
      var node: UInt32 = 0
      var depth = 0
      var isSame = true
      while true {
        let token = try json.required()
        if token == .endArray { break }
        let frame = try Self.frame(json, token)
        if isSame, depth < path.count, path[depth].frame == frame {
          node = path[depth].parent
        } else {
          if isSame { path.removeLast(path.count - depth) }
          isSame = false
          use(frame: frame, offset: json.offset)
          node = stacks.node(parent: node, frame: frame)
          path.append(StackNode(parent: node, frame: frame))
        }
        depth += 1
      }
      samples.append(node)
    }
  }

  /// Reads the list of weights.
  mutating func readWeights(_ json: JSONReader) throws(JSONProblem) {
    guard try json.required() == .beginArray else { throw json.problem("weights are no list") }
    while true {
      let token = try json.required()
      if token == .endArray { return }
      guard token == .number, json.number.isFinite else {
        throw json.problem("a weight that is no number")
      }
      weights.append(json.number)
    }
  }

  /// A frame's index.
  static func frame(
    _ json: JSONReader, _ token: JSONReader.Token
  ) throws(JSONProblem) -> UInt32 {
    guard token == .number, let index = json.integer, index >= 0, index < Int64(Int32.max) else {
      throw json.problem("a frame that is no index")
    }
    return UInt32(index)
  }

  /// Weights by stack.
  ///
  /// - Parameters:
  ///   - scale: what weights are multiplied by.
  ///   - offset: where the profile ends, for problems without a better place.
  ///   - stacks: the file's stacks.
  /// - Returns: stack nodes with their weights; idle time has node 0.
  /// - Throws: `JSONProblem` when samples and weights, or events, do not match.
  func totals(
    scale: Int64, offset: UInt64, stacks: inout StackTable
  ) throws(JSONProblem) -> [(node: UInt32, weight: Int64)] {
    guard type != "evented" else { return try eventTotals(scale, offset, &stacks) }
    guard samples.count == weights.count else {
      throw .malformed(
        offset: offset, reason: "\(samples.count) samples with \(weights.count) weights")
    }
    return zip(samples, weights).map { ($0, $1.scaled(by: scale)) }
  }

  /// A frame's own weight is the time it is on top.
  private func eventTotals(
    _ scale: Int64, _ offset: UInt64, _ stacks: inout StackTable
  ) throws(JSONProblem) -> [(node: UInt32, weight: Int64)] {
    var totals: [(node: UInt32, weight: Int64)] = []
    var open: [(frame: UInt32, node: UInt32)] = []
    var last = Int64.min
    for event in events {
      let now = event.at.scaled(by: scale)
      guard now >= last else {
        throw .malformed(offset: event.offset, reason: "an event earlier than the one before")
      }
      // Before the first frame, the time belongs to nobody.
      if let top = open.last, now > last {
        totals.append((top.node, now.subtractingReportingOverflow(last).partialValue))
      }
      last = now
      if event.isOpening {
        let node = stacks.node(parent: open.last?.node ?? 0, frame: event.frame)
        open.append((event.frame, node))
      } else {
        guard open.last?.frame == event.frame else {
          throw .malformed(offset: event.offset, reason: "a frame is closed that is not on top")
        }
        open.removeLast()
      }
    }
    guard open.isEmpty else {
      throw .malformed(offset: offset, reason: "\(open.count) frames are never closed")
    }
    return totals
  }
}
