/// What memq takes from a scalene profile (1.5 to 2.x; the file names no version).
///
/// | key | meaning |
/// |---|---|
/// | `files` › path › `lines[]` | rows: `lineno`, `line` (text), `n_malloc_mb`, `n_mallocs`, `n_cpu_percent_python`, `_c`, `n_sys_percent` |
/// | `files` › path › `leaks` | line › `likelihood`, `velocity_mb_s` |
/// | `samples[]` | elapsed nanoseconds, footprint in MB |
/// | `elapsed_time_sec`, `max_footprint_mb`, `growth_rate`, `alloc_samples`, `memory`, `program` | the run |
///
/// MB is 2^20 here. `n_malloc_mb` is a sampled sum: one sample for some 10 MB.
/// Source: scalene_json.py of 1.5.51, 2.1.4 and 2.4.0.
enum ScaleneLayout {
  static let formatName = "scalene"
  static let bytesPerMegabyte: Int64 = 1 << 20
  /// Percent are kept times this.
  static let percentScale: Int64 = 1_000_000
}
