// ⚠ unsafe: read() fills an array's own buffer within its count; paths cross as C strings.
import Glibc
import Interruption

/// Whole text files and standard input.
enum InputFile {
  /// Whether there is a file at the path.
  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// The text of a file; `-` is standard input.
  static func text(of path: String) throws(Failure) -> String {
    let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure("cannot read \(path): \(Terminal.systemMessage(errno))")
    }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR, !Interruption.hasCome { continue }
      guard count >= 0 else {
        throw Failure("cannot read \(path): \(Terminal.systemMessage(errno))")
      }
      if count == 0 { break }
      text += chunk[..<count]
    }
    guard let valid = String(validating: text, as: UTF8.self) else {
      throw Failure("\(path) is not UTF-8 text")
    }
    return valid
  }
}
