import CaptureModel

/// What a file does not say and its reader must be told.
package struct ReadingOptions: Sendable {
  /// Whether kB, MB and GB of texts are powers of 1000; of 1024 without.
  package var usesDecimalMegabytes = false

  /// The usual meanings.
  package init() {}
}

/// A file to be recognised and read: its beginning without wrapping, and streams over all of it.
///
/// gzip and zstd around any format are taken off here; readers see what is inside.
struct CaptureInput {
  /// How many unwrapped bytes are looked at to recognise a format.
  static let sniffLength = 1 << 16

  let file: CaptureFile
  let options: ReadingOptions
  /// gzip, zstd, or raw for all else.
  let framing: CaptureStream.Framing
  /// The first bytes of the content, at most `sniffLength`.
  let beginning: [UInt8]
  /// Whether `beginning` is all there is.
  let isWhole: Bool

  /// Looks at the beginning of a file.
  ///
  /// - Throws: `unreadable`.
  init(
    file: CaptureFile, options: ReadingOptions = ReadingOptions()
  ) throws(CaptureError) {
    self.file = file
    self.options = options
    framing = CaptureStream.Framing(wrapping: try file.prefix(4))
    let stream = CaptureStream(file: file, framing: framing)
    while stream.unreadCount < Self.sniffLength, stream.refill() {}
    if case .unreadable(_, let code)? = stream.failure {
      throw .unreadable(path: file.path, code: code)
    }
    let count = min(stream.unreadCount, Self.sniffLength)
    beginning = stream.withUnread { bytes in (0..<count).map { bytes[$0] } }
    isWhole = stream.isExhausted && stream.unreadCount <= Self.sniffLength
  }

  /// The content from its first byte.
  func stream() -> CaptureStream { CaptureStream(file: file, framing: framing) }

  /// Lower-case extension of the file's name, without the dot and that of a wrapping.
  var fileExtension: String {
    var name = file.path.split(separator: "/").last.map(String.init) ?? ""
    for wrapping in [".gz", ".zst", ".zstd"] where name.lowercased().hasSuffix(wrapping) {
      name.removeLast(wrapping.count)
      break
    }
    guard let dot = name.lastIndex(of: ".") else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  /// The whole lines of the beginning, lossily decoded, at most `limit`; the last one of a
  /// longer file, which may be cut, is left out.
  func firstLines(_ limit: Int) -> [String] {
    var lines = beginning.split(
      separator: UInt8(ascii: "\n"), maxSplits: limit, omittingEmptySubsequences: false)
    if lines.count > limit || !isWhole || lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { line in
      String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
  }

  /// Whether the beginning holds an ASCII text, within its first `length` bytes.
  func contains(_ text: String, within length: Int = sniffLength) -> Bool {
    beginning.prefix(length).contains(text.utf8)
  }
}
