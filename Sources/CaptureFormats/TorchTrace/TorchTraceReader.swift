import CaptureModel

/// Reads traces of `torch.profiler` with `profile_memory=True`: every allocation and free, with a
/// stack of the spans around it.
///
/// Memory changes are instants `"ph": "i"`, named `[memory]`, with `args` `Device Type` (0 is the CPU,
/// 1 a GPU), `Device Id`, `Addr`, `Bytes` (negative of a free), `Total Allocated` and `Total Reserved`.
/// `ts` counts microseconds from `baseTimeNanoseconds`. Spans named by `record_function` are marks too.
/// Events may stand in any order, so they are kept until the end.
struct TorchTraceReader {
  static let formatName = "torch-trace"
  static let descriptor = FormatDescriptor(
    name: formatName,
    summary: "traces of torch.profiler with profile_memory=True (Chrome JSON)",
    extensions: ["json"],
    recognizes: { input in recognizes(input) },
    open: { input throws(CaptureError) in try open(input) })

  private static func recognizes(_ input: CaptureInput) -> Bool {
    let bytes = input.beginning.span
    guard bytes.beginsJSON(with: "{") else { return false }
    return bytes.first("\"traceEvents\"") != nil && bytes.first("\"schemaVersion\"") != nil
  }

  private let json: JSONReader
  private var content = EventContent()
  private var threads: [Owner: TorchTraceSpans] = [:]
  private var annotations: [(name: String, start: Int64, end: Int64)] = []
  private var baseNanoseconds: Int64 = 0
  private var count: UInt32 = 0
  private var hasMemory = false

  private struct Owner: Hashable {
    var process: String
    var thread: String
  }

  private struct Event {
    var phase = ""
    var category = ""
    var name = ""
    var time: Int64?
    var duration: Int64 = 0
    var owner = Owner(process: "", thread: "")
    var change = TorchTraceSpans.Change(
      time: 0, order: 0, address: 0, bytes: 0, device: 0, deviceType: 0, allocated: 0, reserved: 0)
  }

  /// Memory where the trace has any, else the time of its spans.
  private static func open(_ input: CaptureInput) throws(CaptureError) -> CaptureReader {
    var reader = TorchTraceReader(json: JSONReader(input.stream()))
    let problem = reader.readFile()
    try reader.json.stream.refuseWhenTooLarge()
    guard reader.hasMemory else { return .profile(try ChromeTraceReader.read(input)) }
    return .events(reader.reader(problem, input))
  }

  private init(json: JSONReader) { self.json = json }

  // MARK: JSON

  private mutating func readFile() -> JSONProblem? {
    json.readWhole { token throws(JSONProblem) in
      try json.readObject(token) { name throws(JSONProblem) in
        switch name {
        case "traceEvents":
          try json.readArray { token throws(JSONProblem) in try readEvent(token) }
        case "baseTimeNanoseconds": baseNanoseconds = try json.readInteger() ?? 0
        default: try json.skipValue()
        }
      }
    }
  }

  private mutating func readEvent(_ token: JSONReader.Token) throws(JSONProblem) {
    var event = Event()
    try json.readObject(token) { member throws(JSONProblem) in
      switch member {
      case "ph": event.phase = try json.readText() ?? ""
      case "cat": event.category = try json.readText() ?? ""
      case "name": event.name = try json.readText() ?? ""
      case "ts": event.time = try json.readNumber()?.scaled(by: 1000)
      case "dur": event.duration = max(0, try json.readNumber()?.scaled(by: 1000) ?? 0)
      case "pid": event.owner.process = try readOwner()
      case "tid": event.owner.thread = try readOwner()
      case "args": try readArguments(into: &event.change)
      default: try json.skipValue()
      }
    }
    take(event)
  }

  /// A number of a process or thread, or its name.
  private func readOwner() throws(JSONProblem) -> String {
    let token = try json.required()
    if token == .string { return json.text }
    if token == .number { return json.integer.map { "\($0)" } ?? "" }
    try json.skip(token)
    return ""
  }

  private func readArguments(into change: inout TorchTraceSpans.Change) throws(JSONProblem) {
    try json.readObject { name throws(JSONProblem) in
      switch name {
      case "Addr": change.address = UInt64(bitPattern: try json.readInteger() ?? 0)
      case "Bytes": change.bytes = try json.readInteger() ?? 0
      case "Device Id": change.device = try json.readInteger() ?? 0
      case "Device Type": change.deviceType = try json.readInteger() ?? 0
      case "Total Allocated": change.allocated = try json.readInteger() ?? 0
      case "Total Reserved": change.reserved = try json.readInteger() ?? 0
      default: try json.skipValue()
      }
    }
  }

