import Foundation
import TestSupport
import Testing

@Suite("Architecture")
struct ArchitectureTests {
  @Test("CONTRIBUTING draws the arrows of Package.swift")
  func arrows() throws {
    let declared = try arrowsOfPackage()
    let drawn = try arrowsOfTable()
    #expect(declared.count > 5)
    #expect(drawn == declared)
  }

  @Test("files import what CONTRIBUTING draws, all of it and no more")
  func imports() throws {
    let drawn = try arrowsOfTable()
    for (target, uses) in drawn {
      let modules = Set(drawn.keys).union(uses)
      #expect(try imports(of: target).intersection(modules) == uses, "\(target)")
    }
  }

  /// What the files of a target import.
  private func imports(of target: String) throws -> Set<String> {
    let folder = Project.root.appending(path: "Sources/\(target)")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var found: Set<String> = []
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /(?m)^(?:package |public |internal )?import (\w+)/) {
        found.insert(String(match.1))
      }
    }
    return found
  }

  /// What each library and the executable use, as Package.swift declares it.
  private func arrowsOfPackage() throws -> [String: Set<String>] {
    let text = try read("Package.swift")
    var arrows: [String: Set<String>] = [:]
    for match in text.matches(of: /\n    library\(\s*"(\w+)"(?:,\s*\[([^\]]*)\])?[,)]/) {
      arrows[String(match.1)] = names(match.2 ?? "")
    }
    let executable = /executableTarget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*?)\.product/
    if let match = text.firstMatch(of: executable) { arrows[String(match.1)] = names(match.2) }
    return arrows
  }

  private func arrowsOfTable() throws -> [String: Set<String>] {
    var arrows: [String: Set<String>] = [:]
    for match in try read("CONTRIBUTING.md").matches(of: /\n\| ?(\w+) ?\|([^|]*)\|[^|\n]*\|/)
    where match.1 != "target" {
      arrows[String(match.1)] = names(match.2)
    }
    return arrows
  }

  private func names(_ list: Substring) -> Set<String> {
    Set(list.matches(of: /\w+/).map { String($0.0) })
  }

  private func read(_ path: String) throws -> String {
    try String(contentsOf: Project.root.appending(path: path), encoding: .utf8)
  }
}
