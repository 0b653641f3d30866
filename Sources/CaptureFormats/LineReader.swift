// ⚠ unsafe: memchr looks within the unread bytes of the stream.
import CaptureModel
import Glibc

/// The lines of a text capture, one after another, without their LF or CRLF.
///
/// Memory is one line, at most `limit` bytes of it. Cost: about 1 ns a byte.
struct LineReader {
  /// Longest line that is handed out whole.
  static let limit = 1 << 20

  let stream: CaptureStream
  /// Number of the line last handed out, from 1.
  private(set) var number: UInt64 = 0
  /// Offset of its first byte in the content.
  private(set) var offset: UInt64 = 0
  /// Whether the line last handed out was longer than `limit` and is cut.
  private(set) var isCut = false
  /// Whether the line last handed out ended with the data instead of a newline.
  private(set) var isUnfinished = false

  /// Lines from a stream's next byte on.
  init(_ stream: CaptureStream) { self.stream = stream }

  /// Hands the next line to `body`; false when there is none.
  mutating func next(_ body: (Span<UInt8>) -> Void) -> Bool {
    nextNumbered { line, _, _ in body(line) }
  }

  /// Hands the next line to `body`, with its number and whether it has no end; false when there is
  /// none.
  mutating func nextNumbered(_ body: (Span<UInt8>, UInt64, Bool) -> Void) -> Bool {
    var searched = 0
    var end: Int?
    while end == nil {
      end = newline(from: searched)
      if end != nil { break }
      searched = stream.unreadCount
      if searched > Self.limit || !stream.refill() { break }
    }
    guard end != nil || stream.unreadCount > 0 else { return false }
    number += 1
    offset = stream.offset
    let length = end ?? stream.unreadCount
    isCut = length > Self.limit
    isUnfinished = end == nil && !isCut
    handOut(min(length, Self.limit)) { body($0, number, isUnfinished) }
    if let end { stream.consume(end + 1) } else { skipRest() }
    return true
  }

  /// Place of the next newline among the unread bytes.
  private func newline(from start: Int) -> Int? {
    let bytes = unsafe stream.unread
    guard let base = bytes.baseAddress, start < bytes.count,
      let found = unsafe memchr(base + start, 10, bytes.count - start)
    else { return nil }
    return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  private func handOut(_ length: Int, _ body: (Span<UInt8>) -> Void) {
    stream.withUnread { bytes in
      var length = length
      if length > 0, bytes[length - 1] == UInt8(ascii: "\r") { length -= 1 }
      body(bytes.extracting(..<length))
    }
  }

  /// Moves behind the next newline.
  private func skipRest() {
    while true {
      if let end = newline(from: 0) { return stream.consume(end + 1) }
      stream.consume(stream.unreadCount)
      if !stream.refill() { return }
    }
  }
}
