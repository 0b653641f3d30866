import Foundation
import Testing

/// What a gate must not let pass: names that nothing has, and reports that say other than the exit
/// status.
@Suite("Gates")
struct GateTests {
  private func place() throws -> Workplace {
    let place = try Workplace(captures: ["leak_cache.bin", "leak_threads.bin"])
    #expect(try place.memq("import", "leak_threads.bin", "leak_cache.bin").status == 0)
    return place
  }

  @Test(
    "an assertion about a name that no record has is an error that proposes the nearest",
    arguments: [
      ("where function = rendr", "render"),
      ("where function = Render", "render"),
      ("where function != rendr", "render"),
      ("where not function = rendr", "render"),
      ("where function = render or function = open_databse", "open_database"),
      ("where function in (render, open_databse)", "open_database"),
      ("where function !~ rendr*", "render"),
      ("where filename = leak_cach.py", "leak_cache.py"),
      ("where lineno ~ leak_cach.py:11", "leak_cache.py:11"),
      ("where module = sqlite", ""),
      ("where allocator = mallok", "MALLOC"),
      ("where thread = MainThred", ""),
      ("where stack has rendr", "render"),
      ("where stack has render then opn_database", "open_database"),
      ("from frame rendr", "render"),
      ("where mark = request", ""),
    ])
  func absentNames(condition: String, nearest: String) throws {
    let place = try place()
    let outcome = try place.memq("assert leaked size < 1GB \(condition)")
    #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.errors.contains("leak_cache has"), "\(outcome.errors)")
    #expect(outcome.errors.contains("--allow-absent"))
    if !nearest.isEmpty {
      #expect(outcome.errors.contains("did you mean `\(nearest)`"), "\(outcome.errors)")
    }
    let allowed = try place.memq("assert leaked size < 1GB \(condition)", "--allow-absent")
    #expect(allowed.status == 0, "\(allowed.errors)")
    #expect(allowed.output.contains("leak_cache has"), "\(allowed.output)")
  }

  @Test("named conditions are looked into, also in a file")
  func lets() throws {
    let place = try place()
    let gate = "let mine = function = rendr\nassert leaked size < 1GB where mine\n"
    try Data(gate.utf8).write(to: place.url.appending(path: "gate.memq"))
    #expect(try place.memq("-f", "gate.memq").status == 3)
    #expect(try place.memq("query", "-f", "gate.memq", "--allow-absent").status == 0)
  }

  @Test("marks that are gone are an error, and with --allow-absent nothing to test")
  func marks() throws {
    let place = try place()
    for text in [
      "mark on frame hndle; assert rate < 1kB per mark(\"hndle\")",
      "assert rate < 1kB per mark(\"request *\")",
      "assert survived mark(\"a\", 1)..mark(\"a\", 2) size < 1kB",
    ] {
      #expect(try place.memq(text).status == 3)
      let allowed = try place.memq(text, "--allow-absent")
      #expect(allowed.status == 0, "\(allowed.errors)")
      #expect(allowed.output.contains("nothing to test"))
    }
  }

  @Test("marks that the clock cannot tell apart are an error, not a trend of nothing")
  func marksInOneStep() throws {
    let place = try place()
    let marks = (1...5).map { "0.00\($0) call \($0)\n" }.joined()
    try Data(marks.utf8).write(to: place.url.appending(path: "calls.marks"))
    #expect(try place.memq("import", "leak_cache.bin", "--marks", "calls.marks").status == 0)
    for question in ["assert rate < 1kB", "growth rate"] {
      let outcome = try place.memq("\(question) per mark(\"call *\") of leak_cache")
      #expect(outcome.status == 3, "\(outcome.output)")
      #expect(outcome.errors.contains("the 5 marks that meet `\"call *\"` lie in 1 step"))
    }
  }

  @Test("a population that is rightly empty is tested, and says of how many records")
  func rightlyEmpty() throws {
    let place = try place()
    // memray: 5,560 allocations; nothing of them is as large.
    let none = try place.memq("assert leaked count = 0 where size > 1GB")
    #expect(none.status == 0)
    #expect(none.output.contains("none of the population's 1895 records meets the conditions"))
    let known = try place.memq("assert temporary count = 0 where function = render")
    #expect(known.status == 0, "\(known.errors)\(known.output)")
    #expect(known.output.contains("records meets the conditions"), "\(known.output)")
    // The total of nothing is 0, and 0 is no more than 0.
    let wanted = try place.memq("assert leaked count > 0 where size > 1GB")
    #expect(wanted.status == 1)
    #expect(wanted.output.contains("fails for 1 of 1"))
  }

