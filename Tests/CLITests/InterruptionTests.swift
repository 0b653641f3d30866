import Foundation
import Glibc
import TestSupport
import Testing

/// Ctrl-C, sent to a process at work.
@Suite("Interruption")
struct InterruptionTests {
  private func place() throws -> Workplace {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    return place
  }

  /// A capture whose import and whose answers take a while.
  private func addLargeCapture(to place: Workplace, stacks: Int) throws {
    var text = ""
    for stack in 0..<stacks {
      text += "main;a\(stack % 700);b\(stack % 9001);c\(stack) \(stack % 1000 + 1)\n"
    }
    try Data(text.utf8).write(to: place.url.appending(path: "large.folded"))
  }

  private func makePipe(_ name: String, in place: Workplace) throws {
    #expect(try place.shell("mkfifo \(name)").status == 0)
  }

  @Test("a question ends at once with 130, whatever it waits for")
  func waitingForAFile() throws {
    let place = try place()
    try makePipe("question", in: place)
    let memq = try RunningMemq(place, ["query", "-f", "question"])
    usleep(200_000)
    #expect(memq.interrupt() == 130)
    #expect(try memq.errors == "")
  }

  @Test("a statement in SQL without end ends with 130")
  func sql() throws {
    let place = try place()
    let memq = try RunningMemq(
      place,
      [
        "sql",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c",
      ])
    usleep(300_000)
    #expect(memq.interrupt() == 130)
  }

  @Test("an answer that is being written to a file leaves none")
  func unfinishedFile() throws {
    let place = try Workplace()
    try addLargeCapture(to: place, stacks: 20_000)
    #expect(try place.memq("import", "large.folded").status == 0)
    let before = try place.files
    let memq = try RunningMemq(place, ["top all by traceback as csv to out.csv"])
    #expect(try memq.waits { try place.files.contains { $0.hasSuffix(".part") } })
    #expect(memq.interrupt() == 130)
    #expect(try place.files == before)
  }

  @Test("an import leaves the store as it was")
  func importing() throws {
    let place = try place()
    try addLargeCapture(to: place, stacks: 100_000)
    let before = try place.files
    let store = try Data(contentsOf: place.url.appending(path: "memq.db"))
    let memq = try RunningMemq(place, ["import", "large.folded"])
    #expect(try memq.waits { try memq.hasOpen("memq.db-import") })
    #expect(memq.interrupt() == 130)
    #expect(try memq.errors.hasPrefix("memq: stopped"))
    #expect(try place.files == before)
    #expect(try Data(contentsOf: place.url.appending(path: "memq.db")) == store)
    #expect(try place.memq("top 1 leaked by function as csv").status == 0)
    let captures = try place.memq("show captures as jsonl").output
    #expect(captures.split(separator: "\n").count == 1)
  }

  @Test("the first import of a folder leaves no store")
  func firstImport() throws {
    let place = try Workplace()
    try addLargeCapture(to: place, stacks: 100_000)
    let memq = try RunningMemq(place, ["import", "large.folded"])
    #expect(try memq.waits { try memq.hasOpen("memq.db-import") })
    #expect(memq.interrupt() == 130)
    #expect(try place.files == ["large.folded"])
  }

  @Test("an import that waits for a pipe stops waiting", arguments: ["-", "capture"])
  func waitingForAPipe(source: String) throws {
    let place = try Workplace()
    try makePipe("capture", in: place)
    let memq = try RunningMemq(place, ["import", source])
    usleep(200_000)
    #expect(memq.interrupt() == 130)
    #expect(try place.files == ["capture"])
  }

  @Test("an import that waits for another process stops waiting")
  func waitingForAnotherImport() throws {
    // One without a log, whose locks are bytes of the file itself.
    let place = try Workplace(captures: ["timeline.bin"])
    try FileManager.default.copyItem(
      at: Project.fixtures("stores").appending(path: "schema-2.db"),
      to: place.url.appending(path: "memq.db"))
    let before = try place.files
    let lock = LockedStore(place.path("memq.db"), forReading: false)
    let memq = try RunningMemq(place, ["import", "timeline.bin"])
    usleep(300_000)
    #expect(memq.interrupt() == 130)
    #expect(try memq.errors.hasPrefix("memq: stopped"))
    withExtendedLifetime(lock) {}
    #expect(try place.files == before)
  }

  @Test("in the REPL a question is stopped and the next one answered")
  func repl() throws {
    let place = try place()
    try makePipe("nobody.csv", in: place)
    let session = try TerminalSession(place, ["repl"])
    #expect(session.waits(for: "memq> "))
    session.type("let big = size > 1MB\r")
    #expect(session.waits(for: "memq> "))
    // Nobody reads from the pipe, so that opening it waits for ever: nothing there can look for
    // Ctrl-C.
    session.type("top 1 by function to nobody.csv\r")
    usleep(400_000)
    session.interrupt()
    #expect(session.waits(for: "stopped"))
    #expect(session.waits(for: "memq> "))
    // What was defined is still known.
    session.type("top 1 leaked size by function as csv\r")
    #expect(session.waits(for: "render,1459700"))
    #expect(session.waits(for: "memq> "))
    session.type("top leaked where big as csv\r")
    #expect(session.waits(for: "size"))
    #expect(session.waits(for: "memq> "))
    session.type("\u{4}")
    #expect(session.status() == 0)
    #expect(!session.history.contains("unknown"))
  }

  @Test("in the REPL a question that waits for another process is stopped")
  func replWithLockedStore() throws {
    let place = try place()
    let session = try TerminalSession(place, ["repl"])
    #expect(session.waits(for: "memq> "))
    let lock = LockedStore(place.path("memq.db"), forReading: true)
    session.type("top 1 leaked by function\r")
    usleep(300_000)
    session.interrupt()
    #expect(session.waits(for: "stopped"))
    #expect(session.waits(for: "memq> "))
    withExtendedLifetime(lock) {}
    // A second signal at the prompt is for nobody.
    session.interrupt()
    session.type("\u{4}")
    #expect(session.status() == 0)
  }
}
