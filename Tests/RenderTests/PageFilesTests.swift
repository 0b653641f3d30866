import Columns
import Foundation
import TestSupport
import Testing

@testable import Render

@Suite struct PageFilesTests {
  private static let folder = Project.root.appending(path: "Sources/Render/Pages/Web")

  private func written() throws -> [String: String] {
    var files: [String: String] = [:]
    let manager = FileManager.default
    for group in try manager.contentsOfDirectory(atPath: Self.folder.path)
    where !group.contains(".") {
      let names = try manager.contentsOfDirectory(
        atPath: Self.folder.appending(path: group).path)
      for name in names {
        let path = "\(group)/\(name)"
        files[path] = try String(contentsOf: Self.folder.appending(path: path), encoding: .utf8)
      }
    }
    return files
  }

  @Test func everyFileIsInTheProgramAsItIsWritten() throws {
    let written = try written()
    #expect(written.count > 20)
    #expect(PageFiles.all == written)
  }

  @Test(arguments: ["flame/main.js", "chart/main.js", "table/main.js"])
  func aPagesScriptIsAllThatItNeedsInOrder(entry: String) throws {
    let order = PageScript.order(entry)
    #expect(order.last == entry && Set(order).count == order.count)
    #expect(order.allSatisfy { PageFiles.all[$0] != nil }, "\(order)")
    let script = PageScript.linked(entry)
    #expect(script.hasPrefix("'use strict';\n"))
    let lines = script.split(separator: "\n")
    for start in ["import ", "export ", "//"] {
      #expect(!lines.contains { $0.hasPrefix(start) }, "\(start)")
    }
    // What a module needs stands before it, unless they need each other.
    let words = try #require(order.firstIndex(of: "shared/words.js"))
    #expect(words < order.count - 1)
  }

  @Test func pagesOfAllKindsHaveStyleAndScript() throws {
    let chart = try #require(ChartPage.render(SampleTables.waves(), title: ""))
    let pages = [
      FlamegraphPage.render(tree: SampleTrees.small(), title: ""), chart,
      TablePage.render(SampleTables.topByLineno(), title: ""),
    ]
    for page in pages.map({ String(decoding: $0, as: UTF8.self) }) {
      #expect(page.contains("--back: #"))
      #expect(page.contains("window.memq = {"))
      #expect(page.contains("id=\"theme\""))
    }
  }
}

/// Tables of cases that the tests of the pages' scripts read too.
private enum PageCases {
  static func read(_ name: String) throws -> [[String: Any]] {
    let url = Project.fixtures("pages").appending(path: "\(name).json")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
    return try #require(json?["cases"] as? [[String: Any]])
  }
}

extension PageFilesTests {
  @Test func numbersAreWrittenAsPagesWriteThem() throws {
    for one in try PageCases.read("words") {
      let name = try #require(one["unit"] as? String)
      let unit = try #require(Columns.Unit(rawValue: name))
      let value = try #require(one["value"] as? Double)
      let sizes: SizeFamily = one["binary"] as? Bool == true ? .binary : .decimal
      #expect(Humanize.value(value, unit: unit, sizes: sizes) == one["text"] as? String)
    }
  }

  @Test func axesHaveTheStepsThatPagesGiveThem() throws {
    for one in try PageCases.read("axis") {
      let name = try #require(one["unit"] as? String)
      let step = ChartAxis.step(
        try #require(one["span"] as? Double), most: try #require(one["most"] as? Int),
        unit: try #require(Columns.Unit(rawValue: name)),
        sizes: one["binary"] as? Bool == true ? .binary : .decimal)
      let expected = try #require(one["step"] as? Double)
      #expect((step - expected).magnitude < expected * 1e-9, "\(one)")
    }
  }

  @Test func thePagesColoursAreThePictures() throws {
    let tree = SampleTrees.program()
    let data = try PageData(
      String(decoding: FlamegraphPage.render(tree: tree, title: ""), as: UTF8.self))
    let modules = try #require(data.json["modules"] as? [[Any]])
    let colours = FlamegraphTree(tree).colours(hiding: [])
    #expect(modules.count > 2)
    for module in modules {
      let name = try #require(module[0] as? String)
      #expect(module[1] as? Int == colours.hue(module: name))
    }
    let files = try #require(data.json["files"] as? [String])
    let places = try #require(data.json["fileColours"] as? [[Int]])
    #expect(places.count == files.count)
    for (file, place) in zip(files, places) where !file.isEmpty {
      #expect(modules[place[0]][0] as? String == ModuleColours.module(file))
      #expect(place[1] == ModuleColours.shade(file: file))
    }
  }
}
