// ⚠ unsafe: write() reads an array's own buffer within its count; paths cross as C strings.
import Glibc
import Interruption
import Render

/// Why a result could not be written.
enum OutputError: Error {
  /// The reader of the pipe went away: no reason to complain.
  case closedPipe
  /// Ctrl-C came: nobody waits for it any more.
  case interrupted
  /// The operating system refused; `code` is errno.
  case failed(target: String, code: Int32)
}

/// Somewhere bytes go.
protocol OutputStream {
  /// Writes all bytes.
  func write(_ bytes: [UInt8]) throws(OutputError)
  /// Says that nothing follows.
  func finish() throws(OutputError)
}

extension OutputStream {
  /// Writes a text.
  func write(_ text: String) throws(OutputError) { try write(Array(text.utf8)) }
}

/// An open file descriptor.
struct DescriptorStream: OutputStream {
  let descriptor: Int32
  /// What messages call it.
  let target: String

  /// Whether a person looks at what is written.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  private static let pieceBytes = 1 << 16

  static let standardOutput = DescriptorStream(
    descriptor: STDOUT_FILENO, target: "standard output")
  static let standardError = DescriptorStream(descriptor: STDERR_FILENO, target: "standard error")

  func write(_ bytes: [UInt8]) throws(OutputError) {
    var written = 0
    while written < bytes.count {
      // Piece by piece, so that an answer that nobody waits for any more ends on the screen too.
      if Interruption.silences { throw .interrupted }
      let start = written
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(
          descriptor, buffer.baseAddress.map { unsafe $0 + start },
          min(buffer.count - start, Self.pieceBytes))
      }
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        throw code == EPIPE ? .closedPipe : .failed(target: target, code: code)
      }
      written += count
    }
  }

  func finish() {}
}

/// A message for the person: standard error, one line or more, failures ignored.
func report(_ message: String) {
  do { try DescriptorStream.standardError.write(Message.shown(message) + "\n") } catch {}
}

/// Lines for a person that name what others named: files, captures, words of a question.
enum Message {
  /// The lines without what steers a terminal, each cut to what can be read.
  static func shown(_ message: String) -> String {
    message.split(separator: "\n", omittingEmptySubsequences: false).map {
      SafeText.cut(SafeText.shown(String($0)))
    }.joined(separator: "\n")
  }

  /// A name of somebody else's within a message: on one line too.
  static func name(_ name: String) -> String { SafeText.cut(SafeText.shown(name)) }
}
