// ⚠ unsafe: reads and writes stay within a buffer of ours; the name that mkstemp() fills in is
// our own copy.
import CaptureModel
import Glibc
import Interruption

/// Copies what comes through a pipe to a file without a name, which is gone when it is closed.
///
/// Readers look at a capture's end, or read it twice, which no pipe allows. Memory is one chunk.
enum CaptureSpool {
  private static let chunkLength = 1 << 18
  private static let pollMilliseconds: Int32 = 50

  /// Copies all that comes until the pipe is closed.
  ///
  /// - Parameters:
  ///   - pipe: open for reading; stays open.
  ///   - name: what messages call it.
  ///   - folders: where the file may lie, the most wanted first.
  ///   - progress: told now and then how many bytes there are.
  /// - Returns: the copy.
  /// - Throws: `unreadable`, also with `EINTR` after Ctrl-C; `noRoomForCopy`.
  static func copy(
    of pipe: Int32, named name: String, folders: [String], progress: (UInt64) -> Void
  ) throws(CaptureError) -> CaptureFile {
    let (file, folder) = try scratchFile(name, folders)
    do throws(CaptureError) {
      try fill(file, from: pipe, name, folder, progress)
    } catch {
      close(file)
      throw error
    }
    return try CaptureFile(descriptor: file, path: name)
  }

  private static func fill(
    _ file: Int32, from pipe: Int32, _ name: String, _ folder: String,
    _ progress: (UInt64) -> Void
  ) throws(CaptureError) {
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkLength, alignment: 16)
    defer { unsafe chunk.deallocate() }
    var total: UInt64 = 0
    while true {
      try wait(for: pipe, name)
      let count = unsafe read(pipe, chunk.baseAddress, chunk.count)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count >= 0 else { throw .unreadable(path: name, code: errno) }
      if count == 0 { return }
      var written = 0
      while written < count {
        let place = unsafe chunk.baseAddress.map { unsafe $0 + written }
        let part = unsafe write(file, place, count - written)
        if part < 0, errno == EINTR { continue }
        guard part >= 0 else { throw .noRoomForCopy(path: name, folder: folder, code: errno) }
        written += part
      }
      total += UInt64(count)
      progress(total)
    }
  }

  /// Waits until there is something to read, or the end; throws when Ctrl-C comes first.
  private static func wait(for pipe: Int32, _ name: String) throws(CaptureError) {
    var request = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
    while true {
      if Interruption.isRequested { throw .unreadable(path: name, code: EINTR) }
      let ready = unsafe poll(&request, 1, pollMilliseconds)
      if ready > 0 { return }
      if ready < 0, errno != EINTR { throw .unreadable(path: name, code: errno) }
    }
  }

  /// A new file without a name in the first of the folders that takes one; -1 where none does.
  static func nameless(in folders: [String]) -> Int32 {
    (try? scratchFile("", folders))?.0 ?? -1
  }

  /// A new file in the first of the folders that takes one, and that folder.
  private static func scratchFile(
    _ name: String, _ folders: [String]
  ) throws(CaptureError) -> (Int32, String) {
    var code = ENOENT
    for folder in folders {
      var path = Array("\(folder)/.memq-copy-\(String(repeating: "X", count: 6))".utf8CString)
      let file = unsafe mkstemp(&path)
      guard file < 0 else {
        unsafe unlink(path)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        return (file, folder)
      }
      code = errno
    }
    throw .noRoomForCopy(path: name, folder: folders.last ?? "", code: code)
  }
}
