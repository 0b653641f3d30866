import CaptureModel

/// What a pickle builds: texts, frames, tracebacks and traces, each once, and the few containers.
struct TracemallocContent {
  private(set) var texts: [String] = []
  private var textIndices: [String: UInt32] = [:]
  private var wideNumbers: [Int64] = []
  private(set) var stacks = StackTable()
  private let frames = IdentityTable()
  /// Number of frames of each traceback, by node; 0 for the root.
  private var depths: [UInt32] = [0]
  private(set) var traces = TraceTable()

  /// Tuples that are nothing more special; the first is the empty one.
  private var tuples: [[PickleValue]] = [[]]
  private var dictionaries: [[(key: UInt32, value: PickleValue)]] = []
  private var objects: [(name: PickleName, state: UInt32?)] = []
  private var hasList = false

  // MARK: values

  mutating func number(_ number: Int64) throws(FieldError) -> PickleValue {
    if number >= 0, number < Int64(PickleValue.payloadLimit) {
      return PickleValue(.int, UInt32(truncatingIfNeeded: number))
    }
    try Self.check(wideNumbers.count, "numbers")
    wideNumbers.append(number)
    return PickleValue(.wideInt, UInt32(wideNumbers.count - 1))
  }

  /// The number that a value is; nil if it is none.
  func number(_ value: PickleValue) -> Int64? {
    switch value.kind {
    case .int: Int64(value.payload)
    case .wideInt: wideNumbers[Int(value.payload)]
    default: nil
    }
  }

  mutating func text(_ text: String) throws(FieldError) -> PickleValue {
    if let known = textIndices[text] { return PickleValue(.text, known) }
    try Self.check(texts.count, "texts")
    let index = UInt32(texts.count)
    texts.append(text)
    textIndices[text] = index
    return PickleValue(.text, index)
  }

  /// The tuple of the values from `start` on, as what it means.
  mutating func tuple(
    _ values: [PickleValue], from start: Int
  ) throws(FieldError) -> PickleValue {
    let count = values.count - start
    if count == 0 { return .emptyTuple }
    let first = values[start].kind
    if first == .frame { return try traceback(values, from: start) }
    if count == 2, first == .text, let line = Int32(exactly: number(values[start + 1]) ?? -1),
      line >= 0
    {
      return try frame(text: values[start].payload, line: line)
    }
    if count <= 4, first == .int || first == .wideInt,
      let trace = trace(values, from: start, count: count)
    {
      try Self.check(traces.count, "different traces")
      return PickleValue(.trace, traces.intern(trace))
    }
    return try looseTuple(values, from: start)
  }

  private mutating func frame(text: UInt32, line: Int32) throws(FieldError) -> PickleValue {
    let key = UInt64(text) << 32 | UInt64(UInt32(bitPattern: line))
    if let known = frames.index(key) { return PickleValue(.frame, known) }
    try Self.check(frames.count, "frames")
    let index = stacks.add(ProfileFrame(file: texts[Int(text)], line: line))
    frames.set(key, to: index)
    return PickleValue(.frame, index)
  }

  /// A tuple of frames, most recent first, as the node of the most recent one.
  private mutating func traceback(
    _ values: [PickleValue], from start: Int
  ) throws(FieldError) -> PickleValue {
    for index in start..<values.count where values[index].kind != .frame {
      return try looseTuple(values, from: start)
    }
    var node: UInt32 = 0
    var depth: UInt32 = 0
    for index in stride(from: values.count - 1, through: start, by: -1) {
      node = stacks.node(parent: node, frame: values[index].payload)
      depth += 1
      if Int(node) == depths.count { depths.append(depth) }
    }
    try Self.check(depths.count, "tracebacks")
    return PickleValue(.stack, node)
  }

  /// The trace that up to four values are; nil if they are none.
  private func trace(_ values: [PickleValue], from start: Int, count: Int) -> TracedBlocks? {
    // (size, frames) in Python 3.4 and 3.5.
    let hasDomain = count > 2
    let sizePlace = hasDomain ? start + 1 : start
    guard count >= 2, let size = number(values[sizePlace]), size >= 0,
      let node = node(values[sizePlace + 1])
    else { return nil }
    var trace = TracedBlocks(size: size, node: node)
    if hasDomain {
      guard let domain = UInt32(exactly: number(values[start]) ?? -1) else { return nil }
      trace.domain = domain
      trace.hasDomain = true
    }
    if count == 4, values[start + 3] != .none {
      guard let depth = number(values[start + 3]) else { return nil }
      trace.isCut = depth > Int64(depths[Int(node)])
    }
    return trace
  }

