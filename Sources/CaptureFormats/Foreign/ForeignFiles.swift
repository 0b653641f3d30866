/// The kinds of files that memq names and refuses: none of them is ever half-read as something
/// else.
///
/// A new kind is an entry here. Their signs stand at the beginning, or are so peculiar that no
/// capture has them.
enum ForeignFiles {
  /// All kinds, in the order in which they are looked for.
  static let all: [ForeignFile] =
    processorProfiles + heapsOfOthers + profilersOfMemory + snapshots + executables + containers
    + pictures

  /// The kind of a file; nil when it is none of them.
  static func kind(of input: CaptureInput) -> ForeignFile? {
    all.first { $0.recognizes(input) }
  }
}

// MARK: Processor profiles

extension ForeignFiles {
  private static let noMemory = "it holds where a processor spent its time, and no memory"

  /// Recordings of where time went.
  private static let processorProfiles: [ForeignFile] = [
    ForeignFile(
      "a recording of perf (perf.data)", noMemory,
      instead:
        "`perf script -i FILE | stackcollapse-perf.pl > FILE.folded` makes stacks that memq reads",
      .text("PERFILE2", at: 0), .text("2ELIFREP", at: 0), .text("PERFFILE", at: 0)),
    ForeignFile(
      "the output of perf script", noMemory,
      instead: "`stackcollapse-perf.pl FILE > FILE.folded` makes stacks that memq reads",
      .someLines(atLeast: 1, ForeignText.isPerfHead)),
    ForeignFile(
      "a profile of Firefox", "its samples are in a form of its own",
      instead: "`py-spy record -f speedscope` or `memray run` records a Python program",
      .json(["\"meta\"", "\"threads\"", "\"interval\"", "\"processType\""]),
      .json(["\"meta\"", "\"preprocessedProfileVersion\""])),
    ForeignFile(
      "a CPU profile of V8 (.cpuprofile)", noMemory,
      instead:
        "`node --heap-prof` or DevTools' Memory panel records memory: .heapprofile, .heapsnapshot",
      .json(["\"nodes\"", "\"callFrame\"", "\"hitCount\""]),
      .json(["\"nodes\"", "\"callFrame\"", "\"timeDeltas\""])),
    ForeignFile(
      "a Java Flight Recorder file (JFR)", "its events are in a form of its own",
      instead:
        "async-profiler's `jfrconv --alloc FILE.jfr OUT.collapsed` (or `--output pprof`) makes "
        + "stacks that memq reads",
      .bytes([0x46, 0x4C, 0x52, 0x00], at: 0)),
    ForeignFile(
      "callgrind's or cachegrind's output",
      "it counts instructions and misses of caches, and no memory",
      instead: "`valgrind --tool=massif` or `--tool=dhat` records memory",
      .firstLine("# callgrind format"),
      .all([
        .someLines(atLeast: 1) { $0.hasPrefix("events: ") },
        .someLines(atLeast: 1) { $0.hasPrefix("fl=") || $0.hasPrefix("fn=") },
      ])),
    ForeignFile(
      "an execution trace of Go", "it holds what goroutines did, and no allocations",
      instead:
        "`runtime/pprof.WriteHeapProfile` or /debug/pprof/heap gives a heap profile that memq "
        + "reads",
      .bytes(Array("go 1.".utf8), at: 0)),
    ForeignFile(
      "a CPU profile of gperftools", noMemory,
      instead: "`pprof -proto PROGRAM FILE > FILE.pb.gz` makes a profile that memq reads",
      .bytes([0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0], at: 0),
      .bytes([0, 0, 0, 0, 3, 0, 0, 0], at: 0)),
    ForeignFile(
      "a recording of Nsight Systems", "it is NVIDIA's own form",
      instead: "`nsys export --type json FILE` shows it; for Python's memory, `memray run`",
      .text("NSYS-", at: 0), .text("QDSTRM", at: 0)),
    ForeignFile(
      "a profile of cProfile (pstats)", noMemory,
      instead: "`memray run` records memory, `py-spy record -f raw` stacks over time",
      .all([.bytes([0x7B, 0x28], at: 0), .holds(["\u{0}"], within: 64)]),
      .all([.bytes([0x7B, 0xA9, 0x03], at: 0), .holds(["\u{0}"], within: 64)])),
  ]
}

