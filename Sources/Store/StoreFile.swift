// ⚠ unsafe: stat() fills a structure of ours; paths cross as C strings.
import Glibc

/// What stands at a store's path.
enum StoreFile {
  /// What it is when it is no regular file, such as `a directory`; nil for files and for nothing.
  static func foreignKind(_ path: String) -> String? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a directory"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }

  /// Whether there is something at a path.
  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Whether there is surely nothing at a path: what may not be looked at is not missing.
  static func isMissing(_ path: String) -> Bool {
    unsafe access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
  }

  /// Why the system lets nobody read a file, or make one there; nil when it does.
  static func refusal(_ path: String, isNew: Bool) -> String? {
    guard isNew else {
      return unsafe access(path, R_OK) == 0 ? nil : unsafe String(cString: strerror(errno))
    }
    let folders = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let folder = folders.isEmpty ? "." : folders.joined(separator: "/") + "/"
    guard unsafe access(folder, W_OK | X_OK) != 0 else { return nil }
    return unsafe String(cString: strerror(errno))
  }

  /// Bytes that a store may take more than it does, what its log takes included; nil when nobody
  /// can tell.
  static func room(_ path: String) -> Int64? {
    let folders = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    var status = statvfs()
    let folder = folders.isEmpty ? "." : folders.joined(separator: "/") + "/"
    guard unsafe statvfs(folder, &status) == 0 else { return nil }
    let free = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
    let log = UInt64(stamp(path + "-wal")?.bytes ?? 0)
    return free.overflow ? nil : Int64(clamping: free.partialValue &+ log)
  }

  /// Removes a file.
  static func remove(_ path: String) { unsafe unlink(path) }

  /// What tells whether a file has changed.
  struct Stamp: Equatable {
    var inode: UInt64
    /// Length in bytes.
    var bytes: Int
    /// Time of the last change, nanoseconds since 1970.
    var changed: Int
  }

  /// The state of the file at a path; nil when there is none.
  static func stamp(_ path: String) -> Stamp? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return Stamp(
      inode: UInt64(status.st_ino), bytes: Int(status.st_size),
      changed: status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec)
  }
}
