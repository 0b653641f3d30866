import Foundation
import Render
import Testing

@Suite struct TextTests {
  @Test func widthsFollowTheTerminal() {
    let cases: [(String, Int)] = [
      ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("ﾊﾝ", 2), ("한국", 4),
      ("🙂", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤", 1), ("❤️", 2), ("…", 1), ("─█", 2), ("a\u{200D}", 1),
    ]
    for (text, width) in cases {
      #expect(DisplayWidth.of(text) == width, "\(text.unicodeScalars.map(\.value))")
    }
  }

  @Test func cutTextNeverExceedsItsWidth() {
    let texts = ["/usr/lib/python3/json/decoder.py:353", "/家/日本語/ファイル.py:12", "🙂🙂🙂🙂🙂", "a"]
    for text in texts {
      for width in 0...40 {
        for ellipsis in ["...", "…"] {
          let middle = DisplayWidth.middle(text, width: width, ellipsis: ellipsis)
          let prefix = DisplayWidth.prefix(text, width: width, ellipsis: ellipsis)
          #expect(DisplayWidth.of(middle) <= width)
          #expect(DisplayWidth.of(prefix) <= width)
          if DisplayWidth.of(text) <= width { #expect(middle == text && prefix == text) }
        }
      }
    }
    // 20 cells: 3 for the dots, a quarter of the other 17 in front, the remaining 13 behind.
    #expect(DisplayWidth.middle(texts[0], width: 20) == "/usr...ecoder.py:353")
  }

  @Test func hostileCharactersAreEscaped() {
    let cases: [(String, String)] = [
      ("plain", "plain"), ("日本", "日本"), ("a\nb", "a\\nb"), ("\u{1B}[31m", "\\x1b[31m"),
      ("\u{9B}2J", "\\x9b2J"), ("x\u{202E}y", "x\\u{202e}y"), ("\u{7}", "\\x07"),
      ("tab\t\r", "tab\\t\\r"), ("\u{0}", "\\x00"), ("\u{2028}", "\\u{2028}"),
    ]
    for (text, shown) in cases { #expect(SafeText.shown(text) == shown) }
  }

  @Test func sourceLinesComeFromRegularFilesOnly() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("memq-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("a.py").path
    try Data("one\n  two\r\nthree".utf8).write(to: URL(fileURLWithPath: file))
    let cache = SourceCache()
    #expect(cache.line(file, 1) == "one")
    #expect(cache.line(file, 2) == "  two\r")
    #expect(cache.line(file, 3) == "three")
    for line in [0, -1, 4, Int.max] { #expect(cache.line(file, line) == nil) }
    for absent in ["", "<string>", folder.path, file + "x", "a\u{0}b"] {
      #expect(cache.line(absent, 1) == nil)
    }
    #expect(SourceCache(limitBytes: 3).line(file, 1) == nil)
  }
}
