/// An allocation function a profiler hooks, under the field's canonical name.
///
/// Raw values are memq's own and stored; every format maps its numbers to them
/// (memray: `memray.md` §5).
package enum Allocator: UInt8, CaseIterable, Sendable {
  case malloc = 1
  case free
  case calloc
  case realloc
  case posixMemalign
  case alignedAlloc
  case memalign
  case valloc
  case pvalloc
  case mmap
  case munmap
  case pymallocMalloc
  case pymallocCalloc
  case pymallocRealloc
  case pymallocFree

  /// The name reports print, such as `PYMALLOC_MALLOC`.
  package var name: String {
    switch self {
    case .malloc: "MALLOC"
    case .free: "FREE"
    case .calloc: "CALLOC"
    case .realloc: "REALLOC"
    case .posixMemalign: "POSIX_MEMALIGN"
    case .alignedAlloc: "ALIGNED_ALLOC"
    case .memalign: "MEMALIGN"
    case .valloc: "VALLOC"
    case .pvalloc: "PVALLOC"
    case .mmap: "MMAP"
    case .munmap: "MUNMAP"
    case .pymallocMalloc: "PYMALLOC_MALLOC"
    case .pymallocCalloc: "PYMALLOC_CALLOC"
    case .pymallocRealloc: "PYMALLOC_REALLOC"
    case .pymallocFree: "PYMALLOC_FREE"
    }
  }

  /// Whether the function gives memory back.
  package var isDeallocator: Bool {
    switch self {
    case .free, .munmap, .pymallocFree: true
    default: false
    }
  }

  /// Whether the function works on address ranges that can be cut.
  package var isRanged: Bool { self == .mmap || self == .munmap }
}
