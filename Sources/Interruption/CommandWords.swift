// ⚠ unsafe: the words that the process was started with stay where they are; they are copied here.
import CInterruption

/// The command line.
package enum CommandWords {
  /// Its words, the program's own name first; also where there is no /proc to read them from.
  package static var all: [String] {
    (0..<memq_argument_count()).compactMap { index in
      unsafe memq_argument(index).map { unsafe String(cString: $0) }
    }
  }
}
