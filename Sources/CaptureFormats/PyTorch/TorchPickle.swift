/// Executes the pickle of a snapshot without executing anything.
///
/// A stack machine over the instructions that built-in values need; there are no classes, no calls and
/// no objects in it. Memory is what is distinct in the file and four bytes for each entry of the memo.
///
/// Hot: some two hundred instructions an event with C++ frames, each a jump and a push.
struct TorchPickle {
  /// Where the next instruction begins in the bytes last given to `run`.
  private(set) var position = 0
  /// Whether STOP was met.
  private(set) var isStopped = false
  /// Protocol of the pickle; 0 until PROTO says otherwise.
  private(set) var protocolNumber: UInt64 = 0
  var content = TorchContent()

  private var stack: [TorchValue] = []
  private var marks: [Int] = []
  private var memo = TorchMemo()

  /// The value that is left.
  var result: TorchValue? { stack.last }

  /// Executes whole instructions.
  ///
  /// - Parameter bytes: the pickle from the next instruction on.
  /// - Throws: `endOfData` when the bytes do not end with STOP; `position` tells how far it came.
  mutating func run(_ bytes: Span<UInt8>) throws(FieldError) {
    position = 0
    while !isStopped {
      var place = position
      guard place < bytes.count else { throw .endOfData }
      let opcode = bytes[place]
      place &+= 1
      try execute(opcode, bytes, &place)
      position = place
    }
  }

  @inline(__always)
  private mutating func execute(
    _ opcode: UInt8, _ bytes: Span<UInt8>, _ place: inout Int
  ) throws(FieldError) {
    switch opcode {
    case 0x6A: try recall(try word(4, bytes, &place))  // LONG_BINGET
    case 0x68: try recall(try word(1, bytes, &place))  // BINGET
    case 0x4B: try push(TorchValue(.number, try word(1, bytes, &place)))  // BININT1
    case 0x4D: try push(TorchValue(.number, try word(2, bytes, &place)))  // BININT2
    case 0x4A:  // BININT
      let number = Int64(Int32(truncatingIfNeeded: try word(4, bytes, &place)))
      try push(TorchValue(.number, UInt64(bitPattern: number)))
    case 0x8A: try pushLong(try word(1, bytes, &place), bytes, &place)  // LONG1
    case 0x94: try remember(at: memo.count)  // MEMOIZE
    case 0x71: try remember(at: Int(try word(1, bytes, &place)))  // BINPUT
    case 0x72: try remember(at: Int(try word(4, bytes, &place)))  // LONG_BINPUT
    case 0x28: try beginGroup()  // MARK
    case 0x7D: try push(TorchValue(.dictionary))  // EMPTY_DICT
    case 0x5D: try push(content.addList())  // EMPTY_LIST
    case 0x75: try setItems(from: try popMark())  // SETITEMS
    case 0x73: try setItems(from: stack.count - 2)  // SETITEM
    case 0x65: try append(from: try popMark())  // APPENDS
    case 0x61: try append(from: stack.count - 1)  // APPEND
    case 0x8C: try pushText(try word(1, bytes, &place), bytes, &place)  // SHORT_BINUNICODE
    case 0x58: try pushText(try word(4, bytes, &place), bytes, &place)  // BINUNICODE
    default: try executeRare(opcode, bytes, &place)
    }
  }

  @inline(never)
  private mutating func executeRare(
    _ opcode: UInt8, _ bytes: Span<UInt8>, _ place: inout Int
  ) throws(FieldError) {
    switch opcode {
    case 0x86: try makeTuple(ofLast: 2)  // TUPLE2
    case 0x85: try makeTuple(ofLast: 1)  // TUPLE1
    case 0x87: try makeTuple(ofLast: 3)  // TUPLE3
    case 0x74: try makeTuple(from: try popMark())  // TUPLE
    case 0x29, 0x4E: try push(TorchValue(.other))  // EMPTY_TUPLE, NONE
    case 0x88: try push(TorchValue(.number, UInt64(1)))  // NEWTRUE
    case 0x89: try push(TorchValue(.number, UInt64(0)))  // NEWFALSE
    case 0x47:  // BINFLOAT
      _ = try word(8, bytes, &place)
      try push(TorchValue(.other))
    case 0x8B: try pushLong(try word(4, bytes, &place), bytes, &place)  // LONG4
    case 0x8D: try pushText(try word(8, bytes, &place), bytes, &place)  // BINUNICODE8
    case 0x95: _ = try word(8, bytes, &place)  // FRAME
    case 0x80: try setProtocol(try word(1, bytes, &place))  // PROTO
    case 0x30: _ = try pop()  // POP
    case 0x2E:  // STOP
      guard stack.count == 1, marks.isEmpty else {
        throw .malformed(reason: "an end with \(stack.count) values in place of one")
      }
      isStopped = true
    default:
      throw .malformed(
        reason: "an instruction (\(opcode)) that no snapshot needs; nothing was executed")
    }
  }

  private mutating func setProtocol(_ number: UInt64) throws(FieldError) {
    guard number <= PyTorchLayout.lastProtocol else {
      throw .malformed(reason: "pickle protocol \(number), newer than 5")
    }
    protocolNumber = number
  }

  // MARK: Operands

