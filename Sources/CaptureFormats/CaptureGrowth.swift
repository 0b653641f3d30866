import Synchronization

/// How much of a capture that is still being written may be read, and whether more can come.
///
/// Set by whoever writes or watches the file, asked by its reader on another thread.
package final class CaptureGrowth: Sendable {
  private let known = Atomic<UInt64>(0)
  private let over = Atomic<Bool>(false)

  /// A file of which nothing is known yet.
  package init() {}

  /// Bytes from the file's beginning that are there for good.
  package var length: UInt64 { known.load(ordering: .acquiring) }

  /// Whether no byte will follow.
  package var isOver: Bool { over.load(ordering: .acquiring) }

  /// Says that the file is good up to this length; it never becomes shorter.
  package func grow(to length: UInt64) {
    if length > self.length { known.store(length, ordering: .releasing) }
  }

  /// Says that nothing follows any more.
  package func end() { over.store(true, ordering: .releasing) }
}
