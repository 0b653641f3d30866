import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

@Suite struct MeliaeTests {
  private struct Expected: Decodable {
    struct Row: Decodable {
      var type: String
      var count: Int
      var size: UInt64
      var max_size: UInt64
    }
    struct Named: Decodable {
      var address: UInt64
      var shallow: UInt64?
      var size: UInt64?
      var reachable_size_incl_self: UInt64
      var children: Int
    }
    var objects: Int
    var total_size: UInt64
    var by_type: [Row]
    var root: Named
    var named: [String: Named]?
  }

  private static func expected(_ name: String) throws -> Expected {
    try JSONDecoder().decode(
      Expected.self, from: Data(try fixtureBytes("objects", "\(name).meliae.expected.json")))
  }

  /// Sum of the shallow sizes of all that an object reaches, itself included.
  private static func reachable(_ tally: ProfileTally, from address: UInt64) -> UInt64 {
    var numbers: [UInt64: Int] = [:]
    for (number, object) in tally.objects.enumerated() { numbers[object.identity] = number }
    var targets: [Int: [Int]] = [:]
    for reference in tally.references {
      if let target = numbers[reference.target] {
        targets[Int(reference.source), default: []].append(target)
      }
    }
    var open = [numbers[address]].compactMap { $0 }
    var seen = Set(open)
    var sum: UInt64 = 0
    while let number = open.popLast() {
      sum += tally.objects[number].size ?? 0
      for target in targets[number] ?? [] where seen.insert(target).inserted {
        open.append(target)
      }
    }
    return sum
  }

  @Test func plainEqualsTheLoadersSummary() throws {
    let expected = try Self.expected("plain")
    let tally = try ProfileTally(path: fixture("objects", "plain.meliae.jsonl"))
    #expect(tally.brokenPromises == 0)
    #expect(tally.findings == [])
    #expect(tally.objects.count == expected.objects)
    for row in expected.by_type {
      let sizes = tally.objects.filter { tally.texts[$0.type] == row.type }.compactMap(\.size)
      #expect(sizes.count == row.count, "\(row.type)")
      #expect(sizes.reduce(0, +) == row.size, "\(row.type)")
      #expect(sizes.max() == row.max_size, "\(row.type)")
    }
  }

  @Test func reachableSizes() throws {
    let expected = try Self.expected("plain")
    let tally = try ProfileTally(path: fixture("objects", "plain.meliae.jsonl"))
    for named in [expected.root] + (expected.named ?? [:]).values {
      #expect(
        Self.reachable(tally, from: named.address) == named.reachable_size_incl_self,
        "\(named.address)")
    }
  }

  @Test func compressedDumpOfAllObjects() throws {
    // meliae's loader joins objects and their `__dict__`, so that only the sum is the same; the
    // file has 20,222 lines.
    let expected = try Self.expected("world")
    let tally = try ProfileTally(path: fixture("objects", "world.meliae.jsonl.gz"))
    #expect(tally.objects.count == 20_222)
    #expect(tally.objects.reduce(0) { $0 + ($1.size ?? 0) } == expected.total_size)
    #expect(tally.findings == [])
  }

  @Test func brokenLines() throws {
    // Seven lines: not JSON; an address twice; no address; a negative size, and 4 refers to
    // itself twice and to 99, which is not there.
    let tally = try ProfileTally(path: fixture("objects", "broken-lines.meliae.jsonl"))
    #expect(tally.brokenPromises == 0)
    // The import leaves out what has the address of an earlier object.
    #expect(tally.objects.map(\.identity) == [1, 2, 2, 4])
    #expect(tally.findings.map(\.kind) == ["broken line", "no size"])
    #expect(tally.findings.first?.count == 2)
    #expect(tally.findings.first?.detail.hasSuffix("first in line 3") == true)
    #expect(tally.ending == .complete)
  }

  @Test func abortedDumpOfMeliae() throws {
    let tally = try ProfileTally(path: fixture("objects", "broken-aborted-dump.meliae.jsonl"))
    #expect(tally.objects.count == 6)
    #expect(tally.ending == .complete)
    let labels = tally.objects.map { tally.texts[$0.label] ?? "" }
    #expect(labels[1] == String(repeating: "x", count: 100))
    #expect(labels[4] == "True")
    #expect(labels[5] == "-1")
  }

  @Test func aTextThatEndsWithTheLineEndsThere() throws {
    let lines = [
      #"{"address": 1, "type": "a", "size": 1, "refs": []}"#, #"{"address": 2, "type": "b"#,
      #"{"address": 3, "type": "c", "size": 3, "refs": [1"#,
      #"{"address": 4, "type": "d", "size": 4, "refs": [1]}"#, "",
    ]
    let scratch = try ScratchFile(Array(lines.joined(separator: "\r\n").utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.objects.map(\.identity) == [1, 4])
    #expect(tally.references.map(\.target) == [1])
    #expect(tally.references.map(\.source) == [1])
    #expect(tally.findings.first?.count == 2)
    #expect(tally.findings.first?.detail.hasSuffix("first in line 2") == true)
  }

  @Test func damage() throws {
    let bytes = Array(try fixtureBytes("objects", "plain.meliae.jsonl").prefix(6_000))
    try Damage.cut(bytes, format: "meliae")
    try Damage.flip(bytes, format: "meliae")
    try Damage.mutate(bytes, format: "meliae")
  }
}
