import Results
import Foundation
import Render
import Testing

@Suite struct FlamegraphPageTests {
  fileprivate func page(_ tree: StackTree, budget: Int? = 5_000_000) -> String {
    String(
      decoding: FlamegraphPage.render(
        tree: tree, title: "out.bin",
        options: FlamegraphOptions(budgetBytes: budget)),
      as: UTF8.self)
  }

  @Test func nodesReadBackAsTheTree() throws {
    let data = try PageData(page(SampleTrees.small()))
    // Callees largest first; what the root held itself stands under <no stack>.
    #expect(
      data.paths == [
        "all": [1000, 39], "all;main": [995, 38], "all;main;load": [600, 6],
        "all;main;parse": [395, 32], "all;main;parse;node": [300, 30],
        "all;main;parse;skip": [95, 2], "all;<no stack>": [5, 1],
      ])
    #expect(
      data.order == [
        "all", "all;main", "all;main;load", "all;main;parse", "all;main;parse;node",
        "all;main;parse;skip", "all;<no stack>",
      ])
    #expect(data.json["query"] as? String == "flame peak size")
  }

  @Test func memraysTreeHasItsTotals() throws {
    let data = try PageData(page(try MemrayTree().tree))
    #expect(data.paths["all"] == [488_285, 98])
    // The fixture's tree has a frame entry per node; equal texts are one frame of the page.
    #expect(try #require(data.json["frames"] as? Int) < data.order.count)
  }

  @Test func pagesAskForNothing() {
    for tree in [SampleTrees.small(), SampleTrees.hostile(), SampleTrees.large(1000)] {
      let text = page(tree)
      #expect(text.contains("default-src 'none'"))
      for forbidden in ["http://", "https://", "src=\"", "@import", "url("] {
        #expect(!text.contains(forbidden), "\(forbidden)")
      }
    }
  }

  @Test func hostileNamesStayText() throws {
    let text = page(SampleTrees.hostile())
    // One closing tag for the data, one for the script.
    #expect(text.components(separatedBy: "</script").count == 3)
    for markup in ["<script>alert", "<!--", "<img", "<b>"] { #expect(!text.contains(markup)) }
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !SafeText.isHostile($0) })
    let data = try PageData(text)
    let notes = try #require(data.json["notes"] as? [String])
    #expect(notes.contains { $0.contains("very long names are cut") })
    #expect(text.utf8.count < 200_000)
    #expect(data.paths["all"] == [SampleTrees.hostile().sizes.reduce(0, +), 18])
  }

  @Test(arguments: [0, 130_000, 150_000, 220_000, 1_000_000])
  func budgetsMergeHonestly(budget: Int) throws {
    let tree = SampleTrees.large(20_000)
    let whole = try PageData(page(tree, budget: nil))
    let text = page(tree, budget: budget)
    let data = try PageData(text)
    #expect(data.paths["all"] == whole.paths["all"])
    #expect(whole.paths["all"]?[0] == tree.sizes.reduce(0, +))
    if budget >= 130_000 { #expect(text.utf8.count <= budget) }
    guard data.mergedNodes > 0 else {
      #expect(data.order.count == whole.order.count)
      return
    }
    // Every node kept has the total that it has in the whole tree; none is lost.
    var namesakes: [String: Int] = [:]
    for path in whole.order { namesakes[path, default: 0] += 1 }
    for (path, total) in data.keptTotals where namesakes[path] == 1 {
      #expect(whole.totalsByPath[path] == total)
    }
    #expect(data.mergedNodes + data.keptCount == whole.order.count)
    let notes = try #require(data.json["notes"] as? [String])
    #expect(notes.contains { $0.contains("merged into \"smaller\" nodes") })
  }

  @Test func whatIsMergedIsSaidInTheUnitShown() throws {
    var tree = SampleTrees.large(20_000)
    tree.unit = .count
    let data = try PageData(page(tree, budget: 150_000))
    let notes = try #require(data.json["notes"] as? [String])
    let note = try #require(notes.first { $0.contains("are merged into") })
    #expect(!note.contains("B,") && !note.contains("B ("), "\(note)")
  }

  @Test func treesOfAnyShapeMakeAPage() throws {
    var broken = SampleTrees.small()
    broken.parents = [0, 5, 1, 77, 3, .max]
    broken.frameIndices[4] = 99
    broken.sizes[2] = -600
    broken.sizes[3] = .max
    broken.sizes[4] = .max
    var none = StackTree(query: "")
    none.parents = []
    none.frames = []
    for tree in [broken, none, SampleTrees.deep(10_000), StackTree(query: "flame leaked")] {
      _ = try PageData(page(tree))
      _ = try PageData(page(tree, budget: 0))
    }
  }

  /// Writes the pages that `Tests/Browser` opens, with what they must say.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["MEMQ_PAGES"] != nil))
  func pagesForTheBrowser() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["MEMQ_PAGES"])
    let count = ProcessInfo.processInfo.environment["MEMQ_PAGES_LARGE"].flatMap { Int($0) }
    let base = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
    let pages: [(name: String, tree: StackTree, budget: Int?)] = [
      ("small", SampleTrees.small(), 5_000_000), ("hostile", SampleTrees.hostile(), 5_000_000),
      ("deep", SampleTrees.deep(10_000), 5_000_000), ("program", SampleTrees.program(), 5_000_000),
      ("merged", SampleTrees.large(20_000), 170_000),
      ("memray", try MemrayTree().tree, 5_000_000),
      ("large", SampleTrees.large(count ?? 100_000), nil),
    ]
    for (name, tree, budget) in pages {
      let bytes = FlamegraphPage.render(
        tree: tree, title: "\(name).bin", options: FlamegraphOptions(budgetBytes: budget))
      try Data(bytes).write(to: base.appendingPathComponent("\(name).html"))
      var expected: [String: Any] = [
        "total": tree.sizes.reduce(0, +), "count": tree.counts.reduce(0, +), "query": tree.query,
      ]
      if name == "merged" {
        expected["note"] = "are merged into"
      } else {
        expected["nodes"] = tree.parents.count + (tree.sizes[0] > 0 ? 1 : 0)
      }
      if name == "memray" { expected["turned"] = try MemrayTree().inverted }
      if name == "small" {
        // parse holds 395, and both frames of ast.py stand below it.
        expected["search"] = "/parse|ast/"
        expected["search_size"] = 395
        expected["bottom_up"] = ["load": 600, "node": 300, "skip": 95, "<no stack>": 5]
      }
      try JSONSerialization.data(withJSONObject: expected, options: .sortedKeys)
        .write(to: base.appendingPathComponent("\(name).json"))
    }
  }
}

