import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

/// Files of other kinds are named and refused, whatever they hold.
@Suite struct ForeignFileTests {
  /// What an opened file is said to be; nil when it is not refused as another kind.
  static func kind(_ bytes: [UInt8], format: String? = nil) throws -> String? {
    let scratch = try ScratchFile(bytes)
    guard case .foreign(_, let kind, let reason, let instead)? = openingError(scratch.path) else {
      return nil
    }
    #expect(!reason.isEmpty && !instead.isEmpty)
    return kind
  }

  /// A beginning made of parts, and bytes behind it.
  private static func file(_ parts: [UInt8]...) -> [UInt8] {
    parts.flatMap { $0 } + [UInt8](repeating: 0, count: 64)
  }

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static let elf: [UInt8] =
    [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]

  static let binaries: [(bytes: [UInt8], kind: String)] = [
    (file(text("PERFILE2")), "perf.data"),
    (file(text("JAVA PROFILE 1.0.2")), "Java (HPROF)"),
    (file([0x46, 0x4C, 0x52, 0x00, 0, 2]), "JFR"),
    (file(elf, [4, 0]), "core dump"),
    (file(elf, [3, 0]), "(ELF)"),
    (file([0x80, 4, 0x95]), "pickle, and no snapshot of tracemalloc"),
    (file([0x93], text("NUMPY")), "NumPy"),
    (file(text("PAR1")), "Parquet"),
    (file([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A]), "PNG"),
    (file(text("%PDF-1.7")), "PDF"),
    (file(text("go 1.21 trace")), "execution trace of Go"),
    (file([1, 0x40, 0, 0, 0, 0xF5, 0x10, 0, 0, 0, 0], (1...60).map { UInt8($0) }), "bytehound"),
    (file([0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]), "CPU profile of gperftools"),
  ]

  @Test(arguments: binaries.indices) func binaryFiles(index: Int) throws {
    let (bytes, kind) = Self.binaries[index]
    #expect(try Self.kind(bytes)?.contains(kind) == true, "\(kind)")
  }

  static let texts: [(text: String, kind: String)] = [
    ("main 1234 100.0: cycles:\n\t400526 main (/tmp/a.out)\n", "perf script"),
    ("python3 12/34 [001] 12345.678901: 250000 cpu-clock:u: \n\tffff f (x)\n", "perf script"),
    ("{\"address\":\"0x7f1\",\"type\":\"STRING\",\"class\":\"0x7f2\",\"memsize\":40}\n", "Ruby"),
    ("{\"type\":\"ROOT\",\"root\":\"vm\",\"references\":[\"0x1\"]}\n", "Ruby"),
    ("# callgrind format\nversion: 1\nevents: Ir\nfn=main\n1 20\n", "callgrind"),
    ("desc: I1 cache\ncmd: ./a\nevents: Ir I1mr\nfl=/a.c\nfn=main\n1 20 3\n", "callgrind"),
    (
      "{\"nodes\":[{\"id\":1,\"callFrame\":{},\"hitCount\":0}],\"startTime\":1,\"samples\":[],\"timeDeltas\":[]}",
      "CPU profile of V8"
    ),
    (
      "----------\nCommand: ./a\nMassif arguments: (none)\n----------\n KB\n12.5MB |\n",
      "ms_print"
    ),
    ("<!DOCTYPE html>\n<html><head><title>memray - flamegraph report</title>", "memray made"),
    ("v 10400 3\nx 5 ./app\nX ./app\nI 1000 3e8\nm 1 -\n", "raw recording of heaptrack"),
    ("goroutine profile: total 3\n", "text profile of Go"),
    (
      "<?xml version=\"1.0\"?><svg xmlns=\"x\"><g class=\"func_g\"><title>main (5 samples, "
        + "1%)</title>",
      "flame"
    ),
  ]

  @Test(arguments: texts.indices) func textFiles(index: Int) throws {
    let (text, kind) = Self.texts[index]
    #expect(try Self.kind(Array(text.utf8))?.contains(kind) == true, "\(kind)")
  }

