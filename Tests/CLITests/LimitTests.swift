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
    "numbers of files may be as great as can be written",
    arguments: [
      """
      Filename: a.py

      Line #    Mem usage    Increment  Occurrences   Line Contents
      =============================================================
      2147483647     38.8 MiB     38.8 MiB           1   @profile
      2147483647     38.8 MiB      0.0 MiB           1   def f():
      2147483648     38.8 MiB      0.0 MiB           1       pass

      """,
      "a;b 9223372036854775808\nc 2.5\n", "a;b 9223372036854775807\na;b 9223372036854775807\n",
      """
      desc: x
      cmd: a
      time_unit: i
      #-----------
      snapshot=0
      #-----------
      time=9223372036854775807
      mem_heap_B=9223372036854775807
      mem_heap_extra_B=9223372036854775807
      mem_stacks_B=9223372036854775807
      heap_tree=detailed
      n2: 9223372036854775807 (heap)
       n0: 9223372036854775807 0x1: f (a.c:4294967295)
       n0: 9223372036854775807 0x2: g (a.c:1)

      """,
    ])
  func greatNumbersOfFiles(text: String) throws {
    let place = try Workplace()
    try Data(text.utf8).write(to: place.url.appending(path: "great.txt"))
    let outcome = try place.memq("import", "great.txt")
    #expect([0, 2].contains(outcome.status), "\(outcome.status)")
    guard outcome.status == 0 else { return }
    for question in ["top", "tree", "flame as json", "timeline", "growth", "show quality"] {
      #expect([0, 3].contains(try place.memq(question).status), "\(question)")
    }
  }

  @Test("rows of SQL are written as they come, and as whole results are")
  func rowsOfSQL() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    // More rows than are in memory at once; numbers, texts and nothing in one column.
    let query = """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
      SELECT i, i * 0.5 AS half, CASE WHEN i = 24999 THEN 'last' END AS word FROM n
      """
    let rows = try place.memq("sql", query, "--as", "csv").output.split(separator: "\r\n")
    #expect(rows.count == 25_001 && rows.first == "i,half,word")
    #expect(rows[1] == "1,0.5," && rows[2] == "2,1.0,")
    #expect(rows[24_999] == "24999,12499.5,last" && rows.last == "25000,12500.0,")
    let lines = try place.memq("sql", query, "--as", "jsonl").output.split(separator: "\n")
    #expect(lines.count == 25_000)
    #expect(try place.memq("sql", "SELECT 1 AS one WHERE 0", "--as", "csv").output == "one\r\n")
    #expect(try place.memq("sql", "SELECT nothing", "--as", "csv").status == 3)
  }

  @Test(
    "nesting is refused or answered, never followed to the end of the stack",
    arguments: [
      "(", "not ", "{", "[", "not (",
    ])
  func nesting(open: String) throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    let deep = String(repeating: open, count: 20_000)
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
