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
    if StoreFiles(storePath).include(path) {
      throw Failure("\(path) is the store; it is left as it is, choose another file")
    }
    var target = stat()
    guard FileStream.descriptor(named: path) == nil, unsafe stat(path, &target) == 0,
      target.st_mode & S_IFMT == S_IFREG, target.st_size > 0
    else { return }
    let head = try head(of: path)
    if isForced {
      // What somebody recorded cannot be made again.
      guard let treasure = treasure(at: path, head) else { return }
      throw Failure("\(path) holds \(treasure); it is left as it is, choose another file")
    }
    if kind.recognizes(head), !isCapture(path) { return }
    throw Failure(
      "\(path) holds \(content(of: path, head)), not \(kind.name); it is left as it is, "
        + "choose another file or say --force")
  }

  /// What not even --force replaces: a store, a capture, but no text that may be anything.
  private func treasure(at path: String, _ head: [UInt8]) -> String? {
    if StoreFiles.isStore(head) { return "a store" }
    if isCapture(path) { return "a capture of this store" }
    guard let format = try? FormatRegistry.format(of: path), Self.recordings.contains(format) else {
      return nil
    }
    return "a capture"
  }

  /// Formats that only a recording has; memq writes none of them.
  private static let recordings: Set<String> = [
    "memray", "tracemalloc", "v8-heapsnapshot", "v8-heapprofile", "massif", "dhat", "mprof",
    "scalene", "meliae",
  ]

  /// Whether a path leads to a file of the store.
  func isStore(_ path: String) -> Bool { StoreFiles(storePath).include(path) }

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
