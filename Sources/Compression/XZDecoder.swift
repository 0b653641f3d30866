// ⚠ unsafe: liblzma takes pointers; every call passes the lengths of the buffers they point into,
// and its state stays at one address.
import CLzma

/// A decoder of xz streams, one after another.
@safe
package final class XZDecoder: StreamDecoder {
  /// Dictionaries that need more memory are refused, as the hardest preset needs a tenth of it.
  private static let mostMemory: UInt64 = 1 << 30

  private let state: UnsafeMutablePointer<lzma_stream>
  private var isOpen = false
  private var isSet = false

  /// A decoder before the first stream.
  package init() {
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: lzma_stream())
  }

  deinit {
    unsafe lzma_end(state)
    unsafe state.deallocate()
  }

  /// Whether the input may end here: no stream is open.
  package var isBetweenFrames: Bool { !isOpen }

  /// Decompresses what it can; zeros that pad a file after its last stream are skipped.
  package func decode(
    input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer
  ) throws(StreamError) -> (consumed: Int, produced: Int) {
    if !isOpen, let first = unsafe input.first, first == 0 { return (1, 0) }
    if !isSet {
      guard unsafe lzma_stream_decoder(state, Self.mostMemory, 0) == LZMA_OK else {
        throw StreamError(reason: "no memory for xz")
      }
      isSet = true
    }
    unsafe state.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe state.pointee.avail_in = input.count
    unsafe state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe state.pointee.avail_out = output.count
    if unsafe !input.isEmpty { isOpen = true }
    let status = unsafe lzma_code(state, LZMA_RUN)
    let consumed = unsafe input.count - state.pointee.avail_in
    let produced = unsafe output.count - state.pointee.avail_out
    switch status {
    case LZMA_OK, LZMA_BUF_ERROR: return (consumed, produced)
    case LZMA_STREAM_END:
      isSet = false
      isOpen = false
      return (consumed, produced)
    case LZMA_MEMLIMIT_ERROR:
      throw StreamError(reason: "the xz data need more than 1 GiB of memory")
    default: throw StreamError(reason: "damaged xz data")
    }
  }
}
