import Foundation

@testable import Language

/// One case of `Grammar/corpus`: a program and what becomes of it.
struct CorpusCase {
  var file: String
  var line: Int
  var program: String
  var expected: String

  /// What this implementation says, in the same form.
  var actual: String {
    var lines: [String] = []
    let (statements, error) = Parser.parseStatements(program)
    var session = Session()
    var failure = error
    do throws(QueryError) {
      for parsed in statements {
        let statement = try session.prepare(parsed.statement)
        lines.append("= " + session.canonicalText(of: statement))
      }
    } catch {
      failure = error
    }
    if let failure {
      let text = failure.render(source: program)
      lines += text.split(separator: "\n", omittingEmptySubsequences: false).map { "! \($0)" }
    }
    return lines.joined(separator: "\n")
  }
}

enum Corpus {
  static let grammarFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Grammar")

  static func cases() throws -> [CorpusCase] {
    let folder = grammarFolder.appendingPathComponent("corpus")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".case") }.sorted()
    return try files.flatMap { try cases(in: folder.appendingPathComponent($0)) }
  }

  /// Cases stand apart by empty lines; lines of `#` are comments.
  static func cases(in file: URL) throws -> [CorpusCase] {
    let text = try String(contentsOf: file, encoding: .utf8)
    var cases: [CorpusCase] = []
    var block: [(line: Int, text: String)] = []
    for (index, line) in (text + "\n").components(separatedBy: "\n").enumerated() {
      if line.hasPrefix("#") { continue }
      if !line.isEmpty {
        block.append((index + 1, line))
      } else if let first = block.first {
        let program = block.filter { $0.text.hasPrefix(">") }.map { $0.text.dropFirst(2) }
        // Plans need a capture: the tests of the command line run them.
        let expected = block.map(\.text).filter { !$0.hasPrefix(">") && !$0.hasPrefix("- ") }
        cases.append(
          CorpusCase(
            file: file.lastPathComponent, line: first.line,
            program: program.joined(separator: "\n"), expected: expected.joined(separator: "\n")))
        block = []
      }
    }
    return cases
  }
}
