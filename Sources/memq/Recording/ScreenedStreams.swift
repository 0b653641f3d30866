// ⚠ unsafe: pread() fills an array within its count; paths cross as C strings.
import Glibc

/// Standard streams of a program whose terminal shows a screen meanwhile.
///
/// What it writes to a terminal is kept in files without a name and passed on later, and it reads
/// nothing from one. Streams that are no terminal stay what they are.
final class ScreenedStreams {
  private struct Kept {
    let stream: Int32
    let file: Int32
    var passed: off_t = 0
  }

  private var kept: [Kept] = []
  private var silence: Int32 = -1

  /// Prepares the files.
  init() throws(Failure) {
    if isatty(STDIN_FILENO) == 1 { silence = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) }
    let folder = Terminal.environment("TMPDIR") ?? "/tmp"
    for stream in [STDOUT_FILENO, STDERR_FILENO] where isatty(stream) == 1 {
      // O_TMPFILE of the kernel's fcntl.h, which Swift does not see.
      let temporary = Int32(0o20000000) | O_DIRECTORY
      let file = unsafe open(folder, temporary | O_RDWR | O_APPEND | O_CLOEXEC, 0o600)
      guard file >= 0 else {
        throw Failure(
          "cannot keep the program's output in \(folder): \(Terminal.systemMessage(errno)); "
            + "set TMPDIR to a folder with room")
      }
      kept.append(Kept(stream: stream, file: file))
    }
  }

  deinit {
    for one in kept { close(one.file) }
    if silence >= 0 { close(silence) }
  }

  /// What stands for the program's streams.
  var replaced: [Int32: Int32] {
    var streams: [Int32: Int32] = silence >= 0 ? [STDIN_FILENO: silence] : [:]
    for one in kept { streams[one.stream] = one.file }
    return streams
  }

  /// Passes on what was written since the last time.
  func pass() {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    for place in kept.indices {
      while true {
        let (file, passed) = (kept[place].file, kept[place].passed)
        let count = unsafe chunk.withUnsafeMutableBytes {
          unsafe pread(file, $0.baseAddress, $0.count, passed)
        }
        guard count > 0 else { break }
        kept[place].passed += count
        let stream = DescriptorStream(descriptor: kept[place].stream, target: "the terminal")
        do { try stream.write(Array(chunk[..<count])) } catch { break }
      }
    }
  }
}
