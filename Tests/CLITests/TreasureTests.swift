import Foundation
import Testing

/// What no output, whatever it is called, writes over.
@Suite("Treasures")
struct TreasureTests {
  private func place() throws -> Workplace {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    return place
  }

  /// Every way to name a file of the store, there or not, by every option that writes.
  @Test(
    "no file of the store",
    arguments: [
      "memq.db", "./memq.db", "link.db", "hard.db", "folder/memq.db", "memq.db-wal", "memq.db-shm",
      "folder/memq.db-journal", "/dev/fd/3", "/dev/fd/4", "/proc/self/fd/3",
    ])
  func store(path: String) throws {
    let place = try place()
    #expect(
      try place.shell("ln -s memq.db link.db; ln memq.db hard.db; ln -s . folder").status == 0)
    let before = try place.files
    for line in [
      "memq 'top 1 as csv to \(path)' --force", "memq 'assert peak size < 1GB' --junit \(path)",
      "memq 'assert peak size < 1GB' --report \(path) --force",
      "memq sql 'select 1 as a' --as csv --to \(path) --force",
    ] {
      // A descriptor that is none of the store's is refused as what it is.
      let outcome = try place.shell(line)
      #expect(outcome.status != 0, "\(line): \(outcome.output)")
      #expect(try place.files == before, "\(line)")
    }
    #expect(try place.memq("check").status == 0)
    #expect(try place.memq("top 1").status == 0)
  }

  @Test("no recording, even with --force")
  func recording() throws {
    let place = try place()
    let before = try Data(contentsOf: place.url.appending(path: "leak_cache.bin"))
    let outcome = try place.memq("top 1 as csv to leak_cache.bin", "--force")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("leak_cache.bin holds a capture"))
    #expect(try Data(contentsOf: place.url.appending(path: "leak_cache.bin")) == before)
  }

  @Test("a replaced file keeps its permissions")
  func permissions() throws {
    let place = try place()
    #expect(try place.memq("top 1 to out.csv").status == 0)
    #expect(try place.shell("chmod 600 out.csv").status == 0)
    #expect(try place.memq("top 2 to out.csv").status == 0)
    #expect(try place.shell("stat -c %a out.csv").output == "600\n")
  }

  @Test("messages do not steer a terminal, and long ones are cut")
  func messages() throws {
    let place = try Workplace()
    let hostile = "a\u{1B}]0;owned\u{7}\u{9B}2J\nmemq: fine"
    let long = String(repeating: "x", count: 5000)
    for arguments in [
      ["import", hostile], ["--db", hostile, "show captures"], ["check", "--db", hostile],
      ["query", "-f", hostile], ["top by \(hostile)"], ["rm", hostile], ["import", "--\(hostile)"],
      ["top by \(long)"], ["import", long], ["top where function = '\(long)"],
    ] {
      let words = arguments.map { "'" + $0.replacing("'", with: "'\\''") + "'" }
      let outcome = try place.shell("memq " + words.joined(separator: " "))
      #expect(outcome.status != 0)
      let steers = outcome.output.unicodeScalars.filter {
        ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value)
      }
      #expect(steers.isEmpty, "\(outcome.output.debugDescription)")
      let longest = outcome.output.split(separator: "\n").map(\.count).max() ?? 0
      #expect(longest < 1200, "\(longest)")
    }
  }
}
