import Foundation
import TestSupport
import Testing

@Suite("Source")
struct SourceTests {
  private func place() throws -> Workplace {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    return place
  }

  private func csv(_ place: Workplace, _ question: String) throws -> [[String]] {
    let outcome = try place.memq("\(question) as csv")
    #expect(outcome.status == 0, "\(question): \(outcome.errors)")
    return outcome.output.replacingOccurrences(of: "\r\n", with: "\n").split(separator: "\n")
      .dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
  }

  @Test(
    "the lines of a file are those of `by lineno`",
    arguments: ["", "leaked", "allocated where size < 1kB", "inclusive", "count hide imports"])
  func lines(rest: String) throws {
    let place = try place()
    let whole = try csv(place, "top all by lineno \(rest)")
    var wanted: [[String]] = []
    for row in whole where row[0].hasPrefix("leak_cache.py:") {
      let line = String(row[0].dropFirst("leak_cache.py:".count))
      wanted.append(["leak_cache.py", line] + row.dropFirst())
    }
    wanted.sort { (Int($0[1]) ?? 0) < (Int($1[1]) ?? 0) }
    #expect(try csv(place, "source leak_cache.py \(rest)") == wanted)
    let files = try csv(place, "source all \(rest)")
    #expect(files.count == whole.filter { !$0[0].isEmpty }.count)
  }

  @Test("the listing shows the file's own text around what holds something")
  func listing() throws {
    let place = try place()
    let file = Project.root.appending(path: "examples/leak_cache.py")
    try FileManager.default.copyItem(at: file, to: place.url.appending(path: "leak_cache.py"))
    let text = try String(contentsOf: file, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let shown = try place.memq("source leak_cache.py").output.split(separator: "\n")
    for number in 8...34 where !text[number - 1].isEmpty {
      #expect(shown.contains { $0.hasSuffix(" \(number)  \(text[number - 1])") }, "\(number)")
    }
    let row = try #require(shown.first { $0.contains(" 11      return") })
    #expect(row.hasPrefix("1.46 MB   69.9%    300   11  "))
    #expect(shown.contains { $0.hasSuffix("...") })
    #expect(shown.contains { $0.contains("other (28 more)") })
  }

  @Test("without the file its lines still have numbers")
  func withoutFile() throws {
    let shown = try place().memq("source 2 where filename ~ *.py").output
    #expect(shown.contains("1.46 MB   69.8%    300   11\n") || shown.contains("   11\n"))
  }

  @Test("a file that is not there is named, with the nearest one")
  func unknown() throws {
    let outcome = try place().memq("source leak_cash.py")
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("did you mean `leak_cache.py`?"))
  }
}
