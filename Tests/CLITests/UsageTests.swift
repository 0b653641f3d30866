import Foundation
import Testing

@Suite("Usage")
struct UsageTests {
  @Test("--help shows real examples and the exit statuses, on standard output")
  func help() throws {
    let outcome = try Workplace().memq("--help")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("memq import out.bin"))
    #expect(outcome.output.contains("memq \"top 10 by lineno where size>1MB\""))
    #expect(outcome.output.contains("4 damaged capture under --strict"))
    #expect(outcome.errors == "")
  }

  @Test("every command has help with its options")
  func commandHelp() throws {
    for command in ["import", "query", "repl", "captures", "rm"] {
      let outcome = try Workplace().memq(command, "--help")
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("--db"), "\(command)")
    }
  }

  @Test("--version is one line")
  func version() throws {
    let outcome = try Workplace().memq("--version")
    #expect(outcome.status == 0)
    #expect(outcome.output.wholeMatch(of: /memq \d+\.\d+\.\d+\n/) != nil)
  }

  @Test(
    "a wrong command line exits with 2 and says why on standard error",
    arguments: [
      (["--nope"], "--nope"),
      (["rm"], "<names>"),
      (["import"], "<files>"),
      (["import", "a.bin", "b.bin", "--name", "x"], "--name names one capture"),
      (["captures", "--width", "3"], "--width must be at least 20"),
      (["completions", "tcsh"], "there is bash, zsh, fish"),
      ([], "ask something"),
      (["improt", "out.bin"], "memq import out.bin"),
      (["-f", "missing.memq"], "cannot read missing.memq: No such file or directory"),
    ])
  func wrong(arguments: [String], reason: String) throws {
    let place = try Workplace()
    let words = arguments.map { "'\($0)'" }.joined(separator: " ")
    let outcome = try place.shell("memq \(words) 2>errors; echo $?; cat errors")
    #expect(outcome.output.hasPrefix("2\n"), "\(outcome.output)")
    #expect(outcome.output.contains(reason), "\(outcome.output)")
    #expect(try place.files == ["errors"])
  }

  @Test("a capture given as a question is pointed at import")
  func captureAsQuestion() throws {
    let outcome = try Workplace(captures: ["leak_cache.bin"]).memq("leak_cache.bin")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("memq import leak_cache.bin"))
  }

  @Test("without a store every question says what to do, and makes none")
  func missingStore() throws {
    let place = try Workplace()
    for arguments in ["'top 10'", "captures", "rm out"] {
      let outcome = try place.shell("memq \(arguments)")
      #expect(outcome.status == 2)
      #expect(outcome.output.contains("memq import FILE"), "\(outcome.output)")
    }
    #expect(try place.files == [])
  }

  @Test("completion scripts are the shells' own", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let outcome = try Workplace().memq("completions", shell)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("captures"))
  }

  @Test("formats lists memray")
  func formats() throws {
    let outcome = try Workplace().memq("formats")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("memray"))
  }
}
