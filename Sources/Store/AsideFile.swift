// ⚠ unsafe: calls of the C library with texts of our own.
import Glibc
import Synchronization

/// The number of this process.
enum ProcessNumber {
  static var current: Int32 { getpid() }
}

/// Numbers that tell files of one process apart.
enum AsideNumber {
  private static let last = Atomic<Int>(0)
  static var next: Int { last.add(1, ordering: .relaxed).newValue }
}

/// Takes the name of a file away; whoever has it open keeps it.
enum FileRemoval {
  static func remove(_ path: String) { _ = unsafe unlink(path) }
}
