import Foundation
import FoundationXML
import TestSupport
import Testing

@Suite("Queries")
struct QueryTests {
  private func place() throws -> Workplace {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    return place
  }

  // Expected numbers: memray's own, in leak_cache.expected.json.
  static let renderLeak = "render,leak_cache.py:11,1459700,300"

  @Test("words need no quotes, and the word query may be left out")
  func words() throws {
    let place = try place()
    let text = "top 1 leaked size, count by function, lineno as csv"
    for arguments in ["'\(text)'", text, "query '\(text)'", "-f question", "-f - <question"] {
      try Data("\(text)\n".utf8).write(to: place.url.appending(path: "question"))
      let outcome = try place.shell("memq \(arguments)")
      #expect(outcome.status == 0)
      #expect(outcome.output.contains(Self.renderLeak), "\(arguments): \(outcome.output)")
    }
  }

  @Test("the three commands that must do the obvious thing")
  func obvious() throws {
    let place = try Workplace()
    try place.copy("leak_cache.bin", to: "out.bin")
    #expect(try place.memq("import", "out.bin").status == 0)
    let outcome = try place.memq("top 10 by lineno where size>1MB")
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(try place.memq("repl", input: "top 1\n").status == 0)
  }

  @Test("a wrong question exits with 3 and shows where")
  func wrong() throws {
    let outcome = try place().memq("top 10 by lineno were size>1MB")
    #expect(outcome.status == 3)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("^"))
    #expect(outcome.errors.contains("where"))
  }

