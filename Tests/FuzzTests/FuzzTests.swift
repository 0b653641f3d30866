import Foundation
import FuzzTargets
import TestSupport
import Testing

/// Changed files of every format, and changed questions: nothing may trap, hang or break a promise.
///
/// A short run of what `make fuzz` does for hours; the kept inputs are read first.
@Suite("fuzzing")
struct FuzzTests {
  /// Inputs of each target; `MEMQ_FUZZ_ITERATIONS` asks for more.
  private static let inputs =
    ProcessInfo.processInfo.environment["MEMQ_FUZZ_ITERATIONS"].flatMap { Int($0) } ?? 15
  /// Seconds within which any input is read, on a slow machine.
  private static let slowest = 20.0

  @Test("inputs that once failed are read", arguments: FuzzTarget.all.map(\.name))
  func corpus(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let folder = try TemporaryFolder()
    var run = try FuzzRun(target, seed: 0, path: folder.path("input"))
    for (file, bytes) in try target.corpus {
      let start = ContinuousClock.now
      if let reason = try run.read(bytes) { Issue.record("\(name)/\(file): \(reason)") }
      #expect((ContinuousClock.now - start) / .seconds(1) < Self.slowest, "\(name)/\(file)")
    }
  }

  @Test("a few changed inputs", arguments: FuzzTarget.all.map(\.name))
  func changes(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let folder = try TemporaryFolder()
    var run = try FuzzRun(target, seed: 1, path: folder.path("input"), mostSeeds: 10)
    #expect(run.seeds > 0, "\(name) has no files to begin with")
    for _ in 0..<(run.seeds + Self.inputs) {
      let start = ContinuousClock.now
      if let reason = try run.next() { Issue.record("\(name), input \(run.count): \(reason)") }
      #expect((ContinuousClock.now - start) / .seconds(1) < Self.slowest, "\(name) \(run.count)")
    }
    // Inputs that all end the same way would test little.
    #expect(run.signatures > 2, "\(name)")
  }

  @Test("words of a dictionary")
  func dictionary() {
    #expect(
      FuzzDictionary.words("# words\n\"a\\\"b\"\nname=\"\\x00\\\\\"\n\nnothing\n")
        == [Array("a\"b".utf8), [0, 0x5C]])
  }
}
