// ⚠ unsafe: C strings cross for one call each, and are copied there.
import CInterruption

/// Ctrl-C, for the whole process: what it does, and whether it has come.
///
/// Scans ask at every column they read, readers at every chunk, and libsqlite3 every few
/// thousand steps. Cost: about 2 ns to ask.
package enum Interruption {
  /// What Ctrl-C does.
  package enum Effect: Sendable {
    /// The process ends at once: nothing is open that must be closed.
    case ends
    /// The work is asked to stop and undo itself. The process ends when that takes too long, and
    /// at the second time.
    case stops
    /// Those who ask are told, and nothing more.
    case tells
    /// `hasCome` tells that it came, and work goes on: what is recorded must not be lost by it.
    case notes
  }

  /// From now on Ctrl-C is ours, unless the process was started with it ignored.
  package static func catchSignal() { memq_interruption_catch() }

  /// Says what Ctrl-C does from now on; at first it ends the process.
  package static func set(_ effect: Effect) {
    switch effect {
    case .ends: memq_interruption_set(MEMQ_INTERRUPTION_ENDS)
    case .stops: memq_interruption_set(MEMQ_INTERRUPTION_STOPS)
    case .tells: memq_interruption_set(MEMQ_INTERRUPTION_TELLS)
    case .notes: memq_interruption_set(MEMQ_INTERRUPTION_NOTES)
    }
  }

  /// Leaves Ctrl-C to a program that was started, or takes it back.
  package static func pause(_ isPaused: Bool) { memq_interruption_pause(isPaused) }

  /// Whether the work of this thread is to stop.
  package static var isRequested: Bool { memq_interruption_requested() }

  /// Whether Ctrl-C has come since it was last forgotten.
  package static var hasCome: Bool { memq_interruption_came() }

  /// Whether nobody waits any more for what this thread writes.
  package static var silences: Bool { memq_interruption_silences() }

  /// Forgets that Ctrl-C has come.
  package static func forget() { memq_interruption_forget() }

  /// Notes a file that goes when Ctrl-C ends the process.
  package static func note(unfinishedFile path: String) {
    _ = unsafe memq_interruption_note_file(path)
  }

  /// Removes what questions that were given up have not finished; for the end of the process.
  package static func removeUnfinishedFiles() { memq_interruption_remove_files() }

  /// Forgets such a file, which is whole or gone.
  package static func drop(unfinishedFile path: String) {
    unsafe memq_interruption_drop_file(path)
  }
}
