// ⚠ unsafe: the list of paths is C strings made before and freed after a signal may read them.
import Glibc

/// A file beside its later place, gone when the process is told to end.
struct TemporaryOutput {
  let descriptor: Int32
  private let path: String
  private let slot: Int

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
      let opened = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if opened >= 0 {
        self.path = path
        descriptor = opened
        slot = PendingFiles.add(path)
        return
      }
      guard errno == EEXIST, number < 1000 else { throw .failed(target: target, code: errno) }
      number += 1
    }
  }

  /// Puts the file at its place; false when the system refuses.
  func appear(as place: String) -> Bool {
    guard unsafe rename(path, place) == 0 else { return false }
    PendingFiles.forget(slot)
    return true
  }

  /// Removes the file.
  func remove() {
    _ = unsafe unlink(path)
    PendingFiles.forget(slot)
  }
}

/// Files that are to be removed when a signal ends the process.
///
/// Used by one thread and by handlers.
enum PendingFiles {
  private static let capacity = 16
  nonisolated(unsafe) private static let paths: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> =
    {
      let paths = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: capacity)
      unsafe paths.initialize(repeating: nil, count: capacity)
      return unsafe paths
    }()

  /// Notes a file; −1 when there is no room, which leaves it behind after a signal.
  static func add(_ path: String) -> Int {
    for slot in 0..<capacity where unsafe paths[slot] == nil {
      unsafe paths[slot] = unsafe strdup(path)
      watch()
      return slot
    }
    return -1
  }

  /// Forgets a file that is removed or in its place.
  static func forget(_ slot: Int) {
    guard slot >= 0 else { return }
    let path = unsafe paths[slot]
    unsafe paths[slot] = nil
    unsafe free(path)
  }

  /// Removes every file; calls nothing that a signal's handler must not.
  static func removeAll() {
    for slot in 0..<capacity {
      if let path = unsafe paths[slot] { _ = unsafe unlink(path) }
    }
  }

  /// Ends the process on signals that nothing else handles, as they do, but without leftovers.
  private static func watch() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var action = sigaction()
      guard unsafe sigaction(number, nil, &action) == 0 else { continue }
      guard unsafe action.__sigaction_handler.sa_handler == nil else { continue }
      unsafe action.__sigaction_handler.sa_handler = { number in
        PendingFiles.removeAll()
        signal(number, SIG_DFL)
        raise(number)
      }
      _ = unsafe sigaction(number, &action, nil)
    }
  }
}
