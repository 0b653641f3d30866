import CaptureModel
import Foundation
import TestSupport
import Testing

@testable import CaptureFormats

@Suite struct MprofTests {
  static let names = [
    "blocks", "old-0.55", "phases-exec", "phases-python", "short", "workers-both",
    "workers-include-children", "workers-multiprocess",
  ]

  /// mprof's own answers.
  struct Expected: Decodable {
    struct Call: Decodable {
      var start: Double
      var end: Double
      var memStartMib: Double
      var memEndMib: Double
      var level: Int32?
    }
    struct Function: Decodable { var calls: [Call] }
    struct Child: Decodable {
      var samples: Int
      var peakMib: Double
    }
    var cmdLine: String?
    var samples: Int
    var first: [Double]
    var last: [Double]
    var peakMib: Double
    var functions: [String: Function]
    var children: [String: Child]

    init(_ name: String) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let url = Project.fixtures("memory_profiler").appending(path: "\(name).expected.json")
      self = try decoder.decode(Self.self, from: Data(contentsOf: url))
    }
  }

  static func mebibytes(_ bytes: Double) -> Double { bytes / 1_048_576 }

  @Test(arguments: names)
  func samplesAreMprofs(name: String) throws {
    let expected = try Expected(name)
    let path = fixture("memory_profiler", "\(name).dat")
    let tally = try ProfileTally(path: path)
    #expect(tally.brokenPromises == 0 && tally.ending == .complete)
    #expect(tally.description.kind == .series && tally.description.clock == .wall)
    let whole = tally.series.firstIndex { $0.process == nil }
    let points = tally.points.filter { Int($0.series) == whole }
    #expect(points.count == expected.samples)
    for (point, pair) in [(points.first, expected.first), (points.last, expected.last)] {
      let point = try #require(point)
      // A ten-thousandth of a second is the file's last digit.
      #expect(abs(Double(point.time ?? 0) / 1e9 - pair[0]) < 1e-6)
      #expect(abs(Self.mebibytes(point.value) - pair[1]) < 1e-6)
    }
    let peak = Self.mebibytes(points.map(\.value).max() ?? 0)
    #expect(abs(peak - expected.peakMib) < 1e-6)
    #expect(tally.series.count { $0.process != nil } == expected.children.count)
    for (process, child) in expected.children {
      let index = tally.series.firstIndex { $0.process == Int64(process) }
      let points = tally.points.filter { Int($0.series) == index }
      #expect(points.count == child.samples)
      #expect(abs(Self.mebibytes(points.map(\.value).max() ?? 0) - child.peakMib) < 1e-6)
    }
    #expect(try FormatRegistry.open(path: path).header.commandLine == expected.cmdLine ?? "")
  }

  @Test(arguments: names)
  func callsAreMprofs(name: String) throws {
    let expected = try Expected(name)
    let tally = try ProfileTally(path: fixture("memory_profiler", "\(name).dat"))
    #expect(tally.marks.count == expected.functions.values.reduce(0) { $0 + $1.calls.count })
    for (function, answer) in expected.functions {
      let marks = tally.marks.filter { $0.name == function }
      #expect(marks.count == answer.calls.count)
      for (mark, call) in zip(marks, answer.calls) {
        #expect(abs(Double(mark.start ?? 0) / 1e9 - call.start) < 1e-6)
        #expect(abs(Double(mark.end ?? 0) / 1e9 - call.end) < 1e-6)
        #expect(abs(Self.mebibytes(Double(mark.startBytes ?? 0)) - call.memStartMib) < 1e-6)
        #expect(abs(Self.mebibytes(Double(mark.endBytes ?? 0)) - call.memEndMib) < 1e-6)
        #expect(mark.level == call.level ?? 0)
      }
    }
  }

  @Test func namesOfBlocksMayHoldSpaces() throws {
    let text = "FUNC .load the file 1.5 10.0001 2.5 11.5 3\nFUNC .old one 1.5 10.0 2.5 11.5\n"
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.marks.map(\.name) == [".load the file", ".old one"])
    #expect(tally.marks.map(\.level) == [3, 0])
    #expect(tally.marks.map(\.start) == [10_000_100_000, 10_000_000_000])
    #expect(tally.marks.map(\.endBytes) == [2_621_440, 2_621_440])
  }

  @Test func blankLinesAreReadOver() throws {
    let tally = try ProfileTally(path: fixture("memory_profiler", "broken-blank-line.dat"))
    #expect(tally.points.count == 1)
    #expect(tally.findings.map(\.kind) == ["blank line"])
    #expect(tally.findings.first?.detail.hasSuffix("first in line 2") == true)
  }

  @Test func valuesThatAreNoneAreLeftOut() throws {
    // nan, abc and a sample without a time; one unknown word; one good sample.
    let tally = try ProfileTally(path: fixture("memory_profiler", "broken-values.dat"))
    #expect(tally.points.map(\.value) == [7.5 * 1_048_576])
    #expect(tally.findings.map(\.kind) == ["record without its numbers", "unknown record"])
    #expect(tally.findings.map(\.count) == [3, 1])
  }

  @Test func aCutLineEndsTheData() throws {
    let bytes = try fixtureBytes("memory_profiler", "broken-cut-line.dat")
    let tally = try ProfileTally(path: fixture("memory_profiler", "broken-cut-line.dat"))
    let start = UInt64((bytes.lastIndex(of: 0x0A) ?? 0) + 1)
    #expect(
      tally.ending
        == .incomplete(offset: start, reason: "line 9 is cut; what came before is whole"))
    #expect(tally.points.count == 7)
  }

  @Test func emptyFilesAreEmpty() {
    let path = fixture("memory_profiler", "broken-empty.dat")
    #expect(openingError(path) == .empty(path: path))
  }

  @Test(arguments: ["workers-both", "blocks"])
  func damageNeverTraps(name: String) throws {
    let bytes = try fixtureBytes("memory_profiler", "\(name).dat")
    try Damage.cut(bytes, format: "mprof")
    try Damage.flip(bytes, format: "mprof")
    try Damage.mutate(bytes, format: "mprof")
  }
}

