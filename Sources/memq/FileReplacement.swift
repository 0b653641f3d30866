// ⚠ unsafe: calls of the C library with texts of our own.
import Glibc

/// Names of files that take each other's places.
enum FileReplacement {
  /// The name itself, or with a number behind it when it is taken.
  static func freeName(_ name: String) -> String {
    var candidate = name
    var number = 2
    while unsafe access(candidate, F_OK) == 0 {
      candidate = "\(name)-\(number)"
      number += 1
    }
    return candidate
  }

  /// Gives a file another name, replacing what has it.
  static func rename(_ old: String, to new: String) throws {
    guard unsafe Glibc.rename(old, new) == 0 else {
      let reason = unsafe String(cString: strerror(errno))
      throw Failure("cannot rename \(old) to \(new): \(reason)")
    }
  }

  /// Removes a file that may not be there.
  static func remove(_ path: String) { _ = unsafe unlink(path) }
}
