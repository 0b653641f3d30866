// ⚠ unsafe: zlib takes pointers; every call passes the lengths of the buffers they point into,
// and its state stays at one address.
import CZlib

/// A decoder of gzip members, one after another (RFC 1952).
@safe
package final class GzipDecoder: StreamDecoder {
  private let state: UnsafeMutablePointer<z_stream>
  private var hasBegun = false

  /// A decoder before the first member.
  package init() {
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: z_stream())
    // 16 + 15: gzip framing with the largest window.
    _ = unsafe inflateInit2_(
      state, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  deinit {
    _ = unsafe inflateEnd(state)
    unsafe state.deallocate()
  }

  /// Whether the input may end here: no member is open.
  package var isBetweenFrames: Bool { !hasBegun }

  /// Decompresses what it can; zeros that pad a file after its last member are skipped.
  package func decode(
    input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer
  ) throws(StreamError) -> (consumed: Int, produced: Int) {
    let count = UInt32(clamping: input.count)
    let room = UInt32(clamping: output.count)
    unsafe state.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    unsafe state.pointee.avail_in = count
    unsafe state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe state.pointee.avail_out = room
    if !hasBegun, let first = unsafe input.first, first == 0 { return (1, 0) }
    if count > 0 { hasBegun = true }
    let status = unsafe inflate(state, Z_NO_FLUSH)
    let consumed = unsafe Int(count &- state.pointee.avail_in)
    let produced = unsafe Int(room &- state.pointee.avail_out)
    switch status {
    case Z_OK, Z_BUF_ERROR: return (consumed, produced)
    case Z_STREAM_END:
      _ = unsafe inflateReset(state)
      hasBegun = false
      return (consumed, produced)
    default:
      throw StreamError(
        reason: unsafe state.pointee.msg.map { unsafe String(cString: $0) } ?? "damaged gzip data")
    }
  }
}
