// ⚠ unsafe: a slot is masked to lie within its table, and each byte of a line is looked at once.

/// Which words a line may hold, told by one look at each of its bytes.
///
/// Every trait stands for some pieces of three bytes, whatever their case. That a line has it says
/// only that the words of the trait are worth looking for; that it has not is certain. So most
/// lines of a log are kept from most readers by one comparison. Cost: about 1 ns a byte.
struct LineTraits: OptionSet, Equatable {
  let rawValue: UInt32

  /// Words of memory that a quantity may follow.
  static let quantity = LineTraits(rawValue: 1 << 0)
  /// Further words that name a peak or the address space.
  static let extremes = LineTraits(rawValue: 1 << 1)
  /// Python's garbage collector.
  static let collector = LineTraits(rawValue: 1 << 2)
  /// The word `pid`.
  static let pid = LineTraits(rawValue: 1 << 3)
  static let guppy = LineTraits(rawValue: 1 << 4)
  static let pympler = LineTraits(rawValue: 1 << 5)
  static let mapping = LineTraits(rawValue: 1 << 6)
  static let lineReport = LineTraits(rawValue: 1 << 7)
  static let leak = LineTraits(rawValue: 1 << 8)
  static let request = LineTraits(rawValue: 1 << 9)
  static let kill = LineTraits(rawValue: 1 << 10)
  static let typeList = LineTraits(rawValue: 1 << 11)
  static let trace = LineTraits(rawValue: 1 << 12)
  static let memray = LineTraits(rawValue: 1 << 13)
  static let size = LineTraits(rawValue: 1 << 14)
  static let processes = LineTraits(rawValue: 1 << 15)
  static let containers = LineTraits(rawValue: 1 << 16)
  static let timeReport = LineTraits(rawValue: 1 << 17)
  static let machine = LineTraits(rawValue: 1 << 18)
  static let memrayTree = LineTraits(rawValue: 1 << 19)
  static let memrayTable = LineTraits(rawValue: 1 << 20)
  /// What Heroku says of a dyno.
  static let dyno = LineTraits(rawValue: 1 << 21)
  /// Resources of a scheduler.
  static let resources = LineTraits(rawValue: 1 << 29)
  /// Fields of psutil.
  static let fields = LineTraits(rawValue: 1 << 22)
  /// The name of a level.
  static let level = LineTraits(rawValue: 1 << 23)
  /// Lists of mappings that pmap prints.
  static let memoryMap = LineTraits(rawValue: 1 << 24)
  /// What is told of a process a field a line.
  static let fieldLines = LineTraits(rawValue: 1 << 25)
  static let ruledTable = LineTraits(rawValue: 1 << 26)
  /// Names of metrics: `container_memory_rss`.
  static let metrics = LineTraits(rawValue: 1 << 27)
  /// What psutil says of the machine.
  static let machineFields = LineTraits(rawValue: 1 << 28)
  /// What nothing is known of may hold anything.
  static let any = LineTraits(rawValue: .max)

  /// The pieces of each trait.
  private static let pieces: [(trait: LineTraits, pieces: [StaticString])] = [
    (
      .quantity,
      ["mem", "max", "rss", "ram", "esi", "uss", "pss", "eak", "swa", "vms", "vmh", "vsz"]
    ),
    (.extremes, ["hig", "hwm", "wat", "vir"]),
    (.collector, ["gc ", "gc:", "gc."]),
    (.pid, ["pid"]), (.level, ["deb", "inf", "war", "err", "cri", "suc", "tra", "fat", "not"]),
    (.guppy, ["f a"]),
    (.pympler, ["s |"]),
    // The ends of the four letters that say what a mapping permits, and the file's own name.
    (.mapping, ["xp ", "-p ", "xs ", "-s ", "/sm"]),
    (.lineReport, ["ena", "e #"]),
    (.leak, ["eak", "oss"]),
    (.request, ["id:"]),
    (.kill, ["n-r"]),
    (.typeList, ["[('", "[(\"", "[(<", "r({"]),
    (.trace, ["ze=", "y b", "top", "<st"]),
    (.memray, ["llo"]),
    (.dyno, ["le#", "g m"]), (.fields, ["m(r"]), (.resources, ["es:"]), (.memrayTree, ["<ro"]),
    (.memrayTable, ["oca"]),
    (.size, ["zeo", "ow="]),
    (.memoryMap, [":  ", "dre", "k r", "k -"]), (.fieldLines, ["me:", "id:"]),
    (.ruledTable, ["s(k", "s(m"]), (.machineFields, ["m(t", "p(t"]),
    (.metrics, ["y_b", "y_r", "y_s", "y_u", "y_w", "y_c", "y_m", "y_l", "y_t", "y_f"]),
    (
      .processes,
      ["rss", "res", "rsz", "rsi", "vsz", "vir", "vsi", "uss", "pss", "mem", "p -", "pu)"]
    ),
    (.containers, ["m u", "y(b"]),
    (.timeReport, ["ed:", "esi"]),
    (.machine, ["ts:", "tal", "mem", "swa", "ow:", "gh:", "-/+"]),
  ]

  private static let slots = 1 << 14

  /// The traits that three bytes stand for; several may share a slot.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: slots)
    func add(_ piece: [UInt8], _ trait: LineTraits) {
      table[slot(slot(slot(0, piece[0]), piece[1]), piece[2])] |= trait.rawValue
    }
    for (trait, pieces) in pieces {
      for piece in pieces { add(Array("\(piece)".utf8), trait) }
    }
    return table
  }()

  /// The slot of three bytes, by that of the two before and the third: letters in any case are the
  /// same, and no digit is a letter.
  @inline(__always)
  private static func slot(_ before: Int, _ byte: UInt8) -> Int {
    (before &<< 5 ^ Int(byte & 0x1F | byte &>> 1 & 0x20)) & (slots - 1)
  }

  /// The traits of the lines of a block; `ends` are their ends in `bytes`.
  static func lines(_ bytes: Span<UInt8>, ends: [Int], into traits: inout [LineTraits]) {
    traits.removeAll(keepingCapacity: true)
    unsafe table.withUnsafeBufferPointer { table in
      var start = 0
      for end in ends {
        unsafe traits.append(LineTraits(bytes.extracting(start..<end), table))
        start = end
      }
    }
  }

  /// The traits of a line.
  init(of line: Span<UInt8>) {
    self = unsafe Self.table.withUnsafeBufferPointer { unsafe LineTraits(line, $0) }
  }

  private init(_ line: Span<UInt8>, _ table: UnsafeBufferPointer<UInt32>) {
    var found: UInt32 = 0
    var slot = 0
    unsafe line.withUnsafeBufferPointer { bytes in
      for place in bytes.indices {
        unsafe slot = Self.slot(slot, bytes[place])
        unsafe found |= table[slot]
      }
    }
    rawValue = found
  }

  init(rawValue: UInt32) { self.rawValue = rawValue }
}
