import Foundation
import TestSupport

/// A text file of the project, as lines.
struct SourceFile: CustomStringConvertible {
  /// Path from the project's root.
  let path: String
  let lines: [String]

  var description: String { path }

  /// The folder below `Sources` or `Tests`: the target.
  var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Swift files below a folder of the project.
  static func swift(below folder: String) -> [SourceFile] {
    files(below: folder) { $0.hasSuffix(".swift") }
  }

  /// Text files of the project that people write: no fixtures, nothing built.
  static func text() -> [SourceFile] {
    let suffixes = [".swift", ".c", ".h", ".md", ".py", ".modulemap", ".ebnf", ".case", ".yml"]
    let plain = ["Makefile", "scripts/", ".ci/"]
    return files(below: ".") { path in
      !path.contains("Tests/Fixtures/")
        && (suffixes.contains { path.hasSuffix($0) } || plain.contains { path.hasPrefix($0) })
    }
  }

  private static func files(
    below folder: String, where isWanted: (String) -> Bool
  ) -> [SourceFile] {
    let root = Project.root.standardizedFileURL
    let start = folder == "." ? root : root.appending(path: folder)
    let enumerator = FileManager.default.enumerator(
      at: start, includingPropertiesForKeys: [.isRegularFileKey])
    var files: [SourceFile] = []
    for case let url as URL in enumerator ?? FileManager.DirectoryEnumerator() {
      let path = String(url.standardizedFileURL.path.dropFirst(root.path.count + 1))
      if path.hasPrefix(".build") || path.hasPrefix(".git/") {
        enumerator?.skipDescendants()
      } else if isWanted(path), let text = try? String(contentsOf: url, encoding: .utf8) {
        files.append(SourceFile(path: path, text: text))
      }
    }
    return files.sorted { $0.path < $1.path }
  }
}

/// A rule's finding, worded as `path:line: what`.
func finding(_ file: SourceFile, _ line: Int, _ what: String) -> String {
  "\(file.path):\(line + 1): \(what)"
}
