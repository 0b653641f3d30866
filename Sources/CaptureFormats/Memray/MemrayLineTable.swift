/// A Python code object as the file describes it.
struct MemrayCode {
  var function: String
  var file: String
  var firstLine: Int32
  /// `co_linetable`, before Python 3.10 `co_lnotab`.
  var lineTable: [UInt8]
  /// Places on the way through a long table; without them every look-up begins at its start.
  var checkpoints: [MemrayLineTable.Place] = []

  init(function: String, file: String, firstLine: Int32, lineTable: [UInt8]) {
    self.function = function
    self.file = file
    self.firstLine = firstLine
    self.lineTable = lineTable
  }
}

/// How the interpreter that was recorded encodes its line tables.
enum MemrayLineTable {
  /// Python 3.9 and older: `co_lnotab`, offsets in bytes.
  case pairsBefore310
  /// Python 3.10: `co_linetable`, offsets in instructions.
  case pairs310
  /// Python 3.11 and later: `co_linetable`, offsets in bytes.
  case locations

  init(pythonMajor: Int, pythonMinor: Int) {
    if pythonMajor > 3 || pythonMajor == 3 && pythonMinor >= 11 {
      self = .locations
    } else if pythonMajor == 3 && pythonMinor == 10 {
      self = .pairs310
    } else {
      self = .pairsBefore310
    }
  }

  /// A place in a table, before an entry.
  struct Place {
    /// Of the entry's first byte.
    var index = 0
    /// First position of the code that the entry is about, in the table's own unit.
    var position: Int64 = 0
    /// Line so far.
    var line: Int32
  }

  /// Entries between two checkpoints.
  ///
  /// A module of a hundred thousand lines has as many entries, and may allocate at each of them.
  private static let checkpointEntries = 64

  /// The line of the instruction at `offset`; 0 when the table does not say.
  ///
  /// Source: CPython's `Objects/locations.md` and `Objects/lnotab_notes.txt`.
  func line(of code: MemrayCode, offset: Int64) -> Int32 {
    var ignored = 0
    return line(of: code, offset: offset, entries: &ignored)
  }

  /// The same; `entries` grows by the number of entries that were looked at.
  func line(of code: MemrayCode, offset: Int64, entries: inout Int) -> Int32 {
    guard offset >= 0, !code.lineTable.isEmpty else { return 0 }
    let target = position(of: offset)
    var place = Self.lastCheckpoint(of: code, before: target)
    while let line = next(code.lineTable, &place) {
      entries += 1
      if target < place.position { return line }
    }
    return self == .locations ? 0 : place.line
  }

  /// Places on the way through a code's table, a few entries apart.
  func checkpoints(of code: MemrayCode) -> [Place] {
    var places: [Place] = []
    var place = Place(line: code.firstLine)
    var entries = 0
    while next(code.lineTable, &place) != nil {
      entries += 1
      if entries % Self.checkpointEntries == 0 { places.append(place) }
    }
    return places
  }

  private static func lastCheckpoint(of code: MemrayCode, before target: Int64) -> Place {
    var low = 0
    var high = code.checkpoints.count
    while low < high {
      let middle = (low + high) / 2
      if code.checkpoints[middle].position <= target { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? Place(line: code.firstLine) : code.checkpoints[low - 1]
  }

  /// An offset in the table's unit.
  private func position(of offset: Int64) -> Int64 {
    switch self {
    case .pairsBefore310: return offset
    case .pairs310:
      let (position, overflow) = offset.multipliedReportingOverflow(by: 2)
      return overflow ? .max : position
    case .locations: return offset / 2
    }
  }

  /// Reads an entry: the line of the positions from the place before to the one after; nil at the
  /// table's end.
  private func next(_ table: [UInt8], _ place: inout Place) -> Int32? {
    switch self {
    case .pairsBefore310: Self.pairBefore310(table, &place)
    case .pairs310: Self.pair310(table, &place)
    case .locations: Self.location(table, &place)
    }
  }

  /// Pairs (bytes of code, line change): the line changes where the step has been made.
  ///
  /// Both are read unsigned and signed as CPython does; memray reads the step signed and so
  /// comes out too early after steps of 128 and more.
  private static func pairBefore310(_ table: [UInt8], _ place: inout Place) -> Int32? {
    guard place.index + 1 < table.count else { return nil }
    let line = place.line
    place.position += Int64(table[place.index])
    place.line &+= Int32(Int8(bitPattern: table[place.index + 1]))
    place.index += 2
    return line
  }

  /// Pairs (bytes of code, line change for them); −128 means that they have no line.
  private static func pair310(_ table: [UInt8], _ place: inout Place) -> Int32? {
    guard place.index + 1 < table.count else { return nil }
    place.position += Int64(table[place.index])
    let change = Int8(bitPattern: table[place.index + 1])
    if change != Int8.min { place.line &+= Int32(change) }
    place.index += 2
    return place.line
  }

  /// Entries of one byte (code, length) and what the code calls for, in units of two bytes.
  private static func location(_ table: [UInt8], _ place: inout Place) -> Int32? {
    guard place.index < table.count, table[place.index] != 0 else { return nil }
    let kind = table[place.index] >> 3 & 15
    let length = Int64(table[place.index] & 7) + 1
    place.index += 1
    switch kind {
    case 0...9: place.index += 1
    case 10...12:
      place.line &+= Int32(kind) - 10
      place.index += 2
    case 13, 14:
      place.line &+= signedNumber(table, &place.index)
      if kind == 14 { for _ in 0..<3 { _ = number(table, &place.index) } }
    default: break
    }
    place.position += length
    return place.line
  }

  /// Six bits a byte, least significant first, bit 6 = more follow.
  private static func number(_ table: [UInt8], _ index: inout Int) -> UInt32 {
    var result: UInt32 = 0
    var shift: UInt32 = 0
    while index < table.count {
      let byte = table[index]
      index += 1
      if shift < 32 { result |= UInt32(byte & 63) << shift }
      shift = min(shift + 6, 36)
      if byte & 64 == 0 { break }
    }
    return result
  }

  private static func signedNumber(_ table: [UInt8], _ index: inout Int) -> Int32 {
    let code = number(table, &index)
    let magnitude = Int32(bitPattern: code >> 1)
    return code & 1 == 0 ? magnitude : 0 &- magnitude
  }
}
