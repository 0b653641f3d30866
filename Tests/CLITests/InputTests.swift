import Foundation
import TestSupport
import Testing

/// Where captures and stores may come from, and what is refused.
@Suite("Input")
struct InputTests {
  private static let columns = "top 3 leaked size, count by function as csv"

  @Test(
    "a capture comes through pipes as from a file",
    arguments: [
      ("cat leak_cache.bin | memq import -", "stdin"),
      ("memq import - < leak_cache.bin", "stdin"),
      ("memq import - --name piped < <(cat leak_cache.bin)", "piped"),
      ("memq import <(cat leak_cache.bin)", "stdin"),
      ("mkfifo out.fifo; cat leak_cache.bin > out.fifo & sleep 0.1; memq import out.fifo", "out"),
      ("memq import /dev/stdin < leak_cache.bin", "stdin"),
      ("head -c 0 leak_cache.bin; (read -n 0; cat) < leak_cache.bin | memq import -", "stdin"),
    ])
  func pipes(line: String, name: String) throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    let outcome = try place.shell(line)
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains(" as \(name): 5,560 allocations, 3,665 frees"))
    #expect(try place.memq("import", "leak_cache.bin", "--db", "file.db").status == 0)
    #expect(
      try place.memq(Self.columns).output
        == place.memq(Self.columns, "--db", "file.db").output)
    // The copy that was read is gone, and the content is known again.
    #expect(try place.files.allSatisfy { !$0.hasPrefix(".memq") })
    #expect(try place.memq("import", "leak_cache.bin").output.contains("already there as \(name)"))
  }

  @Test("what is cut is as cut in a pipe, and standard input has a name")
  func damage() throws {
    let place = try Workplace(captures: ["cut_midrecord.bin"])
    let kept = try place.shell("cat cut_midrecord.bin | memq import -")
    #expect(kept.status == 0)
    #expect(kept.output.contains("imported standard input as stdin"))
    let refused = try place.shell("cat cut_midrecord.bin | memq --db new.db import --strict -")
    #expect(refused.status == 4)
    #expect(refused.output.contains("standard input ends early"))
    let empty = try place.memq("import", "-")
    #expect(empty.status == 2)
    #expect(empty.errors.contains("standard input is empty"))
    #expect(try place.files == ["cut_midrecord.bin", "memq.db"])
  }

  @Test("a refused capture leaves no store, and one that is there as it was")
  func strict() throws {
    let place = try Workplace(captures: ["cut_midrecord.bin", "leak_cache.bin"])
    #expect(try place.memq("import", "--strict", "cut_midrecord.bin").status == 4)
    #expect(try place.files == ["cut_midrecord.bin", "leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    let store = try Data(contentsOf: place.url.appending(path: "memq.db"))
    #expect(try place.memq("import", "--strict", "cut_midrecord.bin").status == 4)
    #expect(try Data(contentsOf: place.url.appending(path: "memq.db")) == store)
    // An empty file that was there before is not ours to remove.
    try Data().write(to: place.url.appending(path: "empty.db"))
    #expect(
      try place.memq("import", "--strict", "cut_midrecord.bin", "--db", "empty.db").status == 4)
    #expect(try place.files.contains("empty.db"))
  }

  @Test(
    "what is no file is refused in one sentence with status 2",
    arguments: [
      (["import", "folder"], "folder is a directory, no capture"),
      (["import", "/dev/null"], "/dev/null is a device, no capture"),
      (["import", "socket"], "socket is a socket, no capture"),
      (["import", "memq.db"], "memq.db is a SQLite database, no capture"),
      (["--db", "folder", "import", "leak_cache.bin"], "folder is a directory, and a store is"),
      (["--db", "folder", "captures"], "folder is a directory, and a store is a file"),
      (["--db", "folder", "top by function"], "folder is a directory, and a store is a file"),
      (["--db", "/dev/null", "import", "leak_cache.bin"], "/dev/null is a device, and a store"),
      (["--db", "socket", "captures"], "socket is a socket, and a store is a file"),
      (["--db", "folder", "sql", "SELECT 1"], "folder is a directory, and a store is a file"),
      (["--db", "folder", "rm", "x"], "folder is a directory, and a store is a file"),
      (["import", "-", "--marks", "-"], "standard input is either"),
    ])
  func refused(arguments: [String], sentence: String) throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    #expect(try place.shell("mkdir folder").status == 0)
    bindSocket(place.path("socket"))
    let line = (["memq"] + arguments.map { "'\($0)'" }).joined(separator: " ")
    let outcome = try place.shell(line)
    #expect(outcome.status == 2)
    #expect(outcome.output.contains(sentence), "\(outcome.output)")
    #expect(outcome.output.split(separator: "\n").count <= 3)
  }

  @Test(
    "options may stand before the command",
    arguments: [
      ["--db", "x.db", "captures"], ["--db=x.db", "captures"],
      ["--db", "x.db", "--width", "60", "--no-pager", "captures"],
      ["--db", "x.db", "top 1 by function"], ["--db=x.db", "query", "top 1 by function"],
      ["--full", "--db", "x.db", "sql", "SELECT 1"], ["--db", "x.db", "formats"],
      ["--width=60", "completions", "bash"], ["--db", "x.db", "help", "import"],
      ["--as", "csv", "--db", "x.db", "sql", "SELECT 1"],
      ["--width", "60", "--db", "x.db", "rm", "early"],
    ])
  func options(arguments: [String]) throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    let outcome = try place.shell("memq --db x.db --name early import leak_cache.bin")
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("as early:"))
    let line = (["memq"] + arguments.map { "'\($0)'" }).joined(separator: " ")
    let answer = try place.shell(line)
    #expect(answer.status == 0, "\(answer.output)")
    #expect(try place.files == ["leak_cache.bin", "x.db"])
  }

  @Test("an option that no command has is refused before the command too")
  func unknownOption() throws {
    let outcome = try Workplace().memq("--bogus", "import", "x.bin")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("--bogus"))
  }

  @Test("every option with a value is known to be one where it stands first")
  func valuedOptions() throws {
    let place = try Workplace()
    let source = try String(
      contentsOf: Project.root.appending(path: "Sources/memq/ArgumentOrder.swift"),
      encoding: .utf8)
    var count = 0
    for command in ["import", "query", "repl", "captures", "sql", "rm", "formats"] {
      let help = try place.memq(command, "--help").output
      for match in help.matches(of: /(--?[a-z]+(?:-[a-z]+)*) </) {
        #expect(source.contains("\"\(match.1)\""), "\(command) \(match.1)")
        count += 1
      }
    }
    #expect(count > 10)
  }
}
