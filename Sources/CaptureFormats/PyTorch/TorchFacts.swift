import CaptureModel

/// What a device's capture tells beside its events, and what is to be known of its numbers.
struct TorchFacts {
  /// Stands for the stack of what was allocated before the recording.
  static let baseName = "<allocated before the recording>"
  /// What `label.origin` says of it.
  static let baseOrigin = "before the recording"

  private let snapshot: TorchSnapshot
  private let device: TorchDevice

  init(_ snapshot: TorchSnapshot, _ device: TorchDevice) {
    self.snapshot = snapshot
    self.device = device
  }

  private var hasTimes: Bool { device.firstTime != nil }

  var description: EventDescription {
    var description = EventDescription()
    description.tickSeries = hasTimes ? "reserved" : ""
    description.hasThreads = false
    description.hasAllocators = false
    description.properties = properties
    description.advice =
      "of the CPU's memory `memray run` records every allocation with its thread"
    return description
  }

  private var properties: [(name: String, value: String)] {
    func sum(_ sum: TorchDevice.Sum) -> String {
      "\(sum.count) \(sum.count == 1 ? "block" : "blocks"), \(sum.bytes) bytes"
    }
    let isHost = device.number == PyTorchLayout.hostDevice
    var facts: [(name: String, value: String)] = [
      ("device", isHost ? "pinned memory of the CPU" : "\(device.number)")
    ]
    if !snapshot.writer.isEmpty { facts.append(("written by", "PyTorch \(snapshot.writer)")) }
    facts.append(("trace events", "\(device.events.count)"))
    facts.append(("before the recording", sum(before)))
    facts.append(("live at end", sum(device.live)))
    if device.segmentCount > 0 {
      let free = device.reservedAtEnd &- min(device.roundedBytes, device.reservedAtEnd)
      facts.append(
        ("segments", "\(device.segmentCount), \(device.reservedAtEnd) bytes reserved at end"))
      facts.append(("blocks as cut", "\(device.roundedBytes) bytes"))
      facts.append(("lost inside blocks", "\(device.roundedBytes &- device.active.bytes) bytes"))
      facts.append(("free in segments", "\(free) bytes"))
    }
    if device.pending.count > 0 { facts.append(("pending frees", sum(device.pending))) }
    return facts + snapshot.content.settings
  }

  private var before: TorchDevice.Sum {
    TorchDevice.Sum(
      count: device.ghosts.count + device.unmatched.count,
      bytes: device.ghosts.bytes &+ device.unmatched.bytes)
  }

  var findings: [ProfileFinding] {
    var findings: [ProfileFinding] = []
    func add(
      _ kind: String, _ severity: ProfileFinding.Severity, _ count: Int64, _ detail: String
    ) {
      guard count > 0 else { return }
      findings.append(
        ProfileFinding(kind: kind, severity: severity, count: count, detail: detail))
    }
    add(
      "before the recording", .note, before.count,
      "blocks (\(before.bytes) bytes) that were allocated before the first event; every total "
        + "holds them, with `label.origin` \"\(Self.baseOrigin)\"")
    add(
      "lost events", .warning, device.unmatched.count,
      "frees (\(device.unmatched.bytes) bytes) whose allocation is not in the trace: it keeps "
        + "the newest max_entries, or began later; who allocated them is not known")
    add(
      "pending free", .note, device.pending.count,
      "blocks (\(device.pending.bytes) bytes) whose tensor is gone and that another stream still "
        + "holds; they count as live")
    add(
      "no time", .note, hasTimes || device.events.isEmpty ? 0 : 1,
      "the events have no times (PyTorch before 2.2): there is no timeline")
    add(
      "unknown action", .warning, snapshot.content.unknownActions,
      "events of kinds that are not known; left out")
    let isEqual = device.live == device.active
    add(
      "end differs", .warning, device.segmentCount == 0 || isEqual ? 0 : 1,
      "the events end with \(device.live.bytes) bytes in \(device.live.count) blocks, the "
        + "segments with \(device.active.bytes) in \(device.active.count)")
    return findings
  }
}
