import Foundation
import Testing

@Suite("Naming")
struct NamingTests {
  @Test("types and files are named for what they are")
  func vagueNames() {
    let vague = ["Utilities", "Utils", "Manager", "Helper"]
    let declarations: Set<Substring> = ["class", "struct", "enum", "protocol", "actor"]
    var found: [String] = []
    for file in SourceFile.swift(below: "Sources") + SourceFile.swift(below: "Tests") {
      for word in vague where file.path.contains(word) { found.append("\(file.path): \(word)") }
      for (index, line) in file.lines.enumerated() {
        let words = line.split { !$0.isLetter && !$0.isNumber }
        for (word, next) in zip(words, words.dropFirst()) where declarations.contains(word) {
          if vague.contains(where: { next.contains($0) }) {
            found.append(finding(file, index, String(next)))
          }
        }
      }
    }
    #expect(found == [])
  }

  @Test("the project's text names no machine's folders")
  func machinePaths() throws {
    // Pieces, so that this file is no finding.
    let folders = ["work", "root", "home/[a-z]", "farm"].joined(separator: "|")
    let expression = try Regex("(^|[^A-Za-z0-9.*_])/(\(folders))/")
    var found: [String] = []
    for file in SourceFile.text() {
      for (index, line) in file.lines.enumerated() where line.contains(expression) {
        found.append(finding(file, index, line))
      }
    }
    #expect(found == [])
  }
}
