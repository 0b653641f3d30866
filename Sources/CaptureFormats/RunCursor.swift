// ⚠ unsafe: reads at most `CaptureStream.slack` bytes past `limit`; whoever loops over records
// begins one only below `limit` and none longer than the slack.

/// A place in a stream's unread bytes, for runs of small records without a check per field.
@safe
struct RunCursor {
  /// Next byte to read.
  private(set) var next: UnsafePointer<UInt8>
  /// Where records may no longer begin.
  private let limit: UnsafePointer<UInt8>
  private let base: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
  /// What is wrong with the record being read.
  private(set) var fault: Fault?

  /// Why a record cannot be read, whatever follows.
  enum Fault: Equatable {
    case overlongNumber
    case noThread
    case unknownAllocator(UInt8)
  }

  /// A cursor at the stream's first unread byte; nil when too few are left to begin a record.
  ///
  /// While more can follow, records begin only where the longest still lies in the window.
  init?(_ stream: CaptureStream) {
    let window = unsafe stream.unread
    let reserve = stream.isExhausted ? 0 : CaptureStream.slack
    guard let base = window.baseAddress, window.count > reserve else { return nil }
    unsafe self.base = base
    unsafe next = base
    unsafe end = base + window.count
    unsafe limit = base + (window.count - reserve)
  }

  /// Whether a record may begin here.
  @inline(__always)
  var canBegin: Bool { unsafe next < limit }

  /// Whether the record just read was not all there, or is at fault.
  @inline(__always)
  var hasFailed: Bool { unsafe next > end }

  /// Number of bytes from the first unread one to the cursor.
  var count: Int { unsafe next - base }

  /// Goes back to an earlier place.
  @inline(__always)
  mutating func rewind(to count: Int) {
    unsafe next = base + count
  }

  /// Gives the record up, unless it is not all there anyway.
  ///
  /// Goes past the end, so that one comparison finds either; what little of the record is read
  /// from there lies in the slack.
  @inline(__always)
  mutating func reject(_ fault: Fault) {
    if hasFailed { return }
    self.fault = fault
    unsafe next = end + 1
  }

  @inline(__always)
  mutating func readUInt8() -> UInt8 {
    let byte = unsafe next.pointee
    unsafe next += 1
    return byte
  }

  @inline(__always)
  mutating func readUInt64() -> UInt64 {
    let word = unsafe UnsafeRawPointer(next).loadUnaligned(as: UInt64.self)
    unsafe next += 8
    return UInt64(littleEndian: word)
  }

  /// Reads a varint that is mostly of one or two bytes, without a branch between the two.
  @inline(__always)
  mutating func readVarint() -> UInt64 {
    let pair = unsafe UInt64(
      UInt16(littleEndian: UnsafeRawPointer(next).loadUnaligned(as: UInt16.self)))
    let more = pair &>> 7 & 1
    if pair & 0x8080 == 0x8080 { return readWideVarint() }
    unsafe next += 1 &+ Int(truncatingIfNeeded: more)
    return pair & 0x7F | (pair &>> 1 & 0x3F80 & (0 &- more))
  }

  /// Reads a zig-zag coded varint as the two's complement word it stands for.
  @inline(__always)
  mutating func readSignedVarint() -> UInt64 {
    Self.signed(readVarint())
  }

  /// Reads a zig-zag coded varint of any length, without a branch up to eight bytes.
  @inline(__always)
  mutating func readSignedWideVarint() -> UInt64 {
    Self.signed(readWideVarint())
  }

  @inline(__always)
  private static func signed(_ code: UInt64) -> UInt64 {
    code &>> 1 ^ (0 &- (code & 1))
  }

  /// Takes eight bytes at once, cuts them after the first without bit 7 and closes the gaps.
  @inline(__always)
  private mutating func readWideVarint() -> UInt64 {
    let word = unsafe UInt64(
      littleEndian: UnsafeRawPointer(next).loadUnaligned(as: UInt64.self))
    let ends = ~word & 0x8080_8080_8080_8080
    if ends == 0 {
      let long = unsafe Self.longVarint(next)
      unsafe next = long.next
      if unsafe long.isOverlong { reject(.overlongNumber) }
      return unsafe long.value
    }
    unsafe next += Int(truncatingIfNeeded: ends.trailingZeroBitCount &>> 3) &+ 1
    var bits = word & (ends ^ (ends &- 1)) & 0x7F7F_7F7F_7F7F_7F7F
    bits = bits & 0x007F_007F_007F_007F | (bits & 0x7F00_7F00_7F00_7F00) &>> 1
    bits = bits & 0x0000_3FFF_0000_3FFF | (bits & 0x3FFF_0000_3FFF_0000) &>> 2
    return bits & 0x0FFF_FFFF | (bits & 0x0FFF_FFFF_0000_0000) &>> 4
  }

  /// Reads nine or ten bytes; kept out of line, and away from `self` so that it stays in registers.
  @inline(never)
  private static func longVarint(
    _ start: UnsafePointer<UInt8>
  ) -> (value: UInt64, next: UnsafePointer<UInt8>, isOverlong: Bool) {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    var next = unsafe start
    while shift < 64 {
      let byte = unsafe next.pointee
      unsafe next += 1
      value |= UInt64(byte & 0x7F) &<< shift
      shift &+= 7
      if byte < 0x80 { return unsafe (value, next, false) }
    }
    return unsafe (value, next, true)
  }
}
