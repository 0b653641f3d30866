import CaptureModel

/// The named moments of one device, merged into its events.
struct TorchMarks {
  /// A named moment.
  struct Mark {
    var name: String
    var detail = ""
    /// Microseconds since 1970; 0 when not recorded.
    var time: UInt64
    /// Whether it ends a stretch: then it stands after the events of its time.
    var isEnd = false
  }

  private let annotations: [Mark]
  private var nextAnnotation = 0
  private var handedOut: UInt32 = 0
  /// Microseconds of the last event or annotation met.
  private(set) var lastTime: UInt64 = 0

  init(of device: TorchDevice, in content: TorchContent) {
    let own = content.annotations.filter { $0.device == device.number }
    let marks = own.map { annotation in
      let name = content.texts.text(annotation.name)
      return Mark(
        name: annotation.isEnd ? "end of \(name)" : name, time: annotation.time,
        isEnd: annotation.isEnd)
    }
    annotations = marks.indices.sorted { (marks[$0].time, $0) < (marks[$1].time, $1) }
      .map { marks[$0] }
  }

  /// Microseconds of the first annotation; nil without one.
  var firstTime: UInt64? { annotations.first { $0.time > 0 }?.time }

  /// Notes that an event was met.
  mutating func note(_ time: UInt64) { lastTime = max(lastTime, time) }

  /// The next annotation that stands before an event of a time, nil for the end of all.
  mutating func next(before time: UInt64?) -> Mark? {
    guard nextAnnotation < annotations.count else { return nil }
    let mark = annotations[nextAnnotation]
    if let time, mark.isEnd ? mark.time >= time : mark.time > time { return nil }
    nextAnnotation += 1
    note(mark.time)
    return mark
  }

  /// What an event says of the moment at which it is.
  static func mark(of event: TorchEvent) -> Mark {
    guard event.action == .oom else {
      return Mark(
        name: "snapshot", detail: "\(event.size) bytes were allocated", time: event.time)
    }
    return Mark(
      name: "oom", detail: "\(event.size) bytes were asked for, \(event.address) were free",
      time: event.time)
  }

  /// Gives a mark to a batch; its number.
  mutating func handOut(_ mark: Mark, to batch: EventBatch) -> UInt32 {
    batch.newMarks.append(EventMark(name: mark.name, detail: mark.detail))
    handedOut += 1
    return handedOut - 1
  }
}

/// Sets of labels of a device's allocations.
struct TorchLabels {
  /// Allocations up to this many bytes are cut from segments for small ones.
  private static let greatestSmall: UInt64 = 1 << 20

  /// Number of each set, by context and whether the block is small.
  private var sets: [UInt64: UInt32] = [:]
  private var count: UInt32 = 0
  private var current: UInt32 = 0

  /// The set of a context where it is another than that of the allocation before.
  mutating func set(
    of context: UInt32, size: UInt64, in content: TorchContent, _ batch: EventBatch
  ) -> UInt32? {
    let key = UInt64(context) << 1 | (size > Self.greatestSmall ? 1 : 0)
    if let known = sets[key] {
      guard known != current else { return nil }
      current = known
      return known
    }
    batch.newLabelSets.append(
      Self.labels(content.contexts.values[Int(context)], size: size, content))
    count += 1
    sets[key] = count
    current = count
    return count
  }

  private static func labels(
    _ context: TorchContext, size: UInt64, _ content: TorchContent
  ) -> [ProfileLabel] {
    var labels: [ProfileLabel] = []
    if let stream = context.stream {
      labels.append(ProfileLabel("stream", .number(Int64(bitPattern: stream), unit: "")))
    }
    func add(_ name: String, _ text: UInt32) {
      guard text != TorchWord.number(.empty) else { return }
      labels.append(ProfileLabel(name, .text(content.texts.text(text))))
    }
    add("user_metadata", context.userMetadata)
    add("compile_context", context.compileContext)
    add("category", context.category)
    if context.pool != 0, Int(context.pool) < content.pairs.values.count {
      let pool = content.pairs.values[Int(context.pool)]
      labels.append(ProfileLabel("pool", .text("\(pool >> 32).\(pool & 0xFFFF_FFFF)")))
    }
    if context.segmentType == TorchWord.number(.empty) {
      labels.append(
        ProfileLabel("segment_type", .text(size > greatestSmall ? "large" : "small")))
    } else {
      add("segment_type", context.segmentType)
    }
    if context.isBase { labels.append(ProfileLabel("origin", .text(TorchFacts.baseOrigin))) }
    return labels
  }
}
