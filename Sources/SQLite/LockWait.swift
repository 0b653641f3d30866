// ⚠ unsafe: stat(), read() and clock_gettime() fill what lives here within its size; paths cross
// as C strings.
import Glibc
import Interruption
import Synchronization

/// Waiting for the locks of other processes: for whom, and who is told when it takes long.
package enum LockWait {
  /// A process that holds a lock of a database.
  package struct Holder: Sendable, Equatable {
    /// Its number.
    package var process: Int32
    /// Its command line, words joined by spaces; empty when it cannot be read.
    package var command: String
  }

  /// A wait that has taken a second.
  package struct Notice: Sendable, Equatable {
    /// The database.
    package var path: String
    /// Who holds it, as far as the system says.
    package var holders: [Holder]
  }

  private static let listener = Mutex<(@Sendable (Notice) -> Void)?>(nil)

  /// From now on `tell` is called, on the thread that waits, when a wait has taken a second.
  package static func listen(_ tell: @escaping @Sendable (Notice) -> Void) {
    listener.withLock { $0 = tell }
  }

  static func note(_ path: String) {
    let tell = listener.withLock { $0 }
    tell?(Notice(path: path, holders: holders(of: path)))
  }

  /// The other processes that hold locks of a database: those that write, else those that read.
  ///
  /// The system lists locks by file; opening one of the files to ask it would give up the locks of
  /// this process.
  package static func holders(of path: String) -> [Holder] {
    let table = text(of: "/proc/locks", most: 1 << 20)
    var writers: Set<Int32> = []
    var readers: Set<Int32> = []
    for file in [path, path + "-shm"] {
      var status = stat()
      guard unsafe stat(file, &status) == 0 else { continue }
      for line in table.split(separator: "\n") {
        guard let lock = Lock(line), lock.inode == status.st_ino, lock.process != getpid() else {
          continue
        }
        if lock.isForWriting { writers.insert(lock.process) } else { readers.insert(lock.process) }
      }
    }
    return (writers.isEmpty ? readers : writers).sorted().map { process in
      let command = text(of: "/proc/\(process)/cmdline", most: 4096)
      return Holder(
        process: process, command: command.split(separator: "\0").joined(separator: " "))
    }
  }

  /// A line of the system's list, such as `3: POSIX  ADVISORY  WRITE 812 fe:00:1312 120 120`.
  private struct Lock {
    var process: Int32
    var isForWriting: Bool
    var inode: UInt64

    init?(_ line: Substring) {
      let words = line.split(separator: " ")
      // `->` stands before who waits.
      guard words.count >= 6, words[1] == "POSIX", let process = Int32(words[4]), process > 0,
        let inode = words[5].split(separator: ":").last.flatMap({ UInt64($0) })
      else { return nil }
      self.process = process
      isForWriting = words[3] == "WRITE"
      self.inode = inode
    }
  }

  /// The beginning of a text that the system makes; empty when it cannot be read.
  private static func text(of path: String, most: Int) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while text.count < most {
      let count = unsafe piece.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      text += piece[..<count]
    }
    return String(decoding: text.prefix(most), as: UTF8.self)
  }

  /// Milliseconds of a clock that only goes forward.
  fileprivate static var now: Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}

/// How long one connection waits for others' locks: so long, and no longer than until Ctrl-C.
final class LockPatience {
  var limitMilliseconds: Int
  private let path: String
  private var began = 0
  private var isTold = false

  /// From here on a wait is one that people notice.
  private static let longMilliseconds = 1000

  init(path: String, limitMilliseconds: Int) {
    self.path = path
    self.limitMilliseconds = limitMilliseconds
  }

  /// Whether to try again, after a pause; `asked` counts the refusals of one lock from 0.
  func goesOn(asked: Int) -> Bool {
    if asked == 0 {
      began = LockWait.now
      isTold = false
    }
    let waited = LockWait.now - began
    guard waited < limitMilliseconds, !Interruption.isRequested else { return false }
    if waited >= Self.longMilliseconds, !isTold {
      isTold = true
      LockWait.note(path)
    }
    // Most locks are held for a moment.
    usleep(asked < 10 ? 1000 : 10_000)
    return true
  }
}
