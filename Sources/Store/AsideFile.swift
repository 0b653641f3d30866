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
