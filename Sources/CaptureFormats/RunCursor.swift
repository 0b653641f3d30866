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
  /// Whether a number was met that does not end within 64 bits.
  private(set) var isOverlong = false

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

  /// Whether the record just read was not all there, or holds an impossible number.
  @inline(__always)
  var hasFailed: Bool { unsafe next > end || isOverlong }

  /// Whether the record just read was not all there.
  var isPastEnd: Bool { unsafe next > end }

  /// Number of bytes from the first unread one to the cursor.
  var count: Int { unsafe next - base }

  /// Goes back to an earlier place.
  @inline(__always)
  mutating func rewind(to count: Int) {
    unsafe next = base + count
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

  @inline(__always)
  mutating func readVarint() -> UInt64 {
    let first = readUInt8()
    return first < 0x80 ? UInt64(first) : readLongVarint(first)
  }

  /// Reads a zig-zag coded varint as the two's complement word it stands for.
  @inline(__always)
  mutating func readSignedVarint() -> UInt64 {
    let code = readVarint()
    return code &>> 1 ^ (0 &- (code & 1))
  }

  @inline(__always)
  private mutating func readLongVarint(_ first: UInt8) -> UInt64 {
    var result = UInt64(first & 0x7F)
    var shift: UInt64 = 7
    while true {
      let byte = readUInt8()
      result |= UInt64(byte & 0x7F) &<< shift
      shift &+= 7
      if byte < 0x80 { return result }
      if shift >= 64 {
        isOverlong = true
        return result
      }
    }
  }
}
