import CaptureModel

/// The code objects of a file, headers 12 and 13 (`memray.md` §6.3).
struct MemrayCodes {
  private let lineTable: MemrayLineTable
  private var codes: [UInt64: MemrayCode] = [:]
  private var firstLine: Int32 = 0

  init(_ header: MemrayHeader) {
    lineTable = MemrayLineTable(
      pythonMajor: header.pythonMajor, pythonMinor: header.pythonMinor)
  }

  /// Reads a record's body and keeps it.
  mutating func read(_ cursor: inout ByteCursor, _ bytes: Span<UInt8>) throws(FieldError) {
    let id = try cursor.readVarint(from: bytes)
    let function = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
    let file = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
    let change = try cursor.readSignedVarint(from: bytes)
    let length = try cursor.readVarint(from: bytes)
    let table = try cursor.readBytes(length, from: bytes, limit: MemrayLayout.lineTableLimit)
    firstLine &+= Int32(truncatingIfNeeded: change)
    var code = MemrayCode(
      function: function, file: file, firstLine: firstLine, lineTable: table)
    code.checkpoints = lineTable.checkpoints(of: code)
    codes[id] = code
  }

  /// The frame of an instruction; its text is empty if the code is unknown.
  func frame(code id: UInt64, instructionOffset: Int64, isEntry: Bool) -> FrameDefinition {
    guard let code = codes[id] else {
      return FrameDefinition(function: "", file: "", line: 0, isEntry: isEntry)
    }
    return FrameDefinition(
      function: code.function, file: code.file,
      line: lineTable.line(of: code, offset: instructionOffset), isEntry: isEntry)
  }
}
