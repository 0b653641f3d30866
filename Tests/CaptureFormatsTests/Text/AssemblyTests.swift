import CaptureModel
import Foundation
import TestSupport
import Testing

@testable import CaptureFormats

/// A text put together from ten others gives the answers of all.
@Suite struct AssemblyTests {
  /// Texts whose meaning does not hang on standing alone.
  static let names: [(folder: String, name: String)] =
    [
      "prefixed-actions-guppy.txt", "log-unit-in-name.log", "log-unit-in-name.jsonl",
      "mp-leak-between-calls.log", "prefixed-grep-lsan.log", "celery-two-workers.log",
      "prefixed-compose-pympler.txt", "oom-two.log", "type-growth-log.log", "uwsgi.log",
      "smaps-behind-prompt.txt", "tracemalloc-top10.txt", "tracemalloc-diff.txt",
      "memray-stats-print.txt", "pytest-memray-print.txt", "ps-eo.txt", "docker-stats.txt",
      "kubectl-top.txt", "time-v.txt", "memray-summary-print.txt", "memray-tree-print.txt",
      "smem.txt", "top-mib.txt", "top-threads.txt", "heroku-dyno.log", "dask-worker.log",
      "memcheck-no-banner.log", "log-whose-memory.log",
      "log-usage-and-system.log", "syslog.log", "free.txt", "limits.yaml", "guppy-referrers.txt",
      "journal-export.txt", "oom-control-group.log", "pmap-x.txt", "sacct.txt",
      "tasklist.txt", "metrics-cadvisor.txt", "values-with-pid.csv", "proc-status.txt",
      "smaps-rollup.txt", "vmstat.txt",
    ].map { ("cases", $0) }
    + [
      ("python-logs", "logging-asctime.log"), ("python-logs", "loguru-default.log"),
      ("python-logs", "gc-py312.log"), ("python-logs", "psutil-dicts.jsonl"),
      ("objects", "guppy-heap.txt"), ("objects", "pympler-summary.txt"),
      ("lsan", "lk-asan.txt"), ("lsan", "depot-memcheck.txt"),
      ("memory_profiler", "lines.report.txt"),
    ]

  /// How many assemblies are tried of each kind.
  private static let seeds = UInt64(0)..<8

  /// Ten different texts.
  private static func choice(_ seed: UInt64) -> [(folder: String, name: String)] {
    var random = SeededNumbers(seed: seed)
    return Array(names.shuffled(using: &random).prefix(10))
  }

  /// What a text answers: sums of each number by what it counts and of what, and the values of
  /// each series in their order.
  private struct Answers: Equatable {
    var sums: [String: Int64] = [:]
    var values: [String: [Double]] = [:]
    var leftOut: [String: Int64] = [:]

    mutating func add(_ tally: ProfileTally, telling processes: Bool) {
      for (index, value) in tally.description.values.enumerated() {
        let total = tally.total(index)
        guard total != 0 else { continue }
        sums["\(value.population) \(value.measure) \(value.unit)", default: 0] += total
      }
      for point in tally.points {
        let series = tally.series[Int(point.series)]
        // Texts may speak of one process, and only one of them name it.
        let number = series.process ?? -1
        let name = tally.processes.first { $0.process == number }?.name ?? ""
        let process = (0...4_194_304).contains(number) ? "\(number)" : name
        values[(processes ? process + " " : "") + series.name, default: []].append(point.value)
      }
      // Alone, no report stands beside one that counts executions.
      for finding in tally.findings
      where finding.kind != "messages left out" && finding.kind != "executions" {
        leftOut[finding.kind, default: 0] += Int64(finding.count)
      }
    }

    /// With the values of a series in the order of their size.
    var sorted: Answers {
      var answers = self
      answers.values = values.mapValues { $0.sorted() }
      return answers
    }
  }

  private static func tally(_ folder: String, _ name: String) throws -> ProfileTally {
    let path = fixture(folder, name)
    guard openingError(path) != nil else { return try ProfileTally(path: path) }
    // Nothing is kept of some, and counted.
    return ProfileTally(TextReader(try CaptureInput(file: try CaptureFile(path: path))))
  }

  @Test(arguments: seeds)
  func oneBehindTheOther(seed: UInt64) throws {
    var bytes: [UInt8] = []
    var expected = Answers()
    for (folder, name) in Self.choice(seed) {
      bytes += try fixtureBytes(folder, name) + Array("\n".utf8)
      expected.add(try Self.tally(folder, name), telling: true)
    }
    try check(bytes, expected, "\(Self.choice(seed).map(\.name))", telling: true)
  }

  /// Ten services that write at a time, as compose shows them.
  @Test(arguments: seeds)
  func lineByLine(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed ^ 0xFF)
    let names = Self.choice(seed &+ 100).filter { !$0.name.hasPrefix("prefixed") }
    var expected = Answers()
    var waiting: [(head: String, lines: ArraySlice<Substring>)] = []
    for (index, (folder, name)) in names.enumerated() {
      expected.add(try Self.tally(folder, name), telling: false)
      let text = String(decoding: try fixtureBytes(folder, name), as: UTF8.self)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      waiting.append(("service-\(index)  | ", lines[...]))
    }
    var text = ""
    while !waiting.isEmpty {
      let index = random.below(waiting.count)
      for _ in 0...random.below(3) {
        guard let line = waiting[index].lines.popFirst() else { break }
        text += waiting[index].head + line + "\n"
      }
      if waiting[index].lines.isEmpty { waiting.remove(at: index) }
    }
    try check(Array(text.utf8), expected, "\(names.map(\.name))", telling: false)
  }

  private func check(
    _ bytes: [UInt8], _ expected: Answers, _ names: String, telling processes: Bool
  ) throws {
    let scratch = try ScratchFile(bytes)
    let whole = try ProfileTally(path: scratch.path)
    #expect(whole.brokenPromises == 0 && whole.ending == .complete, "\(names)")
    var found = Answers()
    found.add(whole, telling: processes)
    let (a, b) = processes ? (found, expected) : (found.sorted, expected.sorted)
    #expect(a.sums == b.sums, "\(names)")
    #expect(a.leftOut == b.leftOut, "\(names)")
    for name in Set(a.values.keys).union(b.values.keys) where a.values[name] != b.values[name] {
      Issue.record(
        "\(name): \(a.values[name] ?? []), alone \(b.values[name] ?? []) of \(names)")
    }
  }
}
