import CaptureModel

/// Executes the pickle of a tracemalloc snapshot without executing anything.
///
/// A stack machine over the instructions that snapshots need. Classes are names, objects are
/// numbers with a dictionary, no function exists. Frames, tracebacks and traces are interned when
/// their tuple is complete, so that memory is what is distinct in the file and four bytes for each
/// entry of the memo.
///
/// Hot: some eight instructions a trace, each a look-up in a jump table and a push.
struct PickleMachine {
  /// Where the next instruction begins in the bytes last given to `run`.
  private(set) var position = 0
  /// Whether STOP was met: `result` is the snapshot.
  private(set) var isStopped = false
  /// Protocol of the pickle; 0 until PROTO says otherwise.
  private(set) var protocolNumber: UInt8 = 0
  /// Bytes that the last FRAME promises and that are not executed yet.
  private(set) var frameBytesLeft: UInt64 = 0

  var stack: [PickleValue] = []
  var marks: [Int] = []
  var memo: [PickleValue] = []
  /// What the pickle has built so far.
  var content = TracemallocContent()

  /// Executes whole instructions.
  ///
  /// - Parameter bytes: the pickle from the next instruction on.
  /// - Throws: `endOfData` when the bytes do not end with STOP; `position` tells how far it came.
  mutating func run(_ bytes: Span<UInt8>) throws(FieldError) {
    position = 0
    while !isStopped {
      var place = position
      guard place < bytes.count else { throw .endOfData }
      let byte = bytes[place]
      place &+= 1
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw .malformed(
          reason: "an instruction (\(byte)) that no snapshot needs; nothing was executed")
      }
      try execute(opcode, bytes, &place)
      if opcode != .frame {
        let length = UInt64(place &- position)
        frameBytesLeft = frameBytesLeft > length ? frameBytesLeft &- length : 0
      }
      position = place
    }
  }

  private mutating func execute(
    _ opcode: PickleOpcode, _ bytes: Span<UInt8>, _ place: inout Int
  ) throws(FieldError) {
    switch opcode {
    case .binInt1: try push(PickleValue(.int, UInt32(try Self.word(1, bytes, &place))))
    case .binInt2: try push(PickleValue(.int, UInt32(try Self.word(2, bytes, &place))))
    case .binGet: try pushMemo(Int(try Self.word(1, bytes, &place)))
    case .longBinGet: try pushMemo(Int(try Self.word(4, bytes, &place)))
    case .mark: try beginGroup()
    case .memoize: try remember(at: memo.count)
    case .tuple: try makeTuple(from: try popMark())
    case .tuple1: try makeTuple(ofLast: 1)
    case .tuple2: try makeTuple(ofLast: 2)
    case .tuple3: try makeTuple(ofLast: 3)
    case .binPut: try remember(at: Int(try Self.word(1, bytes, &place)))
    case .longBinPut: try remember(at: Int(try Self.word(4, bytes, &place)))
    case .binInt: try push(Int64(Int32(truncatingIfNeeded: try Self.word(4, bytes, &place))))
    case .none: try push(PickleValue.none)
    case .emptyTuple: try push(PickleValue.emptyTuple)
    case .append, .appends: try appendTraces(from: opcode == .append ? stack.count - 1 : popMark())
    case .emptyList, .list: try makeList(opcode == .list ? popMark() : stack.count)
    case .emptyDictionary, .dictionary:
      try makeDictionary(opcode == .dictionary ? popMark() : stack.count)
    case .setItem, .setItems:
      try setItems(from: opcode == .setItem ? stack.count - 2 : popMark())
    case .newObject: try makeObject()
    case .build: try buildObject()
    case .reduce: try reconstruct()
    case .stackGlobal: try pushStackedName()
    case .stop: isStopped = true
    default: try executeWide(opcode, bytes, &place)
    }
  }

  /// The instructions with operands of any length, and those that only steer.
  private mutating func executeWide(
    _ opcode: PickleOpcode, _ bytes: Span<UInt8>, _ place: inout Int
  ) throws(FieldError) {
    switch opcode {
    case .shortBinUnicode: try pushText(try Self.word(1, bytes, &place), bytes, &place)
    case .binUnicode: try pushText(try Self.word(4, bytes, &place), bytes, &place)
    case .binUnicode8: try pushText(try Self.word(8, bytes, &place), bytes, &place)
    case .unicode: try pushEscapedText(try Self.line(bytes, &place), bytes)
    case .long1: try pushLong(try Self.word(1, bytes, &place), bytes, &place)
    case .long4: try pushLong(try Self.word(4, bytes, &place), bytes, &place)
    case .int, .long: try push(try Self.decimal(try Self.line(bytes, &place), bytes))
    case .get:
      try pushMemo(Int(clamping: try Self.decimal(try Self.line(bytes, &place), bytes)))
    case .put:
      try remember(at: Int(clamping: try Self.decimal(try Self.line(bytes, &place), bytes)))
    case .global:
      let module = try Self.line(bytes, &place)
      let name = try Self.line(bytes, &place)
      try pushName(module: Self.text(bytes, module), name: Self.text(bytes, name))
    case .proto:
      let number = UInt8(truncatingIfNeeded: try Self.word(1, bytes, &place))
      guard number <= PickleOpcode.lastProtocol else {
        throw .malformed(reason: "pickle protocol \(number), newer than 5")
      }
      protocolNumber = number
    case .frame: frameBytesLeft = try Self.word(8, bytes, &place)
    default: break
    }
  }

  // MARK: stack and memo

  mutating func push(_ value: PickleValue) throws(FieldError) {
    guard stack.count < TracemallocLayout.stackLimit else {
      throw .malformed(reason: "more than \(TracemallocLayout.stackLimit) values on the stack")
    }
    stack.append(value)
  }

  mutating func push(_ number: Int64) throws(FieldError) {
    try push(try content.number(number))
  }

  private mutating func beginGroup() throws(FieldError) {
    guard marks.count < TracemallocLayout.groupLimit else {
      throw .malformed(reason: "groups that nest deeper than a snapshot's")
    }
    marks.append(stack.count)
  }

  mutating func pop() throws(FieldError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw .malformed(reason: "an instruction without its operands")
    }
    return value
  }

  /// Height of the stack at the last mark, which is forgotten.
  mutating func popMark() throws(FieldError) -> Int {
    guard let mark = marks.popLast(), mark <= stack.count else {
      throw .malformed(reason: "an end of a group that has no beginning")
    }
    return mark
  }

  private mutating func pushMemo(_ index: Int) throws(FieldError) {
    guard memo.indices.contains(index) else {
      throw .malformed(reason: "a reference to the value number \(index), which is not there")
    }
    try push(memo[index])
  }

  private mutating func remember(at index: Int) throws(FieldError) {
    guard let value = stack.last else {
      throw .malformed(reason: "an instruction without its operands")
    }
    if index == memo.count { return memo.append(value) }
    guard index >= 0, index <= memo.count + TracemallocLayout.memoGap else {
      throw .malformed(reason: "a value numbered \(index) after \(memo.count) others")
    }
    while memo.count <= index { memo.append(.none) }
    memo[index] = value
  }
}
