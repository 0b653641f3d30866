// ⚠ unsafe: write() reads an array within its count; paths cross as C strings, mkstemp() fills one;
// fstat() fills what lives here.
import CaptureFormats
import Glibc

/// The file that the bytes of a stream are kept in while they come.
final class LiveFile: Sendable {
  /// Where it is; while it is to be thrown away, a path that leads to it only from this process.
  let path: String
  let growth = CaptureGrowth()
  /// Whether somebody will want it.
  let isKept: Bool
  let descriptor: Int32

  private init(path: String, descriptor: Int32, isKept: Bool) {
    self.path = path
    self.descriptor = descriptor
    self.isKept = isKept
  }

  deinit { close(descriptor) }

  /// Makes `NAME.bin` in the working directory, or with a number where there is one already.
  ///
  /// - Parameters:
  ///   - name: what the capture is called.
  ///   - isNameGiven: whether a file that is there is an error.
  /// - Returns: the file, with nothing in it.
  /// - Throws: a failure when it cannot be made.
  static func kept(name: String, isNameGiven: Bool) throws(Failure) -> LiveFile {
    let base = String(name.map { $0 == "/" ? "_" : $0 })
    var number = 1
    while true {
      let path = number == 1 ? "\(base).bin" : "\(base)-\(number).bin"
      let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      if descriptor >= 0 { return LiveFile(path: path, descriptor: descriptor, isKept: true) }
      guard errno == EEXIST, number < 10_000 else {
        throw Failure("cannot write \(path): \(Terminal.systemMessage(errno))")
      }
      if isNameGiven {
        throw Failure(
          "\(path) is there already, and may be a capture: choose another --name, or --discard")
      }
      number += 1
    }
  }

  /// What the system puts other letters for.
  private static let placeholder = String(repeating: "X", count: 6)

  /// Makes a file without a name, which goes with the process.
  static func discarded(folders: [String]) throws(Failure) -> LiveFile {
    var code = ENOENT
    for folder in folders {
      var path = Array("\(folder)/.memq-live-\(Self.placeholder)".utf8CString)
      let descriptor = unsafe mkstemp(&path)
      guard descriptor < 0 else {
        unsafe unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return LiveFile(path: "/proc/self/fd/\(descriptor)", descriptor: descriptor, isKept: false)
      }
      code = errno
    }
    throw Failure(
      "cannot keep the stream for a while: \(Terminal.systemMessage(code)); set TMPDIR to a "
        + "folder with room")
  }

  /// Appends bytes; the error's number when they cannot be written.
  func append(_ bytes: ArraySlice<UInt8>) -> Int32? {
    let code = unsafe bytes.withUnsafeBytes { bytes -> Int32? in
      var done = 0
      while done < bytes.count {
        let count = unsafe Glibc.write(
          descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return errno }
        done += count
      }
      return nil
    }
    if code == nil { growth.grow(to: growth.length + UInt64(bytes.count)) }
    return code
  }

  /// Looks how long it is by now, when another process writes it.
  func look() {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return }
    growth.grow(to: UInt64(clamping: status.st_size))
  }
}
