// ⚠ unsafe: calls of the C library with paths of our own.
import Glibc
import Interruption

/// A file beside its later place, gone when the process is told to end.
struct TemporaryOutput {
  let descriptor: Int32
  private let path: String

  /// Makes a new file in the folder of `place`.
  ///
  /// - Parameters:
  ///   - place: Where the file is to appear later.
  ///   - target: What messages call that place.
  /// - Throws: `failed`.
  init(beside place: String, target: String) throws(OutputError) {
    let folder = place.lastIndex(of: "/").map { String(place[...$0]) } ?? ""
    var number = 0
    while true {
      let path = "\(folder).memq-\(getpid())-\(number).part"
      Interruption.note(unfinishedFile: path)
      let opened = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if opened >= 0 {
        self.path = path
        descriptor = opened
        return
      }
      let code = errno
      Interruption.drop(unfinishedFile: path)
      errno = code
      guard errno == EEXIST, number < 1000 else { throw .failed(target: target, code: errno) }
      number += 1
    }
  }

  /// Puts the file at its place; false when the system refuses.
  func appear(as place: String) -> Bool {
    guard unsafe rename(path, place) == 0 else { return false }
    Interruption.drop(unfinishedFile: path)
    return true
  }

  /// Removes the file.
  func remove() {
    _ = unsafe unlink(path)
    Interruption.drop(unfinishedFile: path)
  }
}
