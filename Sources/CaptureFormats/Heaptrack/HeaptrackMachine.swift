import CaptureModel

/// Executes the lines of a recording.
///
/// Blocks have no identity in the file: a free says only of which size and trace. The last one
/// allocated is taken to be freed, so that totals and temporary allocations are those of
/// heaptrack_print, and lifetimes are not exact.
struct HeaptrackMachine {
  private struct Info {
    var size: UInt64
    var node: UInt32
    /// Blocks alive.
    var live: UInt32
  }

  /// The thread that frees what is not temporary: no allocation of its own makes it so.
  static let allocating: UInt32 = 0
  private static let freeing: UInt32 = 1

  var stacks = HeaptrackStacks()
  private let format: UInt64
  private let pageSize: UInt64
  private var infos: [Info] = []
  /// Of format 0: infos by size and trace, and by pointer.
  private var infoNumbers: [InfoKey: UInt32] = [:]
  private var pointers: [UInt64: UInt32] = [:]
  /// The info of the allocation before, until something is freed.
  private var lastAllocated: UInt32?
  private var time: Int64 = 0
  private var pendingTick: Int64?
  private var resident: UInt64 = 0
  private var hasThreads = false
  private(set) var isAttached = false
  private(set) var suppressions = 0
  private(set) var oddities = FindingCounter()

  private struct InfoKey: Hashable {
    var size: UInt64
    var trace: UInt64
  }

  init(format: UInt64, pageSize: UInt64) {
    self.format = format
    self.pageSize = pageSize
  }

  /// Executes a line; at most as many records as a group may have go to the batch.
  mutating func take(_ line: Span<UInt8>, _ number: UInt64, _ batch: EventBatch) {
    guard line.count > 0 else { return }
    if !hasThreads {
      hasThreads = true
      batch.newThreads = [0, 1]
      add(EventRecord(kind: .switchThread, argument: Self.allocating), batch)
    }
    let letter = line[0]
    if pendingTick != nil, letter != UInt8(ascii: "R") { addTick(batch) }
    switch letter {
    case UInt8(ascii: "+"): if !allocate(line, batch) { count("bad line", number) }
    case UInt8(ascii: "-"): if !free(line, batch) { count("bad line", number) }
    case UInt8(ascii: "a"): if !addInfo(line) { count("bad line", number) }
    case UInt8(ascii: "t"): if !stacks.addTrace(line, batch) { count("bad line", number) }
    case UInt8(ascii: "i"): if !stacks.addAddress(line, batch) { count("bad line", number) }
    case UInt8(ascii: "s"): if !addString(line) { count("bad line", number) }
    case UInt8(ascii: "c"): if !setTime(line) { count("bad line", number) }
    case UInt8(ascii: "R"):
      if !setResident(line) { count("bad line", number) }
      if pendingTick != nil { addTick(batch) }
    case UInt8(ascii: "A"): isAttached = true
    case UInt8(ascii: "S"): suppressions += 1
    case UInt8(ascii: "#"), UInt8(ascii: "v"), UInt8(ascii: "X"), UInt8(ascii: "I"): break
    default: count("unknown line", number)
    }
  }

  private mutating func count(_ kind: String, _ line: UInt64) {
    oddities.count(
      kind, line: line,
      kind == "bad line"
        ? "records that are cut or speak of what is not there; left out"
        : "records of kinds that are not known; left out")
  }

  private func add(_ record: EventRecord, _ batch: EventBatch) {
    batch.records[batch.count] = record
    batch.count += 1
  }

  // MARK: Definitions

  private mutating func addString(_ line: Span<UInt8>) -> Bool {
    var start = min(2, line.count)
    var end = line.count
    var isWhole = true
    if format >= 3 {
      var fields = HexFields(at: start)
      let length = fields.next(line)
      start = min(fields.place + 1, line.count)
      isWhole = length == UInt64(line.count - start)
      if let length, length < UInt64(line.count - start) { end = start + Int(length) }
    }
    return stacks.add(string: line.text(start..<end)) && isWhole
  }

