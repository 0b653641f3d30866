import CaptureModel

/// What a file does not say and its reader must be told.
package struct ReadingOptions: Sendable {
  /// Whether kB, MB and GB of texts are powers of 1000; of 1024 without.
  package var usesDecimalMegabytes = false

  /// What a bare number of memory in a text is multiplied by to be bytes; without, numbers that
  /// nothing gives a unit are left out.
  package var bareUnit: Double?

  /// The usual meanings.
  package init() {}
}

/// Remembers what a text was recognised as: the registry asks once for each format.
private final class TextRecognition {
  private var known: TextFormat.Recognized?

  func answer(about input: CaptureInput) -> TextFormat.Recognized {
    if let known { return known }
    let answer = TextFormat.recognize(input)
    known = answer
    return answer
  }
}

/// A file to be recognised and read: its beginning without wrapping, and streams over all of it.
///
/// Wrappings of any format are taken off here, and text is made UTF-8 without a mark; readers see
/// what is inside.
struct CaptureInput {
  /// How many unwrapped bytes are looked at to recognise a format.
  static let sniffLength = 1 << 16

  let file: CaptureFile
  let options: ReadingOptions
  /// What is wrapped around the content: gzip, zstd, bzip2, xz, or raw for nothing.
  let framing: CaptureStream.Framing
  /// How the content is written: UTF-16, or raw for all else.
  let encoding: CaptureStream.Framing
  /// The first bytes of the content, at most `sniffLength`.
  let beginning: [UInt8]
  /// Whether `beginning` is all there is.
  let isWhole: Bool
  /// Why not even the first byte came out of its wrapping; nil where one did, or there is none.
  let beginningFailure: String?
  /// What the text is of, once that was asked.
  private let recognized = TextRecognition()

  /// The text format that the content is mainly of; nil when it is no text that tells of memory.
  ///
  /// Looks at all of the content the first time, at most until something is found.
  var textFormat: String? { recognized.answer(about: self).format }
  /// What a text of no format tells of memory and why that is left out, for a person.
  var leftOut: [String] { recognized.answer(about: self).leftOut }

  /// Looks at the beginning of a file.
  ///
  /// - Throws: `unreadable`.
  init(
    file: CaptureFile, options: ReadingOptions = ReadingOptions()
  ) throws(CaptureError) {
    self.file = file
    self.options = options
    framing = CaptureStream.Framing(wrapping: try file.prefix(6))
    let content = CaptureStream(file: file, framing: framing)
    while content.unreadCount < 4, content.refill() {}
    encoding = CaptureStream.Framing(
      encodingOf: content.withUnread { bytes in (0..<min(4, bytes.count)).map { bytes[$0] } })
    let stream = Self.stream(file, framing, encoding)
    while stream.unreadCount < Self.sniffLength, stream.refill() {}
    if case .unreadable(_, let code)? = stream.failure {
      throw .unreadable(path: file.path, code: code)
    }
    let count = min(stream.unreadCount, Self.sniffLength)
    beginning = stream.withUnread { bytes in (0..<count).map { bytes[$0] } }
    beginningFailure = count == 0 ? stream.failure?.reason : nil
    isWhole = stream.isExhausted && stream.unreadCount <= Self.sniffLength
  }

  /// The content from its first byte.
  func stream() -> CaptureStream { Self.stream(file, framing, encoding) }

  private static func stream(
    _ file: CaptureFile, _ framing: CaptureStream.Framing, _ encoding: CaptureStream.Framing
  ) -> CaptureStream {
    guard encoding == .raw else {
      return CaptureStream(file: file, framing: encoding, wrapping: framing)
    }
    let stream = CaptureStream(file: file, framing: framing)
    while stream.unreadCount < 3, stream.refill() {}
    // The mark that some editors put before UTF-8.
    let hasMark = stream.withUnread { bytes in
      bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    }
    if hasMark { stream.consume(3) }
    return stream
  }

  /// `tar`, `zip` or `7z` when the content is an archive of files.
  var archiveKind: String? {
    if beginning.starts(with: [0x50, 0x4B, 3, 4]) || beginning.starts(with: [0x50, 0x4B, 5, 6]) {
      return "zip"
    }
    if beginning.starts(with: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) { return "7z" }
    guard beginning.count >= 512, beginning[257...].starts(with: Array("ustar".utf8)) else {
      return nil
    }
    return "tar"
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
