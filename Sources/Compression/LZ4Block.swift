// ⚠ unsafe: liblz4 takes pointers; every call passes the lengths of the buffers they point into.
import CLZ4

/// Single LZ4 blocks without any frame: the size and the integrity check are the caller's.
package enum LZ4Block {
  /// The greatest number of bytes that `count` bytes can need when compressed.
  ///
  /// - Complexity: O(1).
  package static func capacity(for count: Int) -> Int {
    count &+ count / 255 &+ 16
  }

  /// Compresses `bytes` as one block.
  ///
  /// At most 2 113 929 216 bytes, the limit of one LZ4 block.
  package static func compress(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    compress(bytes.span, appendingTo: &output)
    return output
  }

  /// Compresses `bytes` as one block at the end of `output`; returns the block's length.
  ///
  /// At most 2 113 929 216 bytes, the limit of one LZ4 block.
  @discardableResult
  package static func compress(
    _ bytes: Span<UInt8>, appendingTo output: inout [UInt8]
  ) -> Int {
    unsafe bytes.withUnsafeBytes { (source: UnsafeRawBufferPointer) in
      unsafe compress(source, appendingTo: &output)
    }
  }

  /// Compresses the bytes of `source` as one block at the end of `output`; returns its length.
  ///
  /// At most 2 113 929 216 bytes, the limit of one LZ4 block.
  @discardableResult
  package static func compress(
    _ source: UnsafeRawBufferPointer, appendingTo output: inout [UInt8]
  ) -> Int {
    precondition(source.count <= 0x7E00_0000, "one LZ4 block holds at most 2 113 929 216 bytes")
    let limit = capacity(for: source.count)
    let block = unsafe [UInt8](unsafeUninitializedCapacity: limit) { target, count in
      let written = unsafe target.withMemoryRebound(to: CChar.self) { target in
        unsafe LZ4_compress_default(
          source.baseAddress?.assumingMemoryBound(to: CChar.self), target.baseAddress,
          Int32(source.count), Int32(limit))
      }
      count = Int(written)
    }
    output.append(contentsOf: block)
    return block.count
  }

  /// Decompresses a block that is known to hold `size` bytes.
  ///
  /// - Parameters:
  ///   - bytes: the whole block.
  ///   - size: the number of bytes that were compressed.
  /// - Returns: the `size` bytes.
  /// - Throws: `damagedBlock`, or `sizeMismatch` when the block holds another number of bytes.
  package static func decompress(_ bytes: [UInt8], size: Int) throws(LZ4Error) -> [UInt8] {
    guard size >= 0, size <= bytes.count &* 255 &+ 16 else {
      throw .sizeMismatch(expected: size, actual: 0)
    }
    var output = [UInt8](repeating: 0, count: size)
    var target = output.mutableSpan
    try decompress(bytes.span, into: &target)
    return output
  }

  /// Decompresses a block that fills `output` exactly.
  ///
  /// - Parameters:
  ///   - bytes: the whole block.
  ///   - output: receives the content; undefined after an error.
  /// - Throws: `damagedBlock`, or `sizeMismatch` when the block holds fewer bytes.
  package static func decompress(
    _ bytes: Span<UInt8>, into output: inout MutableSpan<UInt8>
  ) throws(LZ4Error) {
    var status = Int32(0)
    unsafe bytes.withUnsafeBytes { (source: UnsafeRawBufferPointer) in
      unsafe output.withUnsafeMutableBytes { (target: UnsafeMutableRawBufferPointer) in
        status = unsafe decode(source, into: target)
      }
    }
    try check(status, against: output.count)
  }

  /// Decompresses a block that fills `output` exactly.
  ///
  /// - Parameters:
  ///   - source: the whole block.
  ///   - output: receives the content; undefined after an error.
  /// - Throws: `damagedBlock`, or `sizeMismatch` when the block holds fewer bytes.
  package static func decompress(
    _ source: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(LZ4Error) {
    try check(unsafe decode(source, into: output), against: output.count)
  }

  private static func check(_ status: Int32, against expected: Int) throws(LZ4Error) {
    guard status >= 0 else { throw .damagedBlock }
    guard Int(status) == expected else {
      throw .sizeMismatch(expected: expected, actual: Int(status))
    }
  }

  private static func decode(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) -> Int32 {
    guard let input = source.baseAddress, source.count <= Int(Int32.max) else { return -1 }
    guard let output = target.baseAddress else {
      var nothing = CChar(0)
      return unsafe LZ4_decompress_safe(
        input.assumingMemoryBound(to: CChar.self), &nothing, Int32(source.count), 0)
    }
    return unsafe LZ4_decompress_safe(
      input.assumingMemoryBound(to: CChar.self), output.assumingMemoryBound(to: CChar.self),
      Int32(source.count), Int32(clamping: target.count))
  }
}
