// ⚠ unsafe: libzstd takes pointers; every call passes the lengths of the buffers they point into.
import CZstd

/// A decoder of zstd frames, one after another (RFC 8878).
@safe
package final class ZstdDecoder: StreamDecoder {
  /// Frames with a larger window are refused: 128 MiB, as the `zstd` tool does.
  private static let windowBits: Int32 = 27

  private let state: OpaquePointer?
  private var isOpen = false

  /// A decoder before the first frame.
  package init() {
    unsafe state = ZSTD_createDCtx()
    _ = unsafe ZSTD_DCtx_setParameter(state, ZSTD_d_windowLogMax, Self.windowBits)
  }

  deinit { _ = unsafe ZSTD_freeDCtx(state) }

  /// Whether the input may end here: no frame is open.
  package var isBetweenFrames: Bool { !isOpen }

  /// Decompresses what it can.
  package func decode(
    input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer
  ) throws(StreamError) -> (consumed: Int, produced: Int) {
    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let status = unsafe ZSTD_decompressStream(state, &target, &source)
    guard ZSTD_isError(status) == 0 else {
      throw StreamError(reason: unsafe String(cString: ZSTD_getErrorName(status)))
    }
    let consumed = unsafe source.pos
    let produced = unsafe target.pos
    if consumed > 0 || produced > 0 { isOpen = status != 0 }
    return (consumed, produced)
  }
}
