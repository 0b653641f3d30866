// ⚠ unsafe: stat() and fstat() fill what lives here; realpath()'s text is copied and freed.
import Glibc

/// The files that a store consists of while it is worked on, whatever they are called.
struct StoreFiles {
  private let paths: [String]

  /// What libsqlite3 appends to the store's name.
  private static let suffixes = ["", "-wal", "-shm", "-journal"]

  /// The files of the store at a path, links followed, those too that are not there now.
  init(_ path: String) {
    let place = Self.place(of: path)
    paths = ([path] + (place == path ? [] : [place])).flatMap { path in
      Self.suffixes.map { path + $0 }
    }
  }

  /// Whether a path, or an open descriptor such as `/dev/fd/3`, leads to one of them.
  func include(_ path: String) -> Bool {
    if paths.contains(Self.place(of: path)) { return true }
    var target = stat()
    let found =
      if let number = FileStream.descriptor(named: path) {
        unsafe fstat(number, &target)
      } else {
        unsafe stat(path, &target)
      }
    guard found == 0 else { return false }
    return paths.contains { path in
      var own = stat()
      return unsafe stat(path, &own) == 0 && own.st_ino == target.st_ino
        && own.st_dev == target.st_dev
    }
  }

  /// Whether a file begins as a store does: SQLite's words, and `memq` as its application's number.
  static func isStore(_ head: [UInt8]) -> Bool {
    head.starts(with: Array("SQLite format 3\0".utf8)) && head.count >= 72
      && head[68..<72].elementsEqual(Array("memq".utf8))
  }

  /// The path from the root, links followed, also of a file that is not there yet.
  private static func place(of path: String) -> String {
    if let known = resolved(path) { return known }
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[..<$0]) } ?? "."
    let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
    guard let place = resolved(folder.isEmpty ? "/" : folder) else { return path }
    return place + (place == "/" ? "" : "/") + name
  }

  private static func resolved(_ path: String) -> String? {
    guard let found = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
  }
}
