import CaptureModel
import Results
import Foundation
import Language
import Execution
import Store
import Testing

/// Questions in the language against memray's own answers, row for row.
@Suite struct MemrayQuestionTests {
  struct Place: Hashable {
    var function: String?
    var lineno: String?
  }

  struct Sums: Equatable {
    var size: Int64
    var count: Int64
  }

  static func tables(_ store: Store, _ text: String) throws -> [ResultTable] {
    var tables: [ResultTable] = []
    do {
      try Engine(store: store, formats: []).run(text) {
        if case .table(let table) = $0.content { tables.append(table) }
      }
    } catch .query(let error) {
      Issue.record("\(error.render(source: text))")
    }
    return tables
  }

  static func texts(_ table: ResultTable, _ name: String) -> [String?] {
    guard case .texts(let values) = table.columns.first(where: { $0.name == name })?.values
    else { return [] }
    return values
  }

  static func integers(_ table: ResultTable, _ name: String) -> [Int64?] {
    guard case .integers(let values) = table.columns.first(where: { $0.name == name })?.values
    else { return [] }
    return values
  }

  /// Whether memq should differ from memray here (`note` in the expected file).
  private func isKnownError(_ expected: [String: Any]) -> Bool { expected["note"] != nil }

  @Test(arguments: MemrayFixture.readable)
  func placesEqualMemrays(_ fixture: MemrayFixture) throws {
    let expected = try #require(try fixture.json("expected"))
    guard !isKnownError(expected) else { return }
    let (store, info) = try fixture.imported()
    guard info.ending != .damaged else { return }
    for (key, population) in [
      ("all_allocations", "allocated"), ("high_watermark", "peak"), ("leaks", "leaked"),
      ("temporary_1", "temporary"),
    ] {
      guard let part = expected[key] as? [String: Any],
        let rows = part["by_location"] as? [[String: Any]]
      else { continue }
      var wanted: [Place: Sums] = [:]
      for row in rows {
        let file = row["file"] as? String
        let line = (row["line"] as? NSNumber)?.intValue ?? 0
        let place = Place(
          function: row["function"] as? String, lineno: file.map { "\($0):\(line)" })
        wanted[place] = Sums(
          size: (row["size"] as? NSNumber)?.int64Value ?? -1,
          count: (row["count"] as? NSNumber)?.int64Value ?? -1)
      }
      let table = try #require(
        try Self.tables(store, "top all \(population) size, count by function, lineno hide native")
          .first)
      var found: [Place: Sums] = [:]
      let functions = Self.texts(table, "function")
      let linenos = Self.texts(table, "lineno")
      let sizes = Self.integers(table, "size")
      let counts = Self.integers(table, "count")
      for row in functions.indices {
        found[Place(function: functions[row], lineno: linenos[row])] = Sums(
          size: sizes[row] ?? -1, count: counts[row] ?? -1)
      }
      #expect(found == wanted, "\(population)")
      #expect(functions.count == found.count, "rows of \(population) are distinct")
    }
  }

  @Test(arguments: MemrayFixture.readable)
  func threadsEqualMemrays(_ fixture: MemrayFixture) throws {
    let expected = try #require(try fixture.json("expected"))
    let (store, info) = try fixture.imported()
    guard info.ending != .damaged else { return }
    for (key, population) in [
      ("all_allocations", "allocated"), ("high_watermark", "peak"), ("leaks", "leaked"),
      ("temporary_1", "temporary"),
    ] {
      guard let part = expected[key] as? [String: Any],
        let rows = part["by_thread"] as? [[String: Any]]
      else { continue }
      let wanted = Dictionary(
        rows.map { row in
          (
            "0x" + String((row["tid"] as? NSNumber)?.uint64Value ?? 0, radix: 16),
            [(row["size"] as? NSNumber)?.int64Value, (row["count"] as? NSNumber)?.int64Value]
          )
        }, uniquingKeysWith: { first, _ in first })
      let table = try #require(try Self.tables(store, "top all \(population) by thread").first)
      let threads = Self.texts(table, "thread").map { $0?.prefix { $0 != " " } ?? "" }
      let sizes = Self.integers(table, "size")
      let counts = Self.integers(table, "count")
      let found = Dictionary(
        threads.indices.map { (String(threads[$0]), [sizes[$0], counts[$0]]) },
        uniquingKeysWith: { first, _ in first })
      #expect(found == wanted, "\(population)")
    }
  }

  @Test(arguments: MemrayFixture.readable)
  func stacksEqualMemrays(_ fixture: MemrayFixture) throws {
    guard let expected = try fixture.json("stacks") else { return }
    let (store, info) = try fixture.imported()
    guard info.ending != .damaged else { return }
    let frames = (expected["frames"] as? [[Any]] ?? []).map { frame in
      FrameText(
        function: frame[0] as? String ?? "", file: frame[1] as? String ?? "",
        line: (frame[2] as? NSNumber)?.intValue ?? 0)
    }
    for (key, population) in [
      ("high_watermark", "peak"), ("leaks", "leaked"), ("temporary_1", "temporary"),
    ] {
      guard let rows = expected[key] as? [[Any]] else { continue }
      var wanted: [[FrameText]?: Sums] = [:]
      for row in rows {
        let stack = (row[2] as? [NSNumber] ?? []).map { frames[$0.intValue] }
        let place = stack.isEmpty ? nil : stack
        var sums = wanted[place] ?? Sums(size: 0, count: 0)
        sums.size += (row[0] as? NSNumber)?.int64Value ?? 0
        sums.count += (row[1] as? NSNumber)?.int64Value ?? 0
        wanted[place] = sums
      }
      let table = try #require(
        try Self.tables(store, "top all \(population) by traceback hide native").first)
      guard case .stacks(let stacks) = table.columns.first?.values else {
        Issue.record("no stacks")
        return
      }
      let sizes = Self.integers(table, "size")
      let counts = Self.integers(table, "count")
      var found: [[FrameText]?: Sums] = [:]
      for row in stacks.indices {
        found[stacks[row]] = Sums(size: sizes[row] ?? -1, count: counts[row] ?? -1)
      }
      #expect(found == wanted, "\(population)")
    }
  }

  @Test(arguments: MemrayFixture.readable)
  func allocatorsAndTimelineEqualMemrays(_ fixture: MemrayFixture) throws {
    let expected = try #require(try fixture.json("expected"))
    let (store, info) = try fixture.imported()
    guard info.ending != .damaged else { return }
    let totals = try #require(expected["totals"] as? [String: Any])
    var wanted: [String: [Int64?]] = [:]
    for (name, value) in totals["by_allocator"] as? [String: [String: Any]] ?? [:]
    where !["FREE", "MUNMAP", "PYMALLOC_FREE"].contains(name) {
      wanted[name] = [
        (value["bytes"] as? NSNumber)?.int64Value, (value["count"] as? NSNumber)?.int64Value,
      ]
    }
    let table = try #require(try Self.tables(store, "top all allocated by allocator").first)
    let names = Self.texts(table, "allocator")
    let sizes = Self.integers(table, "size")
    let counts = Self.integers(table, "count")
    let found = Dictionary(
      names.indices.map { (names[$0] ?? "", [sizes[$0], counts[$0]]) },
      uniquingKeysWith: { first, _ in first })
    #expect(found == wanted)
    let snapshots = expected["memory_snapshots"] as? [[Any]] ?? []
    let timeline = try #require(
      try Self.tables(store, "timeline rss, heap, size, count as csv").first)
    #expect(Self.integers(timeline, "rss") == snapshots.map { ($0[1] as? NSNumber)?.int64Value })
    if snapshots.allSatisfy({ $0[2] is NSNumber }) {
      #expect(
        Self.integers(timeline, "heap") == snapshots.map { ($0[2] as? NSNumber)?.int64Value })
    }
  }

  /// The groups of a timeline are the greatest of those that pass its filter.
  @Test func timelinesShowGroupsThatPass() throws {
    let (store, _) = try MemrayFixture(name: "timeline").imported()
    let all = try #require(try Self.tables(store, "timeline 1 live by function as csv").first)
    #expect(Set(Self.texts(all, "function")) == ["plateau"])
    let others = try #require(
      try Self.tables(store, "timeline 1 live by function where function != plateau as csv").first)
    #expect(Set(Self.texts(others, "function")) == ["step"])
    // The program's last step keeps a fifth block of 20,000 bytes, as memray's leaks report says.
    #expect(Self.integers(others, "size").last == 100_005)
    let none = try #require(
      try Self.tables(store, "timeline live by function where function = absent as csv").first)
    #expect(Self.texts(none, "function").isEmpty)
  }
}
