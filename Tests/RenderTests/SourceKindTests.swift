// ⚠ unsafe: mkfifo() gets a C string.
import Foundation
import Results
import TestSupport
import Testing

@testable import Render

/// Which files of the machine lines are read from.
@Suite struct SourceKindTests {
  @Test(arguments: [
    "app.py", "/srv/app/views.py", "lib/fast.pyx", "src/core.cpp", "/usr/lib/python3.11/secrets.py",
    "/usr/lib/python3.11/token.py", "tokenizer.py", "monkey.py", "/home/me/dev/sys/proc.py",
    "page.html.j2",
  ])
  func source(path: String) { #expect(SourceKind.mayBeRead(path)) }

  @Test(arguments: [
    "/etc/shadow", "/etc/passwd", ".env", "prod.env", "id_rsa", "/srv/.ssh/config.py",
    "server.key", "api_keys.py", "db-passwords.py", "credentials.json", "secrets.py", "myTokens.py",
    "notes.txt", "data.csv", "Makefile", "/dev/zero.py", "/proc/self/x.py", "", "py", ".py",
    "/srv/secrets/app.py",
  ])
  func noSource(path: String) { #expect(!SourceKind.mayBeRead(path)) }

  /// A name that is source's leads to what is none; a pipe would wait for a writer for ever.
  @Test func linksAndPipesAreNotRead() throws {
    let folder = try TemporaryFolder()
    try Data("SECRET=1\n".utf8).write(to: folder.url.appending(path: ".env"))
    try Data("x = 1\n".utf8).write(to: folder.url.appending(path: "real.py"))
    for (name, target) in [("leak.py", ".env"), ("link.py", "real.py")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(name), withDestinationPath: folder.path(target))
    }
    let made = unsafe mkfifo(folder.path("pipe.py"), 0o600)
    #expect(made == 0)
    let sources = SourceCache()
    #expect(sources.line(folder.path("leak.py"), 1) == nil)
    #expect(sources.line(folder.path("pipe.py"), 1) == nil)
    #expect(sources.line(folder.path("link.py"), 1) == "x = 1")
  }

  /// A page with source lines says so; one without says nothing.
  @Test func pagesSayThatTheyHoldSource() {
    let table = SampleTables.topByLineno()
    let note = "lines of source code"
    let with = TablePage.render(table, title: "t") { _, line in "line \(line)" }
    #expect(String(decoding: with, as: UTF8.self).contains(note))
    let without = TablePage.render(table, title: "t")
    #expect(!String(decoding: without, as: UTF8.self).contains(note))
  }
}

/// Texts of CSV that a program other than a reader of CSV takes for something else.
@Suite struct SafeCSVTests {
  private static func table(_ texts: [String]) -> ResultTable {
    var table = ResultTable(query: "q")
    table.columns = [
      ResultColumn(name: "name", role: .key, unit: .none, values: .texts(texts)),
      ResultColumn(
        name: "size", role: .measure, unit: .none, values: .integers(texts.map { _ in -5 })),
    ]
    return table
  }

  @Test(arguments: ["=1+1", "+1", "-x", "@SUM(A1)", "\tx", "\rx", "\u{FF1D}1"])
  func formulasAreMarkedWhenAsked(text: String) {
    let plain = CSVReader.records(Renderer.text(Self.table([text]), as: .csv))
    #expect(plain.last == [text, "-5"])
    let marked = CSVReader.records(
      Renderer.text(Self.table([text]), as: .csv, style: TerminalStyle(marksFormulas: true)))
    #expect(marked.last == ["'" + text, "-5"])
  }

  @Test func otherTextsStay() {
    for text in ["main", "a=b", "<module>", "", "'x"] {
      let marked = CSVReader.records(
        Renderer.text(Self.table([text]), as: .csv, style: TerminalStyle(marksFormulas: true)))
      #expect(marked.last?.first == text)
    }
  }

  @Test func nothingSteersATerminal() {
    let name = "a\u{1B}]0;owned\u{7}b\u{9B}2J"
    let shown = Renderer.text(
      Self.table([name]), as: .csv, style: TerminalStyle(isTerminal: true))
    #expect(!shown.unicodeScalars.contains { $0 != "\r" && $0 != "\n" && $0.value < 0x20 })
    #expect(!shown.unicodeScalars.contains("\u{9B}"))
  }
}
