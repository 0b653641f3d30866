import Results
import Foundation
import FoundationXML
import Render
import Testing

@Suite struct PictureTests {
  private func chart(_ table: ResultTable) throws -> Picture {
    try Picture(ChartPicture.render(table, title: "out.bin"))
  }

  private func flame(_ tree: StackTree, budget: Int? = 5_000_000) throws -> Picture {
    try Picture(FlamegraphPicture.render(tree: tree, title: "out.bin", budgetBytes: budget))
  }

  // MARK: Charts

  @Test func everyPointSaysItsValues() throws {
    let picture = try chart(SampleTables.waves())
    let titles = picture.titles
    // Step 4: 6 MB warm, 18 MB wave, 360 kB leaked; the highest before it is the same.
    #expect(titles.contains("1.00 s\nsize: 24.4 MB\nrss: 48.4 MB"))
    // 24,360,000 / 900 allocations, in a panel of their own.
    #expect(titles.contains("1.00 s\ncount: 27,066"))
    // Step 49 knows no RSS: it has no line, and the curve has a gap at each of the four.
    #expect(titles.contains { $0.hasPrefix("12.3 s\nsize: ") && !$0.contains("rss") })
    #expect(picture.elements("path").count { $0["class"] == "c l1" } == 4)
    #expect(picture.elements("path").count { $0["class"] == "c l0" } == 1)
  }

  @Test func curvesAreWhereTheirValuesAre() throws {
    var table = ResultTable(query: "timeline size", captures: ["a.bin"], population: "live")
    table.columns = [
      ResultColumn(name: "time", role: .key, unit: .seconds, values: .reals([0, 5, 10])),
      ResultColumn(name: "size", role: .measure, unit: .bytes, values: .integers([0, 2000, 1000])),
    ]
    let picture = try chart(table)
    let line = try #require(picture.elements("path").first { $0["class"] == "c l0" }?["d"])
    let numbers = line.split { !"0123456789.".contains($0) }.compactMap { Double($0) }
    try #require(numbers.count == 6)
    #expect(numbers[2] - numbers[0] == numbers[4] - numbers[2])
    // Downwards: 0 is at the bottom, 2000 at the top, 1000 halfway.
    #expect(numbers[1] - numbers[3] == 2 * (numbers[1] - numbers[5]))
    let texts = picture.texts
    for tick in ["0 B", "500 B", "1 kB", "1.5 kB", "2 kB", "0 s", "10 s"] {
      #expect(texts.contains(tick), "\(tick)")
    }
    #expect(picture.words.contains("greatest 2.00 kB at 5.00 s"))
    #expect(picture.words.contains("last 1.00 kB at 10.0 s"))
  }

  @Test func areasLieOnEachOtherUpToTheWhole() throws {
    var table = SampleTables.areas()
    table.rest = (0..<60).map { SeriesPoint(place: Double($0), value: 5_000_000) }
    let picture = try chart(table)
    #expect(picture.elements("path").count { $0["class"]?.hasPrefix("b f") == true } == 6)
    #expect(picture.texts.contains("other"))
    #expect(picture.titles.contains { $0.hasSuffix("\nother: 5.00 MB") })
  }

  @Test func histogramsHaveTheClassesThatAreEmpty() throws {
    var table = SampleTables.histogram()
    // Without the classes of 4 to 32 bytes, as `hist` leaves them out.
    let kept = table.columns[0].values.count
    let rows = (0..<kept).filter { !(2...4).contains($0) }
    for column in table.columns.indices {
      guard case .integers(let values) = table.columns[column].values else { continue }
      table.columns[column].values = .integers(rows.map { values[$0] })
    }
    let picture = try chart(table)
    let counts = picture.titles.filter { $0.contains("count: ") }
    #expect(counts.count == kept)
    #expect(counts.contains("4 B to 8 B\ncount: 0"))
    #expect(counts.contains("32 B to 64 B\ncount: 480,000"))
  }

