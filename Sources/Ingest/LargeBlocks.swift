import CMemory

/// How the C library hands out large blocks during an import.
enum LargeBlocks {
  /// Lets blocks of 1 MiB and more go back to the system as soon as they are free, and lets
  /// threads share what is smaller: segments are made by one and freed by another.
  ///
  /// Left to itself the library raises that limit with every large block that is freed, up to
  /// 32 MiB, and what tables leave behind when they grow lies about between small blocks: half
  /// as much again as is in use, in an import of 64 threads. Some tenth of a second is the price.
  static func returnToSystem() {
    _ = mallopt(M_MMAP_THRESHOLD, 1 << 20)
    _ = mallopt(M_TRIM_THRESHOLD, 8 << 20)
    _ = mallopt(M_ARENA_MAX, 1)
  }
}
