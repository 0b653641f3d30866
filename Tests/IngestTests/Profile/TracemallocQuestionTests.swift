import CaptureFormats
import CaptureModel
import Results
import Foundation
import Ingest
import Store
import TestSupport
import Testing

/// A snapshot or comparison of `Tests/Fixtures/tracemalloc` with tracemalloc's own answers.
struct TracemallocFixture: CustomTestStringConvertible, Sendable {
  let folder: String
  let name: String
  var testDescription: String { "\(folder)/\(name)" }

  static let root = Project.fixtures("tracemalloc")

  private static func names(in folder: String) -> [String] {
    let all = try? FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: folder).path)
    return (all ?? []).sorted()
  }

  private static let folders = names(in: ".").filter { $0.hasPrefix("py") || $0 == "edges" }

  /// Snapshots with answers.
  static let snapshots = folders.flatMap { folder in
    names(in: folder).filter { $0.hasSuffix(".expected.json") && !$0.hasPrefix("compare") }.map {
      TracemallocFixture(folder: folder, name: String($0.dropLast(14)))
    }
  }
  /// Folders with a comparison of the first and the last snapshot.
  static let comparisons = folders.filter { folder in
    names(in: folder).contains("compare-first-last.expected.json")
  }

  func path(_ name: String) -> String {
    Self.root.appending(path: "\(folder)/\(name)").path
  }

  func expected() throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path("\(name).expected.json")))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}

@Suite("tracemalloc's answers")
struct TracemallocQuestionTests {
  private func asked(_ files: [(path: String, name: String)]) throws -> AskedStore {
    let asked = try AskedStore()
    for file in files {
      guard case .profile(let reader) = try FormatRegistry.open(path: file.path, format: nil)
      else {
        Issue.record("\(file.path) is no profile")
        continue
      }
      try asked.add(reader, file.name)
    }
    return asked
  }

  /// Rows of the tool: place and numbers.
  private func wanted(_ rows: Any?, _ columns: [String]) -> [[String]] {
    (rows as? [[String: Any]] ?? []).map { row in
      var texts: [String] = []
      if let frames = row["frames_oldest_first"] as? [[Any]] {
        texts.append(frames.reversed().map { "\($0[0]):\($0[1])" }.joined(separator: " "))
      } else {
        texts.append("\(row["file"] ?? ""):\(row["line"] ?? "")")
      }
      return texts + columns.map { "\(row[$0] ?? "")" }
    }
  }

  private func rows(_ table: ResultTable, _ key: String, _ columns: [String]) -> [[String]] {
    let places = table[key].map { key == "filename" ? "\($0):0" : $0 }
    let numbers = columns.map { table[$0] }
    return places.indices.map { row in [places[row]] + numbers.map { $0[row] } }
  }

  private static let keys = [
    ("lineno", "by lineno"), ("filename", "by filename"), ("traceback", "by traceback"),
    ("lineno_cumulative", "by lineno inclusive"), ("filename_cumulative", "by filename inclusive"),
  ]

  @Test("groups in tracemalloc's order", arguments: TracemallocFixture.snapshots)
  func statistics(_ fixture: TracemallocFixture) throws {
    let expected = try fixture.expected()
    let asked = try asked([(fixture.path("\(fixture.name).pickle"), "snap")])
    let total = try #require(expected["total"] as? [String: Any])
    for (name, by) in Self.keys {
      let answer = try #require(expected[name] as? [String: Any])
      let right = wanted(answer["top"], ["size", "count"])
      let key = String(name.split(separator: "_")[0])
      let table = try asked.table("top \(max(1, right.count)) \(by)")
      #expect(rows(table, key, ["size", "count"]) == right, "\(name)")
      #expect(
        table.rowCount + table.otherCount == answer["groups"] as? Int ?? right.count, "\(name)")
      #expect(table.sum(of: "size") == total["size"] as? Double)
      #expect(table.sum(of: "count") == total["traces"] as? Double)
    }
    for (domain, answer) in expected["domains"] as? [String: [String: Any]] ?? [:] {
      let table = try asked.table("top where domain = \(domain)")
      #expect(table.sum(of: "size") == answer["size"] as? Double, "domain \(domain)")
    }
  }

  @Test("filters as conditions", arguments: TracemallocFixture.snapshots)
  func filters(_ fixture: TracemallocFixture) throws {
    let filters = try fixture.expected()["filters"] as? [String: [String: Any]] ?? [:]
    let asked = try asked([(fixture.path("\(fixture.name).pickle"), "snap")])
    for (name, filter) in filters {
      let condition = condition(filter["spec"] as? [[String: Any]] ?? [])
      let table = try asked.table("top 5 by lineno where \(condition)")
      let total = filter["total"] as? [String: Any]
      #expect(table.sum(of: "size") == total?["size"] as? Double, "\(name): \(condition)")
      #expect(table.sum(of: "count") == total?["traces"] as? Double, "\(name): \(condition)")
      let right = wanted(filter["lineno_top5"], ["size", "count"])
      #expect(rows(table, "lineno", ["size", "count"]) == right, "\(name): \(condition)")
    }
  }

  /// Includes are joined by `or`, excludes by `and not`.
  private func condition(_ spec: [[String: Any]]) -> String {
    func text(_ filter: [String: Any]) -> String {
      if let domain = filter["domain"] as? Int { return "domain = \(domain)" }
      // tracemalloc reads `.pyc` in a pattern as `.py`.
      let typed = filter["pattern"] as? String ?? ""
      let pattern = typed.hasSuffix(".pyc") ? String(typed.dropLast()) : typed
      if filter["all_frames"] as? Bool == true { return "stack has \"\(pattern)\"" }
      if let line = filter["lineno"] as? Int { return "lineno ~ \"\(pattern):\(line)\"" }
      return "filename ~ \"\(pattern)\""
    }
    let included = spec.filter { $0["inclusive"] as? Bool == true }.map(text)
    let excluded = spec.filter { $0["inclusive"] as? Bool != true }.map { "not \(text($0))" }
    let first = included.isEmpty ? [] : ["(\(included.joined(separator: " or ")))"]
    return (first + excluded).joined(separator: " and ")
  }

  @Test("compare_to in tracemalloc's order", arguments: TracemallocFixture.comparisons)
  func comparisons(_ folder: String) throws {
    let fixture = TracemallocFixture(folder: folder, name: "compare-first-last")
    let expected = try fixture.expected()
    let old = try #require(expected["old"] as? String)
    let new = try #require(expected["new"] as? String)
    let asked = try asked([(fixture.path(old), "old"), (fixture.path(new), "new")])
    let columns = ["size", "size_diff", "count", "count_diff"]
    for (name, by) in Self.keys {
      let answer = try #require(expected[name] as? [String: Any])
      let right = wanted(answer["top"], columns)
      let key = String(name.split(separator: "_")[0])
      let table = try asked.table("top \(max(1, right.count)) \(by) of new vs old")
      #expect(rows(table, key, columns) == right, "\(name)")
      #expect(table.rowCount + table.otherCount == answer["groups"] as? Int, "\(name)")
    }
  }
}