  @Test func whatWasNeverFreedIsTheLastBar() throws {
    var table = SampleTables.histogram()
    for column in table.columns.indices {
      guard case .integers(var values) = table.columns[column].values else { continue }
      values.append(table.columns[column].role == .key ? nil : 77)
      table.columns[column].values = .integers(values)
    }
    let picture = try chart(table)
    #expect(picture.titles.contains("never freed\ncount: 77"))
    #expect(picture.texts.contains("never freed"))
  }

  @Test func marksAreLinesUntilThereAreTooMany() throws {
    var table = SampleTables.waves()
    table.marks = [TimeMark(seconds: 10, name: "deploy"), TimeMark(seconds: 30, name: "restart")]
    var picture = try chart(table)
    // One line in each of the two panels.
    #expect(picture.elements("path").count { $0["class"] == "m" } == 4)
    #expect(picture.texts.filter { $0 == "deploy" }.count == 2)
    table.marks = (0..<500).map { TimeMark(seconds: Double($0) / 10, name: "request") }
    picture = try chart(table)
    // The curve ends at 49.75 s: marks at 0 s to 49.7 s are within.
    #expect(picture.texts.contains("498 × request"))
    #expect(
      picture.elements("path").filter { $0["class"] == "m" }.allSatisfy {
        $0["d"]?.hasSuffix("v9") == true
      })
  }

  @Test func longTimelinesStaySmall() throws {
    let bytes = ChartPicture.render(SampleTables.waves(50_000), title: "")
    #expect(bytes.count < 300_000)
    #expect(try Picture(bytes).texts.contains { $0.contains("the one of 25 rows") })
  }

  @Test func nothingToDrawIsSaid() throws {
    for table in [SampleTables.empty(), ResultTable(query: ""), SampleTables.topByLineno()] {
      let picture = try chart(table)
      #expect(picture.texts.contains("nothing to draw: no rows"))
    }
  }

  // MARK: Flamegraphs

  @Test func widthsAreShares() throws {
    let picture = try flame(SampleTrees.small())
    let boxes = picture.boxes
    let all = try #require(boxes["all"])
    // Own bytes of the root stand under <no stack>: 1000 in all.
    for (name, size, first) in [("main", 995.0, 0.0), ("load", 600, 0), ("parse", 395, 600)] {
      let box = try #require(boxes[name])
      #expect(abs(box.width + 1 - (all.width + 1) * size / 1000) < 0.02)
      #expect(abs(box.x - all.x - (all.width + 1) * first / 1000) < 0.02)
    }
    #expect(
      picture.titles.contains(
        "node\n/usr/lib/python3.11/ast.py:50\n300 B · 30 allocations · 30.0% of all"))
    #expect(picture.texts.contains("peak of out.bin: 1.00 kB in 39 allocations"))
    #expect(picture.words.contains("Heaviest path: main 99.5%, load 60.0%"))
  }

  @Test func aFlamegraphOfNothingSaysWhatLeftNothing() throws {
    var tree = StackTree(query: "flame where size > 1TB of a", captures: ["a"], population: "peak")
    #expect(try flame(tree).texts.contains("nothing to draw: no record meets `where`"))
    #expect(try flame(tree).boxes.isEmpty)
    tree.query = "flame of a"
    #expect(try flame(tree).texts.contains("nothing to draw: peak holds nothing"))
  }

  @Test(arguments: [false, true])
  func theLegendMeasuresWhatAllocated(isInverted: Bool) throws {
    var tree = StackTree(query: "flame", captures: ["a"], population: "peak")
    tree.isInverted = isInverted
    tree.frames += [
      FrameText(function: "load", file: "/srv/io.py", line: 1),
      FrameText(function: "main", file: "/srv/app.py", line: 2),
    ]
    tree.parents = [0, 0, 1]
    tree.frameIndices = isInverted ? [0, 1, 2] : [0, 2, 1]
    tree.sizes = [0, 0, 600]
    tree.counts = [0, 0, 3]
    let texts = try flame(tree).texts
    #expect(texts.contains("io.py 100.0%"))
    #expect(!texts.contains { $0.hasPrefix("app.py ") })
  }

  @Test func whatIsTooSmallIsABlockWithItsSum() throws {
    // 2000 callees of one byte beside one of 998,000: each a thousandth of a pixel.
    var tree = StackTree(query: "flame", captures: ["a"], population: "peak")
    tree.frames.append(FrameText(function: "f", file: "f.py", line: 1))
    for size in [998_000] + Array(repeating: 1, count: 2000) {
      tree.parents.append(0)
      tree.frameIndices.append(1)
      tree.sizes.append(Int64(size))
      tree.counts.append(1)
    }
    let picture = try flame(tree)
    #expect(picture.titles.contains("2,000 smaller\n2.00 kB · 2,000 allocations · 0.2% of all"))
    #expect(picture.texts.contains { $0.hasPrefix("2,000 of 2,002 frames, too narrow") })
  }

  @Test(arguments: [60_000, 300_000])
  func budgetsHold(budget: Int) throws {
    let bytes = FlamegraphPicture.render(
      tree: SampleTrees.large(50_000), title: "", budgetBytes: budget)
    #expect(bytes.count <= budget)
    let picture = try Picture(bytes)
    let total = SampleTrees.large(50_000).sizes.reduce(0, +)
    #expect(picture.titles.contains { $0.hasPrefix("all\n" + Humanize.size(total)) })
    #expect(picture.texts.contains { $0.contains("too narrow or too deep") })
  }

  @Test func deepStacksEndInABlock() throws {
    let bytes = FlamegraphPicture.render(tree: SampleTrees.deep(10_000), title: "")
    #expect(bytes.count < 5_000_000)
    #expect(try Picture(bytes).titles.contains { $0.hasPrefix("9,601 smaller\n1.00 MB") })
  }

  @Test func differencesHaveTheirColours() throws {
    var tree = SampleTrees.small()
    // load grew from 300, node is new, skip is as before.
    tree.base = StackSums(sizes: [5, 0, 300, 0, 0, 95], counts: [1, 0, 3, 0, 0, 2])
    let picture = try flame(tree)
    let boxes = picture.boxes
    #expect(boxes["load"]?.name == "i4")
    #expect(boxes["node"]?.name == "i7")
    #expect(boxes["skip"]?.name == "i0")
    #expect(picture.titles.contains { $0.contains("before 300 B · change +300 B") })
    #expect(picture.texts.contains { $0.contains("before 400 B, change +600 B") })
    tree.isNormalized = true
    // 400 brought to 1000: load was 750 and shrank by a fifth.
    #expect(try flame(tree).boxes["load"]?.name == "d2")
  }

  // MARK: All

  @Test func picturesAskForNothingAndRunNothing() throws {
    var nonCharacters = SampleTables.areas()
    nonCharacters.query = "timeline \u{FFFE}\u{FFFF}\u{1FFFE}"
    let pictures = [
      ChartPicture.render(SampleTables.areas(), title: ""),
      ChartPicture.render(nonCharacters, title: ""),
      ChartPicture.render(SampleTables.hostileSeries(), title: "</title>"),
      FlamegraphPicture.render(tree: SampleTrees.hostile(), title: ""),
    ]
    for bytes in pictures {
      let picture = try Picture(bytes)
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.components(separatedBy: "http").count == 2)  // the name of SVG itself
      for forbidden in ["<script", "href", "src=", "@import", "url(", "onload", "<b>"] {
        #expect(!text.contains(forbidden) || picture.texts.joined().contains(forbidden))
        #expect(picture.names.isSubset(of: Picture.known), "\(picture.names)")
      }
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !SafeText.isHostile($0) })
      #expect(bytes.count < 300_000)
      #expect(text.contains("@media (prefers-color-scheme:dark)"))
    }
  }

  /// Writes the pictures that `Tests/Browser` opens.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["MEMQ_PAGES"] != nil))
  func picturesForTheBrowser() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["MEMQ_PAGES"])
    let base = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
    let pictures = [
      "waves": ChartPicture.render(SampleTables.waves(), title: ""),
      "areas": ChartPicture.render(SampleTables.areas(), title: ""),
      "histogram": ChartPicture.render(SampleTables.histogram(), title: ""),
      "hostile": ChartPicture.render(SampleTables.hostileSeries(), title: ""),
      "program": FlamegraphPicture.render(tree: SampleTrees.program(), title: ""),
      "hostile-flame": FlamegraphPicture.render(tree: SampleTrees.hostile(), title: ""),
    ]
    for (name, bytes) in pictures {
      try Data(bytes).write(to: base.appendingPathComponent("picture-\(name).svg"))
    }
  }
}

