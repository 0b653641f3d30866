import CaptureModel
import Foundation
import TestSupport
import Testing

@testable import CaptureFormats

@Suite struct PProfTests {
  static let names: [String] = {
    let folder = Project.fixtures("pprof").path
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return paths.filter { $0.hasSuffix(".expected.json") }.map { String($0.dropLast(14)) }.sorted()
  }()

  static func path(_ name: String) -> String {
    let zipped = fixture("pprof", "\(name).pb.gz")
    return FileManager.default.fileExists(atPath: zipped) ? zipped : fixture("pprof", "\(name).pb")
  }

  @Test(arguments: names)
  func totalsAreTheSecondReaders(name: String) throws {
    let url = Project.fixtures("pprof").appending(path: "\(name).expected.json")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
    let expected = try #require(json)
    let types = try #require(expected["sample_types"] as? [[String]])
    let answers = try #require(expected["by_type"] as? [String: [String: Any]])
    let tally = try ProfileTally(path: Self.path(name))
    #expect(tally.brokenPromises == 0 && tally.ending == .complete)
    #expect(tally.description.values.count == types.count)
    let shown = expected["default_sample_type"] as? String ?? types[types.count - 1][0]
    let order = [shown] + types.map { $0[0] }.filter { $0 != shown }
    for (column, type) in order.enumerated() {
      let answer = try #require(answers[type])
      // The second reader drops no frames.
      let dropsFrames = name.hasPrefix("from-gperftools")
      #expect(tally.total(column) == (answer["total"] as? NSNumber)?.int64Value, "\(type)")
      var flat: [String: Int64] = [:]
      var cumulative: [String: Int64] = [:]
      for (index, record) in tally.records.enumerated() {
        let stack = tally.stack(record.stack).map(\.function)
        if let last = stack.last { flat[last, default: 0] += tally.value(index, column) }
        for function in Set(stack) {
          cumulative[function, default: 0] += tally.value(index, column)
        }
      }
      for (key, sums) in [("flat_top", flat), ("cum_top", cumulative)] where !dropsFrames {
        for row in answer[key] as? [[Any]] ?? [] {
          let function = try #require(row[0] as? String)
          // A place without a name is called by its image, as pprof does, not by its address.
          if function.hasPrefix("0x") { continue }
          #expect(sums[function] ?? 0 == (row[1] as? NSNumber)?.int64Value, "\(function)")
        }
      }
    }
  }

  /// A megabyte may inflate to half a thousand million texts.
  @Test func filesOfNothingButTextsAreRefused() throws {
    var head: [UInt8] = [0x0A, 4, 0x08, 1, 0x10, 1]
    head += Array(repeating: [0x32, 0], count: PProfTexts.limit + 1).joined()
    let scratch = try ScratchFile(head)
    guard case .malformed(_, _, _, let reason)? = openingError(scratch.path, format: "pprof") else {
      Issue.record("it is read")
      return
    }
    #expect(reason.contains("more than"))
  }

  @Test func textsAreKeptOnce() throws {
    var texts = PProfTexts()
    for text in ["", "a", "b", "a"] { try texts.append(text) }
    #expect(texts.texts.count == 4 && texts.beginsEmpty)
    #expect(try texts.text(3) == "a" && texts.text(2) == "b")
    #expect(throws: FieldError.self) { try texts.text(4) }
  }

  @Test func populationsOfGoHeaps() throws {
    let tally = try ProfileTally(path: Self.path("rate1/heap-1"))
    #expect(
      tally.description.values.first
        == ProfileValue(.live, .size, unit: "bytes", name: "inuse_space"))
    #expect(!tally.description.isEstimated)
    let sampled = try ProfileTally(path: Self.path("default/allocs"))
    #expect(sampled.description.isEstimated)
    #expect(
      sampled.description.values.first
        == ProfileValue(.allocated, .size, unit: "bytes", name: "alloc_space"))
  }

  @Test func barePprofIsRecognised() throws {
    let tally = try ProfileTally(path: fixture("pprof", "heap-1-not-compressed.pb"))
    let zipped = try ProfileTally(path: Self.path("rate1/heap-1"))
    #expect(tally.description.values.count == zipped.description.values.count)
  }

  @Test(arguments: [
    ("broken-location-id.pb", "which is not there"), ("broken-string-index.pb", "but there are"),
    ("broken-truncated.pb", "the data end inside a message"),
    ("broken-truncated.pb.gz", "the gzip data are cut"),
  ])
  func brokenProfilesAreRefused(name: String, reason: String) {
    guard
      case .malformed(_, "pprof", .byte, let found)? =
        openingError(fixture("pprof", name), format: "pprof")
    else {
      Issue.record("accepted")
      return
    }
    #expect(found.contains(reason))
  }

  @Test func emptyProfilesAreRefused() {
    for name in ["broken-empty.pb.gz", "broken-empty-inside.pb.gz"] {
      #expect(openingError(fixture("pprof", name)) != nil)
    }
  }

  @Test(arguments: ["tiny-hand-made", "tiny-unpacked", "heap-1-not-compressed"])
  func damageNeverTraps(name: String) throws {
    let bytes = try fixtureBytes("pprof", "\(name).pb")
    try Damage.cut(bytes, format: "pprof")
    try Damage.flip(bytes, format: "pprof")
    try Damage.mutate(bytes, format: "pprof")
  }
}
