// ⚠ unsafe: stat() fills a structure of ours; the path crosses as a C string.
package import CaptureModel
import Glibc

/// A capture that can be read at any place: a file, or a copy of what came through a pipe.
package struct CaptureSource {
  /// The path that means standard input.
  package static let standardInput = "-"

  let file: CaptureFile

  /// Whether the content is another one by now than that of a fingerprint taken before.
  ///
  /// What was only appended to is not: no reader reads beyond the end that was found. The content
  /// is read once more only if the file was written to.
  ///
  /// - Parameter hash: the fingerprint.
  /// - Returns: whether it is another content.
  package func hasChanged(since hash: ContentHash) -> Bool {
    guard file.mayHaveChanged else { return false }
    return (try? ContentHash(file: file)) != hash
  }

  /// Opens a capture; what comes through a pipe is read to its end first.
  ///
  /// - Parameters:
  ///   - path: the file, a pipe, or `-` for standard input.
  ///   - folders: where the copy of a pipe's content may lie, the most wanted first.
  ///   - progress: told now and then how many bytes came through a pipe.
  /// - Throws: `unreadable`, `notAFile` or `noRoomForCopy`.
  package init(
    path: String, folders: [String] = ["/tmp"], progress: (UInt64) -> Void = { _ in }
  ) throws(CaptureError) {
    if path == Self.standardInput {
      file = try Self.standardInput(folders, progress)
      return
    }
    // Looked at before it is opened: opening a pipe waits for its writer.
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw .unreadable(path: path, code: errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: file = try CaptureFile(path: path)
    case S_IFIFO:
      let pipe = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
      guard pipe >= 0 else { throw .unreadable(path: path, code: errno) }
      defer { close(pipe) }
      file = try CaptureSpool.copy(of: pipe, named: path, folders: folders, progress: progress)
    case S_IFDIR: throw .notAFile(path: path, kind: .directory)
    case S_IFSOCK: throw .notAFile(path: path, kind: .socket)
    default: throw .notAFile(path: path, kind: .device)
    }
  }

  /// The number of `/dev/null`, which is empty.
  private static let nothing: dev_t = 1 << 8 | 3

  private static func standardInput(
    _ folders: [String], _ progress: (UInt64) -> Void
  ) throws(CaptureError) -> CaptureFile {
    let name = "standard input"
    var status = stat()
    guard unsafe fstat(STDIN_FILENO, &status) == 0 else {
      throw .unreadable(path: name, code: errno)
    }
    if isatty(STDIN_FILENO) == 1 { throw .notAFile(path: name, kind: .terminal) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw .notAFile(path: name, kind: .directory)
    case S_IFREG where lseek(STDIN_FILENO, 0, SEEK_CUR) == 0:
      // Read from its beginning it is a file like any other.
      let copy = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else { throw .unreadable(path: name, code: errno) }
      return try CaptureFile(descriptor: copy, path: name)
    case S_IFCHR where status.st_rdev != Self.nothing:
      // Such as /dev/zero, which never ends.
      throw .notAFile(path: name, kind: .device)
    default:
      return try CaptureSpool.copy(
        of: STDIN_FILENO, named: name, folders: folders, progress: progress)
    }
  }
}
