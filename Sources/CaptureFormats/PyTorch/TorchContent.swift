import CaptureModel

/// What a snapshot's pickle builds: events, segments, blocks and stacks, each as soon as it is whole.
struct TorchContent {
  var texts = TorchTexts()
  var stacks = TorchStacks()
  let events = TorchEvents()
  var contexts = Numbering<TorchContext>()
  /// Pairs of numbers: pools, the first of which is that of all.
  var pairs = Numbering<UInt64>()
  private(set) var segments: [TorchSegment] = []
  private(set) var blocks: [TorchBlock] = []
  /// Entries of histories of blocks.
  private var histories: [TorchBlock] = []
  private(set) var annotations: [TorchAnnotation] = []
  private(set) var settings: [(name: String, value: String)] = []
  /// Keys that dictionaries of any kind had.
  private(set) var metKeys: UInt64 = 0
  private(set) var unknownActions: Int64 = 0

  /// What lists hold that are of neither frames nor numbers, by their serial numbers.
  private var ranges: [UInt64: Range<Int>] = [:]
  private var outer: [UInt64: [UInt64]] = [:]
  private var listCount: UInt64 = 0
  private var movedFrames = 0
  /// The lists that the snapshot names.
  private var roots: [TorchWord: TorchValue] = [:]

  /// The fields of a dictionary, by the numbers of their keys.
  private var fields = [TorchValue](
    repeating: TorchValue(.other), count: Int(TorchWord.keyCount))
  private var present: UInt64 = 0

  init() { _ = pairs.number(of: 0) }

  /// A new, empty list.
  mutating func addList() -> TorchValue {
    listCount += 1
    return TorchValue(.list, listCount)
  }

  private static func malformed(_ reason: String) -> FieldError { .malformed(reason: reason) }
}

// MARK: Lists

extension TorchContent {
  /// What a list is after values were put at its end.
  mutating func list(
    _ list: TorchValue, appending values: ArraySlice<TorchValue>
  ) throws(FieldError) -> TorchValue {
    guard let first = values.first else { return list }
    var result = list
    switch first.kind {
    case .frame:
      guard values.allSatisfy({ $0.kind == .frame }) else {
        throw Self.malformed("a list of frames and of something else")
      }
      result.payload = UInt64(try node(of: list, appending: values))
      result.kind = .frames
    case .event: extend(list, by: values, of: .event, total: events.count)
    case .segment: extend(list, by: values, of: .segment, total: segments.count)
    case .block: extend(list, by: values, of: .block, total: blocks.count)
    case .list:
      for value in values where value.kind == .list {
        outer[list.payload, default: []].append(value.payload)
      }
    case .history where list.kind == .list: result = TorchValue(.history, first.payload)
    case .number where values.count == 2 && list.kind == .list:
      result = pair(first.payload, values[values.startIndex + 1].payload)
    default: break
    }
    result.memo = list.memo
    return result
  }

  /// Node of a list of frames with further, older ones at its end.
  private mutating func node(
    of list: TorchValue, appending values: ArraySlice<TorchValue>
  ) throws(FieldError) -> UInt32 {
    guard list.kind == .frames else { return stacks.node(of: values) }
    let newer = stacks.frames(of: list.index)
    movedFrames += newer.count
    guard movedFrames < PyTorchLayout.movedFrameLimit else {
      throw Self.malformed("lists of frames that are written frame by frame")
    }
    var node = stacks.node(of: values)
    for frame in newer.reversed() { node = stacks.node(parent: node, frame: frame) }
    return node
  }

  /// Notes that the last things that were completed are in a list.
  private mutating func extend(
    _ list: TorchValue, by values: ArraySlice<TorchValue>, of kind: TorchValue.Kind, total: Int
  ) {
    let count = values.reduce(0) { $0 + ($1.kind == kind ? 1 : 0) }
    let start = ranges[list.payload]?.lowerBound ?? max(0, total - count)
    ranges[list.payload] = start..<max(start, total)
  }

