import Results
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
      let unit = try #require(SampleTables.unit(one["unit"] as? String))
      let value = try #require(one["value"] as? Double)
      let sizes: SizeFamily = one["binary"] as? Bool == true ? .binary : .decimal
      #expect(Humanize.value(value, unit: unit, sizes: sizes) == one["text"] as? String)
    }
  }

  @Test func pathsAreCalledAsPagesCallThem() throws {
    for one in try PageCases.read("paths") {
      #expect(ShortPath.text(try #require(one["path"] as? String)) == one["text"] as? String)
    }
    #expect(
      ShortPath.shortened("load (/a/b/c/d/e.py:3)", path: "/a/b/c/d/e.py")
        == "load (…/c/d/e.py:3)")
    #expect(ShortPath.shortened("load", path: nil) == "load")
  }

  @Test func axesHaveTheStepsThatPagesGiveThem() throws {
    for one in try PageCases.read("axis") {
      let unit = try #require(SampleTables.unit(one["unit"] as? String))
      let step = ChartAxis.step(
        try #require(one["span"] as? Double), most: try #require(one["most"] as? Int), unit: unit,
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
    let ready = FlamegraphTree(tree)
    let colours = ready.colours(hiding: [], isInverted: false)
    #expect(modules.count > 2)
    for module in modules {
      let name = try #require(module[0] as? String)
      #expect(module[1] as? Int == colours.hue(module: name))
    }
    let files = try #require(data.json["files"] as? [String])
    let places = try #require(data.json["fileColours"] as? [[Int]])
    #expect(places.count == files.count)
    for (file, place) in zip(files, places) where !file.isEmpty {
      #expect(modules[place[0]][0] as? String == ready.group(of: file))
      #expect(place[1] == ModuleColours.shade(file: file))
    }
  }
}

@Suite struct FramePaletteTests {
  /// Relative luminance of WCAG 2.
  private func luminance(_ colour: PaletteColour) -> Double {
    let (saturation, lightness) = (Double(colour.saturation) / 100, Double(colour.lightness) / 100)
    let reach = saturation * min(lightness, 1 - lightness)
    let part = { (offset: Double) -> Double in
      let place = (offset + Double(colour.hue) / 30).truncatingRemainder(dividingBy: 12)
      let value = lightness - reach * max(-1, min(place - 3, 9 - place, 1))
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * part(0) + 0.7152 * part(8) + 0.0722 * part(4)
  }

  private func contrast(_ left: PaletteColour, _ right: PaletteColour) -> Double {
    let (one, other) = (luminance(left) + 0.05, luminance(right) + 0.05)
    return max(one, other) / min(one, other)
  }

  @Test func theMeasureIsTheKnownOne() {
    #expect(abs(contrast(PaletteColour(0, 0, 0), PaletteColour(0, 0, 100)) - 21) < 1e-9)
    // #777 on white, the colour that just fails.
    #expect(abs(contrast(PaletteColour(0, 0, 47), PaletteColour(0, 0, 100)) - 4.4) < 0.15)
  }

  @Test(arguments: [false, true])
  func namesAndPlacesCanBeReadOnEveryColour(isDark: Bool) {
    let palette = FramePalette(isDark: isDark)
    for meaning in FramePalette.meanings {
      let colour = palette.colour(meaning)
      let ink = meaning == .dim ? palette.inks.dim : palette.inks.soft
      #expect(contrast(colour, ink) >= 4.5, "\(meaning) \(colour)")
      #expect(contrast(colour, palette.inks.text) >= 4.5, "\(meaning) \(colour)")
    }
  }

  @Test func pagesNumberTheColoursAsTheProgramDoes() {
    let hues = ModuleColours.hues.count
    #expect(FramePalette.meanings.count == 1 + hues * 3 + 3 + 5 + 8 + 15)
    #expect(FramePalette.meanings[1 + hues * 3] == .small)
    #expect(FramePalette.meanings.last == .change(7))
    #expect(Set(FramePalette.meanings).count == FramePalette.meanings.count)
  }
}