  @Test("a gate's report holds every assertion and a question's error")
  func gate() throws {
    let place = try place()
    let gate = """
      -- what this program may take
      assert peak size < 1GB
      assert leaked size by function < 1MB
      """
    try Data(gate.utf8).write(to: place.url.appending(path: "gate.memq"))
    let outcome = try place.shell("memq query -f gate.memq --junit out.xml --report out.json")
    #expect(outcome.status == 1)
    func text(_ name: String) throws -> String {
      try String(contentsOf: place.url.appending(path: name), encoding: .utf8)
    }
    let parser = XMLScan()
    let document = XMLParser(data: Data(try text("out.xml").utf8))
    document.delegate = parser
    #expect(document.parse())
    #expect(parser.elements["testcase"] == 2 && parser.elements["failure"] == 1)
    // 1,459,700 bytes of `render` are leaked, says memray.
    #expect(try text("out.xml").contains("render"))
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(try text("out.json").utf8)) as? [String: Any])
    let asserts = try #require(report["asserts"] as? [[String: Any]])
    #expect(asserts.map { $0["holds"] as? Bool } == [true, false])
    let rows = (asserts[1]["result"] as? [String: Any])?["rows"] as? [[String: Any]]
    #expect(rows?.map { $0["function"] as? String } == ["render"])

    #expect(try place.memq("assert peak size < 1GB of nobody", "--junit", "bad.xml").status == 3)
    #expect(try text("bad.xml").contains("<error"))
  }

  @Test("an assertion decides the exit status")
  func assertions() throws {
    let place = try place()
    // The peak is 2,087,480 bytes, says memray.
    #expect(try place.memq("assert peak size < 2087481B").status == 0)
    #expect(try place.memq("assert peak size < 2087480B").status == 1)
    // A false assertion does not stop what follows, an error does.
    let both = try place.memq("assert peak size < 1B; top 1 by function as csv")
    #expect(both.status == 1)
    #expect(both.output.contains("render"))
    let stopped = try place.memq("top 1 by nonsense; top 1 by function as csv")
    #expect(stopped.status == 3)
    #expect(stopped.output == "")
  }

  @Test("an unknown capture exits with 3 and names the nearest")
  func unknownCapture() throws {
    let outcome = try place().memq("top 10 of leak_cash")
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("leak_cache"))
  }

  @Test("the extension of a file chooses the format; as wins")
  func files() throws {
    let place = try place()
    let starts = [
      ("a.csv", "", "lineno,size"), ("a.json", "", "{\"query\""), ("a.jsonl", "", "{\"lineno\""),
      ("a.md", "", "| lineno"), ("a.txt", "as csv", "lineno,size"),
    ]
    for (name, format, start) in starts {
      let outcome = try place.memq("top 1 by lineno \(format) to \(name)")
      #expect(outcome.status == 0)
      #expect(outcome.output == "")
      #expect(outcome.errors == "wrote \(name)\n")
      let text = try String(contentsOfFile: place.path(name), encoding: .utf8)
      #expect(text.hasPrefix(start), "\(name): \(text.prefix(60))")
    }
  }

  @Test("flame writes a page, folded stacks and speedscope; piped it goes to standard output")
  func flame() throws {
    let place = try place()
    let piped = try place.memq("flame peak")
    #expect(piped.status == 0)
    #expect(piped.output.contains("<html"))
    #expect(try place.memq("flame peak to peak.html").status == 0)
    let page = try String(contentsOfFile: place.path("peak.html"), encoding: .utf8)
    #expect(page.hasSuffix("</html>\n") && page.count > 10_000)
    #expect(try place.memq("flame peak as folded").output.contains("render"))
    #expect(try place.memq("flame peak to p.speedscope.json").status == 0)
    let data = try Data(contentsOf: place.url.appending(path: "p.speedscope.json"))
    #expect(try JSONSerialization.jsonObject(with: data) is [String: Any])
  }

  @Test("on a terminal a page goes to a file whose path is printed")
  func page() throws {
    let place = try place()
    let session = try TerminalSession(place, ["flame peak"])
    #expect(session.waits(for: "leak_cache.flame.html"))
    #expect(session.status() == 0)
    #expect(try place.files.contains("leak_cache.flame.html"))
  }

  @Test("pictures say the numbers that the tables say")
  func pictures() throws {
    let place = try place()
    // memray: 2,087,480 bytes leaked in 1,895 allocations, 300 of them by `render`.
    let flame = try place.memq("flame leaked as svg")
    #expect(flame.output.hasPrefix("<svg ") && flame.output.hasSuffix("</svg>\n"))
    #expect(flame.output.contains("leaked of leak_cache: 2.09 MB in 1,895 allocations"))
    #expect(flame.output.contains("300 allocations · 69.9% of all"))
    let counts = try place.memq("flame leaked count as svg")
    #expect(counts.output.contains("leaked of leak_cache: 1,895</text>"))
    let turned = try place.memq("flame leaked inverted as svg")
    // Bottom-up, the allocating functions stand below the root.
    #expect(turned.output.contains("Heaviest path: render 69.9%"))
    let hist = try place.memq("hist allocated size as svg")
    let rows = try place.memq("hist allocated size as csv")
    for row in rows.output.split(separator: "\r\n").dropFirst() {
      let count = try #require(Int(row.split(separator: ",")[2]))
      let text = count.formatted(.number.locale(Locale(identifier: "en_US")))
      #expect(hist.output.contains("\ncount: \(text)<"), "\(row)")
    }
    #expect(try place.memq("growth by lineno to g.svg").status == 0)
    #expect(try place.memq("timeline size, rss, gap to t.svg").status == 0)
    #expect(try place.files.contains("t.svg"))
  }

  @Test("a format that cannot hold the answer is refused")
  func unfittingFormat() throws {
    let place = try place()
    for (query, format) in [
      ("top 1 by lineno as folded", "folded"), ("flame peak as markdown", "markdown"),
      ("top 1 to x.svg", "svg"), ("top 1 to x.folded", "folded"),
    ] {
      let outcome = try place.memq(query)
      #expect(outcome.status == 3)
      #expect(outcome.errors.hasPrefix("error: "))
      #expect(outcome.errors.contains(format), "\(outcome.errors)")
    }
    #expect(try place.files == ["leak_cache.bin", "memq.db"])
  }

  @Test("a full disk and a missing folder are errors, a closed pipe is none")
  func writing() throws {
    let place = try place()
    let full = try place.shell("memq 'top 10 by lineno' > /dev/full")
    #expect(full.status == 2)
    #expect(full.output == "memq: cannot write standard output: No space left on device\n")
    let missing = try place.memq("top 10 by lineno to nowhere/a.csv")
    #expect(missing.status == 2)
    #expect(missing.errors.contains("nowhere/a.csv: No such file or directory"))
    let closed = try place.shell("memq 'top all by lineno' | true; echo ${PIPESTATUS[0]}")
    #expect(closed.output == "0\n")
  }

  @Test("a failed write leaves the old file and nothing beside it")
  func failedWrite() throws {
    let place = try place()
    try Data("old".utf8).write(to: place.url.appending(path: "a.csv"))
    let outcome = try place.shell(
      "ulimit -f 64; trap '' XFSZ; memq 'flame peak to a.csv as html' --force")
    #expect(outcome.status == 2)
    #expect(outcome.output.contains("cannot write a.csv"))
    #expect(try String(contentsOfFile: place.path("a.csv"), encoding: .utf8) == "old")
    #expect(try place.files == ["a.csv", "leak_cache.bin", "memq.db"])
  }

  @Test("piped tables have no escape sequences; --width bounds them")
  func plain() throws {
    let outcome = try place().memq("top 5 allocated by frame", "--width", "60")
    #expect(outcome.status == 0)
    #expect(!outcome.output.contains("\u{1B}"))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 60 })
  }

  @Test("a table longer than the terminal goes through the pager, where there is one")
  func pager() throws {
    let place = try place()
    for (pager, mark) in [("sed s/^/:::/", ":::"), ("no-such-pager", "not found")] {
      let long = try TerminalSession(
        place, ["top all allocated by lineno"], variables: ["PAGER": pager])
      #expect(long.waits(for: mark))
      #expect(long.waits(for: "total"))
      #expect(long.status() == 0)
    }
    let short = try TerminalSession(
      place, ["top 1 by lineno"], variables: ["PAGER": "sed s/^/:::/"])
    #expect(short.waits(for: "total"))
    #expect(!short.history.contains(":::"))
  }

  @Test("`per` divides each side of a comparison by its own time")
  func rates() throws {
    let place = try Workplace(captures: ["leak_cache.bin", "threads.bin"])
    #expect(try place.memq("import", "leak_cache.bin", "threads.bin").status == 0)
    func rows(_ question: String) throws -> [[String]] {
      let outcome = try place.memq("\(question) as csv")
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.output.split(whereSeparator: \.isNewline).dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    }
    func seconds(_ capture: String) throws -> Double {
      let last = try rows("timeline rss of \(capture)").last?.first
      return try #require(last.flatMap { Double($0) })
    }
    let (left, right) = (try seconds("leak_cache"), try seconds("threads"))
    let question = "top all size by function of leak_cache vs threads"
    let plain = Dictionary(uniqueKeysWithValues: try rows(question).map { ($0[0], $0) })
    let rates = try rows("\(question) per second")
    #expect(rates.count == plain.count && rates.count > 20)
    for row in rates {
      let sums = try #require(plain[row[0]])
      let (size, difference) = (Double(sums[1]) ?? .nan, Double(sums[2]) ?? .nan)
      let (rate, change) = (Double(row[1]) ?? .nan, Double(row[2]) ?? .nan)
      #expect(abs(rate - size / left) <= 1e-6 * rate)
      let wanted = size / left - (size - difference) / right
      #expect(abs(change - wanted) <= 1e-6 * max(1, abs(wanted)))
    }
    let refused = try place.memq("flame of leak_cache vs threads per second")
    #expect(refused.status == 3 && refused.errors.contains("per …"))
  }

  @Test("NO_COLOR is honoured on a terminal")
  func color() throws {
    let place = try place()
    let plain = try TerminalSession(place, ["top 1 by lineno"], variables: ["NO_COLOR": "1"])
    #expect(plain.waits(for: "leak_cache.py"))
    #expect(plain.status() == 0)
    #expect(!plain.history.contains("\u{1B}["))
    let colored = try TerminalSession(place, ["top 1 by lineno"])
    #expect(colored.waits(for: "leak_cache.py"))
    #expect(colored.status() == 0)
    #expect(colored.history.contains("\u{1B}["))
  }
}

/// Counts the elements of a document.
private final class XMLScan: NSObject, XMLParserDelegate {
  private(set) var elements: [String: Int] = [:]

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) { elements[name, default: 0] += 1 }
}
