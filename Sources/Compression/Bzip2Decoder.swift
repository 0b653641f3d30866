// ⚠ unsafe: libbz2 takes pointers; every call passes the lengths of the buffers they point into,
// and its state stays at one address.
import CBzip2

/// A decoder of bzip2 streams, one after another.
@safe
package final class Bzip2Decoder: StreamDecoder {
  private let state: UnsafeMutablePointer<bz_stream>
  private var isOpen = false
  private var isSet = false

  /// A decoder before the first stream.
  package init() {
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: bz_stream())
  }

  deinit {
    if isSet { _ = unsafe BZ2_bzDecompressEnd(state) }
    unsafe state.deallocate()
  }

  /// Whether the input may end here: no stream is open.
  package var isBetweenFrames: Bool { !isOpen }

  /// Decompresses what it can.
  package func decode(
    input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer
  ) throws(StreamError) -> (consumed: Int, produced: Int) {
    if !isSet {
      unsafe state.pointee = bz_stream()
      guard unsafe BZ2_bzDecompressInit(state, 0, 0) == BZ_OK else {
        throw StreamError(reason: "no memory for bzip2")
      }
      isSet = true
    }
    let count = UInt32(clamping: input.count)
    let room = UInt32(clamping: output.count)
    unsafe state.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: CChar.self))
    unsafe state.pointee.avail_in = count
    unsafe state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: CChar.self)
    unsafe state.pointee.avail_out = room
    if count > 0 { isOpen = true }
    let status = unsafe BZ2_bzDecompress(state)
    let consumed = unsafe Int(count &- state.pointee.avail_in)
    let produced = unsafe Int(room &- state.pointee.avail_out)
    switch status {
    case BZ_OK: return (consumed, produced)
    case BZ_STREAM_END:
      _ = unsafe BZ2_bzDecompressEnd(state)
      isSet = false
      isOpen = false
      return (consumed, produced)
    default: throw StreamError(reason: "damaged bzip2 data")
    }
  }
}