  @Test("a comparison says which capture lacks the name; of several one may lack it")
  func comparisons() throws {
    let place = try place()
    let other = try place.memq(
      "assert leaked size < 110% of leak_threads of leak_cache where function = render")
    #expect(other.status == 3)
    #expect(other.errors.contains("no record of leak_threads has the function `render`"))
    let both = try place.memq(
      "assert leaked size < 1GB of leak_cache, leak_threads where function = render")
    #expect(both.status == 0)
    #expect(both.output.contains("no record of leak_threads has"))
  }

  /// Tests, failures, errors.
  private static func counts(of text: String, _ pattern: String) throws -> [Int] {
    let found = try #require(try Regex(pattern).firstMatch(in: text))
    return (1...3).compactMap { found.output[$0].substring.flatMap { Int($0) } }
  }

  @Test(
    "the exit status and both reports say the same",
    arguments: [
      (["assert peak size < 1GB"], 0, [1, 0, 0]),
      (["assert peak size < 1B"], 1, [1, 1, 0]),
      (["assert peak rss < 1kB"], 1, [1, 1, 0]),
      (["assert peak rss < 100GB"], 0, [1, 0, 0]),
      (["assert rate < 1B per second"], 0, [1, 0, 0]),
      (["assert peak size < 1GB; assert peak size < 1B; assert leaked count > 0"], 1, [3, 1, 0]),
      (["assert peak size < 1B; top by nonsense"], 3, [2, 1, 1]),
      (["assert peak size < 1B; assert peak size < 1GB of nobody"], 3, [2, 1, 1]),
      (["assert peak size <"], 3, [1, 0, 1]),
      (["improt", "out.bin"], 2, [1, 0, 1]),
      (["assert peak size < 1GB where function = rendr"], 3, [1, 0, 1]),
      (["assert leaked avg lifetime < 3"], 3, [1, 0, 1]),
      (["top 1 to nowhere/a.csv; assert peak size < 1B"], 2, [2, 1, 1]),
      (["-f", "missing.memq"], 2, [1, 0, 1]),
      (["assert peak size < 1GB", "--db", "missing.db"], 2, [1, 0, 1]),
      (["assert peak size < 1GB", "--db", "leak_cache.bin"], 2, [1, 0, 1]),
      (["top 1"], 0, [0, 0, 0]),
    ] as [([String], Int32, [Int])])
  func agreement(arguments: [String], status: Int32, counts: [Int]) throws {
    let place = try place()
    let words = arguments.map { "'\($0)'" }.joined(separator: " ")
    let outcome = try place.shell("memq query \(words) --junit o.xml --report o.json")
    #expect(outcome.status == status, "\(outcome.output)")
    let junit = try String(contentsOfFile: place.path("o.xml"), encoding: .utf8)
    let report = try String(contentsOfFile: place.path("o.json"), encoding: .utf8)
    let inXML = try Self.counts(
      of: junit, #"<testsuites tests="(\d+)" failures="(\d+)" errors="(\d+)">"#)
    #expect(inXML == counts, "\(junit)")
    #expect(
      try Self.counts(of: report, #"^\{"tests":(\d+),"failures":(\d+),"errors":(\d+),"#) == counts)
    #expect(junit.components(separatedBy: "<testcase ").count - 1 == counts[0])
    #expect(junit.components(separatedBy: "<failure ").count - 1 == counts[1])
    #expect(junit.components(separatedBy: "<error ").count - 1 == counts[2])
  }

  @Test("a report that cannot be written is an error of the other")
  func unwritable() throws {
    let place = try place()
    let outcome = try place.memq(
      "assert peak size < 1GB", "--junit", "nowhere/o.xml", "--report", "o.json")
    #expect(outcome.status == 2)
    #expect(
      try String(contentsOfFile: place.path("o.json"), encoding: .utf8).contains("\"errors\":1"))
    let one = try place.memq("assert peak size < 1GB", "--junit", "o", "--report", "o")
    #expect(one.status == 2)
  }

  @Test("a reader that goes away changes no verdict")
  func closedPipe() throws {
    let place = try place()
    let outcome = try place.shell(
      "(sleep 0.3; memq 'top 1; assert peak size < 1B'; echo $? >status) | true; cat status")
    #expect(outcome.output.contains("1\n"))
  }
}
