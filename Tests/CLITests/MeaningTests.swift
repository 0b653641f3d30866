import Foundation
import TestSupport
import Testing

/// Proposals for sentences in people's own words, asked of captures that can answer them.
@Suite("Meaning")
struct MeaningTests {
  /// Questions of the table, words in capitals filled in.
  private static func questions() throws -> [String] {
    let table = try String(
      contentsOf: Project.root.appending(path: "Grammar/intentions.txt"), encoding: .utf8)
    let filled = [
      "NAME": "render", "CAPTURE": "threads", "OTHER": "leak_cache", "FILE": "leak_cache.py",
      "N": "7", "SIZE": "2MB", "TIME": "3ms", "UNTIL": "9ms", "KEY": "function",
    ]
    var questions = Set<String>()
    for line in table.split(separator: "\n") where !line.hasPrefix("#") {
      let sides = line.components(separatedBy: " => ")
      for question in sides[1].components(separatedBy: " // ")[0].components(separatedBy: " | ") {
        // Series and sample types of other tools: their captures are asked by tests of their own.
        if question.contains(/gc_|(inuse|alloc)_(space|objects)/) { continue }
        questions.insert(
          question.replacing(/[A-Z]+/) { match in
            filled[String(match.output)] ?? String(match.output)
          })
      }
    }
    return questions.sorted()
  }

  @Test("every question that is proposed is answered by a capture that can")
  func answered() throws {
    let place = try Workplace(captures: ["threads.bin", "leak_cache.bin"])
    try FileManager.default.copyItem(
      at: Project.fixtures("objects").appending(path: "plain.meliae.jsonl"),
      to: place.url.appending(path: "graph.jsonl"))
    try FileManager.default.copyItem(
      at: Project.fixtures("pprof").appending(path: "four-types.pb.gz"),
      to: place.url.appending(path: "heap.pb.gz"))
    for (store, files) in [
      ("memray.db", ["threads.bin", "leak_cache.bin"]), ("graph.db", ["graph.jsonl"]),
      ("heap.db", ["heap.pb.gz"]),
    ] {
      for file in files { #expect(try place.memq("--db", store, "import", file).status == 0) }
    }
    let questions = try Self.questions()
    #expect(questions.count > 150)
    for question in questions {
      var errors = ""
      // An assertion may be false.
      let isAnswered = try ["memray.db", "graph.db", "heap.db"].contains { store in
        let asked =
          store == "graph.db" ? question.replacingOccurrences(of: "render", with: "dict") : question
        let outcome = try place.memq("--db", store, "query", "--force", "--", asked)
        errors += outcome.errors
        return outcome.status == 0 || outcome.status == 1
      }
      #expect(isAnswered, "\(question): \(errors)")
    }
  }

  @Test(
    "what the store has is filled in",
    arguments: [
      ("why is memory growing?", "suspects"), ("how many allocations are there?", "stats"),
      ("biggest single allocation", "list 1"), ("peak memory", "show peak"),
      ("only my code", "top 10 by lineno hide libraries"), ("histogram of sizes", "hist size"),
      ("-cum", "top 10 by function inclusive"), ("web", "flame to flame.html"),
      ("callers of render", "peek render"), ("who calls render", "peek render"),
      ("diff threads leak_cache", "top 10 by lineno of leak_cache vs threads"),
      ("compare runs", "top 10 by lineno of leak_cache vs threads"),
      (".tables", "show captures"), ("describe", "show capture"),
      ("SELECT function, sum(size) FROM allocations GROUP BY function", "top 10 size by function"),
      ("stats leak_cache.bin", "stats of leak_cache"),
      ("flamegraph leak_cache.bin", "flame of leak_cache"),
    ])
  func filled(sentence: String, question: String) throws {
    let place = try Workplace(captures: ["threads.bin", "leak_cache.bin"])
    #expect(try place.memq("import", "threads.bin", "leak_cache.bin").status == 0)
    let outcome = try place.memq("query", "--", sentence)
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("write: \(question)\n"), "\(outcome.errors)")
    #expect(try place.memq("query", "--force", "--", question).status == 0)
  }

  @Test("a capture that is not imported yet is recognised")
  func notImported() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    let outcome = try place.memq("stats", "leak_cache.bin")
    #expect(outcome.status == 3)
    #expect(
      outcome.errors.contains("write: memq import leak_cache.bin && memq \"stats of leak_cache\""))
  }

  @Test("`>` that the shell took is told")
  func redirected() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    let outcome = try place.shell("memq top 3 by lineno where size>1kB")
    #expect(outcome.output.contains("the shell took `>`"))
    #expect(outcome.output.contains("memq \"top 3 by lineno where size > 1kB\""))
    #expect(try place.files.contains("1kB"))
  }
}

/// `peek`: a function between its callers and its callees.
@Suite("Peek")
struct PeekTests {
  private func rows(_ place: Workplace, _ question: String) throws -> [[String: Any]] {
    let outcome = try place.memq(question + " as json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return (object as? [String: Any])?["rows"] as? [[String: Any]] ?? []
  }

  @Test(
    "what it says of a function is what `top` says, own and inclusive",
    arguments: ["render", "cached", "open_database", "<module>"])
  func sums(function: String) throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    let peek = try rows(place, "peek 1000 \"\(function)\" allocated")
    let functions = peek.filter { $0["section"] as? String == $0["function"] as? String }
    let own = try rows(place, "top all allocated by function where function = \"\(function)\"")
    let all = try rows(place, "top all allocated by function inclusive")
      .filter { $0["function"] as? String == function }
    let sum: (String) -> Int = { name in functions.reduce(0) { $0 + ($1[name] as? Int ?? 0) } }
    #expect(sum("own_size") == own.reduce(0) { $0 + ($1["size"] as? Int ?? 0) })
    // Namesakes in other files stand apart, and may be on one stack.
    if functions.count == 1 { #expect(sum("size") == all.first?["size"] as? Int) }
    // What callers pass on and what callees take add up to it.
    for one in functions where functions.count == 1 {
      let name = one["function"] as? String ?? ""
      let below = peek.filter { $0["section"] as? String == "callees of \(name)" }
      let taken = below.reduce(0) { $0 + ($1["size"] as? Int ?? 0) }
      #expect(taken + sum("own_size") == sum("size"))
      let above = peek.filter { $0["section"] as? String == "callers of \(name)" }
      if !above.isEmpty {
        #expect(above.reduce(0) { $0 + ($1["size"] as? Int ?? 0) } <= sum("size"))
      }
    }
  }

  @Test("forms: a table in parts, a page; a name that nothing has")
  func forms() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    let table = try place.memq("peek render").output
    #expect(table.contains("callers of render"))
    #expect(table.contains("cached"))
    let page = try place.memq("peek render as html").output
    #expect(page.hasPrefix("<!doctype html>") && page.contains("cached"))
    let none = try place.memq("peek rendr").output
    #expect(none.contains("did you mean `render`?"))
    #expect(
      try place.memq("explain peek 3 render").output.contains("callers and callees of render"))
  }
}
