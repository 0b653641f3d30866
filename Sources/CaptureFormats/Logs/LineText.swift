// ⚠ unsafe: words known when compiling are compared within their own lengths; memchr and memcmp
// look within the bytes of the line.
import Glibc

/// Looking into the bytes of a line; places beyond its ends hold 0.
extension Span<UInt8> {
  @inline(__always)
  func byte(_ place: Int) -> UInt8 { place >= 0 && place < count ? self[place] : 0 }

  /// Whether an ASCII word in lower case stands at a place, whatever its case there.
  @inline(__always)
  func holds(_ word: StaticString, at place: Int) -> Bool {
    let length = word.utf8CodeUnitCount
    guard place >= 0, count - place >= length else { return false }
    for index in 0..<length where unsafe Self.lowered(self[place + index]) != word.utf8Start[index]
    {
      return false
    }
    return true
  }

  /// Where an ASCII word in lower case stands first from `start` on.
  func find(_ word: StaticString, from start: Int = 0, before end: Int = .max) -> Int? {
    var place = start
    let last = Swift.min(end, count) - word.utf8CodeUnitCount
    while place <= last {
      if holds(word, at: place) { return place }
      place += 1
    }
    return nil
  }

  /// Where a byte stands first.
  @inline(__always)
  func position(of byte: UInt8) -> Int? {
    unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        let found = unsafe memchr(base, Int32(byte), bytes.count)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  /// Where an ASCII text stands first, in its own case: much faster than `find`, most so when its
  /// last byte is rare.
  func locate(_ text: StaticString) -> Int? {
    let length = text.utf8CodeUnitCount
    guard length > 0, length <= count else { return nil }
    return unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      let last = unsafe Int32(text.utf8Start[length - 1])
      var place = length - 1
      while place < bytes.count,
        let found = unsafe memchr(base + place, last, bytes.count - place)
      {
        let end = unsafe UnsafeRawPointer(found) - base
        let start = end - (length - 1)
        if unsafe memcmp(base + start, text.utf8Start, length) == 0 { return start }
        place = end + 1
      }
      return nil
    }
  }

  /// First place from `start` on that holds no space or tab.
  @inline(__always)
  func skippingSpaces(_ start: Int) -> Int {
    var place = start
    while place < count, self[place] == 0x20 || self[place] == 0x09 { place += 1 }
    return place
  }

  @inline(__always)
  static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  @inline(__always)
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// The whole number at a place and where it ends; nil when it has none or over 18 digits.
  @inline(__always)
  func digits(_ start: Int) -> (value: Int64, end: Int)? {
    var place = start
    var value: Int64 = 0
    while place < count, Self.isDigit(self[place]) {
      guard place - start < 18 else { return nil }
      value = value &* 10 &+ Int64(self[place] &- 0x30)
      place += 1
    }
    return place > start ? (value, place) : nil
  }
}
