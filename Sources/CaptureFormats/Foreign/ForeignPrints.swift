/// What tools print for people of times, of GPUs and of other runtimes.
///
/// A log may hold such a print beside what memq reads, so these are looked for only where nothing
/// of a text is kept.
extension ForeignFiles {
  /// The kind of print that a text is; nil when it is none of them.
  static func print(of input: CaptureInput) -> ForeignFile? {
    prints.first { $0.recognizes(input) }
  }

  private static let ofGPU = "it tells of a GPU's memory, and of no process's"
  private static let recordsPython = "`memray run PROGRAM.py` records what a program allocates"

  /// All kinds of them.
  static let prints: [ForeignFile] = [
    ForeignFile(
      "what cProfile prints", "it holds times of calls, and no memory", instead: recordsPython,
      .all([
        .someLines(atLeast: 1) { $0.contains("function calls") && $0.hasSuffix("seconds") },
        .someLines(atLeast: 1) { $0.hasPrefix("ncalls") },
      ])),
    ForeignFile(
      "what scalene prints", "its columns are cut to the width of a terminal",
      instead: "`scalene --json --outfile FILE.json PROGRAM.py` writes what memq reads",
      .someLines(atLeast: 1) { $0.contains("% of time = ") && $0.contains(" out of ") },
      .someLines(atLeast: 1) { $0.hasPrefix("Memory usage: ") && $0.contains("growth rate: ") }),
    ForeignFile(
      "what nvidia-smi prints", ofGPU, instead: recordsPython,
      .someLines(atLeast: 1) { $0.contains("NVIDIA-SMI ") && $0.contains("Driver Version: ") },
      .someLines(atLeast: 1) { $0.contains("memory.used [MiB]") || $0.contains("memory.used, ") }),
    ForeignFile(
      "a memory summary of PyTorch", ofGPU, instead: recordsPython,
      .someLines(atLeast: 1) { $0.contains("PyTorch CUDA memory summary") }),
    ForeignFile(
      "what Go's collector prints (gctrace)", "it tells of a heap, and not who allocated it",
      instead:
        "`runtime/pprof.WriteHeapProfile` or /debug/pprof/heap gives a heap profile that memq reads",
      .someLines(atLeast: 1) { $0.hasPrefix("gc ") && $0.contains(" ms clock, ") }),
    ForeignFile(
      "what V8's collector prints (--trace-gc)", "it tells of a heap, and not who allocated it",
      instead: "`node --heap-prof` writes a .heapprofile that memq reads",
      .someLines(atLeast: 1) {
        ($0.contains("Mark-sweep") || $0.contains("Mark-Compact") || $0.contains("Scavenge"))
          && $0.contains(") -> ") && $0.contains(") MB")
      }),
    ForeignFile(
      "a log of the JVM's collector", "it tells of a heap, and not who allocated it",
      instead: "async-profiler's `-e alloc -o collapsed` makes stacks that memq reads",
      .someLines(atLeast: 1) { $0.contains("[gc") && $0.contains("] GC(") && $0.contains("Pause") }
    ),
    ForeignFile(
      "statistics of jemalloc", "they tell of an allocator, and not who allocated",
      instead:
        "with `prof:true`, `jeprof --raw` and `pprof -proto` make a profile that memq reads",
      .someLines(atLeast: 1) { $0.contains("Begin jemalloc statistics") }),
  ]
}
