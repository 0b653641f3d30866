import CaptureModel
import Testing

@testable import CaptureFormats

/// What collectors put before lines, and that nothing else is taken for it.
@Suite struct LineHeadTests {
  @Test(arguments: [
    ("2024-05-01T12:30:00.1234567Z  Index  Count", " Index  Count", "", "", nil),
    ("2024-07-01T12:30:00.123456Z 00O line", "line", "", "", nil),
    ("section_start:1560896352:build\rRSS: 5 MB", "RSS: 5 MB", "", "", nil),
    ("[2024-05-01T12:30:00.123Z] + python x.py", "+ python x.py", "", "", nil),
    ("[pod/web-1/app]     rss", "    rss", "web-1/app", "", nil),
    ("Nov 30 12:00:01 host app[123]: RSS: 5 MB", "RSS: 5 MB", "host", "app", 123),
    (
      "Nov  3 12:00:01 host kernel: [  518.050606] Out of memory", "Out of memory", "host",
      "kernel", nil
    ),
    ("2024-05-01T10:00:00+0200 host app[9]:   x", "  x", "host", "app", 9),
    ("<34>1 2024-05-01T12:00:00.003Z host app 9 ID47 - x", "x", "host", "app", 9),
    ("<165>1 - - app - - [a@1 b=\"c\"] x", "x", "", "app", nil),
    ("<34>Nov 30 12:00:01 host app[123]: x", "x", "host", "app", 123),
    ("<b> x", "<b> x", "", "", nil),
    ("2012-11-30T06:45:29+00:00 app[web.1]: x", "x", "", "web.1", nil),
    (
      "Jan 08 10:55:11 some-app heroku/web.1:  source=web.1", " source=web.1", "some-app", "web.1",
      nil
    ),
  ])
  func heads(line: String, rest: String, source: String, name: String, id: Int64?) {
    let bytes = Array(line.utf8)
    let head = LineHead(bytes.span)
    #expect(bytes.span.text(head.start..<bytes.count) == rest)
    #expect(bytes.span.text(head.source) == source)
    #expect(bytes.span.text(head.name) == name)
    #expect(head.id == id)
  }

  @Test(arguments: [
    "2024-05-01 10:00:00,123 INFO hello", "2024-05-01T10:00:02Z INFO hello",
    "[2024-05-01 10:00:01,000: INFO/MainProcess] Received", "[123] hello", "dict  18098  +18098",
    "Mar dict list", "     9     21.9 MiB     21.9 MiB           1   @profile", "INFO:app:hello",
    "00400000-0041f000 r--p 00000000 fe:00 254587    /usr/bin/python3.11",
  ])
  func contentIsNoHead(line: String) {
    let bytes = Array(line.utf8)
    #expect(LineHead(bytes.span).start == 0)
  }

  private func stripped(_ lines: [String]) -> [String] {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for line in lines {
      bytes += Array(line.utf8)
      ends.append(bytes.count)
    }
    var columns = SourceColumns()
    let heads = columns.heads(bytes.span, ends: ends)
    return lines.enumerated().map { index, line in
      heads.isEmpty ? line : String(decoding: Array(line.utf8)[heads[index].end...], as: UTF8.self)
    }
  }

