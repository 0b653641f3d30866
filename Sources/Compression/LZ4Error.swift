/// Why LZ4 data cannot be decoded.
package enum LZ4Error: Error, Sendable, Equatable {
  /// The data does not begin with a frame's magic number.
  case notAFrame
  /// A frame that says it needs something this decoder lacks, such as a dictionary.
  case unsupportedFrame(reason: String)
  /// A block says that it is longer than the frame's blocks may be.
  case blockTooLong(length: Int)
  /// A block does not decode.
  case damagedBlock
  /// A block decodes to another size than was recorded.
  case sizeMismatch(expected: Int, actual: Int)
}
