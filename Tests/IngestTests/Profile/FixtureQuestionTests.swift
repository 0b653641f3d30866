import CaptureFormats
import CaptureModel
import Results
import Foundation
import Language
import Execution
import Store
import TestSupport
import Testing

extension ResultTable {
  /// The numbers of a column, none of which is missing.
  fileprivate func column(_ name: String) -> [Double] {
    columns.first { $0.name == name }?.numbers ?? []
  }
}

extension ResultColumn {
  /// Its numbers, without what is missing.
  fileprivate var numbers: [Double] {
    switch values {
    case .integers(let values): values.compactMap { $0.map(Double.init) }
    case .reals(let values): values.compactMap { $0 }
    default: []
    }
  }
}

/// Questions to files of memory_profiler, loggers, objgraph, meliae and V8, against what the
/// tools themselves, or the programs that wrote the files, say.
@Suite("answers of other tools")
struct FixtureQuestionTests {
  private static func names(_ folder: String, ending: String) -> [String] {
    let all = try? FileManager.default.contentsOfDirectory(
      atPath: Project.fixtures(folder).path)
    return (all ?? []).sorted().filter { $0.hasSuffix(ending) }
      .map { String($0.dropLast(ending.count)) }
  }

  private func json(_ folder: String, _ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: Project.fixtures(folder).appending(path: name))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func asked(_ folder: String, _ name: String) throws -> AskedStore {
    let asked = try AskedStore()
    let path = Project.fixtures(folder).appending(path: name).path
    guard case .profile(let reader) = try FormatRegistry.open(path: path) else {
      Issue.record("\(name) is no profile")
      return asked
    }
    try asked.add(reader, "file")
    return asked
  }

  @Test("growth of a type begins before the print that first names it")
  func printedGrowth() throws {
    // show_growth says +600 and +450 of Line, of list +457 in the run's first call and +378 since.
    let table = try asked("objgraph", "growth-five-calls.txt").table("growth all by type")
    let changes = Dictionary(
      uniqueKeysWithValues: zip(texts(table, "type"), table.column("count_diff")))
    #expect(changes["Line"] == 1050)
    #expect(changes["list"] == 378)
    #expect(changes["Name with spaces"] == 7)
    #expect(changes["function"] == 0)
  }

  @Test("each series that a reader makes is a word of the language")
  func series() throws {
    var found: Set<String> = []
    for folder in ["python-logs", "memory_profiler", "massif", "scalene"] {
      for name in Self.names(folder, ending: "") {
        let path = Project.fixtures(folder).appending(path: name).path
        guard case .profile(let reader)? = try? FormatRegistry.open(path: path) else { continue }
        let batch = ProfileBatch()
        while reader.next(into: batch) { found.formUnion(batch.newSeries.map(\.name)) }
      }
    }
    #expect(found.isSuperset(of: ["rss", "gc0", "gc_collected", "gc_collections", "footprint"]))
    #expect(found.subtracting(Vocabulary.series.map(\.name)) == [])
    let log = try AskedStore()
    let profile = ListedProfile(ProfileDescription(kind: .series))
    profile.description.clock = .elapsed
    profile.then { batch in
      for (index, name) in ["swap", "gc_objects", "gc_collections"].enumerated() {
        batch.newSeries.append(SeriesDefinition(name: name, unit: index == 0 ? "bytes" : "count"))
        batch.points.append(CaptureModel.SeriesPoint(series: UInt32(index), time: 0, value: 3))
        batch.points.append(
          CaptureModel.SeriesPoint(series: UInt32(index), time: 1_000_000_000, value: 7))
      }
    }
    try log.add(profile, "log")
    let table = try log.table("timeline swap, gc_objects, gc_collections")
    #expect(table.columns.map(\.unit) == [.seconds, .bytes, .count, .count])
    #expect(table.columns.last?.numbers.last == 7)
  }

  private func integers(_ table: ResultTable, _ column: String) -> [Int64?] {
    for found in table.columns where found.name == column {
      if case .integers(let values) = found.values { return values }
    }
    return []
  }

  private func texts(_ table: ResultTable, _ column: String) -> [String?] {
    for found in table.columns where found.name == column {
      if case .texts(let values) = found.values { return values }
    }
    return []
  }