  @Test func compose() {
    #expect(
      stripped(["web-1  | a", "db-1   |  b", "web-1  | c", "db-1   | d"]) == ["a", " b", "c", "d"])
  }

  @Test func grep() {
    #expect(
      stripped(["ci/job.log:SUMMARY", "ci/job.log-", "ci/job.log-    #0 0x1 in f"])
        == ["SUMMARY", "", "    #0 0x1 in f"])
    #expect(
      stripped(["a/x.log-11-one", "a/x.log:12:two", "a/x.log-13- three"]) == [
        "one", "two", " three",
      ])
    #expect(
      stripped(["x.log:7:a", "x.log:8:b", "x.log:9:c", "x.log:10:d"]) == ["a", "b", "c", "d"])
  }

  @Test(arguments: [
    // Tables whose first column is a name, and places in code.
    [
      "guppy.sets.setsc.ImmNodeSet |         193 |      1.20 MB",
      "                       type |         924 |    890.23 KB",
    ],
    ["dict  |  18098", "list  |   5963", "tuple |   4000"],
    ["INFO  | RSS: 5 MB", "INFO  | RSS: 6 MB", "INFO  | RSS: 7 MB"],
    [
      "/usr/lib/case.py:381: size=185 KiB, count=779",
      "/usr/lib/case.py:402: size=154 KiB, count=378",
      "/usr/lib/case.py:403: size=100 KiB, count=3",
    ],
    ["a.b.c-1 x", "a.b.c-2 y"],
  ])
  func neighboursProveNothing(lines: [String]) {
    #expect(stripped(lines) == lines)
  }

  @Test(arguments: [
    ("[2024-05-01 10:00:01,000: INFO/ForkPoolWorker-1] hello", "ForkPoolWorker-1", "hello"),
    ("[INFO/Process-2:1] hello", "Process-2:1", "hello"),
    ("2024-05-01 10:00:01,000 INFO SpawnPoolWorker-3 hello", "SpawnPoolWorker-3", "hello"),
    ("2024-05-01 10:00:01,000 (MainProcess) WARNING hello", "MainProcess", "hello"),
    ("2024-05-01 10:00:02 [info     ] hello   memory_mb=131", "", "hello   memory_mb=131"),
    ("INFO:     Started server", "", "Started server"), ("INFO:root:hello", "", "hello"),
    ("Apr 19 08:11:44 INFO hello", "", "hello"),
  ])
  func recordsOfProcesses(line: String, name: String, message: String) {
    let bytes = Array(line.utf8)
    let head = LogHead(bytes.span)
    #expect(head.beginsRecord)
    #expect(bytes.span.text(head.name) == name)
    #expect(bytes.span.text(head.messageStart..<bytes.count) == message)
  }

  /// Heads with nothing behind them end within the line.
  @Test(arguments: [
    "2024-05-01 10:00:01,000 INFO MainProcess", "2024-05-01 10:00:01,000 (Process-1",
    "[INFO/Process-2]", "INFO:", "2024-05-01 10:00:01", "Nov 30 12:00:01 host app[123]:",
    "[pod/", "[pod/a]", "2024-05-01T12:30:00.1234567Z", "2024-05-01T12:30:00.1234567Z 00O",
    "anon-rss:1kB Killed process 5 (x)", "[pid: 5|app: 0] } [Thu Apr 19 08:11:44 2018]", ":",
    "file.log-", "a  |", "> ", "\u{1b}[", "[('", "[('a', ", "getsizeof(", "{", "Line #",
  ])
  func headsAlone(line: String) throws {
    let scratch = try ScratchFile(Array((line + "\n" + line + "\n" + line).utf8))
    _ = try ProfileTally(path: scratch.path, format: "log")
  }

  @Test func timesWithoutAYear() {
    var clock = TextClock()
    let day: Int64 = 86_400_000_000_000
    func time(_ text: String) -> Int64 {
      let bytes = Array(text.utf8)
      return LogTime(yearless: bytes.span, at: 0)?.nanoseconds ?? -1
    }
    #expect(clock.place(time("Dec 31 23:59:59"), hasNoYear: true) == 0)
    #expect(clock.place(time("Jan  1 00:00:01"), hasNoYear: true) == 2_000_000_000)
    #expect(clock.isElapsed)
    var wall = TextClock()
    // 2025-02-28 and 2025-03-01.
    #expect(wall.place(20_147 * day, hasNoYear: false) == 20_147 * day)
    #expect(wall.place(time("Mar  1 00:00:00"), hasNoYear: true) == 20_148 * day)
    #expect(!wall.isElapsed)
  }

  @Test func timesOfDay() throws {
    let text = "23:59:59,5 INFO a\n[00:00:01] INFO b\n00:00:02 INFO RSS: 5 MB\n"
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.marks.map(\.start) == [0, 1_500_000_000])
    #expect(tally.points.map(\.time) == [2_500_000_000])
    #expect(tally.description.clock == .elapsed)
  }
}
