// ⚠ unsafe: loads stay inside the span: the loop ends 32 bytes before its end.

/// A fast 64-bit digest that finds damage in stored columns; not cryptographic.
///
/// Four lanes of multiply and rotate over 8-byte words, about 10 GB/s.
package enum Checksum {
  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The digest of `bytes`.
  package static func of(_ bytes: [UInt8]) -> UInt64 {
    unsafe bytes.withUnsafeBytes { buffer in unsafe digest(buffer) }
  }

  private static func digest(_ buffer: UnsafeRawBufferPointer) -> UInt64 {
    var lanes = SIMD4<UInt64>(1, 2, 3, 4) &* multiplier
    var offset = 0
    while offset &+ 32 <= buffer.count {
      let word = unsafe buffer.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
      lanes = (lanes ^ word) &* multiplier
      lanes ^= lanes &>> 29
      offset &+= 32
    }
    var digest = UInt64(truncatingIfNeeded: buffer.count) &* multiplier
    for lane in 0..<4 { digest = mix(digest, lanes[lane]) }
    while offset < buffer.count {
      digest = mix(digest, UInt64(unsafe buffer[offset]))
      offset &+= 1
    }
    return digest
  }

  private static func mix(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let product = (state ^ word) &* multiplier
    return product ^ (product &>> 32)
  }
}