/// A page's data, decoded for the tests independently of the page's script.
struct PageData {
  var json: [String: Any] = [:]
  /// Per path of functions, size and count of the subtree; equal paths add up.
  var paths: [String: [Int64]] = [:]
  var order: [String] = []
  var totalsByPath: [String: Int64] = [:]
  var keptTotals: [String: Int64] = [:]
  var keptCount = 0
  var mergedNodes = 0

  init(_ page: String) throws {
    let open = try #require(page.range(of: "id=\"memq-data\">"))
    let close = try #require(page.range(of: "</script>", range: open.upperBound..<page.endIndex))
    let text = page[open.upperBound..<close.lowerBound]
    json = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let encoded = try #require(json["data"] as? String)
    let bytes = try #require(Data(base64Encoded: encoded))
    try decode([UInt8](bytes))
  }

  private mutating func decode(_ bytes: [UInt8]) throws {
    var at = 0
    func next() -> Int64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while true {
        let byte = bytes[at]
        at += 1
        value |= UInt64(byte & 127) << shift
        shift += 7
        if byte < 128 { return Int64(truncatingIfNeeded: value) }
      }
    }
    let count = try #require(json["nodes"] as? Int)
    var parents: [Int] = []
    var frames: [Int] = []
    var own: [[Int64]] = []
    for node in 0..<count {
      var parent = node - 1
      if node > 0 { for _ in 0..<next() { parent = parents[parent] } }
      parents.append(parent)
      frames.append(Int(next()) - 1)
      if frames[node] < 0 { mergedNodes += Int(next()) } else { keptCount += 1 }
      own.append([next(), next()])
    }
    let functions = try #require(json["functions"] as? [String])
    let frameCount = try #require(json["frames"] as? Int)
    let names = (0..<frameCount).map { _ in
      let name = functions[Int(next())]
      _ = (next(), next(), next())
      return name
    }
    #expect(at == bytes.count)
    sumUp(parents, frames, own, names)
  }

  private mutating func sumUp(
    _ parents: [Int], _ frames: [Int], _ own: [[Int64]], _ names: [String]
  ) {
    var totals = own
    for node in stride(from: parents.count - 1, to: 0, by: -1) {
      for measure in 0..<2 { totals[parents[node]][measure] &+= totals[node][measure] }
    }
    // Paths of a deep chain would be quadratic; the name of the caller is enough there.
    var texts: [String] = []
    for node in parents.indices {
      let name = frames[node] < 0 ? "(smaller)" : names[frames[node]]
      let above = node == 0 ? "" : texts[parents[node]] + ";"
      texts.append(String((above + name).suffix(2000)))
      order.append(texts[node])
      paths[texts[node], default: [0, 0]][0] &+= totals[node][0]
      paths[texts[node], default: [0, 0]][1] &+= totals[node][1]
      totalsByPath[texts[node], default: 0] &+= totals[node][0]
      if frames[node] >= 0 { keptTotals[texts[node], default: 0] &+= totals[node][0] }
    }
  }
}

