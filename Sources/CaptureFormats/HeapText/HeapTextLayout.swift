/// Heap profiles as texts: those of jemalloc, of gperftools (tcmalloc), and Go's `debug=1`.
///
/// | line | meaning |
/// |---|---|
/// | `heap_v2/PERIOD` | jemalloc: average bytes between two samples |
/// | `t*: N: BYTES [M: ALLOCATED]` | jemalloc: totals of the stack above, or of all; `tN` those of a thread |
/// | `@ 0xADDRESS …` | jemalloc: a stack, innermost first |
/// | `heap profile: N: BYTES [M: ALLOCATED] @ KIND` | gperftools: totals of all rows |
/// | `N: BYTES [M: ALLOCATED] @ 0xADDRESS …` | gperftools: a row |
/// | `#\t0xADDRESS\tFUNCTION+0xOFFSET\tFILE:LINE` | Go: a frame of the row above |
/// | `MAPPED_LIBRARIES:` | then the maps of the process |
/// | `--- symbol`, `binary=PATH`, `0xADDRESS NAME`, `---`, `--- heap` | names in front, by `jeprof --raw` and `pprof --raw` |
///
/// Addresses are return addresses; names stand at the byte before. Of KIND `heap_v2/PERIOD` and jemalloc's
/// rows are samples, of `heap/N` too with a period of N/2; `heapprofile` has every allocation. A sampled row
/// stands for itself divided by `1 - exp(-average size / period)`, row by row, as jeprof and pprof count.
enum HeapTextLayout {
  static let jemallocName = "jemalloc"
  static let gperftoolsName = "gperftools"
  /// Frames of a stack.
  static let frameLimit = 1 << 12
  /// Names of addresses and maps.
  static let nameLimit = 1 << 22

  /// Functions of allocators: what they call is theirs too (jeprof's list).
  static let allocators: Set<String> = [
    "calloc", "cfree", "malloc", "newImpl", "free", "memalign", "posix_memalign", "aligned_alloc",
    "pvalloc", "valloc", "realloc", "mallocx", "rallocx", "xallocx", "dallocx", "sdallocx",
    "sdallocx_noflags", "tc_calloc", "tc_cfree", "tc_malloc", "tc_free", "tc_memalign",
    "tc_posix_memalign", "tc_pvalloc", "tc_valloc", "tc_realloc", "tc_new", "tc_delete",
    "tc_newarray", "tc_deletearray", "tc_new_nothrow", "tc_newarray_nothrow", "do_malloc",
    "do_malloc_or_cpp_alloc", "DoSampledAllocation", "simple_alloc::allocate",
    "__malloc_alloc_template::allocate", "__builtin_delete", "__builtin_new",
    "__builtin_vec_delete", "__builtin_vec_new", "operator new", "operator new[]",
    "operator delete", "operator delete[]",
  ]
}

/// What the rows of a heap profile are.
enum HeapTextKind {
  /// Every allocation.
  case exact
  /// Samples, one in so many bytes on average.
  case sampled(period: Double)
  /// Where the heap grew from the system.
  case growth

  /// A number of blocks and bytes in place of what a row has.
  func scaled(_ count: Int64, _ bytes: Int64) -> (count: Double, bytes: Double) {
    guard case .sampled(let period) = self, period > 1, count > 0, bytes > 0 else {
      return (Double(count), Double(bytes))
    }
    let factor = 1 / (1 - HeapTextMath.exponential(-(Double(bytes) / Double(count)) / period))
    return (Double(count) * factor, Double(bytes) * factor)
  }

  var isSampled: Bool { if case .sampled(let period) = self { period > 1 } else { false } }
}
