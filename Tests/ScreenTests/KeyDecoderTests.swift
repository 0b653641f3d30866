import Screen
import Testing

/// Bytes of terminals, and the keys they are.
@Suite("Keys")
struct KeyDecoderTests {
  private static let known: [(String, [KeyPress])] = [
    ("q", [.character("q")]), ("é€😀", [.character("é"), .character("€"), .character("😀")]),
    ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]),
    ("\u{8}", [.backspace]), ("\u{3}", [.control("c")]), ("\u{C}", [.control("l")]),
    ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]), ("\u{1B}[C", [.right]), ("\u{1B}[1;5D", [.left]),
    ("\u{1B}[5~", [.pageUp]), ("\u{1B}[6~", [.pageDown]), ("\u{1B}[H", [.home]),
    ("\u{1B}[4~", [.end]), ("\u{1B}[3~", [.delete]), ("\u{1B}[1~", [.home]), ("\u{1B}OF", [.end]),
    // Keys that are none of ours leave nothing behind.
    ("\u{1B}[15~x", [.character("x")]), ("\u{1B}[200~ab", [.character("a"), .character("b")]),
    ("\u{1B}[<0;3;4Mx", [.enter, .character("x")]),
    ("\u{1B}q", [.escape, .character("q")]), ("a\u{0}b", [.character("a"), .character("b")]),
  ]

  @Test("what terminals send", arguments: known)
  func keys(text: String, expected: [KeyPress]) {
    var decoder = KeyDecoder()
    #expect(decoder.take(Array(text.utf8)) == expected)
    #expect(!decoder.isWaiting)
  }

  @Test("the same keys come however the bytes are cut", arguments: known)
  func pieces(text: String, expected: [KeyPress]) {
    var decoder = KeyDecoder()
    var keys: [KeyPress] = []
    for byte in text.utf8 { keys += decoder.take([byte]) }
    #expect(keys == expected)
  }

  @Test("Escape alone is a key once nothing follows")
  func escape() {
    var decoder = KeyDecoder()
    #expect(decoder.take([0x1B]) == [])
    #expect(decoder.isWaiting)
    #expect(decoder.flush() == [.escape])
    #expect(decoder.take([0x1B, 0x5B]) == [])
    #expect(decoder.flush() == [.escape, .character("[")])
    #expect(decoder.flush() == [])
  }

  @Test("bytes that are no text are dropped, whatever they are")
  func noise() {
    var decoder = KeyDecoder()
    for first in UInt8.min...UInt8.max {
      for second in stride(from: UInt8.min, to: UInt8.max, by: 5) {
        _ = decoder.take([first, second, 0x80, 0x1B, 0x5B, second])
        _ = decoder.flush()
        #expect(!decoder.isWaiting)
      }
    }
    #expect(decoder.take(Array("x".utf8)) == [.character("x")])
    // A sequence without end does not grow for ever.
    _ = decoder.take([0x1B, 0x5B] + [UInt8](repeating: 0x31, count: 100))
    #expect(!decoder.isWaiting)
  }
}