  @inline(__always)
  private func word(
    _ width: Int, _ bytes: Span<UInt8>, _ place: inout Int
  ) throws(FieldError) -> UInt64 {
    try PickleMachine.word(width, bytes, &place)
  }

  /// A two's complement number; of longer ones than 8 bytes the lowest are kept.
  private mutating func pushLong(
    _ length: UInt64, _ bytes: Span<UInt8>, _ place: inout Int
  ) throws(FieldError) {
    guard length <= 255 else { throw .malformed(reason: "a number of \(length) bytes") }
    let width = min(Int(length), 8)
    guard place + Int(length) <= bytes.count else { throw .endOfData }
    var start = place
    let word = try self.word(width, bytes, &start)
    place += Int(length)
    let unused = Int64(64 - 8 * width)
    let number = width == 0 ? 0 : Int64(bitPattern: word << UInt64(unused)) >> unused
    try push(TorchValue(.number, UInt64(bitPattern: number)))
  }

  private mutating func pushText(
    _ length: UInt64, _ bytes: Span<UInt8>, _ place: inout Int
  ) throws(FieldError) {
    guard length <= UInt64(PyTorchLayout.textLimit) else {
      throw .malformed(
        reason: "a text of \(length) bytes, more than \(PyTorchLayout.textLimit)")
    }
    let end = place + Int(length)
    guard end <= bytes.count else { throw .endOfData }
    guard content.texts.count < PyTorchLayout.indexLimit else {
      throw .malformed(reason: "more texts than can be told apart")
    }
    try push(TorchValue(.text, content.texts.number(of: bytes, place..<end)))
    place = end
  }

  // MARK: Stack and memo

  @inline(__always)
  private mutating func push(_ value: TorchValue) throws(FieldError) {
    guard stack.count < PyTorchLayout.stackLimit else {
      throw .malformed(reason: "more than \(PyTorchLayout.stackLimit) values on the stack")
    }
    stack.append(value)
  }

  private mutating func pop() throws(FieldError) -> TorchValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw .malformed(reason: "an instruction without its operands")
    }
    return value
  }

  private mutating func beginGroup() throws(FieldError) {
    guard marks.count < PyTorchLayout.groupLimit else {
      throw .malformed(reason: "groups that nest deeper than a snapshot's")
    }
    marks.append(stack.count)
  }

  private mutating func popMark() throws(FieldError) -> Int {
    guard let mark = marks.popLast(), mark <= stack.count else {
      throw .malformed(reason: "an end of a group that has no beginning")
    }
    return mark
  }

  @inline(__always)
  private mutating func recall(_ index: UInt64) throws(FieldError) {
    guard index < UInt64(memo.count) else {
      throw .malformed(reason: "a reference to the value number \(index), which is not there")
    }
    try push(memo.value(at: Int(index)))
  }

  private mutating func remember(at index: Int) throws(FieldError) {
    guard var value = stack.last else {
      throw .malformed(reason: "an instruction without its operands")
    }
    guard index <= memo.count + PyTorchLayout.memoGap, index < PyTorchLayout.indexLimit else {
      throw .malformed(reason: "a value numbered \(index) after \(memo.count) others")
    }
    while memo.count < index { memo.append(TorchValue(.other)) }
    value.memo = UInt32(index + 1)
    stack[stack.count - 1].memo = value.memo
    if index == memo.count { memo.append(value) } else { memo.set(value, at: index) }
  }

  // MARK: Containers

  private mutating func makeTuple(ofLast count: Int) throws(FieldError) {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw .malformed(reason: "an instruction without its operands")
    }
    try makeTuple(from: stack.count - count)
  }

  /// Pools are tuples of two numbers; others say nothing that is needed.
  private mutating func makeTuple(from start: Int) throws(FieldError) {
    var value = TorchValue(.other)
    if stack.count - start == 2, let first = stack[start].number,
      let second = stack[start + 1].number
    {
      value = content.pair(first, second)
    }
    stack.removeLast(stack.count - start)
    try push(value)
  }

  /// Adds the values from `start` on to the list below them.
  private mutating func append(from start: Int) throws(FieldError) {
    guard start > (marks.last ?? 0), start <= stack.count else {
      throw .malformed(reason: "values for a list that is not there")
    }
    let list = stack[start - 1]
    switch list.kind {
    case .list, .frames, .pair, .history: break
    default: throw .malformed(reason: "values for something that is no list")
    }
    replace(at: start - 1, by: try content.list(list, appending: stack[start...]))
  }

  /// Puts the pairs from `start` on into the dictionary below them.
  private mutating func setItems(from start: Int) throws(FieldError) {
    guard start > (marks.last ?? 0), start <= stack.count, (stack.count - start) % 2 == 0,
      stack[start - 1].kind == .dictionary
    else { throw .malformed(reason: "values for a dictionary that is not there") }
    replace(
      at: start - 1, by: try content.dictionary(stack[start - 1], setting: stack[start...]))
  }

  /// Lets a container be what it means, on the stack and where it is remembered.
  private mutating func replace(at place: Int, by value: TorchValue) {
    stack.removeLast(stack.count - place - 1)
    let before = stack[place]
    guard before.kind != value.kind || before.payload != value.payload else { return }
    stack[place] = value
    if value.memo != 0 { memo.set(value, at: Int(value.memo) - 1) }
  }
}
