import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

/// Against the values that objgraph's functions returned while they printed.
@Suite struct ObjgraphTests {
  private static func expected() throws -> [String: Any] {
    let data = Data(try fixtureBytes("objgraph", "expected.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// Rows of each print: type, count, change.
  private static func prints(_ tally: ProfileTally) -> [[[String]]] {
    var prints: [[[String]]] = Array(repeating: [], count: tally.moments.count)
    for (index, record) in tally.records.enumerated() {
      let name = record.type.flatMap { tally.texts[$0] } ?? "?"
      let numbers = tally.description.values.indices.map { "\(tally.value(index, $0))" }
      prints[Int(record.moment)].append([name] + numbers)
    }
    return prints
  }

  @Test(arguments: ["common-start", "common-end", "common-long-names", "common-one"])
  func commonTypes(name: String) throws {
    let entry = try #require(try Self.expected()[name] as? [String: Any])
    let rows: [[String]] = try #require(entry["rows"] as? [[Any]]).map { row in
      row.map { "\($0)" }
    }
    let tally = try ProfileTally(path: fixture("objgraph", "\(name).txt"))
    #expect(tally.brokenPromises == 0)
    #expect(tally.description.kind == .types)
    #expect(tally.description.values.map(\.measure) == [.count])
    #expect(Self.prints(tally) == [rows])
  }

  @Test func fivePrintsOfGrowth() throws {
    let entry = try #require(try Self.expected()["growth-five-calls"] as? [String: Any])
    let calls = try #require(entry["calls"] as? [[String: Any]])
    // The rows as printed; that they are apart is what the prints themselves do not say.
    let expected = calls.compactMap { $0["printed"] as? String }.map { text in
      text.split(separator: "\n").map { line -> [String] in
        let words = line.split(separator: " ")
        let name = words.dropLast(2).joined(separator: " ")
        return [name, String(words[words.count - 2]), String(words[words.count - 1].dropFirst())]
      }
    }.filter { !$0.isEmpty }
    let tally = try ProfileTally(path: fixture("objgraph", "growth-five-calls.txt"))
    #expect(tally.brokenPromises == 0)
    #expect(Self.prints(tally) == expected)
  }

  @Test func growthInALog() throws {
    let tally = try ProfileTally(path: fixture("objgraph", "growth-in-a-log.txt"))
    #expect(tally.description.kind == .types)
    #expect(
      Self.prints(tally) == [
        [["list", "891", "56"], ["dict", "1442", "5"]],
        [["Line", "1200", "150"], ["list", "941", "50"], ["Order", "400", "50"]],
        [["Line", "1410", "210"], ["list", "1011", "70"], ["Order", "470", "70"]],
      ])
    // 2026-11-22 10:00:01,250 and 10:00:05,750 UTC.
    #expect(
      tally.moments.map(\.time) == [nil, 1_795_341_601_250_000_000, 1_795_341_605_750_000_000])
  }

  @Test func newIDs() throws {
    let tally = try ProfileTally(path: fixture("objgraph", "new-ids.txt"))
    let prints = Self.prints(tally)
    #expect(prints.count == 1)
    #expect(prints.first?.first == ["set", "506", "423"])
    #expect(prints.first?.last == ["tuple", "1487", "0"])
    #expect(prints.first?.count == 8)
  }

  @Test func namesWithSpacesAndOtherText() throws {
    func row(_ text: String) -> TypeRow? {
      let bytes = Array(text.utf8)
      return TypeRow(bytes.span)
    }
    #expect(row("Name with spaces        7        +7")?.name == "Name with spaces")
    #expect(row("dict 12 34")?.name == "dict 12")
    #expect(row("list -5 +3") == nil)
    #expect(row("main;work 12") == nil)
    #expect(row("foo") == nil)
    let path = fixture("objgraph", "broken-lines.txt")
    #expect(openingError(path) == .unrecognized(path: path))
    let empty = fixture("objgraph", "broken-empty.txt")
    #expect(openingError(empty) == .empty(path: empty))
  }

  @Test(arguments: ["backrefs-line", "refs-order", "chain-line"])
  func graph(name: String) throws {
    let entry = try #require(try Self.expected()["\(name).dot"] as? [String: Any])
    let tally = try ProfileTally(path: fixture("objgraph", "\(name).dot"))
    #expect(tally.brokenPromises == 0)
    #expect(tally.ending == .complete)
    #expect(tally.objects.count == entry["nodes"] as? Int)
    #expect(tally.references.count == entry["edges"] as? Int)
    #expect(tally.objects.allSatisfy { $0.size == nil })
    #expect(tally.objects.contains { $0.isRoot } == (name == "refs-order"))
    let first = try #require(tally.objects.first)
    #expect(tally.texts[first.type] == (name == "refs-order" ? "Order" : "Line"))
  }

  @Test func namesOfReferences() throws {
    let tally = try ProfileTally(path: fixture("objgraph", "chain-line.dot"))
    let edges = tally.references.map { reference in
      [
        tally.texts[tally.objects[Int(reference.source)].type],
        tally.texts[reference.name],
        tally.texts[tally.objects[Int(reference.target)].type],
      ]
    }
    #expect(edges == [["dict", "leak", "Line"], ["module", "__dict__", "dict"]])
  }

  @Test func truncatedGraph() throws {
    let tally = try ProfileTally(path: fixture("objgraph", "broken-truncated.dot"))
    guard case .incomplete = tally.ending else {
      Issue.record("\(tally.ending)")
      return
    }
    #expect(tally.findings.contains { $0.kind == "object without a type" })
  }

  @Test(arguments: [
    ("growth-in-a-log.txt", "objgraph"), ("new-ids.txt", "objgraph"),
    ("chain-line.dot", "objgraph-dot"),
  ])
  func damage(file: String, format: String) throws {
    let bytes = try fixtureBytes("objgraph", file)
    try Damage.cut(bytes, format: format)
    try Damage.flip(bytes, format: format)
    try Damage.mutate(bytes, format: format)
  }
}
