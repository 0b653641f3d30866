import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

/// Log lines against the values that the programs noted while they wrote them.
@Suite struct LogTests {
  private struct Truth: Decodable {
    struct Value: Decodable {
      var epoch: Double?
      var metric: String
      var process: Int64
      var bytes: Double

      init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        epoch = try list.decodeIfPresent(Double.self)
        metric = try list.decode(String.self)
        process = try list.decode(Int64.self)
        bytes = try list.decode(Double.self)
      }
    }
    var files: [String: [Value]]
  }

  static let files = [
    "loguru-default.log", "loguru-serialized.jsonl", "loguru-coloured.log", "loguru-traceback.log",
    "logging-asctime.log", "logging-basicconfig.log", "logging-units.log",
    "logging-two-processes.log", "psutil-dicts.jsonl",
  ]
  /// Files that name processes.
  static let withProcess = [
    "loguru-serialized.jsonl", "logging-units.log", "logging-two-processes.log",
    "psutil-dicts.jsonl",
  ]

  @Test(arguments: files)
  func values(file: String) throws {
    let truth = try JSONDecoder().decode(
      Truth.self, from: Data(try fixtureBytes("python-logs", "truth.json")))
    let expected = try #require(truth.files[file])
    let tally = try ProfileTally(path: fixture("python-logs", file))
    #expect(tally.brokenPromises == 0)
    #expect(tally.points.count == expected.count)
    #expect(tally.description.kind == .series)
    // Printed with two decimals of MB or three of GB.
    let rounding = file == "logging-units.log" ? 600_000.0 : 5_300
    for (point, value) in zip(tally.points, expected) {
      let series = tally.series[Int(point.series)]
      #expect(series.name == value.metric)
      #expect(series.unit == "bytes")
      #expect(series.process == (Self.withProcess.contains(file) ? value.process : nil))
      #expect(abs(point.value - value.bytes) <= rounding, "\(value.metric) in line \(point.line)")
      #expect((point.time == nil) == (value.epoch == nil))
      if let time = point.time, let epoch = value.epoch {
        // The line's own time was taken a moment before, and may be cut to seconds.
        #expect(abs(Double(time) / 1e9 - epoch) < 1.01)
      }
    }
    #expect(tally.description.clock == (file == "logging-basicconfig.log" ? .lines : .wall))
  }

  @Test func exactTimes() throws {
    let tally = try ProfileTally(path: fixture("python-logs", "loguru-coloured.log"))
    // 2026-11-22T13:57:58.151603+0000, by `date -u +%s`.
    #expect(tally.points.first?.time == 1_795_355_878_151_603_000)
  }

  @Test func messagesWithoutSizesAreMarks() throws {
    let tally = try ProfileTally(path: fixture("python-logs", "loguru-traceback.log"))
    #expect(tally.marks.map(\.name) == ["chunk failed", "two lines"])
    #expect(tally.marks.map(\.line) == [4, 11])
    let other = try ProfileTally(path: fixture("python-logs", "loguru-default.log"))
    #expect(other.marks.map(\.name) == ["loading chunk 3"])
  }

  @Test func brokenLines() throws {
    // No number; a date that is none, which leaves the value without a time; an exponent;
    // a broken line about gc; a negative size; separated thousands.
    let tally = try ProfileTally(path: fixture("python-logs", "broken-lines.log"))
    #expect(tally.points.map(\.value) == [12, 1_000, 1234.5].map { $0 * 1_048_576 })
    #expect(tally.points.map(\.line) == [2, 3, 6])
    #expect(tally.points.allSatisfy { $0.time == nil })
    #expect(tally.findings.map(\.kind).sorted() == ["broken gc line", "no size"])
  }

  @Test(arguments: [
    ("Mem Usage: 2 MB", 2_097_152, 2_000_000), ("Mem Usage: 2 MiB", 2_097_152, 2_097_152),
    ("rss=1.5GB", 1_610_612_736, 1_500_000_000), ("RSS: 4096 bytes", 4096, 4096),
    ("peak memory: 3 KB", 3072, 3000), ("memory usage is 10 MB", 10_485_760, 10_000_000),
    ("'rss': 12345678, 'percent': 3", 12_345_678, 12_345_678), ("rss_mb=2.0", 2_097_152, 2_000_000),
  ])
  func units(line: String, binary: Double, decimal: Double) throws {
    let scratch = try ScratchFile(Array("INFO:app:\(line)\r\n".utf8))
    for (isDecimal, expected) in [(false, binary), (true, decimal)] {
      var options = ReadingOptions()
      options.usesDecimalMegabytes = isDecimal
      guard
        case .profile(let reader) = try FormatRegistry.open(path: scratch.path, options: options)
      else {
        Issue.record("no profile")
        return
      }
      #expect(ProfileTally(reader).points.map(\.value) == [expected])
    }
  }

  @Test(arguments: [
    "memory usage: 45%", "Memory error", "member 5 joined", "rssfeed: 5 MB", "Mem Usage: MB",
    "compressed 12 MB", "the memory of 5 people",
  ])
  func otherText(line: String) throws {
    let scratch = try ScratchFile(Array("INFO:app:\(line)\n".utf8))
    #expect(try ProfileTally(path: scratch.path, format: "log").points.isEmpty)
    #expect(openingError(scratch.path) == .unrecognized(path: scratch.path))
  }

  @Test(arguments: [
    ("2026-11-22 13:57:57.278 | INFO     | m:f:51 - hello", 1_795_355_877_278_000_000, "hello"),
    ("2026-11-22 13:57:59,014 - app.worker - INFO - hello", 1_795_355_879_014_000_000, "hello"),
    ("[2026-11-22 13:57:59] [20357] INFO hello", 1_795_355_879_000_000_000, "hello"),
    ("2026-11-22T13:57:58.151603+0200 WARNING hello", 1_795_348_678_151_603_000, "hello"),
    ("INFO 2026-11-22 13:57:59 hello world", 1_795_355_879_000_000_000, "hello world"),
    (
      "::1 - - [22/Nov/2026:13:57:59 +0000] \"GET / HTTP/1.1\" 200", 1_795_355_879_000_000_000,
      "\"GET / HTTP/1.1\" 200"
    ),
    ("2026-11-22 13:57:59,014 INFO app.web GET /orders", 1_795_355_879_014_000_000, "GET /orders"),
  ])
  func heads(line: String, time: Int64, message: String) throws {
    let bytes = Array(line.utf8)
    let head = LogHead(bytes.span)
    #expect(head.time == time)
    #expect(bytes.span.text(head.messageStart..<bytes.count) == message)
  }

  // MARK: the garbage collector

  private struct Collections: Decodable {
    struct Count: Decodable {
      var before: [Double]
      var after: [Double]
    }
    struct Stop: Decodable {
      var generation: Int
      var collected: Double
      var uncollectable: Double
    }
    struct File: Decodable {
      var counts: [Count]?
      var callbacks_stop: [Stop]?
      var generation_and_unreachable: [[Double]]?
    }
    var files: [String: File]
  }

  @Test(arguments: ["py38", "py311", "py312", "py313"])
  func collections(python: String) throws {
    let truth = try JSONDecoder().decode(
      Collections.self, from: Data(try fixtureBytes("python-logs", "gc-\(python).truth.json")))
    let file = "gc-\(python).log"
    let expected = try #require(truth.files[file])
    let tally = try ProfileTally(path: fixture("python-logs", file))
    func values(_ name: String) -> [Double] {
      tally.points.filter { tally.series[Int($0.series)].name == name }.map(\.value)
    }
    let counts = try #require(expected.counts)
    for generation in 0..<3 {
      #expect(
        values("gc\(generation)")
          == counts.flatMap { [$0.before[generation], $0.after[generation]] })
    }
    let stops = try #require(expected.callbacks_stop)
    #expect(values("gc_collected").suffix(stops.count) == stops.map(\.collected)[...])
    #expect(values("gc_uncollectable").suffix(stops.count) == stops.map(\.uncollectable)[...])
    #expect(values("gc_ms").count == stops.count)
    #expect(
      tally.marks.filter { $0.name.hasPrefix("gc generation") }.map(\.name)
        == stops.map { "gc generation \($0.generation)" })
    let prints = "gc-debug-stats-\(python).txt"
    let debug = try ProfileTally(path: fixture("python-logs", prints))
    let found = debug.points.filter { debug.series[Int($0.series)].name == "gc_collected" }
    #expect(
      found.map(\.value) == truth.files[prints]?.generation_and_unreachable?.map { $0[1] })
    #expect(debug.points.count { debug.series[Int($0.series)].name == "gc_objects" } == 4)
  }

  @Test(arguments: ["loguru-traceback.log", "loguru-serialized.jsonl", "gc-py311.log"])
  func damage(file: String) throws {
    let bytes = try fixtureBytes("python-logs", file)
    try Damage.cut(bytes, format: "log")
    try Damage.flip(bytes, format: "log")
    try Damage.mutate(bytes, format: "log")
  }
}
