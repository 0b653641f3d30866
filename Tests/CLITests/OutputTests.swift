import Foundation
import Testing

/// Where answers may go, and what they leave alone.
@Suite("Output files")
struct OutputTests {
  private func place() throws -> Workplace {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    return place
  }

  private static let questions = [
    ("top 2", "a.csv"), ("top 2 by function", "a.json"), ("list 2", "a.jsonl"),
    ("top 2", "a.md"), ("top 2", "a.txt"), ("timeline", "a.svg"), ("flame", "a.html"),
    ("top 2", "b.html"), ("flame", "a.folded"), ("flame", "a.pb.gz"),
    ("flame", "a.speedscope.json"), ("tree", "t.csv"), ("tree", "t.jsonl"), ("tree", "t.json"),
    ("stats", "s.csv"), ("suspects", "s.txt"), ("hist", "h.csv"), ("growth by lineno", "g.csv"),
  ]

  @Test("what memq wrote it may write again", arguments: questions)
  func again(question: String, file: String) throws {
    let place = try place()
    for text in ["\(question) to \(file)", "\(question) allocated to \(file)"] {
      // Some verbs take no other population: then the same again.
      var outcome = try place.memq(text)
      if outcome.status == 3 { outcome = try place.memq("\(question) to \(file)") }
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("wrote \(file)"))
    }
  }

  @Test("what memq did not write stays, unless --force says otherwise", arguments: questions)
  func foreign(question: String, file: String) throws {
    let place = try place()
    for content in ["import sys\n", "name,price\r\ntea,2\r\n", "{\"a\": 1}\n", "main;f 12 a\n"] {
      try Data(content.utf8).write(to: place.url.appending(path: file))
      let refused = try place.memq("\(question) to \(file)")
      #expect(refused.status == 2, "\(content)")
      #expect(refused.errors.contains("\(file) holds") && refused.errors.contains("--force"))
      #expect(try String(contentsOfFile: place.path(file), encoding: .utf8) == content)
    }
    #expect(try place.memq("\(question) to \(file)", "--force").status == 0)
    try Data().write(to: place.url.appending(path: file))
    #expect(try place.memq("\(question) to \(file)").status == 0)
  }

  @Test("no output replaces the store or a capture")
  func treasures() throws {
    let place = try place()
    let before = try Data(contentsOf: place.url.appending(path: "leak_cache.bin"))
    for arguments in [
      ["top 1 as csv to memq.db"], ["top 1 as csv to ./memq.db", "--force"],
      ["top 1 as csv to leak_cache.bin"], ["assert peak size < 1GB", "--junit", "memq.db"],
      ["assert peak size < 1GB", "--report", "memq.db", "--force"],
      ["assert peak size < 1GB", "--junit", "leak_cache.bin"],
      ["sql", "select 1 as a", "--as", "csv", "--to", "memq.db", "--force"],
      ["sql", "select 1 as a", "--as", "csv", "--to", "leak_cache.bin"],
    ] {
      let words = arguments.map { "'\($0)'" }.joined(separator: " ")
      #expect(try place.shell("memq \(words)").status == 2, "\(words)")
    }
    #expect(try Data(contentsOf: place.url.appending(path: "leak_cache.bin")) == before)
    #expect(try place.memq("top 1").status == 0)
    // Folded stacks that were imported look like memq's own and are not.
    try Data("main (app.py:1);f (app.py:2) 12\n".utf8).write(
      to: place.url.appending(path: "stacks.folded"))
    #expect(try place.memq("import", "stacks.folded").status == 0)
    let capture = try place.memq("flame of leak_cache to stacks.folded")
    #expect(capture.status == 2)
    #expect(capture.errors.contains("a capture of this store"))
  }

  @Test("an extension that names no format is an error that lists those that do; as wins")
  func extensions() throws {
    let place = try place()
    for path in ["a.xyz", "a", ".csvx"] {
      let outcome = try place.memq("top 1 to \(path)")
      #expect(outcome.status == 3)
      #expect(outcome.errors.contains(".csv") && outcome.errors.contains(".speedscope.json"))
    }
    #expect(try place.files == ["leak_cache.bin", "memq.db"])
    #expect(try place.memq("top 1 as csv to a.json").status == 0)
    #expect(try String(contentsOfFile: place.path("a.json"), encoding: .utf8).hasPrefix("lineno,"))
  }

  @Test("explain shows the plan and writes no file")
  func explain() throws {
    let place = try place()
    for text in ["top 1 as csv to a.csv", "flame to a.html", "top 1 to a.csv"] {
      let outcome = try place.memq("explain \(text)")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("read "))
    }
    #expect(try place.files == ["leak_cache.bin", "memq.db"])
  }

  @Test("permissions and links of a replaced file stay")
  func replaced() throws {
    let place = try place()
    let outcome = try place.shell(
      """
      mkdir real; memq 'top 1 to real/a.csv'; chmod 640 real/a.csv; ln -s real/a.csv link.csv
      ln -s real/new.csv dangling.csv
      memq 'top 2 to link.csv'; memq 'top 2 to dangling.csv'
      stat -c %a real/a.csv; readlink link.csv dangling.csv; wc -l <real/a.csv; ls -A . real
      """)
    #expect(outcome.status == 0)
    for line in ["640", "real/a.csv", "real/new.csv", "3"] {
      #expect(outcome.output.contains("\n\(line)\n"), "\(outcome.output)")
    }
    #expect(!outcome.output.contains(".part"))
  }

  @Test("devices and pipes are written directly")
  func devices() throws {
    let place = try place()
    #expect(try place.memq("top 1 as csv to /dev/stdout").output.hasPrefix("lineno,"))
    #expect(try place.memq("top 1 to /dev/null").status == 0)
    let pipe = try place.shell("mkfifo p; cat p & memq 'top 1 as csv to p'; wait; test -p p")
    #expect(pipe.status == 0)
    #expect(pipe.output.contains("lineno,size"))
    let report = try place.memq("assert peak size < 1B", "--junit", "/dev/stdout")
    #expect(report.output.contains("<testsuites"))
  }

  /// Ctrl-C has tests of its own: a shell lets what it starts in the background ignore it.
  @Test("a process that is told to end leaves no part of a file", arguments: ["TERM", "HUP"])
  func signals(name: String) throws {
    let place = try place()
    // The second report's pipe keeps the process waiting while the first is not in its place yet.
    let outcome = try place.shell(
      """
      mkfifo p; memq query 'top 1' --junit o.xml --report p >/dev/null & child=$!
      for try in $(seq 100); do ls -A | grep -q '\\.part' && echo seen && break; sleep 0.1; done
      kill -\(name) $child; wait $child; ls -A
      """)
    #expect(outcome.output.contains("seen\n"))
    // The shell may say what it was that ended.
    #expect(!outcome.output.split(separator: "\n").contains("o.xml"))
    #expect(!outcome.output.contains(".part"), "\(outcome.output)")
  }
}
