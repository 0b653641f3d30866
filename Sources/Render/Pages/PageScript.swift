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
    var script = "'use strict';\n"
    for path in order(entry) { append(PageFiles.text(path), to: &script) }
    return script
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

  /// Paths that a module imports, in order.
  private static func imports(of path: String) -> [String] {
    PageFiles.text(path).split(separator: "\n").compactMap { line in
      guard let quote = line.firstRange(of: "from '"), line.hasSuffix("';") else { return nil }
      return resolved(line[quote.upperBound...].dropLast(2), beside: path)
    }
  }

  /// `../shared/words.js` beside `flame/main.js` is `shared/words.js`.
  private static func resolved(_ target: Substring, beside path: String) -> String {
    var parts = path.split(separator: "/").dropLast()
    for part in target.split(separator: "/") where part != "." {
      if part == ".." { parts = parts.dropLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  private static func append(_ text: String, to script: inout String) {
    var isImport = false
    for line in text.split(separator: "\n") {
      let code = line.drop { $0 == " " }
      if code.hasPrefix("//") { continue }
      if line.hasPrefix("import ") { isImport = true }
      if isImport {
        isImport = !line.hasSuffix(";")
        continue
      }
      script += line.hasPrefix("export ") ? line.dropFirst("export ".count) : line
      script += "\n"
    }
  }
}
