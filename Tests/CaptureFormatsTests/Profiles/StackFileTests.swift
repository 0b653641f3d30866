import CaptureModel
import Foundation
import TestSupport
import Testing

@testable import CaptureFormats

/// Folded stacks, speedscope and chrometrace against second readers.
@Suite struct StackFileTests {
  @Test(arguments: [
    ("collapsed", "simple", ".txt"), ("collapsed", "odd", ".txt"),
    ("py-spy", "busy.raw", ".txt"), ("py-spy", "busy-threads.raw", ".txt"),
    ("py-spy", "busy-native.raw", ".txt"), ("py-spy", "busy.speedscope", ".json"),
    ("py-spy", "busy-threads-idle-nolines.speedscope", ".json"),
    ("speedscope", "evented.speedscope", ".json"),
  ])
  func weightsAreTheSecondReaders(format: String, name: String, ending: String) throws {
    let expected = try StackFileExpected(format, name)
    let tally = try ProfileTally(path: fixture(format, name + ending))
    #expect(tally.brokenPromises == 0 && tally.ending == .complete)
    let sum = tally.records.indices.reduce(0.0) { $0 + tally.weight($1) }
    #expect(abs(sum - expected.total) < 1e-6)
    #expect(Set(tally.records.map(\.stack)).count == expected.distinctStacks)
    #expect(tally.records.map { tally.stack($0.stack).count }.max() == expected.deepest)
    let (own, total) = tally.framesByWeight()
    // The second reader shows no file without a line.
    let isSpeedscope = ending == ".json"
    for (rows, weights) in [(expected.selfTop, own), (expected.totalTop, total)] {
      for row in rows {
        let weight =
          isSpeedscope
          ? weights.filter { $0.key == row.frame || $0.key.hasPrefix(row.frame + " (") }
            .reduce(0.0) { $0 + $1.value }
          : weights[row.frame] ?? 0
        #expect(abs(weight - row.weight) < 1e-6, "\(row.frame)")
      }
    }
    for profile in expected.profiles ?? [] {
      let thread = tally.texts.first { $0.value == profile.name }?.key
      let weight = tally.records.indices.filter { tally.records[$0].thread == thread }
        .reduce(0.0) { $0 + tally.weight($1) }
      #expect(abs(weight - profile.totalWeight) < 1e-6)
      #expect(tally.description.values.contains { $0.unit == profile.unit })
    }
    if let frames = expected.frames { #expect(tally.frames.count == frames) }
  }

  @Test func threadsOfFoldedStacks() throws {
    let tally = try ProfileTally(path: fixture("py-spy", "busy-threads.raw.txt"))
    let names = Set(tally.records.compactMap { $0.thread.flatMap { tally.texts[$0] } })
    #expect(names.isSuperset(of: ["parser", "MainThread"]))
    #expect(names.isSubset(of: ["parser", "MainThread", "waiter", "22905", "22891", "22876"]))
    let main = tally.texts.first { $0.value == "MainThread" }?.key
    #expect(tally.total { $0.thread == main } == 129)
  }

  @Test func brokenLinesAreCounted() throws {
    let tally = try ProfileTally(path: fixture("collapsed", "broken-lines.txt"))
    #expect(tally.total() == 3)
    #expect(tally.stack(tally.records[0].stack).map(\.function) == ["main", "c"])
    #expect(tally.findings.map(\.kind) == ["line without a count", "count without a stack"])
    #expect(tally.findings.map(\.count) == [2, 2])
  }

  @Test func twoColumnsAreTwoMoments() throws {
    for (name, before, after) in [("differential", 11, 22), ("two-columns", 65, 80)] {
      let tally = try ProfileTally(path: fixture("collapsed", "\(name).txt"))
      #expect(tally.moments.map(\.label) == ["before", "after"])
      #expect(tally.total { $0.moment == 0 } == Int64(before))
      #expect(tally.total { $0.moment == 1 } == Int64(after))
      // No count becomes a part of a frame.
      #expect(!tally.frames.contains { $0.function.contains(" ") })
    }
  }

  @Test func namesThatEndInANumberMakeNoSecondColumn() throws {
    let scratch = try ScratchFile(Array("main;worker 1 5\nmain;idle 7\n".utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.moments.isEmpty && tally.total() == 12)
    #expect(tally.frames.map(\.function) == ["main", "worker 1", "idle"])
  }

  @Test func fractionsAreKept() throws {
    let tally = try ProfileTally(path: fixture("collapsed", "fractions.txt"))
    let value = try #require(tally.description.values.first)
    #expect(Double(tally.total()) / Double(value.scale) == 334.618)
  }

  @Test func semicolonsBeforeTheCountMakeNoFrame() throws {
    let scratch = try ScratchFile(Array("main;a;b; 5\nmain;a 2\n".utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.records.map { tally.stack($0.stack).count } == [3, 2])
  }

  @Test(arguments: ["broken-empty.txt"])
  func emptyFilesAreEmpty(name: String) {
    let path = fixture("collapsed", name)
    #expect(openingError(path) == .empty(path: path))
  }

  @Test func brokenProfilesOfSpeedscopeAreLeftOut() throws {
    // The evented profile is whole; the second has four samples, one of them of frame 99.
    let lengths = try ProfileTally(path: fixture("speedscope", "broken-lengths.speedscope.json"))
    #expect(lengths.total() == 700)
    guard case .damaged(_, let reason) = lengths.ending else {
      Issue.record("\(lengths.ending)")
      return
    }
    #expect(reason == "frame 99, but there are 3")
    // Here the first closes the wrong frame, and the second is whole.
    let events = try ProfileTally(path: fixture("speedscope", "broken-unbalanced.speedscope.json"))
    #expect(events.total() == 60)
    guard case .damaged(let offset, _) = events.ending else {
      Issue.record("\(events.ending)")
      return
    }
    let bytes = try fixtureBytes("speedscope", "broken-unbalanced.speedscope.json")
    let text = String(decoding: bytes[Int(offset)...], as: UTF8.self)
    #expect(text.hasPrefix(#"{"type":"C","frame":2,"at":400}"#))
  }

  @Test(
    arguments: [
      ("speedscope", "broken-truncated.speedscope.json", 400),
      ("py-spy", "broken-truncated.speedscope.json", 3000),
    ] as [(String, String, UInt64)])
  func withoutAWholeProfileThereIsNothing(format: String, name: String, length: UInt64) {
    let path = fixture(format, name)
    #expect(
      openingError(path)
        == .malformed(
          path: path, format: "speedscope", place: .byte(length),
          reason: "the data end inside the JSON"))
  }

  @Test func unitsAreNotMixed() throws {
    let text = """
      {"$schema": "https://www.speedscope.app/file-format-schema.json", "profiles": [
      {"type": "sampled", "name": "t", "unit": "milliseconds", "samples": [[0]], "weights": [2.5]},
      {"weights": [3, 4], "samples": [[0, 1], []], "unit": "bytes", "name": "b", "type": "sampled"}],
      "shared": {"frames": [{"name": "f", "line": null}, {"name": "g"}]}}
      """
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.description.values.map(\.unit) == ["seconds", "bytes"])
    #expect(tally.total(0) == 2_500_000 && tally.total(1) == 7)
    #expect(tally.records.contains { $0.stack == 0 })
    #expect(!tally.description.hasFiles)
  }

  struct ChromeExpected: Decodable {
    var totalUs: Int64
    var threadsUs: [String: Int64]
    var selfTopUs: [StackFileExpected.Row]
  }

  @Test func chromeTraceTimesAreTheSecondReaders() throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let url = Project.fixtures("py-spy").appending(path: "busy.chrometrace.expected.json")
    let expected = try decoder.decode(ChromeExpected.self, from: Data(contentsOf: url))
    let tally = try ProfileTally(path: fixture("py-spy", "busy.chrometrace.json"))
    #expect(tally.brokenPromises == 0 && tally.ending == .complete)
    #expect(tally.total() == expected.totalUs * 1000)
    for (name, time) in expected.threadsUs {
      let thread = tally.texts.first { $0.value == name }?.key
      #expect(tally.total { $0.thread == thread } == time * 1000)
    }
    let own = tally.framesByWeight().own
    for row in expected.selfTopUs {
      #expect(abs((own[row.frame] ?? 0) - row.weight / 1e6) < 1e-9, "\(row.frame)")
    }
  }

  @Test(arguments: [
    ("collapsed", "odd.txt", "collapsed"), ("py-spy", "busy.raw.txt", "collapsed"),
    ("py-spy", "busy.speedscope.json", "speedscope"),
    ("speedscope", "evented.speedscope.json", "speedscope"),
    ("py-spy", "busy.chrometrace.json", "chrometrace"),
  ])
  func damageNeverTraps(folder: String, name: String, format: String) throws {
    let bytes = try fixtureBytes(folder, name)
    try Damage.cut(bytes, format: format, most: 60)
    try Damage.flip(bytes, format: format, most: 60)
    try Damage.mutate(Array(bytes.prefix(20_000)), format: format)
  }
}