  private mutating func addInfo(_ line: Span<UInt8>) -> Bool {
    var fields = HexFields(at: 2)
    guard infos.count < HeaptrackLayout.indexLimit else { return false }
    guard let size = fields.next(line), let trace = fields.next(line),
      let node = stacks.node(ofTrace: trace)
    else {
      // Its number is taken all the same.
      infos.append(Info(size: 0, node: 0, live: 0))
      return false
    }
    infos.append(Info(size: size, node: node, live: 0))
    return true
  }

  // MARK: Events

  private mutating func allocate(_ line: Span<UInt8>, _ batch: EventBatch) -> Bool {
    var fields = HexFields(at: 1)
    guard let first = fields.next(line) else { return false }
    var number = first
    if format == 0 {
      guard let trace = fields.next(line), let pointer = fields.next(line),
        let known = info(size: first, trace: trace)
      else { return false }
      number = UInt64(known)
      pointers[pointer] = known
    }
    guard number < UInt64(infos.count) else { return false }
    let index = UInt32(number)
    let info = infos[Int(index)]
    add(
      EventRecord(
        kind: .allocate, address: Self.address(index, info.live), size: info.size,
        argument: info.node), batch)
    infos[Int(index)].live &+= 1
    lastAllocated = index
    return true
  }

  private mutating func info(size: UInt64, trace: UInt64) -> UInt32? {
    let key = InfoKey(size: size, trace: trace)
    if let known = infoNumbers[key] { return known }
    guard infos.count < HeaptrackLayout.indexLimit, let node = stacks.node(ofTrace: trace) else {
      return nil
    }
    infos.append(Info(size: size, node: node, live: 0))
    infoNumbers[key] = UInt32(infos.count - 1)
    return UInt32(infos.count - 1)
  }

  private static func address(_ info: UInt32, _ place: UInt32) -> UInt64 {
    UInt64(info) << 32 | UInt64(place)
  }

  private mutating func free(_ line: Span<UInt8>, _ batch: EventBatch) -> Bool {
    var fields = HexFields(at: 1)
    guard let number = fields.next(line) else { return false }
    var index: UInt32
    if format == 0 {
      // What was allocated before the recorder came has no info.
      guard let known = pointers.removeValue(forKey: number) else { return true }
      index = known
    } else {
      guard number < UInt64(infos.count) else { return false }
      index = UInt32(number)
    }
    let isTemporary = lastAllocated == index
    lastAllocated = nil
    let live = infos[Int(index)].live
    infos[Int(index)].live = live > 0 ? live - 1 : 0
    let address = Self.address(index, live > 0 ? live - 1 : .max)
    if !isTemporary { add(EventRecord(kind: .switchThread, argument: Self.freeing), batch) }
    add(EventRecord(kind: .deallocate, address: address, allocator: .free), batch)
    if !isTemporary { add(EventRecord(kind: .switchThread, argument: Self.allocating), batch) }
    return true
  }

  // MARK: Time

  private mutating func setTime(_ line: Span<UInt8>) -> Bool {
    var fields = HexFields(at: 1)
    guard let number = fields.next(line), let now = Int64(exactly: number) else { return false }
    time = now
    pendingTick = now
    return true
  }

  private mutating func setResident(_ line: Span<UInt8>) -> Bool {
    var fields = HexFields(at: 1)
    guard let pages = fields.next(line) else { return false }
    let bytes = pages.multipliedReportingOverflow(by: pageSize)
    guard !bytes.overflow else { return false }
    resident = bytes.partialValue
    return true
  }

  /// The time of a tick comes before what was resident then.
  mutating func addTick(_ batch: EventBatch) {
    guard let now = pendingTick else { return }
    pendingTick = nil
    add(
      EventRecord(kind: .tick, address: UInt64(bitPattern: Int64(now)), size: resident), batch)
  }
}
