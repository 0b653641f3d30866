/// Why gzip or zstd data cannot be decompressed.
package struct StreamError: Error, Sendable, Equatable {
  /// What the library says of it.
  package let reason: String
}

/// A decoder of compressed bytes that keeps its own history.
///
/// Output is bounded by the room it is given, whatever the data claim.
package protocol StreamDecoder: AnyObject {
  /// Whether the input may end here: nothing is open.
  var isBetweenFrames: Bool { get }
  /// Decompresses what it can.
  ///
  /// - Parameters:
  ///   - input: unread bytes.
  ///   - output: room for the result.
  /// - Returns: bytes taken and bytes written; both 0 only when more of either is needed.
  /// - Throws: the damage; the decoder must not be used afterwards.
  func decode(
    input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer
  ) throws(StreamError) -> (consumed: Int, produced: Int)
}
