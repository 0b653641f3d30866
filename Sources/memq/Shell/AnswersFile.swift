// ⚠ unsafe: the path crosses to open() as a C string for one call.
import Glibc

/// A new file that answers of a shell go to.
final class AnswersFile {
  /// Where they are written.
  let stream: DescriptorStream

  /// Makes the file; what is there already is never written over.
  init(path: String) throws(Failure) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw Failure("cannot write \(path): \(Terminal.systemMessage(errno))")
    }
    stream = DescriptorStream(descriptor: descriptor, target: path)
  }

  deinit { close(stream.descriptor) }
}