  @Test(arguments: [("perf-script.txt", "perf script"), ("firefox.json", "Firefox")])
  func filesOfPeople(name: String, kind: String) throws {
    #expect(try Self.kind(fixtureBytes("foreign", name))?.contains(kind) == true)
  }

  @Test(arguments: [
    "worker 1234 12.500: loaded: rss 120 MB\n", "app 17 1.0: memory_mb: 131.2\n",
    "2024-01-01 12:00:00 Command: rss 10 MB\nevents: 12\n", "heap profile of today: 12 MB\n",
  ])
  func linesOfLogsAreNoForeignFiles(text: String) throws {
    #expect(try Self.kind(Array(text.utf8)) == nil)
  }

  @Test(
    "captures are taken for nothing else",
    arguments: [
      ("tracemalloc", "edges/protocol-2.pickle"), ("objgraph", "README.md"),
    ])
  func capturesAreNoForeignFiles(folder: String, name: String) {
    if case .foreign? = openingError(fixture(folder, name)) { Issue.record("\(name)") }
  }

  @Test("every text fixture of the formats is still what it was")
  func fixturesAreNoForeignFiles() throws {
    for folder in [
      "massif", "dhat", "lsan", "python-logs", "objgraph", "scalene", "py-spy", "pprof", "v8",
      "collapsed",
    ] {
      let names = try FileManager.default.contentsOfDirectory(atPath: fixture(folder, ""))
      for name in names where !name.contains("ms_print") && !name.hasSuffix(".view.txt") {
        if case .foreign(_, let kind, _, _)? = openingError(fixture(folder, name)) {
          Issue.record("\(folder)/\(name): \(kind)")
        }
      }
    }
  }

  @Test(
    "prints of other tools are named where nothing of them is kept",
    arguments: [
      ("   197 function calls in 0.002 seconds\n\n   ncalls  tottime\n", "what cProfile prints"),
      ("   app.py: % of time = 100.00% (1.2s) out of 1.2s.\n", "what scalene prints"),
      ("| NVIDIA-SMI 525.60.13    Driver Version: 525.60.13 |\n", "what nvidia-smi prints"),
      ("timestamp, memory.used [MiB]\n2024/05/01 12:30:00.000, 12 MiB\n", "what nvidia-smi prints"),
      ("|      PyTorch CUDA memory summary, device ID 0      |\n", "a memory summary of PyTorch"),
      (
        "gc 1 @0.012s 2%: 0.018+1.2+0.003 ms clock, 0.14+0.5 ms cpu, 4->4->1 MB, 5 MB goal\n",
        "what Go's collector prints (gctrace)"
      ),
      (
        "[12:0x1]  12 ms: Mark-sweep 2.1 (3.0) -> 1.9 (4.0) MB, 1.2 / 0.0 ms\n",
        "what V8's collector prints (--trace-gc)"
      ),
      ("[0.01s][info][gc] GC(0) Pause Young 24M->4M(256M) 3ms\n", "a log of the JVM's collector"),
      ("___ Begin jemalloc statistics ___\n", "statistics of jemalloc"),
    ])
  func printsAreNamed(text: String, kind: String) throws {
    let scratch = try ScratchFile(Array(text.utf8))
    guard case .foreign(_, kind, _, _)? = openingError(scratch.path) else {
      Issue.record("\(kind): \(String(describing: openingError(scratch.path)))")
      return
    }
    // Beside what is kept it is no hindrance.
    try scratch.write(Array((text + "rss: 5.5 MiB\n").utf8))
    #expect(try ProfileTally(path: scratch.path).points.map(\.value) == [5.5 * 1_048_576])
  }

  @Test func theFormatThatFitsIsNamed() {
    let path = fixture("collapsed", "simple.txt")
    #expect(
      openingError(path, format: "memray")
        == .misnamed(path: path, format: "memray", fitting: "collapsed"))
  }

  @Test func everyKindIsSaidInASentence() {
    for kind in ForeignFiles.all + ForeignFiles.prints {
      #expect(!kind.signs.isEmpty && !kind.kind.hasSuffix("."), "\(kind.kind)")
      #expect(!kind.instead.hasSuffix(".") && !kind.reason.contains(";"), "\(kind.kind)")
    }
  }
}
