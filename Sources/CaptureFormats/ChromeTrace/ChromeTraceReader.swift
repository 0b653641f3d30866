import CaptureModel

/// Reads py-spy's chrometrace: frames entered and left by each thread, with times.
///
/// A frame's own time is the time it is on top of its thread's stack. Other tools' traces of
/// events that begin and end (`"ph":"B"`, `"E"`) or last (`"X"`) have the same shape; the latter
/// nest by time only and are refused.
struct ChromeTraceReader {
  static let formatName = "chrometrace"
  /// Times are microseconds, with up to three digits behind the point.
  private static let nanosecondsPerUnit: Int64 = 1_000

  private let json: JSONReader
  private var content = ProfileContent()
  private var threads: [Owner: Thread] = [:]
  private var events = 0

  private struct Owner: Hashable {
    var process: Int64
    var thread: Int64
  }

  private struct Thread {
    var open: [(name: String, node: UInt32)] = []
    var last: Int64 = 0
    var number: UInt32
  }

  private struct Event {
    var phase = ""
    var time: Int64?
    var owner = Owner(process: 0, thread: 0)
    var frame = ProfileFrame()
    var offset: UInt64 = 0
  }

  /// Reads a file whole.
  ///
  /// - Parameter input: the file.
  /// - Returns: a reader of its totals.
  /// - Throws: `CaptureError` when there is no event in it.
  static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var reader = ChromeTraceReader(json: JSONReader(input.stream()))
    let problem = reader.readFile()
    guard !reader.content.isEmpty else {
      throw reader.json.refusal(problem, formatName, "no frames in it")
    }
    reader.describe(problem)
    return GatheredProfile(reader.content, input)
  }

  private init(json: JSONReader) { self.json = json }

  private mutating func readFile() -> JSONProblem? {
    json.readWhole { token throws(JSONProblem) in
      guard token == .beginObject else { return try readEvents(token) }
      try json.readObject(token) { name throws(JSONProblem) in
        if name == "traceEvents" { try readEvents() } else { try json.skipValue() }
      }
    }
  }

  private mutating func readEvents(_ token: JSONReader.Token? = nil) throws(JSONProblem) {
    try json.readArray(token) { token throws(JSONProblem) in try readEvent(token) }
  }

  private mutating func readEvent(_ token: JSONReader.Token) throws(JSONProblem) {
    var event = Event()
    event.offset = json.offset - 1
    try json.readObject(token) { member throws(JSONProblem) in
      switch member {
      case "ph": event.phase = try json.readText() ?? ""
      case "ts": event.time = try json.readNumber()?.scaled(by: Self.nanosecondsPerUnit)
      case "pid": event.owner.process = try json.readInteger() ?? 0
      case "tid": event.owner.thread = try json.readInteger() ?? 0
      case "name": event.frame.function = try json.readText() ?? ""
      case "args":
        try json.readObject { argument throws(JSONProblem) in
          switch argument {
          case "filename": event.frame.file = try json.readText() ?? ""
          case "line": event.frame.line = max(0, Int32(clamping: try json.readInteger() ?? 0))
          default: try json.skipValue()
          }
        }
      default: try json.skipValue()
      }
    }
    try take(event)
  }

  private mutating func take(_ event: Event) throws(JSONProblem) {
    guard event.phase == "B" || event.phase == "E" else {
      guard event.phase != "X" else {
        throw .malformed(
          offset: event.offset,
          reason: "an event with a duration; only beginnings and ends are read")
      }
      return
    }
    guard let time = event.time else {
      throw .malformed(offset: event.offset, reason: "an event without a time")
    }
    var thread =
      threads[event.owner]
      ?? Thread(last: time, number: content.number(of: "\(event.owner.thread)"))
    guard time >= thread.last else {
      throw .malformed(offset: event.offset, reason: "an event earlier than the one before")
    }
    if let top = thread.open.last, time > thread.last {
      content.add(
        [time.subtractingReportingOverflow(thread.last).partialValue], stack: top.node,
        thread: thread.number, process: event.owner.process)
    }
    thread.last = time
    if event.phase == "B" {
      let frame = content.stacks.frame(event.frame)
      let node = content.stacks.node(parent: thread.open.last?.node ?? 0, frame: frame)
      thread.open.append((event.frame.function, node))
    } else {
      guard let top = thread.open.popLast(), top.name == event.frame.function else {
        throw .malformed(offset: event.offset, reason: "a frame is closed that is not on top")
      }
    }
    // In place, so that the stack is not copied for every event.
    threads[event.owner] = nil
    threads[event.owner] = thread
  }

  private mutating func describe(_ problem: JSONProblem?) {
    content.header.format = Self.formatName
    content.description.values = [
      ProfileValue(.none, .samples, unit: "seconds", scale: 1_000_000_000)
    ]
    content.description.properties = [("threads", "\(threads.count)")]
    content.ending = json.ending(problem)
  }
}
