// ⚠ unsafe: stat(), readlink() and realpath() fill or return what lives here; paths cross as C
// strings.
import Glibc
import Interruption

/// A file that appears under its name once it is whole.
///
/// What was there before stays until then, and also when writing fails; its permissions, and links
/// to it, stay for good. Devices and pipes are written in place.
final class FileStream: OutputStream {
  /// As it was given.
  private let path: String
  /// Where the file is, links followed.
  private let place: String
  private let temporary: TemporaryOutput?
  private let stream: DescriptorStream
  private var isOpen = true

  /// Opens a target.
  ///
  /// - Parameters:
  ///   - path: Where the file is to appear.
  ///   - isTrial: Whether to find out only: devices and pipes are not opened then.
  /// - Throws: `failed`.
  init(path: String, isTrial: Bool = false) throws(OutputError) {
    self.path = path
    place = Self.place(of: path)
    if let number = Self.descriptor(named: place) {
      temporary = nil
      // What is open is written on from where it stands, a file that it leads to as well.
      let copy = dup(number)
      guard copy >= 0 else { throw .failed(target: path, code: errno) }
      stream = DescriptorStream(descriptor: copy, target: path)
      return
    }
    var status = stat()
    let exists = unsafe stat(place, &status) == 0
    let type = status.st_mode & S_IFMT
    if exists, type == S_IFDIR { throw .failed(target: path, code: EISDIR) }
    if exists, type != S_IFREG {
      temporary = nil
      let descriptor = isTrial ? dup(STDERR_FILENO) : unsafe open(place, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .failed(target: path, code: errno) }
      stream = DescriptorStream(descriptor: descriptor, target: path)
      return
    }
    let temporary = try TemporaryOutput(beside: place, target: path)
    self.temporary = temporary
    stream = DescriptorStream(descriptor: temporary.descriptor, target: path)
    guard exists else { return }
    // The owner first: a change of it takes permissions away. Who may not give files away keeps them.
    _ = fchown(temporary.descriptor, status.st_uid, status.st_gid)
    _ = fchmod(temporary.descriptor, status.st_mode & 0o7777)
  }

  deinit {
    guard isOpen else { return }
    close(stream.descriptor)
    temporary?.remove()
  }

  func write(_ bytes: [UInt8]) throws(OutputError) { try stream.write(bytes) }

  func finish() throws(OutputError) {
    // The file goes with the stream.
    if Interruption.isRequested { throw .interrupted }
    isOpen = false
    var isWhole = close(stream.descriptor) == 0
    var code = errno
    if isWhole, let temporary {
      isWhole = temporary.appear(as: place)
      code = errno
    }
    guard !isWhole else { return }
    temporary?.remove()
    throw .failed(target: path, code: code)
  }

  /// The open descriptor that a path means, such as `/dev/stdout`; nil for other paths.
  static func descriptor(named path: String) -> Int32? {
    switch path {
    case "/dev/stdin": return STDIN_FILENO
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
        return Int32(path.dropFirst(folder.count))
      }
      return nil
    }
  }

  /// The file that a path means when links are followed, also one that is not there yet.
  private static func place(of path: String) -> String {
    var place = path
    // As many as the system follows.
    for _ in 0..<40 {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return 0 }
        return unsafe readlink(place, base, buffer.count)
      }
      // What `/dev/stdout` leads to is a descriptor's; its link is no path.
      guard count > 0, descriptor(named: place) == nil else { return place }
      let link = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if link.hasPrefix("/") {
        place = link
      } else {
        let folder = place.lastIndex(of: "/").map { String(place[...$0]) } ?? ""
        place = folder + link
      }
    }
    return place
  }
}
