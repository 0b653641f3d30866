import Foundation
import TestSupport
import Testing

/// Console blocks of the documentation are true: each command runs and prints what is written.
///
/// A page runs in one folder, its blocks in order. What lies beside the page is there, and what lies
/// in a folder of the page's name. Pages of `examples/` and the README also have the fixtures under
/// their own names, and the capture of `leak_cache.py` as `out.bin`.
@Suite("Documentation")
struct DocumentationTests {
  static let pages: [String] = {
    let names =
      (try? FileManager.default.subpathsOfDirectory(
        atPath: Project.root.appending(path: "examples").path)) ?? []
    return ["README.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { "examples/\($0)" }
  }()

  @Test("console blocks print what they say", arguments: pages)
  func page(path: String) throws {
    let url = Project.root.appending(path: path)
    var text = try String(contentsOf: url, encoding: .utf8)
    let place = try Workplace()
    let isAbove = path.split(separator: "/").count < 3
    for fixture in try FileManager.default.contentsOfDirectory(
      atPath: Project.fixtures("memray").path) where isAbove && fixture.hasSuffix(".bin")
    {
      try place.copy(fixture)
    }
    if isAbove { try place.copy("leak_cache.bin", to: "out.bin") }
    let beside = path == "README.md" ? Project.root.appending(path: "examples/any") : url
    for folder in [beside.deletingLastPathComponent(), beside.deletingPathExtension()] {
      try place.copyFiles(of: folder)
    }

    let commands = ConsoleCommand.all(in: text)
    #expect(!commands.isEmpty)
    for command in commands {
      // CSV ends its lines with CR LF, pages do not.
      let printed = try place.shell(command.line).output
        .replacingOccurrences(of: "\r\n", with: "\n")
      if isRecording {
        text = text.replacingOccurrences(of: command.block, with: command.block(printing: printed))
      } else {
        #expect(printed == command.expected, "$ \(command.line)")
      }
    }
    if isRecording { try text.write(to: url, atomically: true, encoding: .utf8) }
  }

  @Test("every query of the README and of --help is answered")
  func queries() throws {
    let readme = try String(
      contentsOf: Project.root.appending(path: "README.md"), encoding: .utf8)
    let place = try Workplace(captures: ["leak_cache.bin", "timeline.bin"])
    #expect(try place.memq("import", "timeline.bin", "--name", "before").status == 0)
    #expect(try place.memq("import", "leak_cache.bin", "--name", "after").status == 0)
    let table = try #require(readme.range(of: "| question | query |"))
    let rows = readme[table.upperBound...].split(separator: "\n").prefix { $0.hasPrefix("|") }
    var queries = rows.compactMap { $0.firstMatch(of: /`(.+)` \|$/).map { String($0.1) } }
    #expect(queries.count == rows.count - 1)
    queries += try place.memq("--help").output.matches(of: /memq "(.+)"/).map { String($0.1) }
    for query in queries where query != "QUERY" {
      let outcome = try place.memq(query)
      #expect(outcome.status == 0, "\(query): \(outcome.errors)")
    }
  }

  /// Whether to write what is printed into the pages instead of comparing.
  private var isRecording: Bool {
    ProcessInfo.processInfo.environment["MEMQ_RECORD"] == "1"
  }
}

/// A `$ command` in a console block and the output written below it.
struct ConsoleCommand {
  var line: String
  var expected: String

  /// The command and its output as they stand in the page.
  var block: String { block(printing: expected) }

  func block(printing output: String) -> String { "$ \(line)\n\(output)" }

  static func all(in text: String) -> [ConsoleCommand] {
    var commands: [ConsoleCommand] = []
    var isInBlock = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isInBlock = line == "```console"
      } else if isInBlock, line.hasPrefix("$ ") {
        commands.append(ConsoleCommand(line: String(line.dropFirst(2)), expected: ""))
      } else if isInBlock, !commands.isEmpty {
        commands[commands.count - 1].expected += line + "\n"
      }
    }
    return commands
  }
}
