import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

/// Ways to damage a profile, for the tests of every reader.
enum Damage {
  /// How often mutations are tried; `MEMQ_FUZZ_ITERATIONS` asks for more.
  static let iterations =
    ProcessInfo.processInfo.environment["MEMQ_FUZZ_ITERATIONS"].flatMap { Int($0) } ?? 25

  /// Reads a file cut at many places; nothing may trap or break a promise.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - format: its name.
  ///   - most: how many places to try at most; short files are cut at each byte.
  ///   - check: looks at what could be read of so many bytes.
  /// - Throws: when the scratch file cannot be written.
  static func cut(
    _ bytes: [UInt8], format: String, most: Int = 60,
    check: (Int, ProfileTally) -> Void = { _, _ in }
  ) throws {
    let scratch = try ScratchFile()
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / most)) {
      try scratch.write(Array(bytes[..<length]))
      guard let tally = try? ProfileTally(path: scratch.path, format: format) else { continue }
      if tally.brokenPromises != 0 { Issue.record("\(format) cut at \(length)") }
      check(length, tally)
    }
  }

  /// Reads a file with one bit flipped at many places.
  static func flip(_ bytes: [UInt8], format: String, most: Int = 60) throws {
    let scratch = try ScratchFile()
    for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / most)) {
      var flipped = bytes
      flipped[place] ^= 1 << UInt8(place % 8)
      try scratch.write(flipped)
      guard let tally = try? ProfileTally(path: scratch.path, format: format) else { continue }
      if tally.brokenPromises != 0 { Issue.record("\(format) flipped at \(place)") }
    }
  }

  /// Reads a file with several changes at random places.
  static func mutate(_ bytes: [UInt8], format: String) throws {
    let scratch = try ScratchFile()
    for seed in 0..<iterations {
      var generator = SeededGenerator(seed: UInt64(seed))
      try scratch.write(MemrayFuzzTests.mutate(bytes, &generator))
      guard let tally = try? ProfileTally(path: scratch.path, format: format) else { continue }
      if tally.brokenPromises != 0 { Issue.record("\(format), seed \(seed)") }
    }
  }
}
