// ⚠ unsafe: buffers are read and written within their counts.

/// Turns UTF-16 into UTF-8, as a stream; what is no character becomes U+FFFD.
package final class UTF16Decoder: StreamDecoder {
  private let isBigEndian: Bool
  /// First half of a pair of surrogates.
  private var lead: UInt32?

  /// A decoder before the first unit.
  ///
  /// - Parameter isBigEndian: whether the upper byte of a unit comes first.
  package init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  /// Whether the input may end here: no pair of surrogates is open.
  package var isBetweenFrames: Bool { true }

  /// Converts what it can: whole units, at most four bytes each; byte order marks are left out.
  package func decode(
    input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer
  ) throws(StreamError) -> (consumed: Int, produced: Int) {
    var taken = 0
    var written = 0
    func put(_ scalar: Unicode.Scalar) {
      for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
        unsafe output[written] = byte
        written += 1
      }
    }
    // A lone surrogate and the unit behind it may be written together.
    while taken + 1 < input.count, written + 8 <= output.count {
      let (a, b) = unsafe (UInt32(input[taken]), UInt32(input[taken + 1]))
      let unit = isBigEndian ? a &<< 8 | b : b &<< 8 | a
      taken += 2
      if let first = lead {
        lead = nil
        if unit &>> 10 == 0x37 {
          let code = 0x10000 &+ (first & 0x3FF) &<< 10 &+ (unit & 0x3FF)
          put(Unicode.Scalar(code) ?? "\u{FFFD}")
          continue
        }
        put("\u{FFFD}")
      }
      if unit &>> 10 == 0x36 {
        lead = unit
      } else if unit != 0xFEFF {
        put(Unicode.Scalar(unit) ?? "\u{FFFD}")
      }
    }
    return (taken, written)
  }
}
