import CaptureModel

/// One device of a snapshot of PyTorch's allocators as a capture of events (`PyTorchLayout`).
///
/// What was allocated before the first event comes first, under a name of its own. Reserved memory is
/// what ticks sample; annotations, errors and snapshots are marks.
final class TorchReader: EventReader {
  let header: CaptureHeader
  let fileSize: UInt64
  let description: EventDescription
  let findings: [ProfileFinding]
  let siblings: [(suffix: String, reader: any EventReader)]
  let suffix: String

  let snapshot: TorchSnapshot
  let device: TorchDevice
  private let start: UInt64
  private var labels = TorchLabels()
  private var marks: TorchMarks
  private var nextBase = 0
  private var nextEvent: Int
  private var piece: (first: Int, events: [TorchEvent]) = (0, [])
  private var stacklessNode: UInt32 = 0
  private var reserved: UInt64
  private var lastTick: Int64 = -1
  private var hasBegun = false
  private var hasEnded = false

  /// A reader of one device.
  ///
  /// - Parameters:
  ///   - snapshot: read whole.
  ///   - device: one of its devices.
  ///   - suffix: what the capture's name ends in; empty for the only one.
  ///   - siblings: readers of the other devices.
  init(
    _ snapshot: TorchSnapshot, _ device: TorchDevice, suffix: String = "",
    siblings: [(suffix: String, reader: any EventReader)] = []
  ) {
    self.snapshot = snapshot
    self.device = device
    self.siblings = siblings
    self.suffix = suffix
    fileSize = snapshot.fileSize
    marks = TorchMarks(of: device, in: snapshot.content)
    start = [device.firstTime, marks.firstTime].compactMap { $0 }.min() ?? 0
    reserved = device.reservedAtStart
    nextEvent = device.events.lowerBound
    header = Self.header(snapshot, start)
    let facts = TorchFacts(snapshot, device)
    description = facts.description
    findings = facts.findings
  }

  private static func header(_ snapshot: TorchSnapshot, _ start: UInt64) -> CaptureHeader {
    var header = CaptureHeader()
    header.format = PyTorchLayout.formatName
    header.version = "pickle protocol \(snapshot.protocolNumber)"
    header.versionNumber = Int(snapshot.protocolNumber)
    header.framing = snapshot.framing
    header.startMilliseconds = Int64(start / 1000)
    header.hasLabels = true
    return header
  }

  var ending: CaptureEnding {
    snapshot.content.events.hasFailed
      ? .damaged(offset: 0, reason: "events that were put on the disk cannot be read back")
      : .complete
  }

  func next(into batch: EventBatch) -> Bool {
    batch.removeAll()
    batch.fileOffset = fileSize
    guard !hasEnded else { return false }
    if !hasBegun { begin(batch) }
    let limit = batch.records.count - EventRecord.greatestGroup * 2
    while batch.count < limit, !hasEnded { step(batch) }
    return true
  }

  /// Frames and stacks are known from the first batch on.
  private func begin(_ batch: EventBatch) {
    hasBegun = true
    let stacks = snapshot.content.stacks
    batch.newFrames = stacks.frames
    batch.newNodes = stacks.nodes
    batch.newFrames.append(
      FrameDefinition(function: TorchFacts.baseName, file: TorchFacts.baseName, line: 0))
    batch.newNodes.append(StackNode(parent: 0, frame: UInt32(stacks.frames.count)))
    stacklessNode = UInt32(stacks.nodes.count + 1)
    batch.newThreads = [0]
    add(EventRecord(kind: .switchThread, argument: 0), to: batch)
  }

  private func add(_ record: EventRecord, to batch: EventBatch) {
    batch.records[batch.count] = record
    batch.count += 1
  }

  /// Hands out the next thing there is.
  private func step(_ batch: EventBatch) {
    if nextBase < device.base.count { return addBase(batch) }
    guard nextEvent < device.events.upperBound, let event = event(at: nextEvent) else {
      if let mark = marks.next(before: nil) { return add(mark, to: batch) }
      addTick(at: device.firstTime == nil ? nil : marks.lastTime, isForced: true, to: batch)
      hasEnded = true
      return
    }
    if let mark = marks.next(before: event.time) { return add(mark, to: batch) }
    nextEvent += 1
    add(event, at: nextEvent - 1, to: batch)
  }

  private func event(at index: Int) -> TorchEvent? {
    if index < piece.first || index >= piece.first + piece.events.count {
      piece = snapshot.content.events.piece(holding: index)
    }
    let place = index - piece.first
    return place < piece.events.count ? piece.events[place] : nil
  }

  private func addBase(_ batch: EventBatch) {
    let block = device.base[nextBase]
    nextBase += 1
    addLabels(block.context, size: block.size, to: batch)
    add(
      EventRecord(
        kind: .allocate, address: block.address, size: block.size,
        argument: block.stack == 0 ? stacklessNode : block.stack), to: batch)
  }

  private func add(_ event: TorchEvent, at index: Int, to batch: EventBatch) {
    marks.note(event.time)
    addTick(at: event.time, isForced: false, to: batch)
    switch event.action {
    case .alloc:
      addLabels(device.annotated[index] ?? event.context, size: event.size, to: batch)
      add(
        EventRecord(
          kind: .allocate, address: event.address, size: event.size, argument: event.stack),
        to: batch)
    case .freeCompleted:
      add(EventRecord(kind: .deallocate, address: event.address, allocator: .free), to: batch)
    case .segmentGrown:
      reserved &+= event.size
      addTick(at: event.time, isForced: true, to: batch)
    case .segmentShrunk:
      reserved = reserved > event.size ? reserved - event.size : 0
      addTick(at: event.time, isForced: true, to: batch)
    case .oom, .snapshot: add(TorchMarks.mark(of: event), to: batch)
    case .freeRequested, .annotate: break
    }
  }

  private func addLabels(_ context: UInt32, size: UInt64, to batch: EventBatch) {
    guard let set = labels.set(of: context, size: size, in: snapshot.content, batch) else { return }
    add(EventRecord(kind: .labels, argument: set), to: batch)
  }

  private func milliseconds(_ time: UInt64) -> Int64 {
    Int64(time / 1000) - Int64(start / 1000)
  }

  /// A tick when a new millisecond begins, or when there is news of what is reserved.
  private func addTick(at time: UInt64?, isForced: Bool, to batch: EventBatch) {
    guard let time, time > 0 else { return }
    let now = milliseconds(time)
    guard isForced || now > lastTick else { return }
    lastTick = max(lastTick, now)
    add(
      EventRecord(kind: .tick, address: UInt64(bitPattern: Int64(now)), size: reserved), to: batch)
  }

  private func add(_ mark: TorchMarks.Mark, to batch: EventBatch) {
    let number = marks.handOut(mark, to: batch)
    let now = mark.time == 0 ? 0 : milliseconds(mark.time)
    add(
      EventRecord(kind: .mark, address: UInt64(bitPattern: now), argument: number), to: batch)
  }
}
