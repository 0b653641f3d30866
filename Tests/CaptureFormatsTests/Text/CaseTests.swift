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
    (
      "log-whose-memory.log",
      ["rss 150.5", "rss 160.0", "rss 170.0", "rss 180.5", "rss 190.0", "rss 200.0"]
    ),
    ("journal-export.txt", ["python rss 101.5", "python rss 105.5", "python rss 50.5"]),
    ("ps-with-date.txt", ["python rss 97.656", "python rss 107.422", "python rss 117.188"]),
    ("top-macos.txt", ["python3.11 footprint 512.0", "Google Chrome footprint 1200.0"]),
    ("oom-control-group.log", ["python rss 976.563", "python vms 1953.125"]),
    ("mp-decimal-comma.txt", ["rss 45.2", "rss 52.9"]),
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
        "1234 rss \((Double(tally.total(0)) / Self.mebibyte * 1000).rounded() / 1000)",
        // The sums of `Pss:`, `Swap:` and `Private_…:` by awk.
        "1234 pss 21.264", "1234 swap 0.0", "1234 uss 20.926",
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

  @Test func tablesOfReferrersAreNoTypes() throws {
    let tally = try Self.tally("guppy-referrers.txt")
    let types = Set(tally.records.compactMap { $0.type.flatMap { tally.texts[$0] } })
    #expect(types == ["str", "tuple", "dict of module", "(rows not printed)"])
    #expect(tally.moments.count == 1 && tally.total(1) == 48_477)
    #expect(tally.findings.map(\.kind) == ["tables of other partitions"])
  }

  @Test func entriesOfTheJournal() throws {
    let tally = try Self.tally("journal-export.txt")
    #expect(tally.series.map(\.process) == [700, 701])
    // 2024-05-01 12:40:00 UTC, by `date -u +%s`, and the seconds behind it.
    #expect(tally.points.map(\.time) == (0..<3).map { (1_714_566_600 + $0) * 1_000_000_000 })
  }

  /// Values of different processes are never one series.
  @Test(arguments: [
    "pid=7 rss=100MB\npid=8 rss=200MB\n", "PID 7 RSS: 100 MB\nPID 8 RSS: 200 MB\n",
    "2024-05-01T12:30:00.123456Z [info     ] memory    pid=7 rss=104857600\n"
      + "2024-05-01T12:30:01.123456Z [info     ] memory    pid=8 rss=209715200\n",
    "2024-05-01 12:30:00 INFO a pid=7 rss=100MB\n2024-05-01 12:30:01 INFO a pid=8 rss=200MB\n",
  ])
  func processesThatLinesName(text: String) throws {
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.series.map(\.process) == [7, 8])
    #expect(tally.points.map { $0.value / Self.mebibyte } == [100, 200])
  }

  /// All of 2024-05-31 12:30:00 UTC, by `date -u +%s`.
  @Test(arguments: [
    "05/31/2024 12:30:00 PM INFO rss: 5 MB", "31/05/2024 12:30:00 INFO rss: 5 MB",
    "[05/31/24 12:30:00] INFO     rss: 5 MB", "24/05/31 12:30:00 INFO Executor: rss 5 MB",
    "20240531 12:30:00 rss: 5 MB", "31-May-2024 12:30:00 INFO rss: 5 MB",
    "1717158600.000 rss=5MB", "Fri May 31 12:30:00 2024 rss: 5 MB",
    "Fri May 31 12:30:00 PM UTC 2024 rss: 5 MB",
  ])
  func formsOfTimes(line: String) throws {
    let scratch = try ScratchFile(Array("\(line)\n".utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.points.map(\.value) == [5 * Self.mebibyte])
    #expect(tally.points.map(\.time) == [1_717_158_600_000_000_000])
  }

  /// Either number may be the month, so that there is no time rather than a wrong one.
  @Test func datesOfTwoMeanings() throws {
    let scratch = try ScratchFile(Array("05/06/2024 12:30:00 rss: 5 MB\n".utf8))
    #expect(try ProfileTally(path: scratch.path).points.map(\.time) == [nil])
    try scratch.write(Array("05/06/2024 01:30:00 AM rss: 5 MB\n".utf8))
    #expect(try ProfileTally(path: scratch.path).points.first?.time != nil)
  }

  @Test func timesOfGlogCountFromTheFirst() throws {
    let text =
      "I0531 12:30:00.000000 77 a.py:1] rss: 5 MB\nW0531 12:30:01.500000 78 a.py:1] rss: 6 MB\n"
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.points.map(\.time) == [0, 1_500_000_000])
    // Its number is a thread's.
    #expect(tally.series.map(\.process) == [nil])
  }

  @Test(arguments: [
    ("Process-1: RSS 1 MB\nProcess-2: RSS 2 MB\n", ["Process-1", "Process-2"]),
    ("[worker 3] rss: 1 MB\n[worker 4] rss: 2 MB\n", ["worker 3", "worker 4"]),
    ("Rank 0: memory 1 MB\nRank 1: memory 2 MB\n", ["Rank 0", "Rank 1"]),
    (
      "[2026-03-01 00:00:00] worker-0 Memory usage: 1 MB\n"
        + "[2026-03-01 00:00:01] worker-1 Memory usage: 2 MB\n", ["worker-0", "worker-1"]
    ),
  ])
  func workersThatLinesName(text: String, names: [String]) throws {
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(Self.values(tally) == ["\(names[0]) rss 1.0", "\(names[1]) rss 2.0"])
  }

  @Test func rowsBehindAWord() throws {
    let text =
      "2024-05-01 12:30:00,000 INFO mem: /app/a.py:10: size=4 KiB, count=2, average=2 KiB\n"
    let scratch = try ScratchFile(Array(text.utf8))
    #expect(try ProfileTally(path: scratch.path).frames.map(\.file) == ["/app/a.py"])
  }

  @Test func functionsOfLambda() throws {
    let text = "REPORT RequestId: a\tMemory Size: 512 MB\tMax Memory Used: 123 MB\t\n"
    let scratch = try ScratchFile(Array(text.utf8))
    #expect(Self.values(try ProfileTally(path: scratch.path)) == ["peak_rss 123.0"])
  }

  @Test func containersInJSON() throws {
    let text =
      #"{"Container":"9f1b","MemPerc":"6.05%","MemUsage":"120.5MiB / 1.944GiB","Name":"web"}"#
    let scratch = try ScratchFile(Array("\(text)\n".utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(Self.values(tally) == ["web rss 120.5"])
  }

  @Test func wordsAndANumberAreNoType() throws {
    let text = "After iteration 1\nfunction   2200  +10\ndict       1200   +5\n"
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(Set(tally.texts.values) == ["function", "dict"])
  }

  @Test func datesBetweenTables() throws {
    let tally = try Self.tally("ps-with-date.txt")
    // 2024-05-01 12:30:00 UTC, by `date -u +%s`.
    #expect(tally.points.map(\.time) == [0, 10, 20].map { (1_714_566_600 + $0) * 1_000_000_000 })
  }

  /// What is left out is counted, by its kind.
  @Test(arguments: [
    (
      "log-whose-memory.log",
      ["memory of an allocator": 1, "memory of the machine": 3, "other kinds of memory": 4]
        as [String: Int64]
    ),
    ("oom-control-group.log", ["memory of a control group": 1, "pages of tasks": 2]),
    ("top-macos.txt", ["memory of the machine": 2]),
  ])
  func countedWhatIsLeftOut(name: String, kinds: [String: Int64]) throws {
    let findings = try Self.tally(name).findings.filter { $0.kind != "messages left out" }
    #expect(Dictionary(findings.map { ($0.kind, Int64($0.count)) }, uniquingKeysWith: +) == kinds)
  }

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
