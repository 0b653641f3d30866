import CaptureModel

/// What one device's events and segments say together: what was there before them, and whether the
/// end that they lead to is that of the segments.
struct TorchDevice {
  /// A block that was allocated before the first event.
  struct BaseBlock {
    var address: UInt64
    var size: UInt64
    var stack: UInt32
    var context: UInt32
  }

  let number: Int
  let events: Range<Int>
  /// What was alive before the first event, in no order of time.
  private(set) var base: [BaseBlock] = []
  /// Blocks of `base` that a later event frees, and of what size together.
  private(set) var unmatched = Sum()
  /// Blocks of `base` that are still alive at the end.
  private(set) var ghosts = Sum()
  /// Blocks whose tensor died and that another stream still holds at the end.
  private(set) var pending = Sum()
  /// Blocks alive at the end by the events and what was before them.
  private(set) var live = Sum()
  /// Blocks alive at the end by the segments, and the bytes of the blocks as they are cut.
  private(set) var active = Sum()
  private(set) var roundedBytes: UInt64 = 0
  private(set) var reservedAtStart: UInt64 = 0
  private(set) var reservedAtEnd: UInt64 = 0
  private(set) var segmentCount = 0
  /// Contexts of allocations to which a text was given later, by the index of their event.
  private(set) var annotated: [Int: UInt32] = [:]
  /// Microseconds of the first event; nil without times.
  private(set) var firstTime: UInt64?

  /// A number of blocks and their bytes.
  struct Sum: Equatable {
    var count: Int64 = 0
    var bytes: UInt64 = 0

    mutating func add(_ size: UInt64) {
      count += 1
      bytes &+= size
    }
  }

  /// What is known of an address while the events are looked at.
  private struct Held {
    var event: Int
    var size: UInt64
  }

  init(_ device: TorchContent.Device, of content: inout TorchContent) {
    number = device.number
    events = device.events
    var held: [UInt64: Held] = [:]
    var requested: [UInt64: UInt64] = [:]
    var grown: Int64 = 0
    var freed: [(event: TorchEvent, base: Int)] = []
    let all = content.events
    all.forEach(events) { index, event in
      if firstTime == nil, event.time > 0 { firstTime = event.time }
      switch event.action {
      case .alloc: held[event.address] = Held(event: index, size: event.size)
      case .freeRequested: requested[event.address] = event.size
      case .freeCompleted:
        requested[event.address] = nil
        if held.removeValue(forKey: event.address) == nil { freed.append((event, index)) }
      case .segmentGrown: grown &+= Int64(truncatingIfNeeded: event.size)
      case .segmentShrunk: grown &-= Int64(truncatingIfNeeded: event.size)
      case .annotate:
        if let block = held[event.address] { annotated[block.event] = event.context }
      case .oom, .snapshot: break
      }
    }
    for (_, size) in requested { pending.add(size) }
    addUnmatched(freed, &content)
    addSegments(held, grown, &content)
    for block in held.values { live.add(block.size) }
    live.count += ghosts.count
    live.bytes &+= ghosts.bytes
    resolveAnnotations(&content)
  }

  /// Frees whose allocation is not there: their size is known, the stack is that of the free.
  private mutating func addUnmatched(
    _ freed: [(event: TorchEvent, base: Int)], _ content: inout TorchContent
  ) {
    var known: Set<UInt64> = []
    for (event, _) in freed where known.insert(event.address).inserted {
      unmatched.add(event.size)
      var context = content.contexts.values[Int(event.context)]
      // What the freeing code was about says nothing of the allocation.
      let empty = TorchContext()
      context.userMetadata = empty.userMetadata
      context.compileContext = empty.compileContext
      context.isBase = true
      base.append(
        BaseBlock(
          address: event.address, size: event.size, stack: 0,
          context: content.contexts.number(of: context)))
    }
  }

  /// Blocks that are active at the end and that no event allocated, and what is reserved.
  private mutating func addSegments(
    _ held: [UInt64: Held], _ grown: Int64, _ content: inout TorchContent
  ) {
    for segment in content.segments where segment.device == number {
      segmentCount += 1
      reservedAtEnd &+= segment.size
      var context = content.contexts.values[Int(segment.context)]
      context.isBase = true
      let number = content.contexts.number(of: context)
      for block in content.blocks[segment.blocks] where block.state != .inactive {
        active.add(block.requested)
        roundedBytes &+= block.size
        guard held[block.address] == nil else { continue }
        // An address of its own: it is never freed.
        base.append(
          BaseBlock(
            address: ~UInt64(base.count), size: block.requested, stack: block.stack,
            context: number))
        ghosts.add(block.requested)
      }
    }
    let start = Int64(truncatingIfNeeded: reservedAtEnd) &- grown
    reservedAtStart = start > 0 ? UInt64(start) : 0
  }

  /// Gives annotated allocations the text in place of their own.
  private mutating func resolveAnnotations(_ content: inout TorchContent) {
    guard !annotated.isEmpty else { return }
    var texts: [Int: UInt32] = [:]
    let all = content.events
    for (index, context) in annotated {
      let (first, events) = all.piece(holding: index)
      guard index - first < events.count else { continue }
      var own = content.contexts.values[Int(events[index - first].context)]
      own.userMetadata = content.contexts.values[Int(context)].userMetadata
      texts[index] = content.contexts.number(of: own)
    }
    annotated = texts
  }
}
