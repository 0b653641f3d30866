import Foundation
import TestSupport
import Testing

@Suite("Import")
struct ImportTests {
  @Test("a capture is named after its file, and says what it holds")
  func names() throws {
    let place = try Workplace()
    try place.copy("leak_cache.bin", to: "out.bin")
    let outcome = try place.memq("import", "out.bin")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("out"))
    #expect(outcome.errors == "")
    #expect(try place.memq("top 1 of out as csv").status == 0)
    #expect(try place.files == ["memq.db", "out.bin"])
  }

  @Test("a capture of totals says so, and answers what totals can")
  func totals() throws {
    let place = try Workplace(captures: ["aggregated_h13.bin"])
    // The peak is 3,575,668 bytes, says memray.
    let outcome = try place.memq("import", "aggregated_h13.bin")
    #expect(
      outcome.output
        == "imported aggregated_h13.bin as aggregated_h13: totals per stack, peak 3.58 MB\n")
    #expect(try place.memq("assert peak size < 3575669B").status == 0)
    #expect(try place.memq("assert peak size < 3575668B").status == 1)
    let refused = try place.memq("top allocated")
    #expect(refused.status == 3)
    #expect(refused.errors.contains("totals per stack"))
  }

  @Test("files of other kinds, wrong formats and nothing at all make no capture")
  func refusals() throws {
    let place = try Workplace()
    func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: place.url.appending(path: name))
    }
    try write("main 1234 100.0: cycles:\n\t400526 main (/tmp/a.out)\n", "script.txt")
    let foreign = try place.memq("import", "script.txt")
    #expect(foreign.status == 2 && foreign.output == "")
    #expect(
      foreign.errors
        == "memq: script.txt is the output of perf script: it holds where a processor spent its "
        + "time, and no "
        + "memory; `stackcollapse-perf.pl FILE > FILE.folded` makes stacks that memq reads\n")
    try write("main;a 5\nmain;b 6\n", "stacks.txt")
    for format in ["memray", "log"] {
      let wrong = try place.memq("import", "stacks.txt", "--format", format)
      #expect(wrong.status == 2 && wrong.errors.contains("a collapsed one"), "\(format)")
    }
    try write("nothing to see\n", "empty.txt")
    let nothing = try place.memq("import", "empty.txt", "--format", "log")
    #expect(nothing.status == 2)
    #expect(try place.memq("captures").output.contains("stacks") == false)
  }

  @Test("the same content is recognised, under any name")
  func again() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    try place.copy("leak_cache.bin", to: "copy.bin")
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    let outcome = try place.memq("import", "copy.bin")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("already"))
    let captures = try place.memq("show captures as jsonl").output
    #expect(captures.split(separator: "\n").count == 1)
  }

  @Test("--name, --db and MEMQ_DB")
  func options() throws {
    let place = try Workplace(captures: ["leak_cache.bin", "timeline.bin"])
    place.variables = ["MEMQ_DB": "env.db"]
    #expect(try place.memq("import", "leak_cache.bin", "--name", "before").status == 0)
    #expect(try place.memq("import", "timeline.bin", "--db", "other.db").status == 0)
    #expect(try place.files.filter { $0.hasSuffix(".db") } == ["env.db", "other.db"])
    #expect(try place.memq("captures").output.contains("before"))
    #expect(try place.memq("captures", "--db", "other.db").output.contains("timeline"))
    let taken = try place.memq("import", "timeline.bin", "--name", "before")
    #expect(taken.status == 2)
    #expect(taken.errors.contains("before"))
  }

  @Test("a bare number needs a unit, and is told how to get one")
  func units() throws {
    let place = try Workplace()
    _ = try place.shell("printf 'rss=780\nrss=912\n' > bare.log")
    let refused = try place.memq("import", "bare.log")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("2 × numbers of memory without a unit"))
    #expect(refused.errors.contains("--unit MiB"))
    let told = try place.memq("import", "bare.log", "--unit", "KiB")
    #expect(told.status == 0)
    #expect(told.output == "imported bare.log as bare: 2 values over time, peak 934 kB\n")
    let other = try place.memq("import", "bare.log", "--unit", "MiB", "--name", "other")
    #expect(other.output.contains("peak 956 MB"))
  }

  @Test("wrapped texts are unwrapped, archives are named")
  func wrappings() throws {
    let place = try Workplace()
    _ = try place.shell("printf 'RSS: 5 MB\nRSS: 6 MB\n' > a.log && tar cf a.tar a.log")
    for tool in ["gzip -k", "bzip2 -k", "xz -k"] {
      _ = try place.shell("cp a.log \(tool.prefix(2)).log && \(tool) \(tool.prefix(2)).log")
    }
    for file in ["gz.log.gz", "bz.log.bz2", "xz.log.xz"] {
      guard FileManager.default.fileExists(atPath: place.path(file)) else { continue }
      #expect(try place.memq("import", file).output.contains("peak 6.29 MB"))
    }
    let refused = try place.memq("import", "a.tar")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("a.tar is a tar archive"))
    #expect(refused.errors.contains("tar xf a.tar"))
  }

  @Test("rm forgets a capture by name or number")
  func remove() throws {
    let place = try Workplace(captures: ["leak_cache.bin", "timeline.bin"])
    #expect(try place.memq("import", "leak_cache.bin", "timeline.bin").status == 0)
    let unknown = try place.memq("rm", "timelin")
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("did you mean timeline?"))
    #expect(try place.memq("rm", "timeline").status == 0)
    #expect(try place.memq("rm", "#1").status == 0)
    #expect(try place.memq("import", "timeline.bin").output.contains("already") == false)
  }

  @Test(
    "files that are no captures are refused in one sentence, and leave nothing",
    arguments: [
      ("empty.bin", "is empty"),
      ("not_a_capture.bin", "no capture in a known format"),
      ("header_cut.bin", "byte 33"),
      ("future_version.bin", "99"),
      ("missing.bin", "No such file or directory"),
      (".", "directory"),
    ])
  func refused(file: String, reason: String) throws {
    let place = try Workplace(
      captures: file.hasSuffix(".bin") && file != "missing.bin" ? [file] : [])
    let before = try place.files
    let outcome = try place.memq("import", file)
    #expect(outcome.status == 2)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try place.files == before)
  }

  @Test(
    "cut and damaged captures are kept with a warning, and refused under --strict",
    arguments: [
      "killed_h13.bin", "killed_buffered.bin", "cut_midrecord.bin", "corrupt_record.bin",
    ])
  func damaged(file: String) throws {
    let place = try Workplace(captures: [file])
    let strict = try place.memq("import", file, "--strict")
    #expect(strict.status == 4)
    #expect(strict.errors.contains("byte"))
    let none = try place.memq("top 1")
    #expect(none.status == 2)
    #expect(none.errors.contains("memq import FILE"))

    let kept = try place.memq("import", file)
    #expect(kept.status == 0)
    #expect(kept.errors.contains("byte"), "\(kept.errors)")
    #expect(try place.memq("top 1").status == 0)
  }

  @Test("a foreign file is no store, and is left as it is")
  func foreignStore() throws {
    let place = try Workplace(captures: ["timeline.bin"])
    try Data("dear diary".utf8).write(to: place.url.appending(path: "memq.db"))
    for arguments in [["import", "timeline.bin"], ["top 1"], ["captures"]] {
      let words = arguments.map { "'\($0)'" }.joined(separator: " ")
      let outcome = try place.shell("memq \(words)")
      #expect(outcome.status == 2)
      #expect(outcome.output.contains("no memq store"), "\(outcome.output)")
    }
    #expect(try String(contentsOfFile: place.path("memq.db"), encoding: .utf8) == "dear diary")
  }

  @Test("one bad file among several does not keep the others out")
  func several() throws {
    let place = try Workplace(captures: ["empty.bin", "timeline.bin"])
    #expect(try place.memq("import", "empty.bin", "timeline.bin").status == 2)
    #expect(try place.memq("captures").output.contains("timeline"))
  }

  @Test("a progress bar comes on a terminal only, and takes its line back")
  func progress() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    let session = try TerminalSession(place, ["import", "leak_cache.bin"])
    #expect(session.waits(for: "leak_cache"))
    #expect(session.status() == 0)
  }
}
