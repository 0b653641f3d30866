import CaptureModel
import Foundation
import TestSupport
import Testing

@testable import CaptureFormats

@Suite struct ScaleneTests {
  /// The parts of the file that are its own answers.
  struct File: Decodable {
    struct Row: Decodable {
      var lineno: Int32
      var line: String
      var nMallocMb: Double
      var nMallocs: Int64
      var nCpuPercentPython: Double
      var nCpuPercentC: Double
      var nSysPercent: Double
    }
    struct Source: Decodable { var lines: [Row] }
    var files: [String: Source]
    var samples: [[Double]]
    var program: String

    init(_ name: String) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let url = Project.fixtures("scalene").appending(path: "\(name).json")
      self = try decoder.decode(Self.self, from: Data(contentsOf: url))
    }
  }

  static func lines(_ tally: ProfileTally, _ column: Int = 0) -> [String: Int64] {
    var lines: [String: Int64] = [:]
    for (index, record) in tally.records.enumerated() {
      guard let frame = tally.stack(record.stack).last else { continue }
      lines["\(frame.file):\(frame.line)", default: 0] += tally.value(index, column)
    }
    return lines
  }

  @Test(arguments: ["mixed-1.5.51", "mixed-2.1.4"])
  func memoryPerLineIsScalenes(name: String) throws {
    let file = try File(name)
    let tally = try ProfileTally(path: fixture("scalene", "\(name).json"))
    #expect(tally.brokenPromises == 0 && tally.ending == .complete)
    #expect(tally.description.isEstimated && !tally.description.hasFunctions)
    let bytes = Self.lines(tally)
    // Release 2.1.4 counts no samples.
    let hasCounts = tally.description.values.count > 1
    #expect(hasCounts == (name == "mixed-1.5.51"))
    let samples = hasCounts ? Self.lines(tally, 1) : [:]
    var expectedLines = 0
    for (path, source) in file.files {
      for row in source.lines where row.nMallocMb > 0 {
        expectedLines += 1
        let place = "\(path):\(row.lineno)"
        #expect(abs(Double(bytes[place] ?? 0) - row.nMallocMb * 1_048_576) <= 1)
        #expect(samples[place] ?? 0 == row.nMallocs)
      }
    }
    #expect(expectedLines > 0 && bytes.count == expectedLines)
    #expect(tally.points.count == file.samples.count)
    for (point, pair) in zip(tally.points, file.samples) {
      #expect(point.time == Int64(pair[0]))
      #expect(abs(point.value - pair[1] * 1_048_576) < 1)
    }
    #expect(tally.series == [SeriesDefinition(name: "footprint", unit: "bytes")])
    #expect(tally.sourceLines.contains { $0.text == "        a = np.ones((700, 700))" })
  }

  @Test(arguments: [
    ("mixed-2.4.0-memory-all-zero", ProfileFinding.Severity.warning),
    ("mixed-cpu-only-2.1.4", .note),
  ])
  func withoutMemoryTheProcessorTimeIsShown(
    name: String, severity: ProfileFinding.Severity
  ) throws {
    let file = try File(name)
    let tally = try ProfileTally(path: fixture("scalene", "\(name).json"))
    #expect(tally.findings.map(\.kind) == ["no memory data"])
    #expect(tally.findings.map(\.severity) == [severity])
    #expect(tally.description.values.map(\.population) == [.processor])
    #expect(tally.points.isEmpty)
    let percent = Self.lines(tally)
    for (path, source) in file.files {
      for row in source.lines {
        let expected = row.nCpuPercentPython + row.nCpuPercentC + row.nSysPercent
        #expect(abs(Double(percent["\(path):\(row.lineno)"] ?? 0) / 1e6 - expected) < 1e-5)
      }
    }
  }

  @Test func leakCandidatesAreTold() throws {
    let text = """
      {"alloc_samples": 3, "elapsed_time_sec": 2.5, "memory": true, "files": {"a.py": {"leaks":
      {"25": {"likelihood": 0.9712345, "velocity_mb_s": 12.5}}, "lines": [{"lineno": 25,
      "line": "x = 1\\n", "n_malloc_mb": 20.0, "n_mallocs": 2}]}}}
      """
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.total() == 20 * 1_048_576)
    #expect(tally.findings.map(\.kind) == ["leak candidate"])
    #expect(
      tally.findings.first?.detail
        == "a.py:25: likelihood 0.971, 12.5 MiB/s by scalene's rule")
  }

  @Test func filesWithoutLinesAreRefused() throws {
    let empty = fixture("scalene", "broken-no-samples.json")
    #expect(openingError(empty) == .unrecognized(path: empty))
    guard
      case .malformed(_, "scalene", .byte, let reason)? = openingError(empty, format: "scalene")
    else {
      Issue.record("accepted")
      return
    }
    #expect(reason.contains("ended too soon"))
    let cut = fixture("scalene", "broken-truncated.json")
    #expect(
      openingError(cut)
        == .malformed(
          path: cut, format: "scalene", place: .byte(5000), reason: "the data end inside the JSON"))
  }

  @Test func damageNeverTraps() throws {
    let bytes = try fixtureBytes("scalene", "mixed-2.1.4.json")
    try Damage.cut(bytes, format: "scalene", most: 40) { length, tally in
      if tally.ending == .complete { Issue.record("cut at \(length), and complete") }
    }
    try Damage.flip(bytes, format: "scalene", most: 40)
    try Damage.mutate(Array(bytes.prefix(20_000)), format: "scalene")
  }
}
