import CInterruption

/// How much memory the process may take, and whether that is spent.
///
/// Readers ask with each chunk of a file; all others ask when they ask for Ctrl-C. What is spent
/// stops the work as Ctrl-C does, and whoever reports it says why.
package enum MemoryLimit {
  /// Memory of an import whatever its file holds, bytes.
  package static let base: UInt64 = 150_000_000
  /// Memory for each byte of content.
  package static let share: UInt64 = 4
  /// The same of recorded events: a stack of its own takes few bytes in a file.
  package static let shareOfEvents: UInt64 = 16
  /// Of what a compressed file inflates to, so many times its size count.
  package static let mostInflation: UInt64 = 16

  /// No capture inflates to so many times its size; content below `leastBomb` bytes may.
  package static let bombInflation: UInt64 = 200
  /// Bytes of content below which a file may inflate to as much as it likes.
  package static let leastBomb: UInt64 = 1 << 29

  /// Where reading stopped.
  package struct Stop: Sendable {
    /// Bytes that were in use.
    package var used: UInt64
    /// Bytes that were allowed; nil where the content inflates beyond reason.
    package var allowed: UInt64?
    /// Bytes of content that were read, decompressed.
    package var content: UInt64
    /// Whether the machine, or the limits of the process, give no more.
    package var isOfMachine: Bool
  }

  /// Begins anew, with another allowance.
  ///
  /// - Parameter most: bytes; nil is what is usual for a file, else what the machine has.
  package static func begin(most: UInt64?) { memq_memory_begin(most ?? 0) }

  /// What was spent; nil while it is not too much.
  package static var stop: Stop? {
    let used = memq_memory_spent()
    return used == 0
      ? nil
      : Stop(
        used: used, allowed: memq_memory_allowed() == 0 ? nil : memq_memory_allowed(),
        content: memq_memory_content(), isOfMachine: memq_memory_lacks())
  }

  /// Whether reading on takes more than so much of a file's content is worth.
  ///
  /// About 2 µs.
  ///
  /// - Parameters:
  ///   - content: bytes read, decompressed.
  ///   - fileSize: bytes of the file.
  ///   - isOfEvents: whether the content is single events.
  /// - Returns: whether it is to be stopped.
  package static func isSpent(content: UInt64, fileSize: UInt64, isOfEvents: Bool) -> Bool {
    let (worth, overflow) = fileSize.multipliedReportingOverflow(by: mostInflation)
    let counted = min(content, overflow ? .max : worth, UInt64(UInt32.max) << 16)
    memq_memory_note(content)
    if content > leastBomb, content / bombInflation > fileSize, memq_memory_is_usual() {
      memq_memory_spend()
      return true
    }
    return memq_memory_exceeds(base + counted * (isOfEvents ? shareOfEvents : share))
  }

  /// From now on the process ends with a sentence when memory runs out all the same.
  package static func catchEnd() { memq_memory_catch() }
}
