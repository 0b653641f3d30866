import Results
import Foundation
import Render
import TestSupport
import Testing

@Suite struct TreeTests {
  @Test func totalsAddUpOverSubtrees() {
    let tree = SampleTrees.small()
    #expect(tree.totals(of: tree.sizes) == [1000, 995, 600, 395, 300, 95])
    #expect(tree.totals(of: tree.counts) == [39, 38, 6, 32, 30, 2])
  }

  @Test func foldedStacksHoldEveryByte() throws {
    try Snapshot.expect(Renderer.text(SampleTrees.small(), as: .folded), "small.folded")
    for tree in [SampleTrees.small(), SampleTrees.hostile(), SampleTrees.large(2000)] {
      var sum: Int64 = 0
      for line in Renderer.text(tree, as: .folded).split(separator: "\n") {
        let space = try #require(line.lastIndex(of: " "))
        sum += try #require(Int64(line[line.index(after: space)...]))
      }
      #expect(sum == tree.sizes.reduce(0, +))
    }
    let hostile = Renderer.text(SampleTrees.hostile(), as: .folded)
    #expect(hostile.split(separator: "\n").allSatisfy { !$0.contains(";") })
    #expect(hostile.unicodeScalars.allSatisfy { $0 == "\n" || !SafeText.isHostile($0) })
  }

  @Test func speedscopeIsValid() throws {
    try Snapshot.expect(
      Renderer.text(SampleTrees.small(), as: .speedscope), "small.speedscope.json")
    for tree in [
      SampleTrees.small(), SampleTrees.hostile(), SampleTrees.large(2000),
      StackTree(query: "flame leaked"),
    ] {
      let data = Data(Renderer.text(tree, as: .speedscope).utf8)
      let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      let shared = try #require(json["shared"] as? [String: Any])
      let frames = try #require(shared["frames"] as? [[String: Any]])
      #expect(frames.count == tree.frames.count)
      let profiles = try #require(json["profiles"] as? [[String: Any]])
      #expect(!profiles.isEmpty)
      for (profile, values) in zip(profiles, [tree.sizes, tree.counts]) {
        let samples = try #require(profile["samples"] as? [[Int]])
        let weights = try #require(profile["weights"] as? [Int64])
        #expect(samples.count == weights.count)
        #expect(weights.reduce(0, +) == values.reduce(0, +))
        #expect(profile["endValue"] as? Int64 == values.reduce(0, +))
        #expect(samples.joined().allSatisfy { frames.indices.contains($0) })
      }
    }
  }

  @Test func jsonOfATreeIsFlat() throws {
    let data = Data(Renderer.text(SampleTrees.deep(10_000), as: .json).utf8)
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let rows = try #require(json["rows"] as? [[String: Any]])
    #expect(rows.count == 10_001)
    #expect(rows.last?["own_size"] as? Int == 1_000_000)
    #expect(rows[1]["size"] as? Int == 1_000_000 && rows[1]["own_size"] as? Int == 0)
    #expect(rows[0]["parent"] is NSNull && rows[2]["parent"] as? Int == 1)
    try Snapshot.expect(Renderer.text(SampleTrees.small(), as: .jsonl), "small.jsonl")
  }

  @Test func terminalTreeShowsTheHeaviestPlaces() throws {
    let tree = SampleTrees.small()
    try Snapshot.expect(Renderer.text(tree, places: 10), "tree.txt")
    try Snapshot.expect(
      Renderer.text(
        tree, places: 2,
        style: TerminalStyle(
          width: 60, isTerminal: true, usesColor: true, sourceLines: { _, _ in " x = 1 " })),
      "tree-terminal.txt")
    try Snapshot.expect(
      Renderer.text(
        SampleTrees.large(3000), places: 5, style: TerminalStyle(width: 80, isTerminal: true)),
      "tree-large.txt")
  }

  @Test func treesOfAnyShapeAreWritten() {
    var broken = SampleTrees.small()
    broken.parents = [0, 5, 1, 77, 3, .max]
    broken.frameIndices[4] = 99
    broken.counts.removeLast()
    for tree in [broken, SampleTrees.deep(10_000), StackTree(query: "flame leaked")] {
      #expect(!Renderer.text(tree, places: 10, style: TerminalStyle(width: 20)).isEmpty)
      for format in TreeFormat.allCases { _ = Renderer.text(tree, as: format) }
    }
    var none = StackTree(query: "")
    none.parents = []
    none.frames = []
    for format in TreeFormat.allCases { _ = Renderer.text(none, as: format) }
    #expect(!Renderer.text(none, places: 10).isEmpty)
  }
}
