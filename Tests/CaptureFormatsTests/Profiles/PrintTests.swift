import CaptureModel
import Testing

@testable import CaptureFormats

/// Prints of tracemalloc, memray and lists of types, against the numbers that stand in them.
@Suite struct PrintTests {
  private static func read(_ text: String) throws -> ProfileTally {
    let scratch = try ScratchFile(Array(text.utf8))
    return try ProfileTally(path: scratch.path)
  }

  /// Rows of each moment: place or type, and numbers.
  private static func rows(_ tally: ProfileTally) -> [[String]] {
    var rows: [[String]] = Array(repeating: [], count: tally.moments.count)
    for (index, record) in tally.records.enumerated() {
      let frame = tally.stack(record.stack).last
      let place = frame.map { $0.line > 0 ? "\($0.file):\($0.line)" : $0.file + $0.function }
      let name = record.type.flatMap { tally.texts[$0] } ?? place ?? "?"
      let moment = tally.moments[Int(record.moment)]
      let numbers = (moment.values ?? []).map { "\(tally.value(index, Int($0)))" }
      rows[Int(record.moment)].append(([name] + numbers).joined(separator: " "))
    }
    return rows
  }

  @Test func statistics() throws {
    let tally = try ProfileTally(path: fixture("cases", "tracemalloc-top10.txt"))
    #expect(tally.brokenPromises == 0)
    let rows = Self.rows(tally)
    #expect(rows.count == 1 && rows[0].count == 10)
    // 4855 KiB and 88.7 KiB.
    #expect(rows[0][0] == "<frozen importlib._bootstrap>:716 4971520 39328")
    #expect(rows[0][5] == "/usr/lib/python3.4/abc.py:133 90829 347")
    #expect(tally.moments.map(\.isPartial) == [true])
    #expect(tally.description.isEstimated && !tally.description.hasFunctions)
    #expect(tally.description.properties.contains { $0.name == "rounded" })
  }

  @Test func differences() throws {
    let tally = try ProfileTally(path: fixture("cases", "tracemalloc-diff-2.txt"))
    let rows = Self.rows(tally)
    #expect(rows.map(\.count) == [5, 5])
    let file = "/usr/local/lib/python3.5/dist-packages/qutebrowser/mainwindow/tabwidget.py"
    // 25.5 MiB less 24.8 MiB, 955,960 blocks less 929,972.
    #expect(rows[0][0] == "\(file):895 734003 25988")
    #expect(rows[1][0] == "\(file):895 26738688 955960")
    #expect(tally.moments.map(\.isPartial) == [true, true])
  }

