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

  @Test("a question of several lines, an open parenthesis and a `\\` are one statement")
  func severalLines() throws {
    let outcome = try place().memq(
      "repl",
      input: """
        .mode csv
        top 1 leaked size
          by function
        list 1 where (size > 1kB
        and size < 1GB)
        stats \\
        leaked
        """.replacingOccurrences(of: "\\\\", with: "\\"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("render,1459700"))
    let file = try place()
    try "top 1 leaked size\n  by function\n  as csv\n".write(
      toFile: file.path("q.memq"), atomically: true, encoding: .utf8)
    #expect(try file.memq("query", "-f", "q.memq").output.contains("render,1459700"))
  }

  @Test("sticky parts, files, SQL, help")
  func commands() throws {
    let place = try place()
    try "top 1 leaked size by function\n".write(
      toFile: place.path("q.memq"), atomically: true, encoding: .utf8)
    let outcome = try place.memq(
      "repl",
      input: """
        .mode csv
        .focus render
        top all allocated size by function
        .focus
        .hide render
        top 1 allocated size by function
        .hide
        .read q.memq
        .use leak_cache
        .output answers.csv
        top 1 leaked size by function
        .output
        .sql SELECT count(*) AS captures FROM captures
        .tables
        .help peek
        help keys
        .timer on
        show captures
        .explain top 1 by lineno
        .output memq.db
        .use nothing
        quit
        top 1 by lineno
        """)
    #expect(outcome.status == 2, "\(outcome.errors)")
    let answers = try String(contentsOfFile: place.path("answers.csv"), encoding: .utf8)
    #expect(answers.contains("render,1459700"))
    for text in [
      "captures", "allocations", "peek: a function", "lineno", "callers", "group by lineno",
    ] { #expect(outcome.output.contains(text), "\(text): \(outcome.output)") }
    #expect(outcome.errors.contains("is the store"))
    #expect(outcome.errors.contains("no capture is named nothing"))
    #expect(outcome.errors.contains("seconds"))
  }

  @Test("Tab knows the place: words, functions, captures")
  func completion() throws {
    let place = try place()
    let session = try TerminalSession(place, ["repl"])
    #expect(session.waits(for: "memq> "))
    session.type("peek rend\tas csv\r")
    #expect(session.waits(for: "callers of render"))
    #expect(session.waits(for: "memq> "))
    session.type("top 1 leaked by func\tof leak\tas csv\r")
    #expect(session.waits(for: "render,1459700"))
    #expect(session.waits(for: "memq> "))
    session.type(".use leak\t\r")
    #expect(session.waits(for: "memq [leak_cache]> "))
    session.type("quit\r")
    #expect(session.status() == 0)
  }
}
