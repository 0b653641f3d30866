import CaptureModel

/// Strings, addresses and traces of a recording, and the frames and stack nodes that they become.
struct HeaptrackStacks {
  private var strings: [String] = [""]
  /// Frames of each address, the outermost first, in `addressFrames`.
  private var addresses: [Range<Int>] = [0..<0]
  private var addressFrames: [UInt32] = []
  /// Stack node of each trace; the root's first.
  private var traces: [UInt32] = [0]
  private var frames: [FrameDefinition.Text: UInt32] = [:]
  private var nodeCount: UInt32 = 0

  /// Number of traces, the root's included.
  var traceCount: Int { traces.count }

  /// Adds a string.
  mutating func add(string: String) -> Bool {
    guard strings.count < HeaptrackLayout.indexLimit else { return false }
    strings.append(string)
    return true
  }

  /// Adds an address and its functions; false when it speaks of what is not there.
  mutating func addAddress(_ line: Span<UInt8>, _ batch: EventBatch) -> Bool {
    var fields = HexFields(at: 2)
    let start = addressFrames.count
    var isWhole = false
    if let address = fields.next(line) {
      let module = string(fields.next(line) ?? 0) ?? ""
      isWhole = add(functions: &fields, line, module, batch)
      if addressFrames.count == start {
        let name = "0x" + String(address, radix: 16)
        add(FrameDefinition(function: name, file: module, line: 0, kind: .native), batch)
      }
    }
    addressFrames[start...].reverse()
    addresses.append(start..<addressFrames.count)
    return isWhole
  }

  private mutating func add(
    functions fields: inout HexFields, _ line: Span<UInt8>, _ module: String, _ batch: EventBatch
  ) -> Bool {
    var isKnown = true
    let start = addressFrames.count
    var waiting: FrameDefinition?
    while let function = fields.next(line),
      addressFrames.count - start
        < HeaptrackLayout.functionLimit
    {
      let file = fields.next(line) ?? 0
      let number = fields.next(line) ?? 0
      let name = string(function)
      isKnown = isKnown && name != nil && string(file) != nil
      // What came before is inlined into this one.
      if var inlined = waiting {
        inlined.kind = .inlined
        add(inlined, batch)
      }
      let source = string(file) ?? ""
      waiting = FrameDefinition(
        function: name ?? "", file: source.isEmpty ? module : source,
        line: source.isEmpty ? 0 : Int32(clamping: number), kind: .native)
    }
    if let waiting, !waiting.function.isEmpty || waiting.line > 0 { add(waiting, batch) }
    return isKnown
  }

  private mutating func add(_ frame: FrameDefinition, _ batch: EventBatch) {
    let text = FrameDefinition.Text(frame)
    if let known = frames[text] { return addressFrames.append(known) }
    let number = UInt32(frames.count)
    frames[text] = number
    batch.newFrames.append(frame)
    addressFrames.append(number)
  }

  private func string(_ number: UInt64) -> String? {
    number < UInt64(strings.count) ? strings[Int(number)] : nil
  }

  /// Adds a trace; false when it speaks of what is not there.
  mutating func addTrace(_ line: Span<UInt8>, _ batch: EventBatch) -> Bool {
    var fields = HexFields(at: 2)
    guard let address = fields.next(line), let parent = fields.next(line),
      address < UInt64(addresses.count), parent < UInt64(traces.count)
    else {
      traces.append(0)
      return false
    }
    var node = traces[Int(parent)]
    for place in addresses[Int(address)] {
      batch.newNodes.append(StackNode(parent: node, frame: addressFrames[place]))
      nodeCount += 1
      node = nodeCount
    }
    traces.append(node)
    return true
  }

  /// The stack node of a trace; nil of one that is not there.
  func node(ofTrace trace: UInt64) -> UInt32? {
    trace < UInt64(traces.count) ? traces[Int(trace)] : nil
  }
}
