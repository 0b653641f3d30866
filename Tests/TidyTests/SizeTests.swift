import Testing

@Suite("Sizes")
struct SizeTests {
  static let longestFunction = 70
  static let longestFile = 600

  @Test("files hold one subject")
  func files() {
    let long = (SourceFile.swift(below: "Sources") + SourceFile.swift(below: "Tests"))
      .filter { $0.lines.count > Self.longestFile + 1 }
    #expect(long.map { "\($0.path): \($0.lines.count) lines" } == [])
  }

  @Test("functions fit on a screen")
  func functions() {
    var long: [String] = []
    for file in SourceFile.swift(below: "Sources") + SourceFile.swift(below: "Tests") {
      for function in functionBodies(file.lines) where function.count > Self.longestFunction {
        long.append(finding(file, function.lowerBound, "\(function.count) lines"))
      }
    }
    #expect(long == [])
  }

  @Test("the measure sees where a function ends")
  func measure() {
    let lines = [
      "protocol P {",
      "  func required(a: Int) -> Int",
      "  func oneLine() { 1 }",
      "  func long(",
      "    a: Int",
      "  ) throws -> Int {",
      "    if a > 1 {",
      "      return 2",
      "    }",
      "    return 1",
      "  }",
      "  init() {",
      "  }",
      "}",
    ]
    #expect(functionBodies(lines) == [3..<11, 11..<13])
  }
}

/// The lines each function takes, from its declaration to its closing brace.
///
/// swift-format keeps the indentation exact, so a body ends at the first brace in the column of
/// its declaration.
private func functionBodies(_ lines: [String]) -> [Range<Int>] {
  lines.indices.compactMap { start in
    guard isFunction(lines[start]) else { return nil }
    let indent = indentation(lines[start])
    guard let opening = openingLine(lines, from: start, indent: indent) else { return nil }
    let closing = lines[(opening + 1)...].firstIndex {
      indentation($0) == indent && $0.dropFirst(indent).hasPrefix("}")
    }
    return closing.map { start..<$0 + 1 }
  }
}

private func isFunction(_ line: String) -> Bool {
  let words = line.split(whereSeparator: { " (<?".contains($0) })
  let modifiers: Set<Substring> = [
    "package", "public", "private", "fileprivate", "static", "final", "override", "mutating",
    "consuming", "borrowing", "nonisolated", "convenience", "required", "@inlinable",
    "@discardableResult", "@inline", "__always)", "never)",
  ]
  let first = words.first { !modifiers.contains($0) }
  return first == "func" || first == "init" || first == "deinit" || first == "subscript"
}

/// The line whose end opens the body; nil for a requirement and for a body on one line.
private func openingLine(_ lines: [String], from start: Int, indent: Int) -> Int? {
  for index in start..<lines.count {
    let line = lines[index]
    if index > start, indentation(line) <= indent, !line.dropFirst(indent).hasPrefix(")"),
      !line.dropFirst(indent).hasPrefix("where"), !line.dropFirst(indent).hasPrefix("{")
    {
      return nil
    }
    if line.hasSuffix("{") { return index }
    if index == start, line.hasSuffix("}") { return nil }
  }
  return nil
}

private func indentation(_ line: String) -> Int {
  line.isEmpty ? Int.max : line.prefix { $0 == " " }.count
}