/// A picture read by an XML parser that knows nothing of memq.
private final class Picture: NSObject, XMLParserDelegate {
  struct Box {
    var x: Double
    var width: Double
    var name: String
  }

  static let known: Set<String> = [
    "svg", "title", "desc", "style", "rect", "path", "g", "text", "circle",
  ]

  private(set) var titles: [String] = []
  private(set) var texts: [String] = []
  private(set) var words = ""
  private(set) var names: Set<String> = []
  /// Boxes by the first line of their titles.
  private(set) var boxes: [String: Box] = [:]
  private var found: [(name: String, attributes: [String: String])] = []
  private var text = ""

  init(_ bytes: [UInt8]) throws {
    super.init()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = self
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
  }

  func elements(_ name: String) -> [[String: String]] {
    found.filter { $0.name == name }.map(\.attributes)
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    text = ""
    names.insert(name)
    found.append((name, attributes))
    if name == "rect", let x = Double(attributes["x"] ?? ""), let title = titles.last,
      let first = title.split(separator: "\n").first, boxes[String(first)] == nil
    {
      boxes[String(first)] = Box(
        x: x, width: Double(attributes["width"] ?? "") ?? 0, name: attributes["class"] ?? "")
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    switch name {
    case "title": titles.append(text)
    case "text": texts.append(text)
    case "desc": words = text
    default: break
    }
  }
}

@Suite struct FrameGroupTests {
  /// Pages and pictures colour by the packages that the tree knows, and else by files.
  @Test func packagesAreThoseOfTheTree() throws {
    var tree = StackTree(query: "flame", captures: ["a"], population: "peak")
    let files = [
      ("/srv/app/models.py", "app", 600), ("/srv/app/views.py", "app", 50),
      ("/opt/lib/python3.11/json/decoder.py", "json", 200), ("Objects/obmalloc.c", nil, 100),
      (#"C:\src\loop.c"#, nil, 40), ("", nil, 10),
    ]
    for (index, (file, package, size)) in files.enumerated() {
      tree.frames.append(FrameText(function: "f\(index)", file: file, line: 1))
      tree.packages[file] = package
      tree.parents.append(0)
      tree.frameIndices.append(UInt32(index + 1))
      tree.sizes.append(Int64(size))
      tree.counts.append(1)
    }
    let page = FlamegraphPage.render(tree: tree, title: "a", options: FlamegraphOptions())
    let data = try PageData(String(decoding: page, as: UTF8.self)).json
    let names = try #require(data["files"] as? [String])
    let modules = try #require(data["modules"] as? [[Any]])
    let places = try #require(data["fileColours"] as? [[Int]])
    let groups = places.map { $0[0] < 0 ? "" : modules[$0[0]][0] as? String ?? "" }
    #expect(names.count == groups.count)
    let found = Dictionary(zip(names, groups), uniquingKeysWith: { first, _ in first })
    #expect(
      found == [
        "/srv/app/models.py": "app", "/srv/app/views.py": "app", "": "",
        "/opt/lib/python3.11/json/decoder.py": "json", "Objects/obmalloc.c": "obmalloc.c",
        #"C:\src\loop.c"#: "loop.c",
      ])
    let picture = try Picture(FlamegraphPicture.render(tree: tree, title: "a", budgetBytes: nil))
    for text in ["app 65.0%", "json 20.0%", "obmalloc.c 10.0%", "loop.c 4.0%"] {
      #expect(picture.texts.contains { $0.hasPrefix(text) }, "\(text)")
    }
  }
}
