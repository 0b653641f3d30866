import CaptureFormats
import CaptureModel
import Foundation
import TestSupport

extension FuzzTarget {
  /// One target a format; what files they begin with.
  static let formats: [FuzzTarget] = [
    format("memray", ["memray"], [".bin"]),
    format("tracemalloc", ["tracemalloc/py312-nframe5", "tracemalloc/edges"], [".pickle"]),
    format("pytorch", ["pytorch"], [".pickle"]),
    format("torch-trace", ["pytorch"], ["cpu-trace.json.gz"]),
    format("heaptrack", ["heaptrack"], [".txt", ".gz", ".zst"]),
    format("heap-text", ["jemalloc", "gperftools"], [".heap", ".growth", "debug1.txt"]),
    format(
      "native-texts", ["more"], [".log", ".austin", ".prof", ".json", ".txt", ".csv"]),
    format("mprof", ["memory_profiler"], [".dat"]),
    format("memory_profiler", ["memory_profiler", "cases"], [".report.txt", "mp-"]),
    format("scalene", ["scalene"], [".json"]),
    format("speedscope", ["speedscope", "py-spy"], [".speedscope.json"]),
    format("chrometrace", ["chrometrace", "py-spy"], ["chrometrace.json", "events.json"]),
    format(
      "collapsed", ["collapsed", "py-spy"], [".raw.txt", "odd.txt", "simple.txt", "tial.txt"]),
    format("massif", ["massif"], [".massif.out"]),
    format("dhat", ["dhat"], [".dhat.json"]),
    format("leaks", ["lsan"], [".txt"]),
    format("pprof", ["pprof", "pprof/rate1"], [".pb.gz", ".pb", ".pprof"]),
    format("v8", ["v8"], [".heapsnapshot", ".heapprofile", ".heapsnapshot.gz"]),
    format("meliae", ["objects"], [".meliae.jsonl"]),
    format("objgraph", ["objgraph"], [".dot", ".txt"]),
    format(
      "object-tables", ["objects", "cases", "procfs"], ["guppy", "pympler", "smaps", "sizes"]),
    format(
      "processes", ["cases"],
      [
        "ps-", "top-", "smem", "docker", "kubectl", "time-v", "free", "limits", "oom", "pmap",
        "sacct",
        "tasklist", "psrecord", "vmstat", "sar-", "smaps-r", "proc-", "metrics", "values",
      ]),
    format("tracemalloc-prints", ["cases"], ["tracemalloc-"]),
    format("memray-prints", ["cases"], ["memray-", "pytest-"]),
    format("log", ["python-logs", "cases"], [".log", ".jsonl", ".txt"]),
    // What no format is recognised in, and what is wrapped.
    format("foreign", ["foreign"], [".txt", ".json"]),
  ]

  /// A target that opens files as memq does, recognising their format.
  private static func format(
    _ name: String, _ folders: [String], _ pieces: [String]
  ) -> FuzzTarget {
    FuzzTarget(
      name: name,
      seeds: {
        var seeds: [[UInt8]] = []
        for folder in folders {
          let names = try FileManager.default.contentsOfDirectory(
            atPath: Project.fixtures(folder).path)
          for file in names.sorted() where isSeed(file, pieces) {
            let url = Project.fixtures(folder).appending(path: file)
            let bytes = [UInt8](try Data(contentsOf: url))
            seeds.append(bytes)
            // Changes reach what is wrapped only where the wrapping is off.
            if bytes.starts(with: [0x1F, 0x8B]) { seeds.append(try inflated(url)) }
          }
        }
        return seeds.filter { !$0.isEmpty }.map { Array($0.prefix(longest)) }
      },
      read: { bytes, path in readCapture(bytes, path) })
  }

  private static func isSeed(_ name: String, _ pieces: [String]) -> Bool {
    !name.hasSuffix(".md") && !name.contains("expected") && !name.hasSuffix(".view.txt")
      && pieces.contains { $0.hasPrefix(".") ? name.hasSuffix($0) : name.contains($0) }
  }

  /// What gzip has around it; nothing where it is damaged.
  private static func inflated(_ url: URL) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", url.path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return [UInt8](data)
  }

  private static func readCapture(_ bytes: [UInt8], _ path: String) -> Result {
    let reader: CaptureReader
    do throws(CaptureError) {
      reader = try FormatRegistry.open(path: path)
    } catch {
      return .done(signature: Signature.of("\(error)".prefix { $0 != "(" }))
    }
    var drained = DrainedCapture()
    drained.drain(reader)
    if let broken = drained.broken { return .broken(broken) }
    // What is compressed may hold far more; all else yields no more than it has bytes for.
    if reader.header.framing == "raw", drained.yielded > 4_096 + bytes.count * 8 {
      return .broken("\(drained.yielded) things of \(bytes.count) bytes")
    }
    return .done(signature: drained.signature)
  }
}

/// What marks read their text with.
extension FuzzTarget {
  static let marks = FuzzTarget(
    name: "marks",
    seeds: {
      [
        "1.5 start\n2m30s loaded\n", "2024-05-01 12:30:00 INFO begin\n",
        "{\"time\": 1.5, \"name\": \"a\"}\n",
      ]
      .map { Array($0.utf8) }
    },
    read: { bytes, _ in
      do throws(MarksFile.Problem) {
        let marks = try MarksFile.marks(in: String(decoding: bytes, as: UTF8.self))
        return .done(signature: UInt64(marks.count))
      } catch {
        return .done(signature: Signature.of(error.reason.prefix(24)))
      }
    })
}