  /// A tuple or a list of two numbers.
  mutating func pair(_ first: UInt64, _ second: UInt64) -> TorchValue {
    let both = first << 32 | second & 0xFFFF_FFFF
    return TorchValue(.pair, UInt64(pairs.number(of: both)))
  }
}

// MARK: Dictionaries

extension TorchContent {
  /// What a dictionary is that holds these keys and values by turns.
  mutating func dictionary(
    _ dictionary: TorchValue, setting values: ArraySlice<TorchValue>
  ) throws(FieldError) -> TorchValue {
    present = 0
    var place = values.startIndex
    while place + 1 < values.endIndex {
      let key = values[place]
      if key.kind == .text, key.payload < UInt64(TorchWord.keyCount) {
        fields[Int(key.payload)] = values[place + 1]
        present |= 1 << key.payload
      }
      place += 2
    }
    metKeys |= present
    var result = try meaning()
    if has(.configuration) { addSettings(values) }
    if result.kind == .other { result = dictionary }
    result.memo = dictionary.memo
    return result
  }

  private mutating func meaning() throws(FieldError) -> TorchValue {
    if has(.action) { return try event() }
    if has(.filename), has(.line) { return TorchValue(.frame, frame()) }
    if has(.totalSize), has(.blocks) { return try segment() }
    if has(.state) { return try block() }
    if has(.realSize) { return try history() }
    if has(.stage) { return annotation() }
    for root: TorchWord in [.segments, .deviceTraces, .hostSegments, .hostTraces]
    where has(root) { roots[root] = field(root) }
    return TorchValue(.other)
  }

  private static func bit(_ word: TorchWord) -> UInt64 { 1 << UInt64(TorchWord.number(word)) }

  /// Whether the dictionary just read has a key.
  private func has(_ word: TorchWord) -> Bool { present & Self.bit(word) != 0 }

  /// Whether any dictionary had a key.
  func hasMet(_ word: TorchWord) -> Bool { metKeys & Self.bit(word) != 0 }

  private func field(_ word: TorchWord) -> TorchValue? {
    has(word) ? fields[Int(TorchWord.number(word))] : nil
  }

  private func number(_ word: TorchWord) -> UInt64? { field(word)?.number }

  private func text(_ word: TorchWord) -> UInt32 {
    guard let value = field(word), value.kind == .text else { return TorchWord.number(.empty) }
    return value.index
  }

  private func stack() -> UInt32 {
    guard let value = field(.frames), value.kind == .frames else { return 0 }
    return value.index
  }

  private mutating func frame() -> UInt32 {
    stacks.frame(
      TorchFrame.definition(
        name: texts.text(text(.name)), file: texts.text(text(.filename)),
        line: number(.line) ?? 0))
  }

  private mutating func event() throws(FieldError) -> TorchValue {
    let word = text(.action)
    guard Int(word) < TorchWord.allCases.count,
      let action = TorchAction(TorchWord.allCases[Int(word)])
    else {
      unknownActions += 1
      return TorchValue(.other)
    }
    guard let size = number(.size), let address = number(action == .oom ? .deviceFree : .addr)
    else { throw Self.malformed("an event without its address or its size") }
    events.append(
      TorchEvent(
        action, address: address, size: size, time: number(.time) ?? 0, stack: stack(),
        context: context()))
    return TorchValue(.event)
  }

  private mutating func context() -> UInt32 {
    var context = TorchContext()
    context.stream = number(.stream)
    if let pool = field(.pool) ?? field(.segmentPool), pool.kind == .pair {
      context.pool = pool.index
    }
    context.userMetadata = text(.userMetadata)
    let compile = text(.compileContext)
    if compile != TorchWord.number(.notApplicable) { context.compileContext = compile }
    context.category = text(.category)
    context.segmentType = text(.segmentType)
    return contexts.number(of: context)
  }

