import Foundation
import Testing

@Suite("REPL")
struct ReplTests {
  private func place() throws -> Workplace {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    return place
  }

  @Test("piped lines are answered without prompt, and an error stops nothing")
  func piped() throws {
    let outcome = try place().memq(
      "repl",
      input: """
        .mode csv
        top 1 leaked size, count by function

        top 1 by nonsense
        .nonsense
        top 1 allocated count by function
        .quit
        top 1 by lineno
        """)
    let lines = outcome.output.split(whereSeparator: \.isNewline)
    #expect(lines.count == 4, "\(outcome.output)")
    #expect(lines.first == "function,size,count")
    #expect(lines.dropFirst().first == "render,1459700,300")
    #expect(!outcome.output.contains("memq>"))
    #expect(outcome.errors.contains("nonsense"))
    #expect(outcome.errors.contains("there is no .nonsense"))
    #expect(outcome.status == 3)
  }

  @Test("on a terminal: prompt, history, completion, Ctrl-C, Ctrl-D")
  func terminal() throws {
    let place = try place()
    let session = try TerminalSession(place, ["repl"])
    #expect(session.waits(for: "memq> "))
    session.type("top 1 leaked size by function as csv\r")
    #expect(session.waits(for: "render,1459700"))
    #expect(session.waits(for: "memq> "))
    session.type("half a quest\u{3}")
    #expect(session.waits(for: "^C"))
    #expect(session.waits(for: "memq> "))
    session.type("top 1 by nonsense\r")
    #expect(session.waits(for: "error"))
    #expect(session.waits(for: "memq> "))
    // Up twice is the query before the wrong one.
    session.type("\u{1B}[A\u{1B}[A\r")
    #expect(session.waits(for: "render,1459700"))
    #expect(session.waits(for: "memq> "))
    session.type(".capt\t\r")
    #expect(session.waits(for: "leak_cache"))
    #expect(session.waits(for: "memq> "))
    session.type("\u{4}")
    #expect(session.status() == 0)

    let history = place.path(".memq_history")
    #expect(FileManager.default.fileExists(atPath: history))
    let next = try TerminalSession(place, ["repl"])
    #expect(next.waits(for: "memq> "))
    next.type("\u{1B}[A")
    #expect(next.waits(for: ".captures"))
    next.type("\u{3}.quit\r")
    #expect(next.status() == 0)
  }

  @Test("MEMQ_HISTORY names the history's file, readable by its owner only")
  func historyFile() throws {
    let place = try place()
    let session = try TerminalSession(place, ["repl"], variables: ["MEMQ_HISTORY": "past"])
    #expect(session.waits(for: "memq> "))
    session.type(".mode\r")
    #expect(session.waits(for: "mode table"))
    session.type(".quit\r")
    #expect(session.status() == 0)
    let attributes = try FileManager.default.attributesOfItem(atPath: place.path("past"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }
}
