import Testing

@testable import Compression

@Suite struct LZ4FrameDecoderTests {
  static let content: [UInt8] = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 7 &* 13) }

  /// A frame of 64 KiB blocks put together by hand.
  static func frame(
    _ content: [UInt8], flags: UInt8 = 0b0110_0000, contentSize: UInt64? = nil,
    storing: Bool = false
  ) -> [UInt8] {
    var frame: [UInt8] = [0x04, 0x22, 0x4D, 0x18, flags, 0x40]
    if let contentSize { frame += littleEndian(contentSize, 8) }
    frame.append(0)
    for start in stride(from: 0, to: content.count, by: 65536) {
      let part = Array(content[start..<min(start + 65536, content.count)])
      let block = storing ? part : LZ4Block.compress(part)
      frame += littleEndian(UInt64(block.count) | (storing ? 0x8000_0000 : 0), 4) + block
      if flags & 0b0001_0000 != 0 { frame += [9, 9, 9, 9] }
    }
    frame += [0, 0, 0, 0]
    if flags & 0b0000_0100 != 0 { frame += [8, 8, 8, 8] }
    return frame
  }

  static func littleEndian(_ value: UInt64, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  /// What a decoder yields before the input ends or is found damaged.
  struct Outcome: Equatable {
    var bytes: [UInt8] = []
    var consumed = 0
    var error: LZ4Error?
    var isBetweenFrames = false
  }

  /// Feeds `input`, never more than `chunk` bytes beyond what is asked for.
  static func decode(_ input: [UInt8], chunk: Int = 1 << 20) -> Outcome {
    var decoder = LZ4FrameDecoder()
    var outcome = Outcome()
    var buffer = [UInt8](repeating: 0, count: 4 << 20)
    var position = 0
    var visible = min(chunk, input.count)
    while true {
      var output = buffer.mutableSpan
      do throws(LZ4Error) {
        let step = try decoder.step(
          input: input.span.extracting(outcome.consumed..<visible), output: &output, at: position)
        switch step {
        case .advanced(let consumed, let produced):
          outcome.consumed += consumed
          position += produced
        case .needsInput(let count):
          if visible == input.count {
            outcome.bytes = Array(buffer[..<position])
            outcome.isBetweenFrames = decoder.isBetweenFrames
            return outcome
          }
          visible = min(input.count, max(outcome.consumed + count, visible + chunk))
        case .needsRoom(let count): buffer += [UInt8](repeating: 0, count: count)
        }
      } catch {
        outcome.bytes = Array(buffer[..<position])
        outcome.error = error
        return outcome
      }
    }
  }

  @Test(arguments: [
    frame(content), frame(content, storing: true), frame(content, flags: 0b0111_0000),
    frame(content, flags: 0b0110_0100), frame(content, flags: 0b0110_1000, contentSize: 200_000),
    // Blocks that could be linked but refer to nothing before them.
    frame(content, flags: 0b0100_0000),
  ])
  func everyKindOfFrameIsRead(input: [UInt8]) {
    for chunk in [1, 5000, 1 << 20] {
      let outcome = Self.decode(input, chunk: chunk)
      #expect(outcome.bytes == Self.content)
      #expect(outcome.consumed == input.count)
      #expect(outcome.isBetweenFrames)
    }
  }

  @Test func linkedBlocksReachBack() {
    // Literals "abcd", then in a second block a match of 8 bytes at distance 4.
    let first: [UInt8] = [0x40, 0x61, 0x62, 0x63, 0x64]
    let second: [UInt8] = [0x04, 4, 0, 0x50, 0x77, 0x78, 0x79, 0x7A, 0x21]
    var input: [UInt8] = [0x04, 0x22, 0x4D, 0x18, 0x40, 0x40, 0xC0]
    for block in [first, second] { input += Self.littleEndian(UInt64(block.count), 4) + block }
    input += [0, 0, 0, 0]
    #expect(Self.decode(input).bytes == Array("abcdabcdabcdwxyz!".utf8))
    // Independent blocks must not: the distance leads out of the block.
    input[4] = 0x60
    let outcome = Self.decode(input)
    #expect(outcome.bytes == Array("abcd".utf8))
    #expect(outcome.error == .damagedBlock)
  }

  @Test func concatenatedAndSkippableFrames() {
    let skippable: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
    let empty: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]
    let small = Array(Self.content[..<100])
    let input = skippable + Self.frame(Self.content) + empty + Self.frame(small)
    for chunk in [1, 1 << 20] {
      let outcome = Self.decode(input, chunk: chunk)
      #expect(outcome.bytes == Self.content + small)
      #expect(outcome.isBetweenFrames)
    }
  }

  @Test func cutFramesYieldTheirWholeBlocks() {
    let input = Self.frame(Self.content)
    let whole = Self.decode(input)
    for length in stride(from: 0, to: input.count, by: 97) {
      let outcome = Self.decode(Array(input[..<length]))
      #expect(outcome.error == nil)
      #expect(outcome.isBetweenFrames == (length == 0))
      #expect(outcome.bytes.count % 65536 == 0 || outcome.bytes.count == whole.bytes.count)
      #expect(outcome.bytes == Array(whole.bytes.prefix(outcome.bytes.count)))
    }
  }

  @Test func damageIsNamedAndKeepsWhatCameBefore() {
    var input = Self.frame(Self.content, storing: true)
    let secondBlock = 7 + 4 + 65536
    input[secondBlock + 2] = 0xFF
    let outcome = Self.decode(input)
    #expect(outcome.error == .blockTooLong(length: 0xFF_0000))
    #expect(outcome.bytes == Array(Self.content[..<65536]))
    #expect(outcome.consumed == secondBlock)
  }

  @Test(arguments: [
    ([1, 2, 3, 4, 5, 6, 7, 8], LZ4Error.notAFrame),
    (
      [0x04, 0x22, 0x4D, 0x18, 0x80, 0x40, 0],
      .unsupportedFrame(reason: "unknown frame version or flags")
    ),
    (
      [0x04, 0x22, 0x4D, 0x18, 0x41, 0x40, 0],
      .unsupportedFrame(reason: "the frame needs a dictionary")
    ),
    ([0x04, 0x22, 0x4D, 0x18, 0x40, 0x30, 0], .unsupportedFrame(reason: "unknown block size")),
  ])
  func headersThatCannotBeRead(input: [UInt8], error: LZ4Error) {
    #expect(Self.decode(input).error == error)
  }

  @Test func leadingLiterals() {
    let frame = Self.frame(Array("memray!".utf8) + Self.content)
    #expect(
      LZ4FrameDecoder.leadingLiterals(of: Array(frame.prefix(128)))?.starts(
        with: Array("memray!".utf8)) == true)
    let stored = Self.frame(Array("memray!".utf8), storing: true)
    #expect(LZ4FrameDecoder.leadingLiterals(of: stored) == Array("memray!".utf8))
    #expect(LZ4FrameDecoder.leadingLiterals(of: Array("memray!".utf8)) == nil)
    #expect(LZ4FrameDecoder.leadingLiterals(of: []) == nil)
    for length in 7..<frame.prefix(40).count {
      _ = LZ4FrameDecoder.leadingLiterals(of: Array(frame.prefix(length)))
    }
  }

  @Test func changedBytesNeverTrap() {
    let input = Self.frame(Array(Self.content[..<2000]))
    for place in input.indices {
      for bit in 0..<8 {
        var changed = input
        changed[place] ^= 1 << UInt8(bit)
        var decoder = LZ4FrameDecoder()
        var buffer = [UInt8](repeating: 0, count: 70_000)
        var consumed = 0
        steps: while true {
          var output = buffer.mutableSpan
          let step = try? decoder.step(
            input: changed.span.extracting(consumed...), output: &output, at: 0)
          guard case .advanced(let count, _)? = step, count > 0 else { break steps }
          consumed += count
        }
        _ = LZ4FrameDecoder.leadingLiterals(of: changed)
      }
    }
  }
}