  @Test("peaks as mprof prints them", arguments: names("memory_profiler", ending: ".expected.json"))
  func mprofPeaks(name: String) throws {
    let expected = try json("memory_profiler", "\(name).expected.json")
    let table = try asked("memory_profiler", "\(name).dat").table("show peak")
    let pids = integers(table, "pid")
    let peaks = integers(table, "peak")
    var wanted: [Int64?: Double] = [nil: try #require(expected["peak_mib"] as? Double)]
    for (pid, child) in expected["children"] as? [String: [String: Any]] ?? [:] {
      wanted[Int64(pid)] = child["peak_mib"] as? Double
    }
    #expect(Set(pids) == Set(wanted.keys))
    for (pid, peak) in zip(pids, peaks) {
      let bytes = try #require(wanted[pid] ?? nil) * 1_048_576
      #expect(abs(Double(peak ?? 0) - bytes) <= 1, "\(name) \(pid ?? 0)")
    }
  }

  @Test(
    "values of logs as the program knew them",
    arguments: names("python-logs", ending: "").filter {
      $0.hasPrefix("log") && $0 != "logging-units.log" || $0 == "psutil-dicts.jsonl"
    })
  func logValues(name: String) throws {
    let files = try #require(try json("python-logs", "truth.json")["files"] as? [String: [[Any]]])
    let truth = try #require(files[name])
    let metrics = Set(truth.compactMap { $0[1] as? String }).sorted()
    let table = try asked("python-logs", name).table(
      "timeline \(metrics.joined(separator: ", ")) by pid")
    for metric in metrics {
      let wanted = truth.filter { $0[1] as? String == metric }.compactMap { $0[3] as? Double }
      let found = try #require(table.columns.first { $0.name == metric }).numbers
      #expect(found.count == wanted.count, "\(metric)")
      // Texts say hundredths of a MiB, or three digits of a larger unit.
      for (left, right) in zip(found, wanted) where abs(left - right) > max(6_000, right / 1_000) {
        Issue.record("\(metric): \(left) is not \(right)")
      }
    }
  }

  @Test(
    "types as objgraph counts them",
    arguments: ["common-start", "common-end", "common-long-names", "common-one"])
  func objgraphTypes(name: String) throws {
    let expected = try #require(
      try json("objgraph", "expected.json")[name] as? [String: Any])
    let rows = try #require(expected["rows"] as? [[Any]])
    let table = try asked("objgraph", "\(name).txt").table("top all by type")
    let found = zip(texts(table, "type"), integers(table, "count")).map { "\($0 ?? "") \($1 ?? 0)" }
    #expect(Set(found) == Set(rows.map { "\($0[0]) \($0[1])" }))
    #expect(found.count == rows.count)
  }

  @Test("types as meliae sums them up")
  func meliaeTypes() throws {
    let expected = try json("objects", "plain.meliae.expected.json")
    let rows = try #require(expected["by_type"] as? [[String: Any]])
    let table = try asked("objects", "plain.meliae.jsonl").table("top all size, count by type")
    let found = table.columns[0].values.count
    let (types, sizes) = (texts(table, "type"), integers(table, "size"))
    let counts = integers(table, "count")
    // meliae's order: by size, then count.
    #expect(
      (0..<found).map { "\(types[$0] ?? "") \(sizes[$0] ?? 0) \(counts[$0] ?? 0)" }
        == rows.map { "\($0["type"] ?? "") \($0["size"] ?? 0) \($0["count"] ?? 0)" })
    #expect(table.sum(of: "size") == expected["total_size"] as? Double)
  }

  @Test(
    "classes and retained sizes of V8's heaps",
    arguments: [
      "tiny-hand-made.heapsnapshot", "tiny-six-fields.heapsnapshot", "app.heapsnapshot.gz",
    ])
  func heapSnapshots(file: String) throws {
    let name = String(file.prefix { $0 != "." })
    let expected = try json("v8", "\(name)-snapshot.expected.json")
    let asked = try asked("v8", file)
    let table = try asked.table("top all size, count by type")
    var classes: [String: String] = [:]
    for (row, type) in texts(table, "type").enumerated() {
      let (size, count) = (integers(table, "size")[row] ?? 0, integers(table, "count")[row] ?? 0)
      classes[type ?? ""] = "\(count) \(size)"
    }
    for row in try #require(expected["by_class_top"] as? [[Any]]) {
      #expect(classes["\(row[0])"] == "\(row[1]) \(row[2])", "\(row[0])")
    }
    #expect(table.sum(of: "size") == expected["total_self_size"] as? Double)
    let retained = try #require(
      expected["retained_over_non_weak_edges_top"] as? [[Any]])
    let largest = try asked.table("list 5000 order by retained size")
    let found = Set(integers(largest, "retained_size").compactMap { $0 })
    // Ours lists roots too; every object of theirs must stand among the largest.
    for row in retained { #expect(found.contains(Int64("\(row[4])") ?? -1), "\(row)") }
  }
}
