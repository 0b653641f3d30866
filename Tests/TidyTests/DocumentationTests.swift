import Testing

@Suite("Documentation")
struct DocumentationTests {
  @Test("every declaration other targets see says what it is")
  func declarations() {
    var bare: [String] = []
    for file in SourceFile.swift(below: "Sources") {
      for (index, line) in file.lines.enumerated() where isShared(line) {
        if !isDocumented(file.lines, index) { bare.append(finding(file, index, line)) }
      }
    }
    #expect(bare == [])
  }

  @Test("the rule sees a missing comment")
  func rule() {
    #expect(isShared("  package static func x() {}"))
    #expect(isShared("  @inlinable package var y: Int { 1 }"))
    #expect(!isShared("package import Results"))
    #expect(!isShared("// package func"))
    #expect(isDocumented(["/// Does it.", "@inlinable", "package func x()"], 2))
    #expect(!isDocumented(["let a = 1", "package func x()"], 1))
  }

  /// Whether a line declares something `package` or `public`.
  private func isShared(_ line: String) -> Bool {
    var words = line.split(separator: " ")[...]
    while let word = words.first, word.hasPrefix("@") || word == "final" || word == "static" {
      words.removeFirst()
    }
    guard words.first == "package" || words.first == "public" else { return false }
    let next = words.dropFirst().first
    return next != nil && next != "import" && next != "extension"
  }

  private func isDocumented(_ lines: [String], _ index: Int) -> Bool {
    for line in lines[..<index].reversed() {
      let text = line.drop { $0 == " " }
      if text.hasPrefix("///") { return true }
      guard text.hasPrefix("@") else { return false }
    }
    return false
  }
}