@Suite struct LineReportTests {
  static let mebibyte = 1_048_576.0

  /// Increment in MiB and executions of each line, from the report by hand.
  static func rows(_ tally: ProfileTally) -> [Int32: (growth: Double, executions: Int64)] {
    var rows: [Int32: (growth: Double, executions: Int64)] = [:]
    for (index, record) in tally.records.enumerated() {
      guard let frame = tally.stack(record.stack).last else { continue }
      let increment = tally.value(index, .increment, .size) ?? 0
      rows[frame.line, default: (0, 0)].growth += Double(increment) / mebibyte
      rows[frame.line, default: (0, 0)].executions +=
        tally.value(index, .increment, .count) ?? 0
    }
    return rows
  }

  @Test func incrementsAndExecutionsAreTheReports() throws {
    let tally = try ProfileTally(path: fixture("memory_profiler", "lines.report.txt"))
    #expect(tally.brokenPromises == 0 && tally.ending == .complete && tally.findings.isEmpty)
    let rows = Self.rows(tally)
    // Two calls of sieve, one of stairs and of put.
    #expect(abs((rows[12]?.growth ?? 0) - 38.5) < 1e-6 && rows[12]?.executions == 1_000_016)
    #expect(abs((rows[18]?.growth ?? 0) + 36.2) < 1e-6 && rows[18]?.executions == 2)
    #expect(abs((rows[26]?.growth ?? 0) + 10.1836) < 1e-6 && rows[26]?.executions == 6)
    #expect(abs((rows[41]?.growth ?? 0) - 2.5) < 1e-6 && rows[41]?.executions == 50_003)
    // The first row's increment is the memory at the start.
    #expect(rows[9]?.growth == 0 && rows[9]?.executions == 2)
    // Lines that did not run have a text and no numbers.
    #expect(rows[10] == nil)
    #expect(Set(tally.frames.map(\.function)) == ["sieve", "stairs", "put"])
    #expect(tally.frames.allSatisfy { $0.file == "lines.py" })
    #expect(tally.description.properties.contains { $0 == ("calls reported", "4") })
  }

  @Test func olderReportsHaveNoExecutions() throws {
    let tally = try ProfileTally(path: fixture("memory_profiler", "lines-old-0.55.report.txt"))
    let rows = Self.rows(tally)
    #expect(abs((rows[15]?.growth ?? 0) - 0.3) < 1e-6 && rows[15]?.executions == 0)
    #expect(abs((rows[27]?.growth ?? 0) - 8.1328) < 1e-6)
  }

  @Test func textOfLinesIsKept() throws {
    let tally = try ProfileTally(path: fixture("memory_profiler", "lines.report.txt"))
    let texts = Dictionary(
      tally.sourceLines.map { ($0.line, $0.text) }, uniquingKeysWith: { first, _ in first })
    #expect(texts[19] == "    text = \"a|b   %d\" % sum(flags)")
    #expect(texts[10] == "def sieve(n):")
    #expect(texts[40] == "        \"\"\"é – text that is not ASCII\"\"\"")
    #expect(tally.sourceLines.count == texts.count)
  }

