import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

/// Texts as people have them, against numbers worked out by hand.
@Suite struct CaseTests {
  private static let mebibyte = 1_048_576.0

  static func tally(_ name: String, unit: Double? = nil) throws -> ProfileTally {
    var options = ReadingOptions()
    options.bareUnit = unit
    let path = fixture("cases", name)
    guard case .profile(let reader) = try FormatRegistry.open(path: path, options: options) else {
      throw ProfileTally.NotAProfile()
    }
    let tally = ProfileTally(reader)
    #expect(tally.brokenPromises == 0)
    return tally
  }

  /// `process metric: MiB` of each value, in the order of the text.
  private static func values(_ tally: ProfileTally) -> [String] {
    tally.points.map { point in
      let series = tally.series[Int(point.series)]
      let process = series.process.map { number in
        tally.processes.first { $0.process == number }?.name ?? "\(number)"
      }
      let value = (point.value / mebibyte * 1000).rounded() / 1000
      return [process, series.name, "\(value)"].compactMap { $0 }.joined(separator: " ")
    }
  }

  @Test(arguments: [
    ("log-unit-in-name.jsonl", ["rss 131.2", "rss 135.0", "rss 140.5"]),
    ("log-unit-in-name.log", ["rss 131.0", "rss 135.5", "rss 140.0", "rss 141.0"]),
    (
      "log-usage-and-system.log",
      ["rss 120.5", "rss 512.3", "rss 530.1", "rss 531.0", "peak_rss 700.2", "rss 532.1"]
    ),
    ("log-ru-maxrss.log", ["Worker-1 peak_rss 25.145", "Worker-1 peak_rss 30.773"]),
    (
      "log-maxrss-prints.txt",
      ["peak_rss 25.145", "peak_rss 30.773", "peak_rss 789.98", "peak_rss 63.988"]
    ),
    ("dask-worker.log", ["rss 2140.16"]),
    ("heroku-dyno.log", ["web.1 rss 512.0", "web.1 swap 698.76"]),
    ("syslog.log", ["app rss 100.0", "app rss 110.0", "app rss 50.0"]),
    ("mp-leak-between-calls.log", ["rss 50.0", "rss 250.0", "rss 450.0"]),
  ])
  func values(name: String, expected: [String]) throws {
    #expect(Self.values(try Self.tally(name)) == expected)
  }

  @Test(arguments: ["log-gpu-memory-bare.log", "log-bare-small-rss.txt"])
  func bareNumbers(name: String) throws {
    guard case .nothingKept(_, let reasons)? = openingError(fixture("cases", name)) else {
      Issue.record("something is kept of \(name)")
      return
    }
    #expect(reasons.contains { $0.contains("--unit") })
    let told = try Self.tally(name, unit: 1024)
    #expect(told.points.count >= 3)
  }

  @Test(arguments: ["free.txt", "limits.yaml", "log-requests-not-usage.log"])
  func nothingOfAProcess(name: String) {
    #expect(openingError(fixture("cases", name)) != nil)
  }

  @Test func twoWorkers() throws {
    let tally = try Self.tally("celery-two-workers.log")
    let workers = Set(tally.series.compactMap(\.process))
    #expect(workers.count == 2)
    for (name, first) in [("ForkPoolWorker-1", 100.0), ("ForkPoolWorker-2", 300.0)] {
      let number = try #require(tally.processes.first { $0.name == name }?.process)
      let series = try #require(tally.series.firstIndex { $0.process == number })
      let values = tally.points.filter { Int($0.series) == series }.map { $0.value / Self.mebibyte }
      #expect(values == (0..<30).map { first + Double($0) })
    }
    #expect(tally.marks.first?.name == "Received task: app.tasks.work[00000000-1]")
  }

  @Test func killedProcesses() throws {
    let tally = try Self.tally("oom-two.log")
    let rss = tally.points.filter { tally.series[Int($0.series)].name == "rss" }
    #expect(rss.map { $0.value / 1024 } == [7316, 7648])
    #expect(rss.map { tally.series[Int($0.series)].process } == [15784, 15925])
    #expect(tally.processes.contains { $0.process == 15925 && $0.name == "(resolved)" })
  }

