// ⚠ unsafe: liblz4 takes pointers; lengths and the window are bounded by the spans passed in.
import CLZ4

/// A streaming decoder of LZ4 frames that yields whole blocks.
///
/// Blocks are decoded one by one, so damage in a block costs that block and nothing before
/// it. Linked and independent blocks, stored blocks, concatenated and skippable frames are read;
/// checksums are skipped, not verified.
///
/// The caller owns the buffers: it presents unread input from its first byte and an output whose
/// last `windowLength` bytes before the write position are those produced before.
package struct LZ4FrameDecoder: Sendable {
  /// What one call of `step` did or needs.
  package enum Step: Equatable, Sendable {
    /// The input must hold at least this many bytes; nothing was consumed.
    case needsInput(Int)
    /// The output must have room for this many bytes; nothing was consumed.
    case needsRoom(Int)
    /// Bytes taken from the input, and bytes written to the output.
    case advanced(consumed: Int, produced: Int)
  }

  /// How far back a block may refer to earlier output, bytes.
  package static let windowLength = LZ4FrameLayout.windowLength

  private enum State {
    case frameStart
    case skipping(UInt32)
    case block
    case checksum
  }

  private var state = State.frameStart
  private var maximumBlockLength = 0
  private var flags: UInt8 = 0
  /// Bytes of this frame produced so far, at most `windowLength`.
  private var history = 0

  /// A decoder before the first frame.
  package init() {}

  /// Whether the input may end here: no frame is open.
  package var isBetweenFrames: Bool {
    if case .frameStart = state { true } else { false }
  }

  /// Decodes the next header, block or end mark.
  ///
  /// - Parameters:
  ///   - input: unread bytes from the decoder's place on.
  ///   - output: buffer for the decompressed bytes, with earlier output before `position`.
  ///   - position: where to write.
  /// - Returns: what was done, or what is needed first.
  /// - Throws: the damage; the decoder must not be used afterwards.
  package mutating func step(
    input: Span<UInt8>, output: inout MutableSpan<UInt8>, at position: Int
  ) throws(LZ4Error) -> Step {
    switch state {
    case .frameStart: return try readFrameHeader(input)
    case .skipping(let remaining):
      guard !input.isEmpty else { return .needsInput(1) }
      let length = min(Int(remaining), input.count)
      let rest = remaining &- UInt32(length)
      state = rest == 0 ? .frameStart : .skipping(rest)
      return .advanced(consumed: length, produced: 0)
    case .block: return try readBlock(input, output: &output, at: position)
    case .checksum:
      guard input.count >= 4 else { return .needsInput(4) }
      state = .frameStart
      return .advanced(consumed: 4, produced: 0)
    }
  }

  /// The first literals of a frame's first block, without decoding it: enough to sniff a format.
  ///
  /// - Parameter bytes: the beginning of a file.
  /// - Returns: nil when the bytes are no LZ4 frame; fewer bytes than the block begins with when
  ///   `bytes` ends early.
  package static func leadingLiterals(of bytes: [UInt8]) -> [UInt8]? {
    var decoder = LZ4FrameDecoder()
    let step = try? decoder.readFrameHeader(bytes.span)
    guard case .advanced(let headerLength, _)? = step, !decoder.isBetweenFrames else { return nil }
    guard bytes.count > headerLength &+ 4 else { return [] }
    let word = load32(bytes.span, headerLength)
    var place = headerLength &+ 4
    var length = Int(word & ~LZ4FrameLayout.storedBlock)
    if word & LZ4FrameLayout.storedBlock == 0 {
      length = Int(bytes[place] >> 4)
      place += 1
      if length == 15 {
        while place < bytes.count {
          let extra = bytes[place]
          place += 1
          length += Int(extra)
          if extra != 255 { break }
        }
      }
    }
    return [UInt8](bytes[place..<min(bytes.count, place &+ length)])
  }

  private mutating func readFrameHeader(_ input: Span<UInt8>) throws(LZ4Error) -> Step {
    typealias Layout = LZ4FrameLayout
    guard input.count >= Layout.fixedHeaderLength else {
      return .needsInput(Layout.fixedHeaderLength)
    }
    let magic = Self.load32(input, 0)
    if magic & Layout.skippableMask == Layout.skippableMagic {
      guard input.count >= 8 else { return .needsInput(8) }
      let length = Self.load32(input, 4)
      if length > 0 { state = .skipping(length) }
      return .advanced(consumed: 8, produced: 0)
    }
    guard magic == Layout.magic else { throw .notAFrame }
    flags = input[4]
    guard flags & Layout.versionMask == Layout.version1, flags & Layout.reservedFlag == 0 else {
      throw .unsupportedFrame(reason: "unknown frame version or flags")
    }
    guard flags & Layout.dictionaryID == 0 else {
      throw .unsupportedFrame(reason: "the frame needs a dictionary")
    }
    guard let length = Layout.blockLength(descriptor: input[5]) else {
      throw .unsupportedFrame(reason: "unknown block size")
    }
    let headerLength = 7 + (flags & Layout.contentSize == 0 ? 0 : 8)
    guard input.count >= headerLength else { return .needsInput(headerLength) }
    maximumBlockLength = length
    history = 0
    state = .block
    return .advanced(consumed: headerLength, produced: 0)
  }

  private mutating func readBlock(
    _ input: Span<UInt8>, output: inout MutableSpan<UInt8>, at position: Int
  ) throws(LZ4Error) -> Step {
    guard input.count >= 4 else { return .needsInput(4) }
    let word = Self.load32(input, 0)
    if word == 0 {
      state = flags & LZ4FrameLayout.contentChecksum == 0 ? .frameStart : .checksum
      return .advanced(consumed: 4, produced: 0)
    }
    let length = Int(word & ~LZ4FrameLayout.storedBlock)
    guard length <= maximumBlockLength else { throw .blockTooLong(length: length) }
    let total = 4 + length + (flags & LZ4FrameLayout.blockChecksum == 0 ? 0 : 4)
    guard input.count >= total else { return .needsInput(total) }
    guard position >= 0, output.count &- position >= maximumBlockLength else {
      return .needsRoom(maximumBlockLength)
    }
    let isStored = word & LZ4FrameLayout.storedBlock != 0
    let source = input.extracting(4..<(4 + length))
    let window = flags & LZ4FrameLayout.independentBlocks == 0 ? min(history, position) : 0
    let produced =
      isStored
      ? Self.copy(source, to: &output, at: position)
      : Self.decode(source, to: &output, at: position, limit: maximumBlockLength, window: window)
    guard let produced else { throw .damagedBlock }
    history = min(history + produced, LZ4FrameLayout.windowLength)
    return .advanced(consumed: total, produced: produced)
  }

  private static func copy(
    _ source: Span<UInt8>, to output: inout MutableSpan<UInt8>, at position: Int
  ) -> Int? {
    unsafe source.withUnsafeBytes { (source: UnsafeRawBufferPointer) in
      unsafe output.withUnsafeMutableBytes { (target: UnsafeMutableRawBufferPointer) in
        let place = unsafe UnsafeMutableRawBufferPointer(rebasing: target[position...])
        unsafe place.copyMemory(from: source)
      }
    }
    return source.count
  }

  private static func decode(
    _ source: Span<UInt8>, to output: inout MutableSpan<UInt8>, at position: Int, limit: Int,
    window: Int
  ) -> Int? {
    var status = Int32(-1)
    unsafe source.withUnsafeBytes { (source: UnsafeRawBufferPointer) in
      unsafe output.withUnsafeMutableBytes { (target: UnsafeMutableRawBufferPointer) in
        guard
          let from = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self),
          let base = unsafe target.baseAddress?.assumingMemoryBound(to: CChar.self)
        else { return }
        let place = unsafe base + position
        status = unsafe LZ4_decompress_safe_usingDict(
          from, place, Int32(source.count), Int32(limit), place - window, Int32(window))
      }
    }
    return status < 0 ? nil : Int(status)
  }

  private static func load32(_ bytes: Span<UInt8>, _ offset: Int) -> UInt32 {
    UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8
      | UInt32(bytes[offset + 2]) << 16 | UInt32(bytes[offset + 3]) << 24
  }
}