  private mutating func take(_ event: Event) {
    guard let time = event.time else { return }
    count &+= 1
    if event.phase == "i", event.name == "[memory]", event.change.bytes != 0 {
      hasMemory = true
      var change = event.change
      change.time = time
      change.order = count
      threads[event.owner, default: TorchTraceSpans()].changes.append(change)
      return
    }
    guard event.phase == "X" else { return }
    let end = time.addingReportingOverflow(event.duration)
    let frame = content.frame(
      TorchFrame.definition(name: event.name, file: "none", line: 0))
    threads[event.owner, default: TorchTraceSpans()].spans.append(
      TorchTraceSpans.Span(
        start: time, end: end.overflow ? .max : end.partialValue, frame: frame, order: count))
    if event.category == "user_annotation" {
      annotations.append((event.name, time, end.overflow ? .max : end.partialValue))
    }
  }
}

// MARK: Events

extension TorchTraceReader {
  /// A device of a trace.
  private struct Device: Hashable {
    var type: Int64
    var number: Int64

    var isProcessor: Bool { type == 0 }
  }

  private mutating func reader(_ problem: JSONProblem?, _ input: CaptureInput) -> GatheredEvents {
    var changes: [(owner: Owner, change: TorchTraceSpans.Change)] = []
    for owner in threads.keys {
      threads[owner]?.resolve(&content)
      changes += (threads[owner]?.changes ?? []).map { (owner, $0) }
    }
    changes.sort { ($0.change.time, $0.change.order) < ($1.change.time, $1.change.order) }
    let start = min(
      changes.first?.change.time ?? 0, annotations.map(\.start).min() ?? .max)
    content.ending = json.ending(problem)
    let devices = Set(changes.map { Device(type: $0.change.deviceType, number: $0.change.device) })
      .sorted { ($0.type, $1.number) > ($1.type, $0.number) }
    let readers = devices.map { device in
      let suffix =
        devices.count == 1 ? "" : device.isProcessor ? "-cpu" : "-gpu\(device.number)"
      let own = changes.filter {
        $0.change.deviceType == device.type && $0.change.device == device.number
      }
      return (suffix, capture(of: device, own, start, input))
    }
    return GatheredEvents(
      readers[0].1, input, hasTimes: true, suffix: readers[0].0,
      siblings: readers.dropFirst().map {
        ($0.0, GatheredEvents($0.1, input, hasTimes: true, suffix: $0.0))
      })
  }

  private func capture(
    of device: Device, _ changes: [(owner: Owner, change: TorchTraceSpans.Change)],
    _ start: Int64, _ input: CaptureInput
  ) -> EventContent {
    var content = content
    content.header.format = Self.formatName
    content.header.framing = input.framing.rawValue
    let wall = baseNanoseconds.addingReportingOverflow(start)
    content.header.startMilliseconds = wall.overflow ? 0 : wall.partialValue / 1_000_000
    let hasReserved = changes.contains { $0.change.reserved > 0 }
    var marks = annotationMarks(start)[...]
    for (owner, change) in changes {
      let time = change.time &- start
      while let mark = marks.first, mark.time <= time {
        marks.removeFirst()
        content.mark(mark.name, at: mark.time)
      }
      let thread = content.thread(UInt64(owner.thread) ?? 0, name: "")
      if change.bytes > 0 {
        content.allocate(
          change.address, UInt64(change.bytes), stack: change.node, thread: thread, at: time)
      } else {
        content.free(change.address, size: change.bytes.magnitude, thread: thread, at: time)
      }
      if hasReserved { content.tick(UInt64(max(0, change.reserved)), at: time) }
    }
    for mark in marks { content.mark(mark.name, at: mark.time) }
    addBase(changes.map(\.change), to: &content)
    describe(device, hasReserved: hasReserved, &content)
    return content
  }

  private func annotationMarks(_ start: Int64) -> [(name: String, time: Int64)] {
    let marks = annotations.flatMap {
      [($0.name, $0.start &- start), ("end of \($0.name)", $0.end &- start)]
    }
    return marks.indices.sorted { (marks[$0].1, $0) < (marks[$1].1, $1) }.map { marks[$0] }
  }

  /// What the first event's total has beyond what the events tell was there before them.
  private func addBase(
    _ changes: [TorchTraceSpans.Change], to content: inout EventContent
  ) {
    guard let first = changes.first, first.allocated > 0 else { return }
    let before = first.allocated &- first.bytes
    let known = Int64(clamping: content.unmatched.bytes)
    guard before > known else { return }
    content.addBase(.max, UInt64(before - known))
  }

  private func describe(
    _ device: Device, hasReserved: Bool, _ content: inout EventContent
  ) {
    content.description.tickSeries = hasReserved ? "reserved" : ""
    content.description.hasAllocators = false
    content.description.properties = [
      ("device", device.isProcessor ? "CPU" : "\(device.number)")
    ]
    content.description.advice =
      "`torch.cuda.memory._record_memory_history()` and `_dump_snapshot()` record streams, pools and "
      + "segments of a GPU"
    guard content.unmatched.count > 0 else { return }
    content.findings.append(
      ProfileFinding(
        kind: "before the recording", severity: .note, count: content.unmatched.count,
        detail:
          "blocks (\(content.unmatched.bytes) bytes) that were allocated before the trace and "
          + "freed in it; every total holds them"))
  }
}
