import Foundation

/// A file that lives as long as a test needs it.
final class ScratchFile {
  let path: String

  init(_ bytes: [UInt8] = []) throws {
    path =
      FileManager.default.temporaryDirectory
      .appending(component: "memq-test-\(UUID().uuidString).bin").path
    try write(bytes)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(filePath: path))
  }
}

/// A small generator with a seed, so that a failing case can be run again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
