// ⚠ unsafe: the buffer is private, `start <= end <= capacity` always holds, and `slack` zero
// bytes follow `end`.
import CaptureModel
import Compression
import Interruption

/// The bytes of a capture, decompressed, as a window that moves through the file.
///
/// Memory is one window and one chunk of the file, whatever the file's length. Damage of the
/// framing is kept in `failure`; the bytes before it are handed out first.
@safe
final class CaptureStream {
  /// How the capture lies in the file.
  enum Framing: String {
    case raw
    case lz4
    case gzip
    case zstd
    case bzip2
    case xz
    /// Text of two bytes a unit, the lower or the upper one first.
    case utf16le = "UTF-16 LE"
    case utf16be = "UTF-16 BE"

    /// What the first bytes of a file say; memray's own LZ4 is for its reader to see.
    init(wrapping prefix: [UInt8]) {
      if prefix.starts(with: [0x1F, 0x8B, 0x08]) {
        self = .gzip
      } else if prefix.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
        self = .zstd
      } else if prefix.starts(with: Array("BZh".utf8)) {
        self = .bzip2
      } else if prefix.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A]) {
        self = .xz
      } else {
        self = .raw
      }
    }

    /// What the first bytes of a content say of its encoding; raw for UTF-8 and all else.
    init(encodingOf content: [UInt8]) {
      if content.starts(with: [0xFF, 0xFE]), content.count != 3 {
        self = .utf16le
      } else if content.starts(with: [0xFE, 0xFF]) {
        self = .utf16be
      } else {
        self = .raw
      }
    }

    /// Its name for people.
    var title: String {
      switch self {
      case .raw: "raw"
      case .lz4: "LZ4"
      default: rawValue
      }
    }
  }

  /// Why the bytes ended before the file did, or in an unfinished frame.
  enum Failure: Equatable {
    case unreadable(fileOffset: UInt64, code: Int32)
    case cut(fileOffset: UInt64, Framing)
    case damaged(fileOffset: UInt64, LZ4Error)
    case broken(fileOffset: UInt64, reason: String)
    /// What was read takes more memory than is allowed.
    case tooLarge(fileOffset: UInt64)
  }

  /// Zero bytes that may be read beyond the last unread byte.
  static let slack = 64
  private static let chunkLength = 1 << 18
  private static let windowLength = 1 << 19

  let file: CaptureFile
  let framing: Framing
  /// Whether no byte can follow the unread ones.
  private(set) var isExhausted = false
  private(set) var failure: Failure?
  /// Whether the content is single events, which are worth more memory than their bytes.
  var isOfEvents = false
  /// Whether another stream asks for memory.
  private var isWrapped = false

  private var buffer: UnsafeMutablePointer<UInt8>
  /// Length of `buffer` without the slack.
  private var capacity = CaptureStream.windowLength
  private var start = 0
  private var end = 0
  /// Offset in the decompressed stream of the buffer's first byte.
  private var origin: UInt64 = 0

  private var input: UnsafeMutablePointer<UInt8>
  private var inputCapacity: Int
  private var inputStart = 0
  private var inputEnd = 0
  /// Offset in the file of the next chunk.
  private var nextRead: UInt64 = 0
  /// Where the data of a raw file end.
  private var rawLength: UInt64
  private var decoder = LZ4FrameDecoder()
  /// For what is neither raw nor LZ4.
  private let streamDecoder: (any StreamDecoder)?

  /// What lies around the framing: gzip or zstd around LZ4.
  private let wrapping: CaptureStream?
  /// How far a raw file that is still being written may be read; nil for one that is finished.
  private let growth: CaptureGrowth?

  /// A stream over a file.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - framing: how the capture lies in it, or in what is wrapped around it.
  ///   - wrapping: what is around the framing.
  ///   - growth: how far a raw file that is still being written may be read.
  init(
    file: CaptureFile, framing: Framing, wrapping: Framing = .raw, growth: CaptureGrowth? = nil
  ) {
    self.file = file
    self.growth = growth
    self.framing = framing
    self.wrapping = wrapping == .raw ? nil : CaptureStream(file: file, framing: wrapping)
    rawLength = file.size
    inputCapacity = framing == .raw ? 0 : Self.chunkLength
    streamDecoder =
      switch framing {
      case .raw, .lz4: nil
      case .gzip: GzipDecoder()
      case .zstd: ZstdDecoder()
      case .bzip2: Bzip2Decoder()
      case .xz: XZDecoder()
      case .utf16le: UTF16Decoder(isBigEndian: false)
      case .utf16be: UTF16Decoder(isBigEndian: true)
      }
    unsafe buffer = Self.zeros(Self.windowLength + Self.slack)
    unsafe input = Self.zeros(inputCapacity)
    self.wrapping?.isWrapped = true
  }

  deinit {
    unsafe buffer.deallocate()
    unsafe input.deallocate()
  }

  /// Whether there is nothing to read now, and more may come.
  var isWaiting: Bool { growth != nil && !isExhausted }

  /// Bytes of the file, those that are there now when it is still being written.
  var fileSize: UInt64 { growth?.length ?? file.size }

  /// Offset in the decompressed stream of the first unread byte.
  var offset: UInt64 { origin &+ UInt64(start) }

  /// Bytes of the file that are behind the reader.
  var fileOffset: UInt64 { nextRead &- UInt64(inputEnd - inputStart) }

  /// Number of unread bytes in the window.
  var unreadCount: Int { end - start }

  /// The unread bytes; `slack` zero bytes may be read after them.
  ///
  /// Valid until the stream is refilled.
  var unread: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: buffer + start, count: end - start)
  }

  /// Calls `body` with the unread bytes.
  func withUnread<Result, Failure>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(unsafe unread.span)
  }

  /// Marks `count` unread bytes as read.
  func consume(_ count: Int) {
    start = min(start &+ max(count, 0), end)
  }

  /// Appends to the unread bytes; false when there are no more.
  func refill() -> Bool {
    guard !isExhausted else { return false }
    // Beside a capture that grows questions are asked, and a program's stream must not end by them.
    if !isWrapped, growth == nil,
      MemoryLimit.isSpent(content: offset, fileSize: file.size, isOfEvents: isOfEvents)
    {
      failure = .tooLarge(fileOffset: fileOffset)
      isExhausted = true
      return false
    }
    compact()
    let before = end
    // At least one byte is added unless the data end here.
    switch framing {
    case .raw where growth != nil: followFile()
    case .raw: fillFromFile()
    case .lz4: fillFromBlocks()
    default: fillFromStream()
    }
    clearSlack()
    return end > before
  }

  /// Ends a raw stream before the zero bytes that pad the file, keeping what was consumed.
  func dropTrailingZeros() {
    guard framing == .raw else { return }
    rawLength = max(file.lengthWithoutTrailingZeros(), offset)
    let limit = rawLength &- origin
    if limit < UInt64(end) {
      end = Int(limit)
      clearSlack()
    }
  }

  /// Moves the bytes still needed to the front: the unread ones and the LZ4 window.
  private func compact() {
    let kept =
      framing == .lz4 ? min(start, max(0, end - LZ4FrameDecoder.windowLength)) : start
    guard kept > 0 else { return }
    unsafe buffer.update(from: buffer + kept, count: end - kept)
    start -= kept
    end -= kept
    origin &+= UInt64(kept)
  }

  private func clearSlack() {
    unsafe (buffer + end).update(repeating: 0, count: Self.slack)
  }

  private var room: Int { capacity - end }

  private func makeRoom(_ count: Int) {
    guard room < count else { return }
    capacity = max(capacity * 2, end + count)
    let larger = unsafe Self.zeros(capacity + Self.slack)
    unsafe larger.update(from: buffer, count: end)
    unsafe buffer.deallocate()
    unsafe buffer = larger
  }

  private static func zeros(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
    unsafe bytes.initialize(repeating: 0, count: count)
    return unsafe bytes
  }

  private func fillFromFile() {
    makeRoom(1)
    let length = Int(min(UInt64(room), rawLength > nextRead ? rawLength - nextRead : 0))
    let target = unsafe UnsafeMutableRawBufferPointer(start: buffer + end, count: length)
    switch unsafe file.read(at: nextRead, into: target) {
    case .bytes(let count):
      end += count
      nextRead += UInt64(count)
      isExhausted = count < length || nextRead >= rawLength
    case .failed(let code):
      failure = .unreadable(fileOffset: nextRead, code: code)
      isExhausted = true
    }
  }

  /// Reads what has been written since; the end is one only once nobody writes any more.
  private func followFile() {
    // In this order: what is written before the end is seen with it.
    guard let isOver = growth?.isOver, let length = growth?.length else { return }
    makeRoom(1)
    let wanted = Int(min(UInt64(room), length > nextRead ? length - nextRead : 0))
    if wanted > 0 {
      let target = unsafe UnsafeMutableRawBufferPointer(start: buffer + end, count: wanted)
      switch unsafe file.read(at: nextRead, into: target) {
      case .bytes(let count):
        end += count
        nextRead += UInt64(count)
        // Shorter than it was: somebody cut it.
        if count < wanted { isExhausted = true }
      case .failed(let code):
        failure = .unreadable(fileOffset: nextRead, code: code)
        isExhausted = true
      }
    }
    if isOver, nextRead >= length { isExhausted = true }
  }

  private func fillFromBlocks() {
    let before = end
    while !isExhausted {
      switch decodeBlock() {
      case .advanced(let consumed, let produced):
        inputStart += consumed
        end += produced
      case .needsRoom(let count):
        if end > before { return }
        makeRoom(count)
      case .needsInput(let count):
        if readInput(atLeast: count) { continue }
        isExhausted = true
        if failure == nil, !decoder.isBetweenFrames || inputEnd > inputStart {
          failure = .cut(fileOffset: nextRead, framing)
        }
      case nil: isExhausted = true
      }
    }
  }

  private func decodeBlock() -> LZ4FrameDecoder.Step? {
    let window = unsafe UnsafeMutableBufferPointer(start: buffer, count: capacity)
    var output = unsafe window.mutableSpan
    let source = unsafe UnsafeBufferPointer(
      start: input + inputStart, count: inputEnd - inputStart)
    do throws(LZ4Error) {
      return try decoder.step(input: unsafe source.span, output: &output, at: end)
    } catch {
      failure = .damaged(fileOffset: fileOffset, error)
      return nil
    }
  }

  private func fillFromStream() {
    let before = end
    makeRoom(Self.chunkLength)
    while !isExhausted, end == before {
      if inputEnd == inputStart, !readInput(atLeast: 1) {
        isExhausted = true
        if failure == nil, streamDecoder?.isBetweenFrames == false {
          failure = .cut(fileOffset: nextRead, framing)
        }
        return
      }
      let source = unsafe UnsafeRawBufferPointer(
        start: input + inputStart, count: inputEnd - inputStart)
      let target = unsafe UnsafeMutableRawBufferPointer(start: buffer + end, count: room)
      do throws(StreamError) {
        let (consumed, produced) =
          try unsafe streamDecoder?.decode(input: source, output: target) ?? (0, 0)
        inputStart += consumed
        end += produced
        // Neither taken nor written: more input is needed, or none would help.
        if consumed == 0, produced == 0, !readInput(atLeast: source.count + 1) {
          isExhausted = true
          failure = failure ?? .cut(fileOffset: nextRead, framing)
        }
      } catch {
        failure = .broken(fileOffset: fileOffset, reason: error.reason)
        isExhausted = true
      }
    }
  }

  /// Reads on until `count` input bytes are there; false when the file ends first.
  private func readInput(atLeast count: Int) -> Bool {
    let kept = inputEnd - inputStart
    if count > inputCapacity {
      inputCapacity = count + Self.chunkLength
      let larger = unsafe Self.zeros(inputCapacity)
      unsafe larger.update(from: input + inputStart, count: kept)
      unsafe input.deallocate()
      unsafe input = larger
    } else if kept > 0, inputStart > 0 {
      unsafe input.update(from: input + inputStart, count: kept)
    }
    inputStart = 0
    inputEnd = kept
    let free = unsafe UnsafeMutableRawBufferPointer(
      start: input + kept, count: inputCapacity - kept)
    switch unsafe readSource(into: free) {
    case .bytes(let length):
      inputEnd += length
      nextRead += UInt64(length)
    case .failed(let code): failure = .unreadable(fileOffset: nextRead, code: code)
    }
    return inputEnd >= count
  }

  /// Reads from the file, or from what is wrapped around the framing.
  private func readSource(into target: UnsafeMutableRawBufferPointer) -> CaptureFile.ReadResult {
    guard let wrapping else { return unsafe file.read(at: nextRead, into: target) }
    var done = 0
    while done < target.count {
      if wrapping.unreadCount == 0, !wrapping.refill() { break }
      let part = unsafe UnsafeRawBufferPointer(wrapping.unread).prefix(target.count - done)
      unsafe UnsafeMutableRawBufferPointer(rebasing: target[done...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
      let count = unsafe part.count
      wrapping.consume(count)
      done += count
    }
    if done == 0 { failure = failure ?? wrapping.failure }
    return .bytes(done)
  }
}