extension FlamegraphPageTests {
  /// A tree with blocks over 200 windows: every node has a block alive from each fifth point on.
  private static func timed() -> StackTree {
    var tree = SampleTrees.program()
    var points: [StackTimes.Point] = []
    for index in 0...400 {
      let isPeak = index % 2 == 1
      let heap: Int64 = isPeak ? 1000 + Int64(index * 37 % 901) : 500
      points.append(
        StackTimes.Point(
          name: "#\(index)", seconds: Double(index) / 10, heap: heap, rss: 2000, isPeak: isPeak))
    }
    var cells: [StackTimes.Cell] = []
    for node in 1..<UInt32(tree.parents.count) {
      for born in stride(from: UInt16(node % 5), to: 401, by: 5) {
        let length = UInt16((node + UInt32(born)) % 90)
        let died: UInt16 = min(401, born + 1 + length)
        cells.append(
          .init(node: node, born: born, died: died, bytes: Int64(node) + Int64(born), count: 1))
      }
    }
    tree.times = StackTimes(points: points, cells: cells, shown: 400)
    return tree
  }

  @Test func timeIsThinnedToTheBudgetWithExactPeaks() throws {
    let tree = Self.timed()
    let times = try #require(tree.times)
    let text = page(tree, budget: 600_000)
    #expect(text.utf8.count <= 600_000)
    let data = try PageData(text)
    let shown = try #require(data.json["times"] as? [String: Any])
    let points = try #require(shown["points"] as? [[Any]])
    let notes = try #require(data.json["notes"] as? [String])
    #expect(points.count < times.points.count && points.count % 2 == 1)
    #expect(notes.contains { $0.contains("windows of time instead of 200") })
    let cells = try data.cells()
    for (place, point) in points.enumerated() {
      let name = try #require(point[0] as? String)
      let index = try #require(times.points.firstIndex { $0.name == name })
      let alive = times.cells.filter { Int($0.born) <= index && index < Int($0.died) }
      let found = cells.filter { $0[1] <= place && place < $0[2] }
      let bytes: Int64 = alive.reduce(0) { $0 + $1.bytes }
      #expect(found.reduce(0) { $0 + $1[3] } == Int(bytes))
      #expect(found.reduce(0) { $0 + $1[4] } == alive.count)
    }
    // Between the ends that are left, the greatest peak is.
    let kept = points.compactMap { $0[2] as? Int }
    let names = points.compactMap { Int(($0[0] as? String ?? "").dropFirst()) }
    for window in stride(from: 1, to: kept.count, by: 2) {
      let inside = times.points[names[window - 1]...names[window + 1]].filter(\.isPeak)
      #expect(Int64(kept[window]) == inside.map(\.heap).max())
    }
  }
}

extension PageData {
  /// Node, first point, end, bytes and blocks of each cell.
  func cells() throws -> [[Int]] {
    let times = try #require(json["times"] as? [String: Any])
    let text = try #require(times["cells"] as? String)
    let bytes = [UInt8](try #require(Data(base64Encoded: text)))
    var at = 0
    func next() -> Int {
      var value = 0
      var shift = 0
      while true {
        let byte = bytes[at]
        at += 1
        value |= Int(byte & 127) << shift
        shift += 7
        if byte < 128 { return value }
      }
    }
    func signed() -> Int {
      let value = next()
      return value & 1 == 0 ? value >> 1 : -(value + 1) / 2
    }
    var cells: [[Int]] = []
    for node in order.indices {
      var born = 0
      for _ in 0..<next() {
        born += next()
        let died = born + next()
        cells.append([node, born, died, signed(), signed()])
      }
    }
    #expect(at == bytes.count)
    return cells
  }
}