  @Test func reprsAndTheExampleOfTheDocumentation() throws {
    let tally = try ProfileTally(path: fixture("cases", "tracemalloc-repr.txt"))
    let rows = Self.rows(tally)
    #expect(rows.map(\.count) == [5, 5, 3])
    #expect(rows[0][0] == "leak.py:40 0 0")
    #expect(rows[1][0] == "leak.py:40 64000 1000")
    // 62.5 KiB, 0.5 KiB and the 0.2 KiB of all others.
    #expect(
      rows[2] == ["leak.py:40 64000", "python3.5/tracemalloc.py:349 512", "(other lines) 205"])
    #expect(tally.moments.map(\.isPartial) == [true, true, false])
    #expect(tally.sourceLines.first?.text == "cg.get(kmer)")
  }

  @Test func tracebacks() throws {
    let text = """
      [ Top 2 ]
      app.py:9: size=12.0 KiB, count=3, average=4096 B
        File "app.py", line 9
          inner()
        File "main.py", line 2
          run()
      lib.py:4: size=8 B, count=1, average=8 B
        File "main.py", line 3
        File "lib.py", line 4
      """
    let tally = try Self.read(text)
    let stacks = tally.records.map { tally.stack($0.stack).map { "\($0.file):\($0.line)" } }
    // The first is printed with the newest frame first, as before Python 3.7.
    #expect(stacks == [["main.py:2", "app.py:9"], ["main.py:3", "lib.py:4"]])
    #expect(tally.values == [12288, 3, 8, 1])
  }

  @Test func printsOfALogAreMoments() throws {
    let text = """
      2024-06-09 10:00:00,000 INFO [ Top 2 ]
      2024-06-09 10:00:00,001 INFO /srv/a.py:1: size=10 KiB (+1 KiB), count=2 (+1), average=5 KiB
      2024-06-09 10:05:00,000 INFO [ Top 2 ]
      2024-06-09 10:05:00,001 INFO /srv/a.py:1: size=12 KiB (+2 KiB), count=3 (+1), average=4 KiB
      """
    let tally = try Self.read(text)
    #expect(
      Self.rows(tally) == [
        ["/srv/a.py:1 9216 1"], ["/srv/a.py:1 10240 2"], ["/srv/a.py:1 12288 3"],
      ])
    // 2024-06-09 10:00:00.001 and 10:05:00.001 UTC.
    #expect(
      tally.moments.map(\.time) == [
        1_717_927_200_001_000_000, 1_717_927_200_001_000_000, 1_717_927_500_001_000_000,
      ])
  }

  @Test func statisticsOfMemray() throws {
    let tally = try ProfileTally(path: fixture("cases", "memray-stats-print.txt"))
    #expect(tally.brokenPromises == 0)
    // 257.024 × 1024 × 1024, of which no place is printed.
    #expect(Self.rows(tally) == [["(places not printed) 269509198"]])
    #expect(tally.description.values == [ProfileValue(.allocated, .size, unit: "bytes")])
    let facts = Dictionary(
      tally.description.properties.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a })
    #expect(facts["total allocations"] == "2468520")
    #expect(facts["allocations < 119.000B"] == "302549")
    #expect(facts["allocations <=8.004MB"] == "14")
    #expect(facts["greatest"] == "8.004MB")
  }

  @Test func placesOfMemray() throws {
    let text = """
      📏 Total allocations:
      \t295

      📦 Total memory allocated:
      \t5.000MB

      📊 Histogram of allocation size:
      \tmin: 32.000B
      \t< 1.962kB  :  76 ▇▇▇

      🥇 Top 2 largest allocating locations (by size):
      \t- make_block:pure_small.py:8 -> 3.000MB
      \t- std::vector<int>::grow:/usr/include/vector:12 -> 500.000kB

      🥇 Top 2 largest allocating locations (by number of allocations):
      \t- build_table:pure_small.py:14 -> 50
      """
    let tally = try Self.read(text)
    // kB is of a thousand bytes, and so are the others.
    #expect(
      Self.rows(tally) == [
        [
          "pure_small.py:8 3000000", "/usr/include/vector:12 500000",
          "(places not printed) 1500000",
        ]
      ])
    #expect(tally.frames.map(\.function).contains("std::vector<int>::grow"))
    #expect(
      tally.description.properties.contains {
        $0 == ("allocations at build_table:pure_small.py:14", "50")
      })
  }

  @Test func summaryOfMemray() throws {
    let tally = try ProfileTally(path: fixture("cases", "memray-summary-print.txt"))
    #expect(tally.brokenPromises == 0 && tally.moments.map(\.isPartial) == [true])
    // What places hold themselves: 1.358 MB, 2.000 MB and 72.060 kB of a thousand bytes.
    #expect(
      Self.rows(tally) == [
        [
          "aggregate_me.pypeak 1358000", "aggregate_me.py<listcomp> 2000000",
          "aggregate_me.pychurn 72060",
        ]
      ])
    #expect(tally.frames.map(\.function) == ["peak", "<listcomp>", "churn"])
    #expect(tally.description.values == [ProfileValue(.peak, .size, unit: "bytes")])
  }

  @Test func numbersThatATerminalCutOff() {
    guard
      case .nothingKept(_, let reasons)? = openingError(
        fixture("cases", "memray-summary-narrow.txt"))
    else {
      Issue.record("numbers that are cut off are kept")
      return
    }
    #expect(reasons.contains { $0.contains("COLUMNS=200") })
  }

  @Test func treeOfMemray() throws {
    let tally = try ProfileTally(path: fixture("cases", "memray-tree-print.txt"))
    #expect(tally.brokenPromises == 0 && tally.points.isEmpty)
    #expect(tally.moments.map(\.isPartial) == [true])
    let own = Dictionary(
      tally.records.indices.map { index in
        let last = tally.stack(tally.records[index].stack).last
        return ("\(last?.function ?? ""):\(last?.line ?? 0)", tally.value(index))
      }, uniquingKeysWith: +)
    #expect(own["peak:12"] == 2_000_000 && own["peak:13"] == 1_049_000)
    #expect(own["peak:14"] == 308_930 && own["_bootstrap:1002"] == 73_414)
    // 3.499 MB, without the 3.459 MB and 4.066 kB below it, hidden frames between.
    #expect(own["_run_tracker:63"] == 35_934)
    let deepest = tally.records.map { tally.stack($0.stack) }.max { $0.count < $1.count } ?? []
    #expect(deepest.map(\.function) == ["_run_tracker", "<module>", "main", "peak"])
  }

  @Test(arguments: [
    "78: size=25.5 MiB (+24.8 MiB), count=955960 (+929972), average=28 B",
    "#1: size=25.5 MiB, count=3, average=28 B", "- : size=1 B, count=1", ": size=1 B, count=1",
  ])
  func rowsWithoutAPlace(line: String) {
    let bytes = Array(line.utf8)
    #expect(TracePrintLine(bytes.span) == nil)
  }

  @Test func placesWithoutASize() throws {
    let tally = try Self.read(
      """
      📏 Total allocations:
      \t295
      🥇 Top 2 largest allocating locations (by size):
      \t- make_block:pure_small.py:8 ->\u{20}
      \t- make_block:pure_small.py:8 -> 3.000MB
      """)
    #expect(tally.records.count == 1)
  }

  @Test func testsOfPytest() throws {
    let tally = try ProfileTally(path: fixture("cases", "pytest-memray-print.txt"))
    #expect(tally.brokenPromises == 0)
    #expect(tally.moments.count == 1)
    #expect(
      tally.processes.map(\.name) == [
        "tests/test_simple_cache.py::test_big_row",
        "tests/test_url_signer.py::test_sign_urls_in_first_rows_in_place[audio]",
      ])
    let first = tally.processes.first?.process
    // 318.7 MiB, of which 223.4 and 95.4 MiB and 1.5 KiB are told: more than the total as rounded.
    #expect(tally.records.filter { $0.process == first }.count == 3)
    #expect(tally.total(where: { $0.process != first }) == 95_315_558)
    #expect(tally.description.values == [ProfileValue(.peak, .size, unit: "bytes")])
  }

  @Test func listsOfTypes() throws {
    let tally = try ProfileTally(path: fixture("cases", "type-growth-log.log"))
    let rows = Self.rows(tally)
    #expect(rows.map(\.count) == [7, 3, 3])
    #expect(rows[0][0] == "dict 70900 46")
    #expect(rows[2] == ["State 743 7", "ReadOnlyDict 2591 7", "Event 568 5"])
    #expect(tally.moments.allSatisfy { $0.isPartial && $0.time != nil })
  }

  @Test(
    arguments: [
      ("[('dict', 500, 3), ('list', 400, 2)]", 2), ("top: [('function', 9000), ('dict', 80)]", 2),
      ("Counter({'dict': 90, 'tuple': 80})", 2),
      ("[(<class 'dict'>, 90), (<class 'list'>, 80)]", 2),
      ("args: [('a', 1), ('b', 2)]", nil), ("[('host', 80, 443)]", nil), ("[('x', 3, 1, 2)]", nil),
      ("Counter({'error': 90, 'ok': 80})", nil), ("[('dict', 80), ('function', 9000)]", nil),
    ] as [(String, Int?)])
  func listsThatAreOfTypes(text: String, rows: Int?) {
    let bytes = Array(text.utf8)
    #expect(TypeList(bytes.span)?.rows.count == rows)
  }

  @Test func aLeakWithoutABanner() throws {
    let tally = try ProfileTally(path: fixture("cases", "memcheck-no-banner.log"))
    #expect(tally.values == [40, 1])
    #expect(tally.records.map(\.process) == [307])
  }

  @Test(arguments: [
    "tracemalloc-diff.txt", "tracemalloc-repr.txt", "memray-stats-print.txt",
    "pytest-memray-print.txt", "type-growth-log.log", "memcheck-no-banner.log",
  ])
  func damage(file: String) throws {
    let bytes = try fixtureBytes("cases", file)
    try Damage.cut(bytes, format: "log", most: 400)
    try Damage.flip(bytes, format: "log")
    try Damage.mutate(bytes, format: "log")
  }
}
