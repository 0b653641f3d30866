import Foundation
import TestSupport
import Testing

@Suite("Safety")
struct SafetyTests {
  static let marker = "// ⚠ unsafe:"

  @Test("unsafe code stands in files that say why it is safe")
  func unsafeFiles() {
    var silent: [String] = []
    for file in SourceFile.swift(below: "Sources") {
      let uses = file.lines.firstIndex(where: isUnsafe)
      let isMarked = file.lines.first?.hasPrefix(Self.marker) == true
      if let uses, !isMarked { silent.append(finding(file, uses, "unsafe, but not marked")) }
      if uses == nil, isMarked { silent.append(finding(file, 0, "marked, but safe")) }
    }
    #expect(silent == [])
  }

  @Test("a C module has one importer")
  func cModules() throws {
    let files = SourceFile.swift(below: "Sources")
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Project.root.appending(path: "Sources").path)
    let modules = Set(folders).subtracting(files.map(\.target))
    #expect(modules.isSuperset(of: ["CLineEditor", "CSQLite", "CLZ4"]))
    for module in modules {
      let importers = Set(files.filter { imports($0).contains(module) }.map(\.target))
      #expect(importers.count <= 1, "\(module) is imported by \(importers.sorted())")
    }
  }

  @Test("sources do without Foundation")
  func foundation() {
    let users = SourceFile.swift(below: "Sources").filter { file in
      imports(file).contains { $0.hasPrefix("Foundation") }
    }
    #expect(users.map(\.path) == [])
  }

  @Test("nothing traps on purpose or is left over")
  func traps() {
    let banned = ["fatalError(", "preconditionFailure(", "try!", "as!", "TODO", "FIXME", "XXX"]
    var found: [String] = []
    for file in SourceFile.swift(below: "Sources") {
      for (index, line) in file.lines.enumerated() {
        for word in banned where line.contains(word) {
          found.append(finding(file, index, word))
        }
      }
    }
    #expect(found == [])
  }

  /// Whether a line's code has the keyword; comments and words such as `unsafe-inline` are none.
  private func isUnsafe(_ line: String) -> Bool {
    let code = line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? line
    return code.contains(#/(^|[ (=\[{!&:,?])unsafe /#)
  }
}

/// Modules a file imports.
func imports(_ file: SourceFile) -> [String] {
  file.lines.compactMap { line in
    let words = line.split(separator: " ")
    guard let position = words.firstIndex(of: "import"), position <= 2, words.count > position + 1
    else { return nil }
    let isImport = words[..<position].allSatisfy {
      ["package", "public", "internal", "private"].contains($0) || $0.hasPrefix("@")
    }
    return isImport ? String(words[position + 1]) : nil
  }
}
