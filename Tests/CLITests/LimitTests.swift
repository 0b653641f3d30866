import Foundation
import TestSupport
import Testing

/// What no file, question or name may do: take all memory, or end the program without a sentence.
@Suite("Limits")
struct LimitTests {
  /// Folded stacks that are all different.
  private func stacks(_ count: Int) -> Data {
    var text = ""
    for number in 0..<count { text += "main;function_\(number);inner_\(number) 1\n" }
    return Data(text.utf8)
  }

  @Test("an import that takes more memory than it may is stopped and keeps nothing")
  func memory() throws {
    let place = try Workplace()
    try stacks(40_000).write(to: place.url.appending(path: "many.folded"))
    let stopped = try place.memq("import", "--max-memory", "1MB", "many.folded")
    #expect(stopped.status == 2 && stopped.output == "")
    #expect(stopped.errors.contains("--max-memory allows (1.00 MB)"))
    #expect(stopped.errors.contains("nothing was imported"))
    #expect(try place.memq("captures").output.contains("many") == false)
    let whole = try place.memq("import", "--max-memory", "1GB", "many.folded")
    #expect(whole.output == "imported many.folded as many: 40,000 stacks\n")
    #expect(try place.memq("import", "--max-memory", "much", "many.folded").status == 2)
  }

  @Test("what inflates to far more than its size is stopped by itself")
  func bomb() throws {
    let place = try Workplace()
    let script = """
      import gzip, sys
      with gzip.open("bomb.json.gz", "wb", 9) as file:
          file.write(b'{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":'
                     b'{"frames":[{"name":"a"}')
          for _ in range(250):
              file.write(b',{"name":"a"}' * 16384)
          file.write(b']},"profiles":[]}')
      """
    let python = Process()
    python.executableURL = URL(filePath: "/usr/bin/python3")
    python.arguments = ["-c", script]
    python.currentDirectoryURL = place.url
    try python.run()
    python.waitUntilExit()
    try #require(python.terminationStatus == 0)
    let outcome = try place.memq("import", "bomb.json.gz")
    #expect(outcome.status == 2 && outcome.output == "")
    #expect(outcome.errors.contains("takes more memory than what is in it is worth"))
    #expect(outcome.errors.contains("memq import --max-memory"))
  }

  @Test(
    "numbers of questions may be as great as can be written",
    arguments: [
      "top 4611686018427387904", "top 9223372036854775807 by function",
      "tree 9223372036854775807", "list 9223372036854775807", "stats 9223372036854775807",
      "top allocated by window over 9223372036854775807 windows",
      "timeline over 9223372036854775807 windows", "growth over 9223372036854775807 windows",
      "top where size > 9223372036854775807GB", "top live at #18446744073709551615",
      "top where lifetime < 9223372036854775807", "timeline every 0.0000001ms",
      "top live at 9223372036854775807s", "temporary within 9223372036854775807",
      "top having size > 1e308", "assert peak size < 99999999999999999999GB",
    ])
  func greatNumbers(question: String) throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    let outcome = try place.memq(question)
    #expect([0, 1, 3].contains(outcome.status), "\(question): \(outcome.status)")
    #expect(!outcome.errors.contains("Fatal"))
  }

  @Test(
    "nesting is refused or answered, never followed to the end of the stack",
    arguments: [
      "(", "not ", "{", "[", "not (",
    ])
  func nesting(open: String) throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    let deep = String(repeating: open, count: 30_000)
    for question in [
      "top where \(deep)size > 1", "top where function ~ /\(deep)a/", "let a = \(deep)x",
    ] {
      let outcome = try place.memq(question)
      #expect([0, 3].contains(outcome.status), "\(open): \(outcome.status)")
    }
  }

  @Test("a store is a file, and has a name")
  func names() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    for name in [":memory:", "#2", "file:x.db?mode=memory"] {
      #expect(try place.memq("import", "leak_cache.bin", "--db", name).status == 0)
      #expect(try place.memq("--db", name, "top 1").status == 0, "\(name)")
      #expect(
        FileManager.default.fileExists(atPath: place.url.appending(path: name).path), "\(name)")
    }
    let empty = try place.memq("import", "leak_cache.bin", "--db", "")
    #expect(empty.status == 2 && empty.errors.contains("name a file"))
  }

  @Test("a device is no empty file")
  func devices() throws {
    let place = try Workplace()
    #expect(try place.memq("import", "/dev/zero").errors.contains("a device"))
    #expect(try place.memq("import", "/dev/null").errors.contains("a device"))
  }
}
