import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

@Suite struct MemrayFuzzTests {
  /// Mutations tried per capture; `MEMQ_FUZZ_ITERATIONS` asks for more.
  static let iterations =
    ProcessInfo.processInfo.environment["MEMQ_FUZZ_ITERATIONS"].flatMap { Int($0) } ?? 60

  @Test(arguments: [
    "synthetic_edges", "synthetic_objects", "synthetic_objects_native", "uncompressed",
    "cut_midrecord", "pure_small_h06", "killed_h07", "killed_h11", "fork_parent", "threads_h08",
    "tracker_api", "timeline", "native_h09",
  ])
  func mutatedCapturesNeverTrap(name: String) throws {
    let bytes = Array(try MemrayFixture(name: name).bytes().prefix(80_000))
    let scratch = try ScratchFile()
    for seed in 0..<Self.iterations {
      var generator = SeededGenerator(seed: UInt64(seed))
      let mutated = Self.mutate(bytes, &generator)
      try scratch.write(mutated)
      guard let reader = try? FormatRegistry.events(path: scratch.path) else { continue }
      let tally = Tally(reader)
      if tally.unannounced != 0 { Issue.record("\(name), seed \(seed)") }
    }
  }

  /// One to eight changes: flips, numbers of all ones, cuts, insertions, repetitions.
  static func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...8, using: &generator) where !result.isEmpty {
      let place = Int.random(in: 0..<result.count, using: &generator)
      let length = min(Int.random(in: 1...40, using: &generator), result.count - place)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: for index in place..<(place + length) { result[index] = 0xFF }
      case 2: result.removeSubrange(place..<(place + length))
      case 3: result.insert(UInt8.random(in: 0...255, using: &generator), at: place)
      case 4: result.insert(contentsOf: result[place..<(place + length)], at: place)
      default: result.removeLast(min(length, result.count))
      }
    }
    return result
  }

  @Test(arguments: ["synthetic_aggregated", "aggregated_h10", "aggregated_h12"])
  func mutatedTotalsNeverTrap(name: String) throws {
    let bytes = try MemrayFixture(name: name).bytes()
    let raw = try MemrayTotalsTests.decompressed(bytes)
    let scratch = try ScratchFile()
    for seed in 0..<Self.iterations {
      var generator = SeededGenerator(seed: UInt64(seed))
      // Every second time behind the framing, where mutations reach the records.
      try scratch.write(Self.mutate(seed % 2 == 0 ? bytes : raw, &generator))
      guard case .samples(let reader)? = try? FormatRegistry.open(path: scratch.path) else {
        continue
      }
      if TotalsTally(reader).unannounced != 0 { Issue.record("\(name), seed \(seed)") }
    }
  }
}