  private func node(_ value: PickleValue) -> UInt32? {
    if value.kind == .stack { return value.payload }
    return value == .emptyTuple ? 0 : nil
  }

  private mutating func looseTuple(
    _ values: [PickleValue], from start: Int
  ) throws(FieldError) -> PickleValue {
    guard tuples.count <= TracemallocLayout.looseTupleLimit else {
      throw .malformed(reason: "tuples that are neither frames nor traces")
    }
    tuples.append(Array(values[start...]))
    return PickleValue(.tuple, UInt32(tuples.count - 1))
  }

  func elements(of value: PickleValue) -> [PickleValue] {
    value.kind == .tuple ? tuples[Int(value.payload)] : []
  }

  private static func check(_ count: Int, _ what: String) throws(FieldError) {
    guard count < Int(PickleValue.payloadLimit) - 1 else {
      throw .malformed(reason: "more than \(PickleValue.payloadLimit) \(what)")
    }
  }

  // MARK: containers

  mutating func beginList() throws(FieldError) {
    guard !hasList else { throw .malformed(reason: "a second list; a snapshot has one") }
    hasList = true
  }

  /// Counts the traces from `start` on.
  mutating func addTraces(_ values: [PickleValue], from start: Int) throws(FieldError) {
    for index in start..<values.count {
      guard values[index].kind == .trace else {
        throw .malformed(reason: "\(values[index].words) where a trace belongs")
      }
      traces.count(values[index].payload)
    }
  }

  mutating func addDictionary() throws(FieldError) -> UInt32 {
    try Self.checkContainers(dictionaries.count, "dictionaries")
    dictionaries.append([])
    return UInt32(dictionaries.count - 1)
  }

  /// Puts the pairs from `start` on into a dictionary.
  mutating func set(
    _ values: [PickleValue], from start: Int, in index: UInt32
  ) throws(FieldError) {
    guard (values.count - start) % 2 == 0 else {
      throw .malformed(reason: "a key without a value")
    }
    for place in stride(from: start, to: values.count, by: 2) {
      guard values[place].kind == .text else { throw .malformed(reason: "a key that is no text") }
      try Self.checkContainers(dictionaries[Int(index)].count, "attributes")
      dictionaries[Int(index)].append((values[place].payload, values[place + 1]))
    }
  }

  mutating func addObject(of name: PickleValue) throws(FieldError) -> PickleValue {
    guard name.kind == .name, let known = PickleName(rawValue: name.payload), known.isClass else {
      throw .malformed(reason: "an object of \(name.words), which is no part of a snapshot")
    }
    try Self.checkContainers(objects.count, "objects")
    objects.append((known, nil))
    return PickleValue(.object, UInt32(objects.count - 1))
  }

  mutating func setState(of object: UInt32, to dictionary: UInt32) throws(FieldError) {
    guard objects[Int(object)].state == nil else {
      throw .malformed(reason: "a second state of one object")
    }
    objects[Int(object)].state = dictionary
  }

  private static func checkContainers(_ count: Int, _ what: String) throws(FieldError) {
    guard count < TracemallocLayout.containerLimit else {
      throw .malformed(reason: "more \(what) than a snapshot has")
    }
  }

  // MARK: the snapshot

  /// Takes a value for the snapshot, counts a tuple's traces, and gives its traceback limit.
  mutating func finish(_ value: PickleValue?) throws(FieldError) -> Int64 {
    guard let value, let attributes = state(of: value, class: .snapshot) else {
      throw .malformed(reason: "\(value?.words ?? "nothing") where a snapshot belongs")
    }
    guard let limit = attributes[TracemallocLayout.limitKey].flatMap({ number($0) }) else {
      throw .malformed(reason: "a snapshot without \(TracemallocLayout.limitKey)")
    }
    guard let traces = attributes[TracemallocLayout.tracesKey],
      let list = state(of: traces, class: .traces)?[TracemallocLayout.listKey],
      list.kind == .list || list.kind == .tuple
    else { throw .malformed(reason: "a snapshot without \(TracemallocLayout.tracesKey)") }
    if list.kind == .tuple { try addTraces(elements(of: list), from: 0) }
    return limit
  }

  private func state(
    of value: PickleValue, class name: PickleName
  ) -> [String: PickleValue]? {
    guard value.kind == .object, objects[Int(value.payload)].name == name,
      let state = objects[Int(value.payload)].state
    else { return nil }
    var result: [String: PickleValue] = [:]
    for (key, value) in dictionaries[Int(state)] { result[texts[Int(key)]] = value }
    return result
  }
}