  @Test func requests() throws {
    let tally = try Self.tally("uwsgi.log")
    let rss = tally.points.filter { tally.series[Int($0.series)].name == "rss" }
    #expect(rss.map(\.value) == [189_763_584, 189_763_584, 3_425_755_136, 3_425_755_136])
    #expect(tally.series.allSatisfy { $0.process == 9490 })
    #expect(tally.marks.count == 4 && tally.marks.first?.name == "GET /")
    // Thu Apr 19 08:11:44 2018, by `date -u +%s`.
    #expect(rss.first?.time == 1_524_125_504_000_000_000)
  }

  @Test func timesWithoutAYearAreInOrder() throws {
    let tally = try Self.tally("syslog.log")
    #expect(tally.series.map(\.process) == [123, 124])
    #expect(tally.points.map(\.time) == [0, 1_000_000_000, 2_000_000_000])
    #expect(tally.description.clock == .elapsed)
  }

  // MARK: reports behind heads

  @Test(arguments: [
    ("prefixed-actions-guppy.txt", "objects", "guppy-heap.txt"),
    ("prefixed-compose-pympler.txt", "objects", "pympler-summary.txt"),
    ("prefixed-actions-lsan.txt", "lsan", "lk-lsan.txt"),
    ("prefixed-actions-memory_profiler.txt", "memory_profiler", "lines.report.txt"),
    ("mp-bom.txt", "memory_profiler", "lines.report.txt"),
  ])
  func asWithoutTheHead(name: String, folder: String, plain: String) throws {
    let tally = try Self.tally(name)
    let expected = try ProfileTally(path: fixture(folder, plain))
    #expect(tally.values == expected.values)
    #expect(tally.moments.count == expected.moments.count)
    #expect(tally.frames == expected.frames)
    #expect(tally.sourceLines == expected.sourceLines)
    #expect(
      tally.records.map { $0.type.flatMap { tally.texts[$0] } }
        == expected.records.map { $0.type.flatMap { expected.texts[$0] } })
    #expect(tally.ending == .complete)
  }

  @Test func guppyBehindAHead() throws {
    let tally = try Self.tally("prefixed-actions-guppy.txt")
    #expect(tally.total(0) { $0.moment == 0 } == 10_097_911)
    #expect(tally.total(1) { $0.moment == 0 } == 78_072)
  }

  @Test func leaksFoundByGrep() throws {
    let tally = try Self.tally("prefixed-grep-lsan.log")
    #expect(tally.total(0) == 14 && tally.total(1) == 2)
    #expect(tally.findings.isEmpty && tally.ending == .complete)
    let bare = try Self.tally("memcheck-no-banner.log")
    #expect(bare.total(0) == 40 && bare.total(1) == 1 && bare.ending == .complete)
    #expect(bare.records.first?.process == 307)
    #expect(bare.stack(bare.records[0].stack).map(\.function) == ["main", "f"])
  }

  @Test func mappingsBehindAPrompt() throws {
    let tally = try Self.tally("smaps-behind-prompt.txt")
    #expect(tally.total(1) == 43)
    #expect(tally.records.allSatisfy { $0.process == 1234 })
    #expect(
      Self.values(tally) == [
        "1234 rss \((Double(tally.total(0)) / Self.mebibyte * 1000).rounded() / 1000)"
      ])
    #expect((23_850_000..<23_950_000).contains(tally.total(0)))
  }

  // MARK: reports of memory_profiler

  @Test(arguments: [
    ("mp-old-MB.txt", 7), ("mp-no-filename.txt", 3), ("mp-pasted-from-shell.txt", 7),
    ("mp-with-guppy.txt", 8), ("mp-interleaved.log", 8),
  ])
  func allRowsAreRead(name: String, rows: Int) throws {
    let tally = try Self.tally(name)
    #expect(tally.records.count { $0.stack != 0 } == rows)
    #expect(tally.ending == .complete)
  }

  @Test func rowsWithoutTheirText() throws {
    let tally = try Self.tally("mp-no-contents.txt")
    let text = String(decoding: try fixtureBytes("cases", "mp-no-contents.txt"), as: UTF8.self)
    let rows = text.split(separator: "\n").count { $0.hasSuffix("MiB") }
    #expect(tally.records.count == rows)
    #expect(tally.sourceLines.isEmpty)
  }

  @Test func processesThatWriteIntoEachOther() throws {
    let tally = try Self.tally("mp-interleaved.log")
    let rows = LineReportTests.rows(tally)
    // Line 4 grew by 30 and by 32 MiB, line 3 by 10 twice.
    #expect(rows[4]?.growth == 62 && rows[3]?.growth == 20 && rows[5]?.executions == 2)
  }

  @Test func aReportAndATable() throws {
    let tally = try Self.tally("mp-with-guppy.txt")
    #expect(tally.records.count { $0.type != nil } == 11)
    let objects = tally.description.values.firstIndex { $0.unit == "objects" }
    #expect(tally.total(try #require(objects)) == 200_037)
    #expect(tally.moments.map(\.values) == [[0, 1], [2, 3]])
  }

  // MARK: prints of types

  @Test func printsOfGrowthArePartial() throws {
    let tally = try Self.tally("objgraph-growth-partial.txt")
    #expect(tally.moments.count == 2 && tally.moments.allSatisfy(\.isPartial))
    #expect(tally.records.count == 20)
  }

  @Test func listsOfTypesInALog() throws {
    let tally = try Self.tally("type-growth-log.log")
    #expect(tally.moments.count == 3)
    let first = tally.records.indices.first { tally.texts[tally.records[$0].type ?? 0] == "dict" }
    #expect(tally.value(try #require(first), .live, .count) == 70_900)
    #expect(tally.value(try #require(first), .live, .delta) == 46)
    // 2024-06-09 10:59:32.792 UTC.
    #expect(tally.moments.first?.time == 1_717_930_772_792_000_000)
  }

  // MARK: all in one

  /// A text put together from ten others gives the answers of all.
  @Test(arguments: [
    [
      "prefixed-actions-guppy.txt", "log-unit-in-name.log", "mp-leak-between-calls.log",
      "prefixed-grep-lsan.log", "celery-two-workers.log", "prefixed-compose-pympler.txt",
      "oom-two.log", "type-growth-log.log", "uwsgi.log", "mp-old-MB.txt",
    ],
    [
      "smaps-behind-prompt.txt", "tracemalloc-top10.txt", "memray-stats-print.txt",
      "pytest-memray-print.txt", "ps-eo.txt", "docker-stats.txt", "kubectl-top.txt", "time-v.txt",
      "memray-summary-print.txt", "memray-tree-print.txt",
    ],
  ])
  func tenTextsInOne(names: [String]) throws {
    var bytes: [UInt8] = []
    var sums: [String: Int64] = [:]
    var points = 0
    for name in names {
      let content = try fixtureBytes("cases", name)
      bytes += content + Array("\n".utf8)
      let tally = try Self.tally(name)
      points += tally.points.count
      Self.add(tally, to: &sums)
    }
    let scratch = try ScratchFile(bytes)
    let whole = try ProfileTally(path: scratch.path)
    #expect(whole.brokenPromises == 0 && whole.ending == .complete)
    #expect(whole.points.count == points)
    var found: [String: Int64] = [:]
    Self.add(whole, to: &found)
    #expect(found == sums)
  }

  /// Sums of each number, by what it counts.
  private static func add(_ tally: ProfileTally, to sums: inout [String: Int64]) {
    for (index, value) in tally.description.values.enumerated() {
      sums["\(value.population) \(value.measure) \(value.unit)", default: 0] += tally.total(index)
    }
  }

  @Test(arguments: [
    "celery-two-workers.log", "prefixed-compose-pympler.txt", "mp-interleaved.log", "uwsgi.log",
    "oom-two.log", "type-growth-log.log", "prefixed-grep-lsan.log", "heroku-dyno.log",
  ])
  func damage(name: String) throws {
    let bytes = Array(try fixtureBytes("cases", name).prefix(4_000))
    try Damage.cut(bytes, format: "log", most: 40)
    try Damage.flip(bytes, format: "log", most: 40)
    try Damage.mutate(bytes, format: "log")
  }
}
