import CaptureModel
import Foundation
import TestSupport
import Testing

@testable import CaptureFormats

/// Texts with random changes, read to their end: nothing may trap, hang or grow.
///
/// `MEMQ_FUZZ_ITERATIONS` is how many are tried of each file, 25 without; 1000 make about a
/// hundred thousand.
@Suite("mutated texts")
struct TextMutationTests {
  /// Folders with texts, and how the names of those that are none end.
  private static let folders = [
    "cases", "python-logs", "objects", "objgraph", "lsan", "memory_profiler", "collapsed",
  ]
  private static let others = [
    ".md", ".json", ".gz", ".dot", ".dat", ".jsonl.gz", "programs", ".peak.txt", "-outer.txt",
  ]
  /// Longest text: mutations of more take long and meet the same readers.
  private static let most = 16_000
  /// Seconds within which any of them is read, on a slow machine.
  private static let slowest = 10.0

  /// What stands where numbers and words of a text might.
  private static let pieces: [[UInt8]] =
    [
      "99999999999999999999", "18446744073709551615", "9223372036854775807", "-1", "1e308", "NaN",
      "inf", "\n", "\t", "[[[[[[", "((((", "{", "\"", "'", "MiB", "kB", " | ", ": ", "--", "0", "%",
      "#1: ", "size=", "rss=", "[('dict', ", "pid=", "\u{FEFF}", "│", "├── ", "…",
    ].map { Array($0.utf8) } + [[0x00], [0xFF], [0xFF, 0xFE], [0xC3], [0x1B, 0x5B]]

  static func files() throws -> [URL] {
    var files: [URL] = []
    for folder in folders {
      files += try FileManager.default.contentsOfDirectory(
        at: Project.fixtures(folder), includingPropertiesForKeys: nil)
    }
    return files.filter { file in !others.contains { file.path.hasSuffix($0) } }
      .sorted { $0.path < $1.path }
  }

  @Test("every text, changed at random places")
  func mutations() throws {
    let texts = try Self.files().map { [UInt8](try Data(contentsOf: $0).prefix(Self.most)) }
      .filter { !$0.isEmpty }
    #expect(texts.count > 60)
    let scratch = try ScratchFile()
    for (index, text) in texts.enumerated() {
      for seed in 0..<Damage.iterations {
        var generator = SeededGenerator(seed: UInt64(index) << 32 | UInt64(seed))
        let mutant = Self.mutate(text, with: texts, &generator)
        try scratch.write(mutant)
        check(scratch.path, length: mutant.count, "text \(index), seed \(seed)")
      }
    }
  }

  /// Reads a mutant; what it yields must be in keeping with its length.
  private func check(_ path: String, length: Int, _ name: String) {
    let start = ContinuousClock.now
    defer {
      let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1_000
      if seconds > Self.slowest { Issue.record("\(name) took \(seconds) s") }
    }
    guard let tally = try? ProfileTally(path: path) else { return }
    if tally.brokenPromises != 0 { Issue.record("\(name) breaks a promise") }
    let yielded =
      tally.records.count + tally.points.count + tally.marks.count + tally.moments.count
      + tally.nodes.count + tally.findings.count
    if yielded > 64 + length { Issue.record("\(name): \(yielded) of \(length) bytes") }
    for point in tally.points where !point.value.isFinite { Issue.record("\(name): \(point)") }
  }

  /// One to six changes: flips, cuts, repetitions, pieces, parts of other texts, lines left out.
  static func mutate(
    _ text: [UInt8], with texts: [[UInt8]], _ generator: inout SeededGenerator
  ) -> [UInt8] {
    var result = text
    for _ in 0..<Int.random(in: 1...6, using: &generator) where !result.isEmpty {
      let place = Int.random(in: 0..<result.count, using: &generator)
      let length = min(Int.random(in: 1...40, using: &generator), result.count - place)
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: result.removeSubrange(place..<(place + length))
      case 2: result.insert(contentsOf: result[place..<(place + length)], at: place)
      case 3:
        let piece = Int.random(in: 0..<pieces.count, using: &generator)
        result.insert(contentsOf: pieces[piece], at: place)
      case 4: result.removeSubrange(place...)
      case 5:
        let other = texts[Int.random(in: 0..<texts.count, using: &generator)]
        let start = Int.random(in: 0..<other.count, using: &generator)
        result.insert(contentsOf: other[start..<min(other.count, start + 400)], at: place)
      case 6:
        for index in place..<(place + length) where (0x30...0x39).contains(result[index]) {
          result[index] = 0x39
        }
      default:
        let start = result[..<place].lastIndex(of: 0x0A) ?? 0
        let end = result[place...].firstIndex(of: 0x0A) ?? result.count
        result.removeSubrange(start..<end)
      }
    }
    return result
  }
}
