import Foundation
import TestSupport
import Testing

/// What captures are called.
@Suite("Names of captures")
struct NamingTests {
  private func forked() throws -> Workplace {
    let place = try Workplace()
    try place.copy("fork_parent.bin", to: "out.bin")
    // The process id of the child, says its header.
    try place.copy("fork_child.bin", to: "out.bin.20641")
    return place
  }

  @Test(
    "a forked child is named after its parent, and the parent is asked",
    arguments: [["out.bin", "out.bin.20641"], ["out.bin.20641", "out.bin"]])
  func forks(files: [String]) throws {
    let place = try forked()
    try place.copy("timeline.bin")
    #expect(try place.memq("import", "timeline.bin").status == 0)
    let imported = try place.shell("memq import \(files.joined(separator: " "))")
    #expect(imported.output.contains("imported out.bin as out:"))
    #expect(imported.output.contains("imported out.bin.20641 as out@20641:"))
    // memray: 277 allocations in the parent, 19 in the child.
    func count(_ question: String) throws -> Int? {
      let outcome = try place.memq("\(question) as csv")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let last = outcome.output.split(whereSeparator: \.isNewline).last
      return last.flatMap { Int($0.split(separator: ",").last ?? "") }
    }
    let parent = try count("allocated count by pid of out")
    #expect(try count("allocated count by pid") == parent)
    let child = try count("allocated count by pid of out@20641")
    #expect(child != parent)
    #expect(try count("allocated count by pid of \"out@20641\"") == child)
    let both = try place.memq("allocated count by capture of out* as csv")
    #expect(both.output.contains("out@20641,") && both.output.contains("\nout,"))
    #expect(
      try count("allocated count by capture of prev")
        == count("allocated count by capture of timeline"))
  }

  @Test("workers that left no end mark are told of once, not at every answer")
  func unmarkedWorkers() throws {
    let place = try forked()
    try FileManager.default.removeItem(atPath: place.path("out.bin.20641"))
    for process in 1...6 {
      // Raw records up to the kill; one byte of a command line tells the files apart.
      var file = try Data(contentsOf: Project.fixtures("memray").appending(path: "killed_h13.bin"))
      let command = try #require(file.range(of: Data(".py".utf8)))
      file[command.lowerBound - 1] = UInt8(ascii: "0") + UInt8(process)
      try file.write(to: place.url.appending(path: "out.bin.\(process)"))
    }
    let imported = try place.shell("memq import out.bin*").output
    #expect(imported.components(separatedBy: "end mark").count == 2, "\(imported)")
    #expect(imported.contains("out@1, out@2, out@3, out@4 and 2 more ended without an end mark"))
    #expect(
      imported.contains("6 forked children of out: `of out` asks the parent alone, `of out*`"))
    let answer = try place.shell("memq 'top 1 live by pid of out*'; memq 'top leaked of out@1'")
    #expect(!answer.output.contains("end mark"), "\(answer.output)")
    #expect(try place.memq("show quality of out@1").output.contains("no end mark"))
    // A capture that is no worker's says it where the end matters.
    try place.copy("killed_h13.bin", to: "alone.bin")
    #expect(try place.memq("import", "alone.bin").errors.contains("no end mark"))
    #expect(try place.memq("top leaked of alone").output.contains("no end mark"))
  }

  @Test("a family leaves out what is merely called alike, and every other pattern does not")
  func alike() throws {
    let place = try forked()
    try place.copy("timeline.bin", to: "outer.bin")
    let imported = try place.shell("memq import outer.bin out.bin out.bin.20641").output
    #expect(
      imported.contains("1 forked child of out: `of out` asks the parent alone, `of out*` all"))
    #expect(try place.memq("top 1 of out*").output.contains("of out, out@20641\n"))
    #expect(try place.memq("top 1 of 'out*'").output.contains("of out, out@20641\n"))
    #expect(try place.memq("top 1 of out?*").output.contains("of outer, out@20641\n"))
    #expect(try place.memq("top 1 of out, out?*").output.contains("of outer, out, out@20641\n"))
    // Without children a pattern is a pattern.
    #expect(try place.memq("rm", "out@20641").errors.contains("removed out@20641"))
    #expect(try place.memq("top 1 of out*").output.contains("of outer, out\n"))
  }

  @Test("children whose parent is not there are asked by their own names")
  func orphans() throws {
    let place = try forked()
    let imported = try place.memq("import", "out.bin.20641")
    let told = "1 forked child of out, which is not in the store itself: `of out@*`"
    #expect((imported.output + imported.errors).contains(told))
    #expect(try place.memq("top 1 of out@*").output.contains("of out@20641\n"))
  }

  @Test("a parent is removed with its children, a child alone")
  func removal() throws {
    let place = try forked()
    #expect(try place.shell("memq import out.bin*").status == 0)
    let removed = try place.memq("rm", "out").errors
    #expect(removed.contains("removed out\n") && removed.contains("removed out@20641\n"))
    #expect(try place.memq("show captures").output.contains("(no rows)"))
    #expect(try place.shell("memq import out.bin*").status == 0)
    #expect(try place.memq("rm", "out@20641").errors.contains("removed out@20641"))
    #expect(try place.memq("top 1").output.contains("of out\n"))
  }

  @Test("process ids are written without separators, in tables for people too")
  func processIDs() throws {
    let place = try forked()
    #expect(try place.shell("memq import out.bin*").status == 0)
    let answer = try place.memq("allocated by pid of out*").output
    #expect(answer.contains("20641 ") && !answer.contains("20,641"), "\(answer)")
  }

  @Test("a child imported later finds its parent by the file beside it")
  func later() throws {
    let place = try forked()
    #expect(try place.memq("import", "out.bin", "--name", "before").status == 0)
    #expect(try place.memq("import", "out.bin.20641").output.contains("as before@20641:"))
    #expect(try place.memq("top 1").output.contains("of before\n"))
  }

  @Test("a number at the end of another file is no process id")
  func numbers() throws {
    let place = try Workplace()
    try place.copy("timeline.bin", to: "run.7")
    #expect(try place.memq("import", "run.7").output.contains("as run:"))
  }

  @Test(
    "names that no question could ask for are refused",
    arguments: ["", "  ", "#2", "a\nb", "a\tb", "run-*", "wh?t"])
  func refused(name: String) throws {
    let place = try Workplace(captures: ["timeline.bin"])
    let outcome = try place.memq("import", "timeline.bin", "--name", name)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("--name"))
    #expect(try place.files == ["timeline.bin"])
    #expect(try place.memq("import", "timeline.bin").status == 0)
    #expect(try place.memq("rename", "timeline", name).status == 2)
  }

  @Test("a file whose name cannot be asked for gets one that can")
  func askable() throws {
    let place = try Workplace()
    try place.copy("timeline.bin", to: "#2.bin")
    try place.copy("leak_cache.bin", to: "a*b.bin")
    #expect(try place.memq("import", "#2.bin", "a*b.bin").output.contains("as _2:"))
    #expect(try place.memq("top 1 of a_b").status == 0)
  }

  @Test("a known file under another name stays, and the way to rename it is shown")
  func known() throws {
    let place = try Workplace(captures: ["timeline.bin"])
    #expect(try place.memq("import", "timeline.bin").status == 0)
    let again = try place.memq("import", "timeline.bin", "--name", "my run")
    #expect(again.status == 0)
    #expect(again.output.contains("already there as timeline"))
    #expect(again.output.contains("memq rename timeline 'my run'"))
    #expect(try place.memq("rename", "timeline", "my run").status == 0)
    #expect(try place.memq("top 1 of \"my run\"").status == 0)
    #expect(try place.memq("top 1 of timeline").status == 3)
  }

  @Test("rename takes a name or a number, refuses a taken name, and children go with their parent")
  func rename() throws {
    let place = try forked()
    try place.copy("timeline.bin")
    #expect(try place.memq("import", "timeline.bin", "out.bin", "out.bin.20641").status == 0)
    let taken = try place.memq("rename", "out", "timeline")
    #expect(taken.status == 2)
    #expect(taken.errors.contains("timeline is there already"))
    #expect(try place.memq("rename", "nobody", "x").errors.contains("no capture is named nobody"))
    let renamed = try place.memq("rename", "#2", "pool")
    #expect(renamed.errors == "renamed out to pool\nrenamed out@20641 to pool@20641\n")
    #expect(try place.memq("top 1").output.contains("of pool\n"))
    #expect(try place.memq("--help").output.contains("rename"))
    #expect(try place.memq("completions", "bash").output.contains("rename"))
  }
}
