import CaptureModel

/// Single events that a reader gathers of a file before they are handed out, some 40 bytes each.
///
/// For files whose events stand in no order, or that are small.
struct EventContent {
  /// What happened.
  enum Kind: UInt8 {
    case allocate, free, tick, mark
  }

  fileprivate struct Event {
    var time: Int64
    var address: UInt64
    /// Bytes; of a tick what it samples.
    var size: UInt64
    /// Stack node; number of the mark.
    var argument: UInt32
    var labels: UInt32
    var thread: UInt32
    var kind: Kind
  }

  var header = CaptureHeader()
  var description = EventDescription()
  var findings: [ProfileFinding] = []
  var ending = CaptureEnding.complete
  /// Name of each thread by its number; empty where it has none.
  private(set) var threads: [(id: UInt64, name: String)] = []
  private var threadNumbers: [UInt64: UInt32] = [:]
  private(set) var frames: [FrameDefinition] = []
  private var frameNumbers: [FrameDefinition.Text: UInt32] = [:]
  private(set) var nodes: [StackNode] = []
  private let children = IdentityTable()
  fileprivate var labelSets: [[ProfileLabel]] = []
  private var labelNumbers: [[ProfileLabel]: UInt32] = [:]
  fileprivate var marks: [EventMark] = []
  fileprivate var events: [Event] = []
  /// Addresses alive, and their sizes.
  private var live: [UInt64: UInt64] = [:]
  /// What was alive before the first event, in the order in which it is freed.
  fileprivate var base: [Event] = []

  /// Stands for the stack of what was allocated before the recording.
  static let baseName = TorchFacts.baseName

  var count: Int { events.count }
  /// Number of frees whose allocation is not in the file, and their bytes where they are known.
  private(set) var unmatched: (count: Int64, bytes: UInt64) = (0, 0)

  /// Number of a thread.
  mutating func thread(_ id: UInt64, name: String = "") -> UInt32 {
    if let known = threadNumbers[id] { return known }
    threads.append((id, name))
    threadNumbers[id] = UInt32(threads.count - 1)
    return UInt32(threads.count - 1)
  }

  /// Index of a frame.
  mutating func frame(_ frame: FrameDefinition) -> UInt32 {
    let text = FrameDefinition.Text(frame)
    if let known = frameNumbers[text] { return known }
    frames.append(frame)
    frameNumbers[text] = UInt32(frames.count - 1)
    return UInt32(frames.count - 1)
  }

  /// Node of a frame called from `parent`; 0 is the root.
  mutating func node(parent: UInt32, frame: UInt32) -> UInt32 {
    let key = UInt64(parent) << 32 | UInt64(frame)
    if let known = children.index(key) { return known }
    nodes.append(StackNode(parent: parent, frame: frame))
    children.set(key, to: UInt32(nodes.count))
    return UInt32(nodes.count)
  }

  /// Number of a set of labels; 0 of none.
  mutating func labels(_ labels: [ProfileLabel]) -> UInt32 {
    guard !labels.isEmpty else { return 0 }
    if let known = labelNumbers[labels] { return known }
    labelSets.append(labels)
    labelNumbers[labels] = UInt32(labelSets.count)
    return UInt32(labelSets.count)
  }

  /// Adds an allocation.
  mutating func allocate(
    _ address: UInt64, _ size: UInt64, stack: UInt32 = 0, labels: UInt32 = 0, thread: UInt32 = 0,
    at time: Int64
  ) {
    live[address] = size
    events.append(
      Event(
        time: time, address: address, size: size, argument: stack, labels: labels, thread: thread,
        kind: .allocate))
  }

  /// Adds a free; what nobody allocated was there before, of the size given.
  mutating func free(
    _ address: UInt64, size: UInt64? = nil, labels: UInt32 = 0, thread: UInt32 = 0,
    at time: Int64
  ) {
    if live.removeValue(forKey: address) == nil {
      unmatched.count += 1
      unmatched.bytes &+= size ?? 0
      if let size { addBase(address, size, labels: labels) }
    }
    events.append(
      Event(
        time: time, address: address, size: 0, argument: 0, labels: labels, thread: thread,
        kind: .free))
  }

  /// Adds a block that was there before the first event.
  mutating func addBase(_ address: UInt64, _ size: UInt64, labels: UInt32 = 0) {
    let frame = frame(FrameDefinition(function: Self.baseName, file: Self.baseName, line: 0))
    let own = labels > 0 ? labelSets[Int(labels) - 1] : []
    let set = self.labels(own + [ProfileLabel("origin", .text(TorchFacts.baseOrigin))])
    base.append(
      Event(
        time: 0, address: address, size: size, argument: node(parent: 0, frame: frame),
        labels: set, thread: 0, kind: .allocate))
  }

