import Foundation
import TestSupport
import Testing

/// Names that steer terminals, from a capture to every output for people.
@Suite("Hostile names")
struct HostileNameTests {
  private func place() throws -> Workplace {
    let place = try Workplace()
    try FileManager.default.copyItem(
      at: Project.fixtures("corpus").appending(path: "collapsed/hostile-names"),
      to: place.url.appending(path: "hostile.folded"))
    #expect(try place.memq("import", "hostile.folded").status == 0)
    return place
  }

  private static let questions = [
    "top all by function", "top all by traceback", "top all by module", "tree", "stats",
    "top all by function as markdown", "top all by function as json", "tree as jsonl",
    "flame as folded", "flame as speedscope", "show capture", "show quality", "show keys",
    "explain top all by function", "top all by function where function ~ \"*owned*\"",
    "top all by function where function ~ \"\u{1B}[31mnone\u{7}\"", "top by \u{1B}]0;x\u{7}",
    "assert samples < 1 by function", "let a = function ~ \"\u{202E}x\"; top where a",
  ]

  @Test("piped", arguments: questions)
  func piped(question: String) throws {
    let outcome = try place().memq(question)
    for text in [outcome.output, outcome.errors] {
      #expect(TerminalParser(text).surprises == [], "\(question): \(text)")
    }
    #expect(!(outcome.output + outcome.errors).isEmpty)
  }

  @Test("on a terminal")
  func onATerminal() throws {
    let place = try place()
    for question in Self.questions where !question.contains(" to ") {
      let session = try TerminalSession(place, ["query", "--no-pager", question])
      #expect(session.status() != nil)
      let parser = TerminalParser(session.history)
      #expect(parser.surprises == [], "\(question): \(session.history)")
      #expect(!parser.text.isEmpty, "\(question)")
    }
  }

  @Test("the parser sees what a terminal would obey")
  func parser() {
    #expect(TerminalParser("a\u{1B}[1;31mb\u{1B}[0m\r\n").surprises == [])
    #expect(TerminalParser("\u{1B}[2J").surprises == ["CSI 2J"])
    #expect(TerminalParser("\u{1B}]0;x\u{7}y").surprises.count == 1)
    #expect(TerminalParser("\u{9B}1A\u{8}\u{202E}").surprises.count == 3)
    #expect(TerminalParser("\u{1B}").surprises == ["a sequence without end"])
  }
}
