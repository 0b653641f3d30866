// ⚠ unsafe: stat() and fstat() fill what lives here; pread() fills an array within its count; paths
// cross as C strings.
import CaptureFormats
import Dispatch
import Glibc
import Synchronization

/// Watches a capture that a program writes: how far it is good, and whether the writer is gone.
///
/// memray maps the file and makes it longer with zeros ahead of what it writes, and no record begins
/// with a zero. So the file is good up to its last byte that is none, as it was one look before: what was
/// then being written is whole now.
final class FollowedFile: Sendable {
  private static let pollMicroseconds: UInt32 = 10_000
  /// A run of zeros that no record has: what lies behind is not written yet.
  private static let chunkBytes = 1 << 16
  /// How long a file may stand still whose writer is not to be found.
  private static let patience = Duration.seconds(1)

  let path: String
  let growth = CaptureGrowth()
  private let descriptor: Int32
  /// Process that writes it; 0 while it is not known.
  private let process = Atomic<Int64>(0)
  private let isStopped = Atomic<Bool>(false)
  private let finished = DispatchSemaphore(value: 0)

  /// Opens a file; nil when there is none yet.
  init?(path: String) throws(Failure) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw Failure("cannot read \(path): \(Terminal.systemMessage(errno))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(
        "\(path) is no file: what comes through a pipe is read with memq import \(path)")
    }
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure("cannot read \(path): \(Terminal.systemMessage(errno))")
    }
    self.path = path
  }

  deinit { close(descriptor) }

  /// The file as it was opened, whatever is at its path by now.
  var openPath: String { "/proc/self/fd/\(descriptor)" }

  /// Its first bytes.
  func beginning(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let read = unsafe bytes.withUnsafeMutableBytes {
      unsafe pread(descriptor, $0.baseAddress, count, 0)
    }
    return Array(bytes.prefix(max(0, read)))
  }

  /// Looks once, before the watching begins.
  func look() { growth.grow(to: written(from: growth.length)) }

  /// Watches until nothing more is written, on a thread of its own.
  func watch(process id: Int64) {
    process.store(id, ordering: .relaxed)
    DispatchQueue(label: "memq.live.watch", qos: .userInitiated).async { [self] in
      follow()
      growth.end()
      finished.signal()
    }
  }

  /// Ends the watching: what is there is all.
  func stop() { isStopped.store(true, ordering: .relaxed) }

  /// Waits until the watching has ended.
  func wait() {
    finished.wait()
    finished.signal()
  }

  private func follow() {
    var last = growth.length
    var changed = ContinuousClock.now
    while !isStopped.load(ordering: .relaxed) {
      growth.grow(to: last)
      usleep(Self.pollMicroseconds)
      let now = written(from: last)
      if now > last { changed = .now }
      last = now
      // Looked at before the last time that the file is: what it wrote is seen.
      if !isWritten, ContinuousClock.now - changed > Self.patience { break }
    }
    growth.grow(to: written(from: last))
  }

  /// Whether the writer is there; one that ended and was not waited for is not.
  private var isWritten: Bool {
    let id = process.load(ordering: .relaxed)
    guard id > 0, let number = pid_t(exactly: id) else { return true }
    if kill(number, 0) != 0 { return errno != ESRCH }
    guard let status = try? InputFile.text(of: "/proc/\(number)/stat"),
      let end = status.lastIndex(of: ")")
    else { return true }
    return !status[end...].hasPrefix(") Z")
  }

  /// Length up to the last byte that is no zero.
  private func written(from known: UInt64) -> UInt64 {
    var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
    var length = known
    var place = known
    while let offset = off_t(exactly: place) {
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress, $0.count, offset)
      }
      guard count > 0, let last = chunk[..<count].lastIndex(where: { $0 != 0 }) else { break }
      length = place + UInt64(last) + 1
      place += UInt64(count)
    }
    return length
  }
}