  /// Adds a sample of the series of ticks, after the events before.
  mutating func tick(_ value: UInt64, at time: Int64) {
    events.append(
      Event(
        time: time, address: 0, size: value, argument: 0, labels: 0, thread: 0, kind: .tick))
  }

  /// Adds a mark, after the events before.
  mutating func mark(_ name: String, detail: String = "", at time: Int64) {
    marks.append(EventMark(name: name, detail: detail))
    events.append(
      Event(
        time: time, address: 0, size: 0, argument: UInt32(marks.count - 1), labels: 0, thread: 0,
        kind: .mark))
  }
}

/// Hands out gathered events, batch by batch, with a tick for each new millisecond.
final class GatheredEvents: EventReader {
  let fileSize: UInt64
  let siblings: [(suffix: String, reader: any EventReader)]
  let suffix: String
  private let content: EventContent
  /// Whether events have times, in nanoseconds.
  private let hasTimes: Bool
  private var nextBase = 0
  private var next = 0
  private var isFirst = true
  private var isOver = false
  private var thread: UInt32 = 0
  private var labels: UInt32 = 0
  private var sampled: UInt64 = 0
  private var lastTick: Int64 = -1

  init(
    _ content: EventContent, _ input: CaptureInput, hasTimes: Bool, suffix: String = "",
    siblings: [(suffix: String, reader: any EventReader)] = []
  ) {
    self.content = content
    self.hasTimes = hasTimes
    self.suffix = suffix
    self.siblings = siblings
    fileSize = input.file.size
  }

  var header: CaptureHeader {
    var header = content.header
    header.hasLabels = !content.labelSets.isEmpty
    return header
  }

  var description: EventDescription { content.description }
  var findings: [ProfileFinding] { content.findings }
  var ending: CaptureEnding { content.ending }

  func next(into batch: EventBatch) -> Bool {
    batch.removeAll()
    batch.fileOffset = fileSize
    guard !isOver else { return false }
    if isFirst { begin(batch) }
    let limit = batch.records.count - EventRecord.greatestGroup * 2
    while batch.count < limit, !isOver {
      if nextBase < content.base.count {
        nextBase += 1
        add(content.base[nextBase - 1], to: batch)
      } else if next < content.events.count {
        next += 1
        add(content.events[next - 1], to: batch)
      } else {
        addTick(content.events.last?.time ?? 0, isForced: true, to: batch)
        isOver = true
      }
    }
    return true
  }

  private func begin(_ batch: EventBatch) {
    isFirst = false
    batch.newFrames = content.frames
    batch.newNodes = content.nodes
    batch.newThreads = content.threads.isEmpty ? [0] : content.threads.map(\.id)
    batch.threadNames = content.threads.indices.filter { !content.threads[$0].name.isEmpty }.map {
      ThreadName(thread: UInt32($0), name: content.threads[$0].name)
    }
    batch.newLabelSets = content.labelSets
    batch.newMarks = content.marks
    add(EventRecord(kind: .switchThread, argument: 0), to: batch)
  }

  private func add(_ record: EventRecord, to batch: EventBatch) {
    batch.records[batch.count] = record
    batch.count += 1
  }

  private func add(_ event: EventContent.Event, to batch: EventBatch) {
    if nextBase == content.base.count, next > 0 { addTick(event.time, isForced: false, to: batch) }
    switch event.kind {
    case .allocate, .free:
      if event.thread != thread {
        thread = event.thread
        add(EventRecord(kind: .switchThread, argument: thread), to: batch)
      }
      guard event.kind == .allocate else {
        return add(
          EventRecord(kind: .deallocate, address: event.address, allocator: .free), to: batch)
      }
      if event.labels != labels {
        labels = event.labels
        add(EventRecord(kind: .labels, argument: labels), to: batch)
      }
      add(
        EventRecord(
          kind: .allocate, address: event.address, size: event.size, argument: event.argument),
        to: batch)
    case .tick:
      let isNews = sampled != event.size
      sampled = event.size
      addTick(event.time, isForced: isNews, to: batch)
    case .mark:
      add(
        EventRecord(
          kind: .mark, address: UInt64(bitPattern: event.time / 1_000_000),
          argument: event.argument), to: batch)
    }
  }

  private func addTick(_ time: Int64, isForced: Bool, to batch: EventBatch) {
    let now = time / 1_000_000
    guard hasTimes, isForced || now > lastTick else { return }
    lastTick = max(lastTick, now)
    add(
      EventRecord(kind: .tick, address: UInt64(bitPattern: Int64(now)), size: sampled), to: batch)
  }
}