// MARK: Memory of other languages

extension ForeignFiles {
  /// Heaps of other runtimes.
  private static let heapsOfOthers: [ForeignFile] = [
    ForeignFile(
      "a heap dump of Java (HPROF)", "its objects are in a form of the JVM",
      instead: "Eclipse Memory Analyzer or VisualVM opens it; for stacks, async-profiler's "
        + "`-e alloc -o collapsed`",
      .text("JAVA PROFILE 1.0", at: 0)),
    ForeignFile(
      "a heap dump of Ruby (ObjectSpace.dump_all)", "its objects are in a form of Ruby",
      instead:
        "`heapy read FILE` or `sheap` shows it; memq reads meliae dumps of Python and V8's "
        + "snapshots",
      .lines(atLeast: 1, ForeignText.isRubyObject)),
    ForeignFile(
      "a workspace of dotMemory", "it is JetBrains' own form",
      instead: "dotMemory opens it; memq reads no captures of .NET",
      .holds(["dotMemory"], within: 4_096)),
    ForeignFile(
      "a dump of GCs of .NET (gcdump, nettrace)", "its objects are in a form of .NET",
      instead: "`dotnet-gcdump report FILE` or PerfView shows it; memq reads no captures of .NET",
      .text("Nettrace", at: 0),
      .bytes([0x14, 0, 0, 0] + Array("!FastSerialization.1".utf8), at: 0),
      .bytes(Array("!FastSerialization".utf8), at: 4)),
    ForeignFile(
      "a trace of Instruments", "it is Apple's own form",
      instead: "`leaks` and `heap` print it; memq reads their text no more than the trace",
      .holds(["com.apple.xray"], within: 4_096)),
  ]

  private static let unread = "memq does not read it yet"

  /// Profilers of memory whose files memq does not read.
  private static let profilersOfMemory: [ForeignFile] = [
    ForeignFile(
      "a raw recording of heaptrack", "its addresses are not resolved",
      instead: "`heaptrack --interpret FILE` makes a recording that memq reads",
      .all([.lines(atLeast: 3, ForeignText.isHeaptrack), .firstLine("v ")])),
    ForeignFile(
      "a text profile of Go (debug=1)", "it is a print for people, of no memory",
      instead: "/debug/pprof/heap, with or without `?debug=1`, gives a profile that memq reads",
      .firstLine("goroutine profile: total"), .firstLine("--- contention:"),
      .firstLine("--- mutex:")),
    ForeignFile(
      "a recording of bytehound", unread,
      instead:
        "`bytehound export-heaptrack FILE -o OUT; heaptrack_print -f OUT -M OUT.massif` makes a "
        + "massif "
        + "file that memq reads",
      .beginning(ForeignText.isBytehound)),
    ForeignFile(
      "what ms_print made of a massif file", "it is a drawing for people, with lines cut off",
      instead: "import the massif.out.PID that it was made from",
      .all([
        .firstLine("--------"), .holds(["Command:", "Massif arguments:"], within: 4_096),
      ])),
    ForeignFile(
      "a page that memray made of a capture", "it holds what one report shows, and no allocations",
      instead: "import the .bin that it was made from",
      .all([.holds(["<html"], within: 4_096), .holds(["memray"], within: 1 << 16)])),
    ForeignFile(
      "a page or a picture of a flame graph", "its numbers are rounded for drawing",
      instead: "import the stacks or the profile that it was made from",
      .all([.holds(["<svg"], within: 4_096), .holds(["func_g"], within: 1 << 16)]),
      .all([.holds(["<svg"], within: 4_096), .holds(["<title>", "samples,"], within: 1 << 16)])),
    ForeignFile(
      "a picture (SVG)", "what a picture shows has no numbers to read",
      instead: "import the capture that it was made from",
      .firstLine("<svg"), .all([.firstLine("<?xml"), .holds(["<svg"], within: 4_096)])),
    ForeignFile(
      "a page of HTML", "it is made for people",
      instead: "import the capture that it was made from",
      .firstLine("<!DOCTYPE html"), .firstLine("<!doctype html"), .firstLine("<html")),
  ]