  private mutating func segment() throws(FieldError) -> TorchValue {
    guard let address = number(.address), let size = number(.totalSize) else {
      throw Self.malformed("a segment without its address or its size")
    }
    let own = field(.blocks).flatMap { ranges[$0.payload] } ?? blocks.count..<blocks.count
    var next = address
    for index in own {
      if !blocks[index].hasAddress { blocks[index].address = next }
      next = blocks[index].address &+ blocks[index].size
    }
    let device = Int(truncatingIfNeeded: Int64(bitPattern: number(.device) ?? 0))
    segments.append(
      TorchSegment(
        device: device, address: address, size: size, context: context(), blocks: own))
    return TorchValue(.segment, UInt64(segments.count - 1))
  }

  private mutating func block() throws(FieldError) -> TorchValue {
    guard let size = number(.size) else { throw Self.malformed("a block without its size") }
    let state: TorchBlock.State =
      switch text(.state) {
      case TorchWord.number(.activeAllocated): .active
      case TorchWord.number(.activePendingFree), TorchWord.number(.activeAwaitingFree): .pending
      default: .inactive
      }
    var block = TorchBlock(
      address: number(.address) ?? 0, size: size, requested: number(.requestedSize) ?? size,
      stack: stack(), state: state, hasAddress: has(.address))
    if let history = field(.history), history.kind == .history {
      // The newest allocation of a block that 2.0 wrote.
      let newest = histories[Int(history.payload)]
      block.stack = newest.stack
      if !has(.requestedSize) { block.requested = newest.requested }
    }
    blocks.append(block)
    return TorchValue(.block, UInt64(blocks.count - 1))
  }

  private mutating func history() throws(FieldError) -> TorchValue {
    let size = number(.realSize) ?? 0
    histories.append(
      TorchBlock(
        address: number(.addr) ?? 0, size: size, requested: size, stack: stack(), state: .inactive,
        hasAddress: has(.addr)))
    return TorchValue(.history, UInt64(histories.count - 1))
  }

  private mutating func annotation() -> TorchValue {
    annotations.append(
      TorchAnnotation(
        name: text(.name), isEnd: text(.stage) == TorchWord.number(.end),
        device: Int(truncatingIfNeeded: Int64(bitPattern: number(.device) ?? 0)),
        time: min(number(.time) ?? 0, 1 << 59)))
    return TorchValue(.annotation)
  }

  private mutating func addSettings(_ values: ArraySlice<TorchValue>) {
    var place = values.startIndex
    while place + 1 < values.endIndex, settings.count < 64 {
      let (key, value) = (values[place], values[place + 1])
      place += 2
      guard key.kind == .text else { continue }
      let text: String? =
        switch value.kind {
        case .number: "\(Int64(bitPattern: value.payload))"
        case .text: texts.text(value.index)
        default: nil
        }
      guard let text, !text.isEmpty else { continue }
      settings.append((texts.text(key.index), text))
    }
  }
}

// MARK: The snapshot

extension TorchContent {
  /// What one device's capture is made of.
  struct Device {
    var number: Int
    var events: Range<Int>
  }

  /// Takes a value for the snapshot and gives its devices, each with its events.
  mutating func devices(of root: TorchValue?) throws(FieldError) -> [Device] {
    guard let root, root.kind == .dictionary || root.kind == .list,
      !roots.isEmpty || ranges[root.payload] != nil
    else { throw Self.malformed("something else where a snapshot belongs") }
    let traces = roots[.deviceTraces].flatMap { outer[$0.payload] } ?? []
    guard traces.count <= PyTorchLayout.deviceLimit else {
      throw Self.malformed("traces of more than \(PyTorchLayout.deviceLimit) devices")
    }
    var devices = traces.enumerated().map { Device(number: $0, events: ranges[$1] ?? 0..<0) }
    for number in Set(segments.map(\.device)).sorted()
    where number >= 0 && number < PyTorchLayout.deviceLimit
      && !devices.contains(where: { $0.number == number })
    {
      devices.append(Device(number: number, events: 0..<0))
    }
    let host = roots[.hostTraces].flatMap { ranges[$0.payload] }
    devices.append(Device(number: PyTorchLayout.hostDevice, events: host ?? 0..<0))
    return devices.filter { device in
      !device.events.isEmpty || segments.contains { $0.device == device.number }
    }
  }
}
