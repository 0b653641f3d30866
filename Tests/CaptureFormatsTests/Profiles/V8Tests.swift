import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

/// Against the answers of a second reader of the JSON (`*.expected.json`).
@Suite struct V8Tests {
  private static func expected(_ name: String) throws -> [String: Any] {
    let data = Data(try fixtureBytes("v8", "\(name).expected.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func typesBeyondTheListAreNamedByNumber() throws {
    let tally = try ProfileTally(path: fixture("v8", "unknown-type.heapsnapshot"))
    #expect(tally.brokenPromises == 0 && tally.ending == .complete)
    #expect(tally.objects.count == 4 && tally.references.count == 3)
    let strange = tally.objects[2]
    #expect(tally.texts[strange.type] == "(type 12)" && strange.size == 32)
    #expect(tally.texts[strange.label] == "<symbol>")
    #expect(tally.findings.map(\.kind) == ["unknown type"])
  }

  @Test(arguments: [
    ("app.heapsnapshot.gz", "app-snapshot"),
    ("tiny-hand-made.heapsnapshot", "tiny-hand-made-snapshot"),
    ("tiny-six-fields.heapsnapshot", "tiny-six-fields-snapshot"),
  ])
  func snapshot(file: String, answers: String) throws {
    let expected = try Self.expected(answers)
    let tally = try ProfileTally(path: fixture("v8", file))
    #expect(tally.brokenPromises == 0)
    #expect(tally.ending == .complete)
    #expect(tally.findings == [])
    #expect(tally.objects.count == expected["node_count"] as? Int)
    #expect(tally.references.count == expected["edge_count"] as? Int)
    let total = tally.objects.reduce(0) { $0 + Int($1.size ?? 0) }
    #expect(total == expected["total_self_size"] as? Int)
    var sums: [String: (Int, Int)] = [:]
    for object in tally.objects {
      let sum = sums[tally.texts[object.type] ?? "?", default: (0, 0)]
      sums[tally.texts[object.type] ?? "?"] = (sum.0 + 1, sum.1 + Int(object.size ?? 0))
    }
    for row in try #require(expected["by_class_top"] as? [[Any]]) {
      let name = try #require(row[0] as? String)
      #expect(sums[name]?.0 == row[1] as? Int, "\(name)")
      #expect(sums[name]?.1 == row[2] as? Int, "\(name)")
    }
    let kinds = try #require(expected["edge_types"] as? [String: Int])
    #expect(tally.references.count { $0.isWeak } == kinds["weak"] ?? 0)
    #expect(tally.objects.count { $0.isRoot } == 1)
    #expect(tally.objects[0].isRoot)
  }

  @Test func snapshotByHand() throws {
    // Written by hand: 1 is "Thing", 3 and 5 refer to the text 7, 5 by `peer` to itself's kind.
    let tally = try ProfileTally(path: fixture("v8", "tiny-hand-made.heapsnapshot"))
    #expect(tally.objects.map(\.identity) == [1, 3, 5, 7, 9])
    #expect(
      tally.objects.map { tally.texts[$0.type] } == [
        "(synthetic)", "Thing", "Thing", "(string)", "(array)",
      ])
    #expect(tally.objects.map { tally.texts[$0.label] ?? "" } == ["", "", "", "text", "(array)"])
    let edges = tally.references.map { reference in
      "\(reference.source)-\(tally.texts[reference.name] ?? "?")->\(reference.target)"
    }
    #expect(
      edges == [
        "0-[1]->1", "0-left->2", "1-label->3", "1-peer->2", "2-label->3", "3-data->4",
      ])
  }

  @Test func snapshotWithBrokenEdge() throws {
    let tally = try ProfileTally(path: fixture("v8", "broken-edge-target.heapsnapshot"))
    #expect(tally.brokenPromises == 0)
    #expect(tally.references.count == 5)
    #expect(tally.findings.map(\.kind) == ["reference to nowhere"])
    guard case .damaged = tally.ending else {
      Issue.record("\(tally.ending)")
      return
    }
  }

  @Test(arguments: ["app", "app-all", "cli"])
  func profile(name: String) throws {
    let expected = try Self.expected(name)
    let tally = try ProfileTally(path: fixture("v8", "\(name).heapprofile"))
    #expect(tally.brokenPromises == 0)
    #expect(tally.ending == .complete)
    #expect(tally.description.isEstimated)
    #expect(Int(tally.total(0)) == expected["total_self_size"] as? Int)
    #expect(Int(tally.total(1)) == expected["samples"] as? Int)
    var own: [ProfileFrame: Int64] = [:]
    var cumulative: [ProfileFrame: Int64] = [:]
    for (index, record) in tally.records.enumerated() {
      let stack = tally.stack(record.stack).map { frame in
        var frame = frame
        frame.kind = .python
        return frame
      }
      if let last = stack.last { own[last, default: 0] += tally.value(index) }
      for frame in Set(stack) { cumulative[frame, default: 0] += tally.value(index) }
    }
    for (key, sums) in [
      ("self_by_function_line_one_based", own), ("cumulative_by_function", cumulative),
    ] {
      for row in try #require(expected[key] as? [[Any]]) {
        let frame = ProfileFrame(
          function: try #require(row[0] as? String), file: try #require(row[1] as? String),
          line: Int32(try #require(row[2] as? Int)))
        #expect(sums[frame] == (row[3] as? Int).map(Int64.init), "\(key) \(frame)")
      }
    }
  }

  @Test func truncatedProfileKeepsItsTree() throws {
    let tally = try ProfileTally(path: fixture("v8", "broken-truncated.heapprofile"))
    guard case .incomplete(4000, _) = tally.ending else {
      Issue.record("\(tally.ending)")
      return
    }
    #expect(!tally.records.isEmpty)
  }

  @Test func deepTreesNeedNoRecursion() throws {
    let depth = 20_000
    let node =
      #"{"callFrame":{"functionName":"f","url":"","lineNumber":0},"selfSize":1,"children":["#
    let text =
      #"{"head":"# + String(repeating: node, count: depth)
      + String(repeating: "]}", count: depth) + "}"
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.total(0) == Int64(depth))
  }

  @Test(arguments: [
    ("tiny-hand-made.heapsnapshot", "v8-heapsnapshot"), ("cli.heapprofile", "v8-heapprofile"),
  ])
  func damage(file: String, format: String) throws {
    let bytes = try fixtureBytes("v8", file)
    try Damage.cut(bytes, format: format, most: 300) { _, tally in
      if tally.ending == .complete { Issue.record("a cut file is taken for a whole one") }
    }
    try Damage.flip(bytes, format: format, most: 300)
    try Damage.mutate(bytes, format: format)
  }
}
