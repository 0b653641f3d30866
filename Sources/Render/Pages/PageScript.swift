/// One script made of modules, for a page that is one file.
///
/// Modules stand in the order in which their imports need them, without imports, `export`, lines
/// of comment and empty lines. So names of a page's modules must differ, imports must stand first and
/// bring names as they are; the check of scripts sees to it.
package enum PageScript {
  /// The script that begins with a module, and all that it needs.
  ///
  /// - Parameter entry: A path below `Pages/Web`.
  /// - Returns: The script, in lines.
  package static func linked(_ entry: String) -> String {
    var script = Array("'use strict';\n".utf8)
    for path in order(entry) { append(Array(PageFiles.text(path).utf8), to: &script) }
    return String(decoding: script, as: UTF8.self)
  }

  /// Paths of a module and all that it needs, needed ones first; of a circle, the entry last.
  package static func order(_ entry: String) -> [String] {
    var order: [String] = []
    var seen: Set<String> = [entry]
    visit(entry, &seen, &order)
    return order
  }

  private static func visit(_ path: String, _ seen: inout Set<String>, _ order: inout [String]) {
    for needed in imports(of: path) where seen.insert(needed).inserted {
      visit(needed, &seen, &order)
    }
    order.append(path)
  }

  /// Paths that a module imports, in order; only the lines before its own code are looked at.
  private static func imports(of path: String) -> [String] {
    let text = Array(PageFiles.text(path).utf8)
    var (found, start, isImport) = ([String](), 0, false)
    while let line = line(of: text, from: &start) {
      if isComment(line) { continue }
      if line.starts(with: importWord) { isImport = true }
      guard isImport else { break }
      guard line.last == UInt8(ascii: ";") else { continue }
      isImport = false
      let parts = line.split(separator: UInt8(ascii: "'"))
      guard parts.count >= 2 else { continue }
      found.append(resolved(Substring(decoding: parts[1], as: UTF8.self), beside: path))
    }
    return found
  }

  /// `../shared/words.js` beside `flame/main.js` is `shared/words.js`.
  private static func resolved(_ target: Substring, beside path: String) -> String {
    var parts = path.split(separator: "/").dropLast()
    for part in target.split(separator: "/") where part != "." {
      if part == ".." { parts = parts.dropLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  private static func append(_ text: [UInt8], to script: inout [UInt8]) {
    var (start, isImport) = (0, false)
    while let line = line(of: text, from: &start) {
      if isComment(line) { continue }
      if line.starts(with: importWord) { isImport = true }
      if isImport {
        isImport = line.last != UInt8(ascii: ";")
        continue
      }
      script += line.starts(with: exportWord) ? line.dropFirst(exportWord.count) : line
      script.append(UInt8(ascii: "\n"))
    }
  }

  // MARK: Lines, as bytes: every page links its script anew, so texts of characters would be felt

  private static let importWord = Array("import ".utf8)
  private static let exportWord = Array("export ".utf8)

  /// The next line that is not empty, and moves on behind it; nil at the end.
  private static func line(of text: [UInt8], from start: inout Int) -> ArraySlice<UInt8>? {
    while start < text.count {
      var end = start
      while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
      defer { start = end + 1 }
      if end > start { return text[start..<end] }
    }
    return nil
  }

  private static func isComment(_ line: ArraySlice<UInt8>) -> Bool {
    let code = line.drop { $0 == UInt8(ascii: " ") }
    return code.starts(with: [UInt8(ascii: "/"), UInt8(ascii: "/")])
  }
}
