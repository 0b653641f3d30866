import CaptureModel

/// Reads what RMM's `logging_resource_adaptor` writes: every allocation of a RAPIDS program, without stacks.
///
/// The head is `Thread,Time,Action,Pointer,Size,Stream`. Times are of the day, `HH:MM:SS.ffffff` or
/// `HH:MM:SS:ffffff`; actions `allocate`, `free` and `allocate failure`. Source: rmm's
/// `mr/device/logging_resource_adaptor.hpp`.
struct RMMReader {
  static let formatName = "rmm"
  private static let head = "Thread,Time,Action,Pointer,Size,Stream"
  private static let dayNanoseconds: Int64 = 86_400_000_000_000
  private static let mostDays: Int64 = 36_500

  static let descriptor = FormatDescriptor(
    name: formatName, summary: "logs of RMM, the allocator of RAPIDS (cuDF, cuML), without stacks",
    extensions: ["csv", "txt"],
    recognizes: { input in input.firstLines(1).first == head },
    open: { input throws(CaptureError) in .events(try read(input)) })

  private var content = EventContent()
  private var oddities = FindingCounter()
  private var first: Int64?
  private var last: Int64 = 0
  private var days: Int64 = 0

  private static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredEvents {
    var lines = LineReader(input.stream())
    var reader = RMMReader()
    var isCut = false
    while lines.nextNumbered({ line, number, isUnfinished in
      if isUnfinished { isCut = true } else if number > 1 { reader.take(line, number) }
    }) {}
    try lines.stream.refuseWhenTooLarge()
    if case .unreadable(_, let code)? = lines.stream.failure {
      throw .unreadable(path: input.file.path, code: code)
    }
    reader.describe(input)
    if isCut {
      reader.content.ending = .incomplete(
        offset: lines.offset, reason: "the last line has no end")
    }
    reader.content.ending = lines.stream.endingOfFailure ?? reader.content.ending
    return GatheredEvents(reader.content, input, hasTimes: true)
  }

  private mutating func take(_ line: Span<UInt8>, _ number: UInt64) {
    guard !line.isBlank else { return }
    guard event(line) else {
      return oddities.count("bad line", line: number, "lines that are no event; left out")
    }
  }

  private mutating func event(_ line: Span<UInt8>) -> Bool {
    var fields: [Range<Int>] = []
    var start = 0
    for place in 0...line.count where place == line.count || line[place] == UInt8(ascii: ",") {
      fields.append(line.trimmed(start..<place))
      start = place + 1
    }
    guard fields.count == 6, let time = time(line.text(fields[1])),
      let pointer = Self.number(line, fields[3]), let size = Self.number(line, fields[4])
    else { return false }
    let stream = Self.number(line, fields[5]) ?? 0
    let labels = content.labels(
      [ProfileLabel("stream", .number(Int64(bitPattern: stream), unit: ""))])
    let name = line.text(fields[0])
    let thread = content.thread(UInt64(name) ?? 0, name: UInt64(name) == nil ? name : "")
    switch line.text(fields[2]) {
    case "allocate":
      content.allocate(pointer, size, labels: labels, thread: thread, at: time)
    case "free", "deallocate":
      content.free(pointer, size: size, labels: labels, thread: thread, at: time)
    case "allocate failure":
      content.mark("oom", detail: "\(size) bytes were asked for", at: time)
    default: return false
    }
    return true
  }

  /// Nanoseconds after the first line.
  private mutating func time(_ text: String) -> Int64? {
    let parts = text.split { $0 == ":" || $0 == "." }
    guard parts.count >= 3, parts.count <= 4, let hours = Int64(parts[0]),
      let minutes = Int64(parts[1]), let seconds = Int64(parts[2]), (0..<24).contains(hours),
      (0..<60).contains(minutes), (0..<61).contains(seconds)
    else { return nil }
    var fraction: Int64 = 0
    if parts.count == 4 {
      guard parts[3].count <= 9, let digits = Int64(parts[3]), digits >= 0 else { return nil }
      fraction = digits
      for _ in parts[3].count..<9 { fraction *= 10 }
    }
    var time = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000 + fraction
    time += days * Self.dayNanoseconds
    // Midnight passes; threads that wait for each other may write a little late.
    if time < last - Self.dayNanoseconds / 2, days < Self.mostDays {
      days += 1
      time += Self.dayNanoseconds
    }
    last = max(last, time)
    if first == nil { first = time }
    return max(0, time - (first ?? time))
  }

  private static func number(_ line: Span<UInt8>, _ field: Range<Int>) -> UInt64? {
    let text = line.text(field)
    if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16) }
    if text == "(nil)" || text == "nullptr" { return 0 }
    return UInt64(text)
  }

  private mutating func describe(_ input: CaptureInput) {
    content.header.format = Self.formatName
    content.header.framing = input.framing.rawValue
    content.description.tickSeries = ""
    content.description.hasAllocators = false
    content.description.advice =
      "PyTorch's `torch.cuda.memory._record_memory_history` records stacks; RMM's log has none"
    content.findings = oddities.all
    if content.unmatched.count > 0 {
      content.findings.append(
        ProfileFinding(
          kind: "before the recording", severity: .note, count: content.unmatched.count,
          detail: "blocks (\(content.unmatched.bytes) bytes) that are freed and were allocated "
            + "before the first line; every total holds them"))
    }
  }
}
