import CaptureModel

/// Reads traces of frames entered and left (`"ph":"B"`, `"E"`) and of frames that last (`"X"`),
/// as py-spy, viztracer, Chrome and many others write them.
///
/// A frame's own time is the time it is on top of its thread's stack. Frames that last nest by
/// time, among themselves and with the others. Events may stand in any order, so they are kept
/// until the end, some 40 bytes each.
struct ChromeTraceReader {
  static let formatName = "chrometrace"
  /// Times are microseconds, with up to three digits behind the point.
  private static let nanosecondsPerUnit: Int64 = 1_000

  private let json: JSONReader
  private var content = ProfileContent()
  private var threads: [Owner: Int] = [:]
  private var stacks: [(owner: Owner, events: ThreadEvents)] = []
  /// Index of each frame, and its name for ends that say what they end.
  private var names: [String: UInt32] = [:]
  private var hasFiles = false
  private var hasLines = false

  private struct Owner: Hashable {
    var process: Int64
    var thread: Int64
  }

  private struct Event {
    var phase = ""
    var time: Int64?
    var duration: Int64?
    var threadDuration: Int64?
    var owner = Owner(process: 0, thread: 0)
    var isNamed = false
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
    try reader.json.stream.refuseWhenTooLarge()
    reader.addTimes()
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
      case "dur": event.duration = try json.readNumber()?.scaled(by: Self.nanosecondsPerUnit)
      case "tdur":
        event.threadDuration = try json.readNumber()?.scaled(by: Self.nanosecondsPerUnit)
      case "pid": event.owner.process = try json.readInteger() ?? 0
      case "tid": event.owner.thread = try json.readInteger() ?? 0
      case "name":
        event.frame.function = try json.readText() ?? ""
        event.isNamed = true
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
    guard ["B", "E", "X"].contains(event.phase) else { return }
    guard let time = event.time else {
      throw .malformed(offset: event.offset, reason: "an event without a time")
    }
    let place = threads[event.owner] ?? stacks.count
    if place == stacks.count {
      threads[event.owner] = place
      stacks.append((event.owner, ThreadEvents()))
    }
    let name = names[event.frame.function] ?? UInt32(clamping: names.count + 1)
    names[event.frame.function] = name
    if event.phase == "E" {
      stacks[place].events.end(name: event.isNamed ? name : 0, at: time)
      return
    }
    hasFiles = hasFiles || !event.frame.file.isEmpty
    hasLines = hasLines || event.frame.line > 0
    let frame = content.stacks.frame(event.frame)
    guard event.phase == "X" else {
      return stacks[place].events.begin(frame, name: name, at: time)
    }
    let length = max(0, event.duration ?? event.threadDuration ?? 0)
    let end = time.addingReportingOverflow(length)
    stacks[place].events.add(
      frame, name: name, from: time, to: end.overflow ? .max : end.partialValue)
  }

  /// Adds what each thread's frames took of their own, and what was odd.
  private mutating func addTimes() {
    var oddities = ThreadEvents.Oddities()
    for index in stacks.indices {
      let owner = stacks[index].owner
      let thread = content.number(of: "\(owner.thread)")
      let found = stacks[index].events.replay(
        into: &content, thread: thread, process: owner.process)
      oddities.add(found)
    }
    content.findings = oddities.findings
  }

  private mutating func describe(_ problem: JSONProblem?) {
    content.header.format = Self.formatName
    content.description.values = [
      ProfileValue(.processor, .samples, unit: "seconds", scale: 1_000_000_000)
    ]
    content.description.hasFiles = hasFiles
    content.description.hasLines = hasLines
    content.description.properties = [("threads", "\(threads.count)")]
    content.ending = json.ending(problem)
  }
}
