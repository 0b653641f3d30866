import Foundation
import Glibc
import TestSupport
import Testing

/// `memq run`, with a program that stands for Python and memray.
///
/// Programs under memray itself are recorded by `scripts/run-tests`.
@Suite("Recording a program")
struct RunTests {
  /// A folder with `app.py` and a `python3` that notes what it is called with, writes a capture as
  /// memray does and goes on as `PROGRAM`, a line of shell.
  private func place(program: String = "exit 0") throws -> Workplace {
    let place = try Workplace()
    try place.copy("leak_cache.bin", to: "recorded")
    try Data().write(to: place.url.appending(path: "app.py"))
    try install(in: "bin/python3", of: place)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    place.variables = [
      "PATH": "\(place.path("bin")):\(Memq.productFolder.path):\(path)", "PROGRAM": program,
    ]
    return place
  }

  private func install(in file: String, of place: Workplace) throws {
    let url = place.url.appending(path: file)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    let script = """
      #!/bin/bash
      if [ "$1" = -c ]; then exit "${CHECK:-0}"; fi
      printf '%s\\n' "$0" "$@" >arguments
      output=memray-app.py.$$.bin
      for ((i = 1; i < $#; i++)); do
        if [ "${!i}" = -o ]; then j=$((i + 1)); output=${!j}; fi
      done
      if [ -z "$WRITES_NOTHING" ]; then cp recorded "$output"; fi
      for child in $CHILDREN; do cp "recorded$child" "$output.$child"; done
      exec bash -c "$PROGRAM"
      """
    try Data(script.utf8).write(to: url)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path)
  }

  private func captures(_ place: Workplace) throws -> [String] {
    try place.memq("show captures as csv").output.split(whereSeparator: \.isNewline).dropFirst().map
    {
      String($0.split(separator: ",")[1])
    }
  }

  @Test(
    "the program's exit status is memq's",
    arguments: [
      ("exit 0", Int32(0)), ("exit 3", 3), ("exit 255", 255), ("kill -KILL $$", 137),
      ("kill -SEGV $$", 139), ("kill -TERM $$", 143),
    ])
  func status(program: String, status: Int32) throws {
    let place = try place(program: program)
    let outcome = try place.memq("run", "-o", "out.bin", "app.py")
    #expect(outcome.status == status)
    #expect(try captures(place) == ["out"])
  }

  @Test("the program has the streams to itself, and memq speaks on standard error")
  func streams() throws {
    let place = try place(program: "tr a-z A-Z; echo complaint >&2; exit 1")
    let outcome = try place.memq("run", "-o", "out.bin", "app.py", input: "read by the program\n")
    #expect(outcome.status == 1)
    #expect(outcome.output == "READ BY THE PROGRAM\n")
    for part in [
      "complaint\n", "imported out.bin as out: 5,560 allocations", "peak at 0.014 s",
      "leak_cache.py:11", "memq \"timeline 5 by lineno of out\"",
    ] {
      #expect(outcome.errors.contains(part), "\(part) in \(outcome.errors)")
    }
    let quiet = try place.memq("run", "-qfo", "out.bin", "app.py")
    #expect(quiet.errors == "complaint\n")
  }

  @Test(
    "memray is called with its options, the program and the program's own options",
    arguments: [
      (["app.py"], ["run", "-q", "app.py"]),
      (
        ["--native", "--db", "s.db", "app.py", "--db", "x", "-o", "y"],
        ["run", "-q", "--native", "app.py", "--db", "x", "-o", "y"]
      ),
      (
        ["-fo", "o.bin", "-m", "pkg.mod", "-q"],
        ["run", "-q", "-f", "-o", "o.bin", "-m", "pkg.mod", "-q"]
      ),
      (
        ["-oo.bin", "--follow", "app.py", "a b", ""],
        ["run", "-q", "--follow", "-o", "o.bin", "app.py", "a b", ""]
      ),
      (["--output=o.bin", "-c", "print(1)"], ["run", "-q", "-o", "o.bin", "-c", "print(1)"]),
      (
        ["--name", "n", "--some-new-flag", "app.py", "--", "-x"],
        ["run", "-q", "--some-new-flag", "app.py", "--", "-x"]
      ),
      (["--", "app.py", "--help"], ["run", "-q", "app.py", "--help"]),
    ])
  func memray(words: [String], expected: [String]) throws {
    let place = try place()
    let command = (["memq", "run"] + words).map { "'\($0)'" }.joined(separator: " ")
    let outcome = try place.shell(command)
    let noted = try String(contentsOfFile: place.path("arguments"), encoding: .utf8)
    let called = noted.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(
      Array(called) == [Substring(place.path("bin/python3")), "-m", "memray"]
        + expected.map { $0[...] })
    #expect(
      outcome.status == 0 || words.contains("-c") || words.contains("y") || words.contains("-fo"),
      "\(outcome.output)")
  }

  @Test("a capture without -o is called as memray calls it")
  func usualName() throws {
    let place = try place()
    #expect(try place.memq("run", "app.py").status == 0)
    let file = try place.files.first { $0.hasPrefix("memray-app.py.") && $0.hasSuffix(".bin") }
    #expect(try captures(place) == [file.map { String($0.dropLast(4)) }])
  }

  @Test("the Python is the one named, else the environment's, else the first in PATH")
  func python() throws {
    let place = try place()
    try install(in: "venv/bin/python", of: place)
    try install(in: "other/python3.9", of: place)
    func used(_ words: String) throws -> String {
      let outcome = try place.shell("memq run -fo out.bin \(words) app.py")
      #expect(outcome.status == 0, "\(outcome.output)")
      return try String(contentsOfFile: place.path("arguments"), encoding: .utf8)
        .split(separator: "\n").first.map(String.init) ?? ""
    }
    #expect(try used("") == place.path("bin/python3"))
    place.variables["VIRTUAL_ENV"] = place.path("venv")
    #expect(try used("") == place.path("venv/bin/python"))
    #expect(try used("--python other/python3.9") == "other/python3.9")
    #expect(try used("--python python3") == place.path("bin/python3"))
    place.variables["VIRTUAL_ENV"] = place.path("gone")
    let outcome = try place.memq("run", "app.py")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("which has no bin/python"))
  }

  @Test("a Python without memray is refused before anything runs, with the way to install it")
  func noMemray() throws {
    let place = try place()
    place.variables["CHECK"] = "86"
    let outcome = try place.memq("run", "app.py")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("bin/python3 has no memray"))
    #expect(outcome.errors.contains("bin/python3 -m pip install memray"))
    #expect(try !place.files.contains("arguments"))
    place.variables["CHECK"] = "1"
    #expect(try place.memq("run", "app.py").errors.contains("does not run Python"))
  }

  @Test(
    "what would be in vain is refused before the program runs",
    arguments: [
      (["app.py"], nil), (["gone.py"], "no script gone.py"), ([], "run what?"),
      (["-o", "recorded", "app.py"], "recorded is there already; -f"),
      (["--python", "nowhere", "app.py"], "no program nowhere"),
      (["-x", "app.py"], "no option -x"),
      (["--name", "a*", "app.py"], "stand for other characters"),
      (["--name", "taken", "app.py"], "named taken is there already"),
      (["--live-remote", "app.py"], "memq live PORT"), (["--db"], "--db needs a value"),
    ] as [([String], String?)])
  func refused(words: [String], reason: String?) throws {
    let place = try place()
    #expect(try place.memq("import", "recorded", "--name", "taken").status == 0)
    let command = (["memq", "run"] + words).map { "'\($0)'" }.joined(separator: " ")
    let outcome = try place.shell(command)
    #expect(outcome.status == (reason == nil ? 0 : 2))
    if let reason { #expect(outcome.output.contains(reason), "\(outcome.output)") }
    #expect(try place.files.contains("arguments") == (reason == nil))
  }

  @Test("an old file that was not written anew is not taken for the recording")
  func oldFile() throws {
    let place = try place(program: "exit 4")
    try place.copy("timeline.bin", to: "out.bin")
    place.variables["WRITES_NOTHING"] = "1"
    let outcome = try place.memq("run", "-f", "-o", "out.bin", "app.py")
    #expect(outcome.status == 4)
    #expect(outcome.errors.contains("nothing was recorded"))
    #expect(try !place.files.contains("memq.db"))
  }

  @Test("a signal reaches the program once, and what was recorded is imported")
  func signals() throws {
    let program = "trap 'echo told >>told; exit 7' INT; touch ready; while :; do sleep 0.05; done"
    let place = try place(program: program)
    let memq = try RunningMemq(place, ["run", "-o", "out.bin", "app.py"])
    #expect(try memq.waits { try place.files.contains("ready") })
    #expect(memq.interrupt() == 7)
    #expect(try String(contentsOfFile: place.path("told"), encoding: .utf8) == "told\n")
    #expect(try captures(place) == ["out"])
  }

  @Test(
    "forked children are imported with their parent, which is asked, and their ends are said once")
  func children() throws {
    let place = try place()
    try FileManager.default.removeItem(atPath: place.path("recorded"))
    try place.copy("fork_parent.bin", to: "recorded")
    try place.copy("fork_child.bin", to: "recorded20641")
    // Left by an earlier recording of the same name.
    try place.copy("timeline.bin", to: "out.bin.5")
    place.variables["CHILDREN"] = "20641"
    let outcome = try place.memq(
      "run", "--follow-fork", "-fo", "out.bin", "--name", "pool", "app.py")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("as pool@20641:"))
    #expect(outcome.errors.contains("1 forked child of pool: `of pool` asks the parent alone"))
    #expect(outcome.errors.contains("memq \"top by pid of pool*\""))
    #expect(try captures(place) == ["pool", "pool@20641"])
    #expect(try place.memq("top 1").output.contains("of pool\n"))
  }
}
