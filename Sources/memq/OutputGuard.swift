// ⚠ unsafe: stat() and read() fill what lives here within its size; paths cross as C strings.
import CaptureFormats
import Glibc
import Execution
import Store

/// Keeps output from replacing what memq did not write.
struct OutputGuard: Sendable {
  /// The store that is asked: never written over.
  let storePath: String
  /// Whether other files may be replaced.
  var isForced = false

  private static let headBytes = 1 << 16

  /// Refuses a target that holds something of another kind.
  ///
  /// - Parameters:
  ///   - path: Where output is to go.
  ///   - kind: What is written.
  /// - Throws: A failure that says what is there.
  func check(_ path: String, kind: WrittenKind) throws(Failure) {
    guard FileStream.descriptor(named: path) == nil else { return }
    var target = stat()
    guard unsafe stat(path, &target) == 0 else { return }
    for suffix in ["", "-wal", "-shm", "-journal"] {
      var store = stat()
      guard unsafe stat(storePath + suffix, &store) == 0 else { continue }
      if store.st_ino == target.st_ino, store.st_dev == target.st_dev {
        throw Failure("\(path) is the store; it is left as it is, choose another file")
      }
    }
    guard target.st_mode & S_IFMT == S_IFREG, target.st_size > 0, !isForced else { return }
    let head = try head(of: path)
    if kind.recognizes(head), !isCapture(path) { return }
    throw Failure(
      "\(path) holds \(content(of: path, head)), not \(kind.name); it is left as it is, "
        + "choose another file or say --force")
  }

  private func head(of path: String) throws(Failure) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure("cannot tell what \(path) holds: \(Terminal.systemMessage(errno))")
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Self.headBytes)
    var filled = 0
    while filled < bytes.count {
      let start = filled
      let count = unsafe bytes.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress.map { unsafe $0 + start }, $0.count - start)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      filled += count
    }
    return Array(bytes[..<filled])
  }

  /// Whether the file is one that the store was filled from, such as folded stacks.
  private func isCapture(_ path: String) -> Bool {
    guard let hash = try? FormatRegistry.contentHash(path: path).text,
      let store = try? Store(path: storePath, mode: .read)
    else { return false }
    return ((try? store.capture(hash: hash)) ?? nil) != nil
  }

  private func content(of path: String, _ head: [UInt8]) -> String {
    if head.starts(with: Array("SQLite format 3\0".utf8)) { return "a database" }
    if isCapture(path) { return "a capture of this store" }
    if (try? FormatRegistry.open(path: path)) != nil { return "a capture" }
    return "something else"
  }
}
