import Testing

@testable import Compression

@Suite struct LZ4BlockTests {
  static let samples: [[UInt8]] = [
    [], [7], Array(repeating: 0, count: 100_000),
    (0..<70_000).map { UInt8(truncatingIfNeeded: $0) },
    noise(5_000),
  ]

  /// Bytes that do not compress.
  static func noise(_ count: Int) -> [UInt8] {
    var state: UInt64 = 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  @Test(arguments: samples)
  func contentSurvives(bytes: [UInt8]) throws {
    let block = LZ4Block.compress(bytes)
    #expect(block.count <= LZ4Block.capacity(for: bytes.count))
    #expect(try LZ4Block.decompress(block, size: bytes.count) == bytes)
  }

  @Test func repetitionShrinks() {
    #expect(LZ4Block.compress(Self.samples[2]).count < 1_000)
  }

  @Test func blocksAreAppended() throws {
    var output: [UInt8] = [1, 2, 3]
    let sample = Self.samples[3]
    let length = LZ4Block.compress(sample.span, appendingTo: &output)
    #expect(output.count == 3 + length)
    #expect(Array(output.prefix(3)) == [1, 2, 3])
    #expect(
      try LZ4Block.decompress(Array(output.dropFirst(3)), size: 70_000) == Self.samples[3])
  }

  @Test func wrongSizesAreErrors() {
    let block = LZ4Block.compress(Self.samples[3])
    #expect(throws: LZ4Error.damagedBlock) { try LZ4Block.decompress(block, size: 69_999) }
    #expect(throws: LZ4Error.sizeMismatch(expected: 70_001, actual: 70_000)) {
      try LZ4Block.decompress(block, size: 70_001)
    }
    #expect(throws: LZ4Error.sizeMismatch(expected: -1, actual: 0)) {
      try LZ4Block.decompress(block, size: -1)
    }
    // A size no block of this length can reach is refused before memory is asked for.
    #expect(throws: LZ4Error.sizeMismatch(expected: Int.max, actual: 0)) {
      try LZ4Block.decompress(block, size: Int.max)
    }
    #expect(throws: LZ4Error.damagedBlock) { try LZ4Block.decompress([], size: 0) }
  }

  @Test func changedBytesNeverTrap() {
    let block = LZ4Block.compress(Array(Self.samples[3].prefix(600)))
    for place in block.indices {
      for bit in 0..<8 {
        var changed = block
        changed[place] ^= 1 << UInt8(bit)
        _ = try? LZ4Block.decompress(changed, size: 600)
      }
    }
  }
}
