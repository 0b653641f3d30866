import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

@Suite struct ObjectTableTests {
  /// Type, bytes and count of each row, table by table.
  private static func tables(_ tally: ProfileTally) -> [[(String, Int64, Int64)]] {
    var tables: [[(String, Int64, Int64)]] = Array(repeating: [], count: tally.moments.count)
    for (index, record) in tally.records.enumerated() {
      tables[Int(record.moment)].append(
        (
          record.type.flatMap { tally.texts[$0] } ?? "?", tally.value(index), tally.value(index, 1)
        ))
    }
    return tables
  }

  @Test func guppy() throws {
    let tally = try ProfileTally(path: fixture("objects", "guppy-heap.txt"))
    #expect(tally.brokenPromises == 0)
    let text = String(decoding: try fixtureBytes("objects", "guppy-heap.txt"), as: UTF8.self)
    let heads = text.split(separator: "\n").filter { $0.hasPrefix("Partition of a set of") }
      .map { line in line.split { !$0.isNumber }.compactMap { Int64($0) } }
    let tables = Self.tables(tally)
    // The second is of referrers, which are no types.
    #expect(tables.count == 1 && heads.count == 2)
    #expect(tally.findings.map(\.kind) == ["tables of other partitions"])
    for (table, head) in zip(tables, heads) {
      // Rows that are not printed make up the rest of the total.
      #expect(table.reduce(0) { $0 + $1.2 } == head[0])
      #expect(table.reduce(0) { $0 + $1.1 } == head[1])
    }
    #expect(tables.first?.first.map { "\($0)" } == #"("str", 2255093, 22191)"#)
    #expect(tables.first?[6].0 == "dict (no owner)")
    #expect(!tally.description.isEstimated)
  }

  @Test func pympler() throws {
    let tally = try ProfileTally(path: fixture("objects", "pympler-summary.txt"))
    let tables = Self.tables(tally)
    #expect(tables.first?.count == 15)
    // 2.84 MB and 890.23 KB, both of 1024.
    #expect(tables.first?.first.map { "\($0)" } == #"("str", 2977956, 23040)"#)
    #expect(tables.first?[5].1 == 911_596)
    #expect(tables.count >= 2)
    #expect(tally.description.isEstimated)
  }

  @Test func getsizeof() throws {
    let tally = try ProfileTally(path: fixture("objects", "sizes.log"))
    let tables = Self.tables(tally)
    #expect(tables.count == 1)
    let rows = tables.first?.map { "\($0.0)=\($0.1)" } ?? []
    #expect(rows.prefix(4) == ["int=28", "big_int=52", "empty_dict=64", "dict_of_100=4688"])
    #expect(rows.last == "cycle=88")
    #expect(tally.findings.map(\.kind) == ["deep size"])
  }

  @Test func mappings() throws {
    let tally = try ProfileTally(path: fixture("procfs", "smaps.txt"))
    let tables = Self.tables(tally)
    let rollup = String(decoding: try fixtureBytes("procfs", "smaps_rollup.txt"), as: UTF8.self)
    let line = try #require(rollup.split(separator: "\n").first { $0.hasPrefix("Rss:") })
    let total = try #require(Int64(line.filter(\.isNumber)))
    // The kernel's own sum over the same mappings.
    #expect(tables.count == 1)
    #expect(tables.first?.reduce(0) { $0 + $1.1 } == total * 1024)
    #expect(tables.first?.contains { $0.0 == "[heap]" } == true)
    let cut = try ProfileTally(path: fixture("procfs", "broken-truncated-smaps.txt"))
    #expect(Self.tables(cut).first?.map { "\($0.0) \($0.1)" } == ["/usr/bin/python3.11 126976"])
  }

  @Test(arguments: ["guppy-heap.txt", "pympler-summary.txt", "sizes.log"])
  func damage(file: String) throws {
    let bytes = try fixtureBytes("objects", file)
    try Damage.cut(bytes, format: "object-tables")
    try Damage.flip(bytes, format: "object-tables")
    try Damage.mutate(bytes, format: "object-tables")
  }
}
