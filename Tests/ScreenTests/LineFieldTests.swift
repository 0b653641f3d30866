import Screen
import Testing

/// The line in which a question is edited.
@Suite("Edited line")
struct LineFieldTests {
  private func typed(_ keys: [KeyPress], into text: String = "") -> LineField {
    var field = LineField(text, earlier: ["top 5", "growth"])
    for key in keys { field.press(key) }
    return field
  }

  @Test(
    "keys edit",
    arguments: [
      ([.character("x")], "top 20x", 7), ([.left, .character("é")], "top 2é0", 6),
      ([.backspace], "top 2", 5), ([.home, .delete], "op 20", 0),
      ([.home, .backspace], "top 20", 0),
      ([.control("w")], "top ", 4), ([.control("w"), .control("w")], "", 0),
      ([.home, .right, .control("k")], "t", 1), ([.left, .control("u")], "0", 0),
      ([.end, .right, .delete], "top 20", 6), ([.up], "growth", 6), ([.up, .up, .up], "top 5", 5),
      ([.up, .down], "top 20", 6), ([.down], "top 20", 6),
    ] as [([KeyPress], String, Int)])
  func edits(keys: [KeyPress], text: String, cursor: Int) {
    let field = typed(keys, into: "top 20")
    #expect(field.text == text)
    #expect(field.cursor == cursor)
  }

  @Test("Tab completes what only one word begins with, and lists several")
  func completes() {
    #expect(typed([.tab], into: "top 5 by linen").text == "top 5 by lineno ")
    #expect(typed([.tab], into: "top 5 by LINEN").text == "top 5 by lineno ")
    let several = typed([.tab], into: "top 5 by f")
    #expect(several.text == "top 5 by f")
    #expect(several.candidates.contains("function") && several.candidates.contains("filename"))
    #expect(typed([.tab, .character("u")], into: "top 5 by f").candidates == [])
    #expect(typed([.tab], into: "top 5 by xyzzy").text == "top 5 by xyzzy")
    #expect(typed([.tab], into: "").text == "")
    // In the middle of a line, what follows stays.
    #expect(typed([.home, .right, .right, .tab], into: "to 5").text.hasSuffix(" 5"))
  }
}
