// ⚠ unsafe: read() fills an array through its own buffer, within its count; realpath()'s text is
// copied and freed.
import Glibc

/// Source files by name, read when first asked for, within a bound.
package final class SourceCache {
  private let limitBytes: Int
  private var usedBytes = 0
  private var files: [String: [ArraySlice<UInt8>]] = [:]

  /// A cache that reads at most `limitBytes` in all; larger files are treated as absent.
  package init(limitBytes: Int = 64 << 20) {
    self.limitBytes = limitBytes
  }

  /// The text of a line counted from 1, without its end; nil when there is none.
  package func line(_ file: String, _ number: Int) -> String? {
    guard number > 0 else { return nil }
    let lines = lines(of: file)
    guard number <= lines.count else { return nil }
    return String(decoding: lines[number - 1].prefix(4096), as: UTF8.self)
  }

  private func lines(of file: String) -> [ArraySlice<UInt8>] {
    if let known = files[file] { return known }
    let bytes = contents(of: file)
    usedBytes += bytes.count
    let lines =
      bytes.isEmpty
      ? [] : bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    files[file] = lines
    return lines
  }

  /// The path with links followed, since `app.py` may lead to a key; nil when there is no file.
  private static func place(of file: String) -> String? {
    guard let found = unsafe realpath(file, nil) else { return nil }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
  }

  /// The bytes of a regular file that is source, empty when it cannot be read or is too large.
  private func contents(of file: String) -> [UInt8] {
    // `<string>` and `<frozen importlib>` are no files, and a pipe could block.
    guard !file.utf8.contains(0) && !file.hasPrefix("<") && SourceKind.mayBeRead(file),
      let place = Self.place(of: file), SourceKind.mayBeRead(place)
    else { return [] }
    let descriptor = unsafe open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG,
      status.st_size > 0 && status.st_size <= limitBytes - usedBytes
    else { return [] }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let start = filled
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress.map { unsafe $0 + start }, buffer.count - start)
      }
      if got <= 0 { break }
      filled += got
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }
}
