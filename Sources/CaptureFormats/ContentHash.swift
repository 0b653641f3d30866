// ⚠ unsafe: words are loaded from the hash's own chunk, within the count just read.
package import CaptureModel

/// A 128-bit fingerprint of a file's bytes, to recognise files imported before.
///
/// Four lanes of multiply and rotate over 8-byte words in the manner of xxHash64, folded
/// twice with different constants. Not cryptographic.
package struct ContentHash: Hashable, Sendable {
  /// The first half.
  package let high: UInt64
  /// The second half.
  package let low: UInt64

  /// A fingerprint from its halves.
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The fingerprint as 32 hexadecimal digits.
  package var text: String { Self.hexadecimal(high) + Self.hexadecimal(low) }

  private static func hexadecimal(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Reads the file once in chunks and fingerprints it.
  ///
  /// - Parameter path: the file.
  /// - Throws: `unreadable`.
  /// - Complexity: O(file length) time, one chunk of memory.
  package init(path: String) throws(CaptureError) {
    try self.init(file: try CaptureFile(path: path))
  }

  /// Reads a file once in chunks and fingerprints it.
  init(file: CaptureFile) throws(CaptureError) {
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 19, alignment: 64)
    defer { unsafe chunk.deallocate() }
    var lanes = Lanes()
    var offset: UInt64 = 0
    while true {
      switch unsafe file.read(at: offset, into: chunk) {
      case .failed(let code): throw .unreadable(path: file.path, code: code)
      case .bytes(let count):
        // Only the last chunk can be short; zero padding is safe because the length is mixed in.
        let padded = (count + 31) & ~31
        unsafe UnsafeMutableRawBufferPointer(rebasing: chunk[count..<padded])
          .initializeMemory(as: UInt8.self, repeating: 0)
        unsafe lanes.mix(UnsafeRawBufferPointer(rebasing: chunk[..<padded]))
        offset += UInt64(count)
        if count < chunk.count {
          self = lanes.hash(length: offset)
          return
        }
      }
    }
  }

  /// The running state: four independent words, so that the multiplications overlap.
  private struct Lanes {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private var a: UInt64 = 0x60EA_27EE_ADC0_B5D6
    private var b: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private var c: UInt64 = 0
    private var d: UInt64 = 0x61C8_864E_7A14_3579

    /// Mixes whole stripes of 32 bytes.
    mutating func mix(_ bytes: UnsafeRawBufferPointer) {
      guard var place = bytes.baseAddress else { return }
      let end = unsafe place + bytes.count
      var (a, b, c, d) = (a, b, c, d)
      while unsafe place < end {
        a = Self.round(a, unsafe place.load(as: UInt64.self))
        b = Self.round(b, unsafe place.load(fromByteOffset: 8, as: UInt64.self))
        c = Self.round(c, unsafe place.load(fromByteOffset: 16, as: UInt64.self))
        d = Self.round(d, unsafe place.load(fromByteOffset: 24, as: UInt64.self))
        unsafe place += 32
      }
      (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    func hash(length: UInt64) -> ContentHash {
      ContentHash(
        high: fold(seed: length &* Self.prime1), low: fold(seed: ~length &* Self.prime3))
    }

    private func fold(seed: UInt64) -> UInt64 {
      var result = seed
      for lane in [a, b, c, d] {
        result = Self.round(result ^ Self.round(0, lane &+ seed), lane) &* Self.prime1 &+ seed
      }
      result = (result ^ result >> 33) &* Self.prime2
      result = (result ^ result >> 29) &* Self.prime3
      return result ^ result >> 32
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
      let sum = lane &+ word &* prime2
      return (sum &<< 31 | sum &>> 33) &* prime1
    }
  }
}
