/// A Python code object as the file describes it.
struct MemrayCode {
  var function: String
  var file: String
  var firstLine: Int32
  /// `co_linetable`, before Python 3.10 `co_lnotab`.
  var lineTable: [UInt8]
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

  /// The line of the instruction at `offset`; 0 when the table does not say.
  ///
  /// Source: CPython's `Objects/locations.md` and `Objects/lnotab_notes.txt`.
  func line(of code: MemrayCode, offset: Int64) -> Int32 {
    guard offset >= 0, !code.lineTable.isEmpty else { return 0 }
    return switch self {
    case .pairsBefore310: Self.lineBefore310(code, offset)
    case .pairs310: Self.line310(code, offset)
    case .locations: Self.lineOfLocation(code, offset)
    }
  }

  /// Pairs (bytes of code, line change): the line changes where the step has been made.
  ///
  /// Both are read unsigned and signed as CPython does; memray reads the step signed and so
  /// comes out too early after steps of 128 and more.
  private static func lineBefore310(_ code: MemrayCode, _ offset: Int64) -> Int32 {
    var position: Int64 = 0
    var line = code.firstLine
    var index = 0
    while index + 1 < code.lineTable.count {
      position += Int64(code.lineTable[index])
      if position > offset { break }
      line &+= Int32(Int8(bitPattern: code.lineTable[index + 1]))
      index += 2
    }
    return line
  }

  /// Pairs (bytes of code, line change for them); −128 means that they have no line.
  private static func line310(_ code: MemrayCode, _ offset: Int64) -> Int32 {
    let (target, overflow) = offset.multipliedReportingOverflow(by: 2)
    var end: Int64 = 0
    var line = code.firstLine
    var index = 0
    while index + 1 < code.lineTable.count {
      end += Int64(code.lineTable[index])
      let change = Int8(bitPattern: code.lineTable[index + 1])
      if change != Int8.min { line &+= Int32(change) }
      if !overflow, end > target { break }
      index += 2
    }
    return line
  }

  /// Entries of one byte (code, length) and what the code calls for, in units of two bytes.
  private static func lineOfLocation(_ code: MemrayCode, _ offset: Int64) -> Int32 {
    let target = offset / 2
    let table = code.lineTable
    var address: Int64 = 0
    var line = code.firstLine
    var index = 0
    while index < table.count, table[index] != 0 {
      let kind = table[index] >> 3 & 15
      let length = Int64(table[index] & 7) + 1
      index += 1
      switch kind {
      case 0...9: index += 1
      case 10...12:
        line &+= Int32(kind) - 10
        index += 2
      case 13, 14:
        line &+= signedNumber(table, &index)
        if kind == 14 { for _ in 0..<3 { _ = number(table, &index) } }
      default: break
      }
      if target < address + length { return line }
      address += length
    }
    return 0
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