  /// MiB of the most memory and of all increments of each line.
  private static func usage(_ tally: ProfileTally) -> [Int32: (most: Double, growth: Double)] {
    var usage: [Int32: (most: Double, growth: Double)] = [:]
    for (index, record) in tally.records.enumerated() {
      guard let line = tally.stack(record.stack).last?.line else { continue }
      let most = Double(tally.value(index, .increment, .usage) ?? 0) / mebibyte
      let growth = Double(tally.value(index, .increment, .size) ?? 0) / mebibyte
      usage[line, default: (0, 0)].most += most
      usage[line, default: (0, 0)].growth += growth
    }
    return usage
  }

  private static func memory(_ tally: ProfileTally) -> [Double] {
    tally.points.map { ($0.value / mebibyte * 100).rounded() / 100 }
  }

  @Test func memoryGrowsFromCallToCall() throws {
    let tally = try ProfileTally(path: fixture("cases", "mp-leak-between-calls.log"))
    #expect(tally.brokenPromises == 0)
    #expect(tally.series.map(\.name) == ["rss"])
    #expect(Self.memory(tally) == [50, 250, 450])
    #expect(tally.points.map(\.line) == [5, 14, 23])
    let usage = Self.usage(tally)
    #expect(usage[5]?.most == 450 && usage[5]?.growth == 0 && usage[7]?.most == 450)
  }

  @Test(arguments: [
    ("mp-old-MB.txt", [7.73, 7.61, 7.8], "test/test_func.py"),
    ("mp-no-filename.txt", [1125.98, 1380.25], ""),
    (
      "mp-pasted-from-shell.txt", [48, 48.2, 48.4, 48.2],
      "/Users/u/data_science/mprun_demo.py"
    ),
    (
      "mp-with-guppy.txt", [5.76, 6.09, 8.28, 14.37, 13.98, 16.71], ""
    ),
    (
      "mp-interleaved.log", [51, 61, 91, 50, 60, 92], "work.py"
    ),
  ])
  func reportsAsPeopleHaveThem(name: String, memory: [Double], file: String) throws {
    let tally = try ProfileTally(path: fixture("cases", name))
    #expect(tally.brokenPromises == 0 && tally.ending == .complete)
    #expect(Self.memory(tally).sorted() == memory.sorted())
    #expect(tally.frames.allSatisfy { $0.file == file })
  }

  @Test func reportsWithoutTextOfLines() throws {
    let tally = try ProfileTally(path: fixture("cases", "mp-no-contents.txt"))
    let usage = Self.usage(tally)
    #expect(usage.count == 16 && tally.sourceLines.isEmpty)
    #expect(usage[58]?.most == 192.2 || abs((usage[58]?.most ?? 0) - 192.2) < 1e-5)
    #expect(abs((usage[59]?.growth ?? 0) + 8.1) < 1e-5)
    let marked = try ProfileTally(path: fixture("cases", "mp-bom.txt"))
    #expect(marked.ending == .complete && marked.frames.allSatisfy { $0.file == "lines.py" })
    #expect(abs((Self.usage(marked)[12]?.most ?? 0) - 61.4) < 1e-5)
  }

  @Test func reportsMayStandInALog() throws {
    let tally = try ProfileTally(path: fixture("memory_profiler", "phases.report.txt"))
    let rows = Self.rows(tally)
    #expect(abs((rows[14]?.growth ?? 0) - 50.2) < 1e-6 && rows[14]?.executions == 50)
    #expect(abs((rows[24]?.growth ?? 0) + 20.1) < 1e-6)
    let most = tally.description.properties.first { $0.name == "most memory" }
    #expect(most?.value.hasSuffix("phases.py:13") == true)
  }

  @Test func aReportWithoutItsEndSaysSo() throws {
    let tally = try ProfileTally(path: fixture("memory_profiler", "broken-cut.report.txt"))
    // Pasted reports end like this too, so it is no damage.
    #expect(tally.ending == .complete && tally.findings.map(\.kind) == ["open report"])
    #expect(abs((Self.rows(tally)[11]?.growth ?? 0) - 1) < 1e-6)
  }

  @Test func carriageReturnsDoNotMatter() throws {
    let bytes = try fixtureBytes("memory_profiler", "lines.report.txt")
    let text = String(decoding: bytes, as: UTF8.self).replacing("\n", with: "\r\n")
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    let plain = try ProfileTally(path: fixture("memory_profiler", "lines.report.txt"))
    #expect(tally.values == plain.values && tally.sourceLines == plain.sourceLines)
  }

  @Test func damageNeverTraps() throws {
    let bytes = try fixtureBytes("memory_profiler", "lines.report.txt")
    try Damage.cut(bytes, format: "memory_profiler")
    try Damage.flip(bytes, format: "memory_profiler")
    try Damage.mutate(bytes, format: "memory_profiler")
  }
}
