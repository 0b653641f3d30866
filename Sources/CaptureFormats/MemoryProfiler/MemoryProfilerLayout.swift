/// What memory_profiler writes: records of `mprof run`, and reports of `@profile`.
///
/// | record of a .dat file | fields | meaning |
/// |---|---|---|
/// | `CMDLINE` | rest of the line | the command, once per run |
/// | `MEM` | MiB, epoch | resident memory of the process, or of its tree with `-C` |
/// | `CHLD` | pid, MiB, epoch | that of one child, with `-M` |
/// | `FUNC` | name, MiB, epoch, MiB, epoch, level | a call: memory and time at entry and at exit; the level only since 0.56 |
///
/// Source: mprof.py and memory_profiler.py of 0.55 and 0.61.
enum MemoryProfilerLayout {
  static let formatName = "mprof"
  static let reportName = "memory_profiler"
  /// How many first lines must hold a record.
  static let sniffedLines = 50
  static let bytesPerMebibyte: Int64 = 1 << 20
  static let nanosecondsPerSecond: Int64 = 1_000_000_000
}