  /// Dumps of Python and of tables.
  private static let snapshots: [ForeignFile] = [
    ForeignFile(
      "a Python pickle, and no snapshot of tracemalloc", "memq runs no pickle to see what is in it",
      instead: "`tracemalloc.take_snapshot().dump(FILE)` writes a snapshot that memq reads",
      .bytes([0x80, 2], at: 0), .bytes([0x80, 3], at: 0), .bytes([0x80, 4], at: 0),
      .bytes([0x80, 5], at: 0), .text("(dp0\n", at: 0), .text("(lp0\n", at: 0),
      .text("ccopy_reg\n", at: 0)),
    ForeignFile(
      "an array of NumPy", "it holds data of a program, and no memory of it",
      instead: "`memray run` or tracemalloc records what a program allocates",
      .bytes([0x93] + Array("NUMPY".utf8), at: 0)),
    ForeignFile(
      "a table in Parquet", "memq reads captures, no tables",
      instead: "import the capture that it was made from",
      .text("PAR1", at: 0)),
    ForeignFile(
      "a table in Arrow", "memq reads captures, no tables",
      instead: "import the capture that it was made from",
      .text("ARROW1", at: 0)),
    ForeignFile(
      "a file in HDF5", "memq reads captures, no tables",
      instead: "import the capture that it was made from",
      .bytes([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A], at: 0)),
  ]
}

// MARK: Everything else

extension ForeignFiles {
  private static let noCapture = "it is no capture"

  /// Programs and what is left of them.
  private static let executables: [ForeignFile] = [
    ForeignFile(
      "a core dump", "it holds all memory of a process, and not who allocated it",
      instead: "`memray run` or heaptrack records allocations while the program runs",
      .all([.bytes([0x7F, 0x45, 0x4C, 0x46], at: 0), .bytes([4, 0], at: 16)]),
      .all([.bytes([0x7F, 0x45, 0x4C, 0x46], at: 0), .bytes([0, 4], at: 16)])),
    ForeignFile(
      "a program or a library (ELF)", noCapture,
      instead:
        "run it under `memray run --native`, heaptrack or valgrind and import what they write",
      .bytes([0x7F, 0x45, 0x4C, 0x46], at: 0)),
    ForeignFile(
      "a program or a library (Mach-O)", noCapture,
      instead: "run it under a profiler and import what that writes",
      .bytes([0xCF, 0xFA, 0xED, 0xFE], at: 0), .bytes([0xCE, 0xFA, 0xED, 0xFE], at: 0),
      .bytes([0xCA, 0xFE, 0xBA, 0xBE], at: 0)),
    ForeignFile(
      "a crash dump of Windows", "it holds memory of a process, and not who allocated it",
      instead: "record allocations while the program runs",
      .text("MDMP", at: 0), .text("PAGEDU64", at: 0)),
    ForeignFile(
      "a program or a library (PE)", noCapture,
      instead: "run it under a profiler and import what that writes",
      .all([.text("MZ", at: 0), .holds(["This program", "PE\u{0}\u{0}"], within: 4_096)])),
    ForeignFile(
      "compiled Python (.pyc)", noCapture,
      instead: "`memray run PROGRAM.py` records what a program allocates",
      .all([.bytes([0x0D, 0x0A], at: 2), .bytes([0, 0], at: 6), .bytes([0xE3], at: 16)])),
  ]

  /// What holds other files.
  private static let containers: [ForeignFile] = [
    ForeignFile(
      "a RAR archive", "captures in it are not looked for",
      instead: "unpack it and import the capture in it",
      .bytes(Array("Rar!".utf8) + [0x1A, 0x07], at: 0))
  ]

  /// Pictures, films and documents.
  private static let pictures: [ForeignFile] = [
    ("a PDF", [0x25, 0x50, 0x44, 0x46, 0x2D], 0),
    ("a PNG picture", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], 0),
    ("a JPEG picture", [0xFF, 0xD8, 0xFF], 0),
    ("a GIF picture", [0x47, 0x49, 0x46, 0x38], 0),
    ("a WebP picture", [0x57, 0x45, 0x42, 0x50], 8),
    ("a TIFF picture", [0x49, 0x49, 0x2A, 0x00], 0),
    ("a film", [0x66, 0x74, 0x79, 0x70], 4),
  ].map { (kind: String, bytes: [UInt8], offset: Int) in
    ForeignFile(
      kind, "what a picture shows has no numbers to read",
      instead: "import the capture that it was made from", .bytes(bytes, at: offset))
  }
}
