import Language
import Store

/// The module a source file belongs to, by the rules of memray's reports, for `stats` alone.
///
/// The language's own modules are those of `ModuleNames`.
struct ReportModules {
  private let sitePackages: [String]
  private let standardLibrary: String
  private let searchPath: [String]

  /// The rules for a capture; older headers name no folders, then usual ones are recognised.
  init(info: CaptureInfo) {
    func folders(_ text: String) -> [String] {
      text.split(separator: "\n").map { $0.hasSuffix("/") ? String($0) : $0 + "/" }
    }
    sitePackages = folders(info.sitePackages)
    standardLibrary = folders(info.standardLibrary).first ?? ""
    searchPath = folders(info.searchPath)
  }

  /// Dotted module of a file, and whether it is part of the standard library; nil when unknown.
  func module(of file: String) -> (name: String, isStandard: Bool)? {
    if file.isEmpty { return nil }
    if file.hasPrefix("<frozen "), file.hasSuffix(">") {
      return (String(file.dropFirst(8).dropLast()), true)
    }
    for folder in sitePackages where file.hasPrefix(folder) {
      return (dotted(file.dropFirst(folder.count)), false)
    }
    if !standardLibrary.isEmpty, file.hasPrefix(standardLibrary) {
      return (dotted(file.dropFirst(standardLibrary.count)), true)
    }
    if standardLibrary.isEmpty, let usual = usualFolder(file) { return usual }
    for folder in searchPath where file.hasPrefix(folder) {
      return (dotted(file.dropFirst(folder.count)), false)
    }
    return (dotted(Substring(file.split(separator: "/").last ?? "")), false)
  }

  private func usualFolder(_ file: String) -> (name: String, isStandard: Bool)? {
    for folder in ["/site-packages/", "/dist-packages/"] {
      if let tail = tail(of: file, after: folder) { return (dotted(tail), false) }
    }
    guard let library = tail(of: file, after: "/lib/python"),
      let slash = library.firstIndex(of: "/"),
      library[..<slash].allSatisfy({ $0.isNumber || $0 == "." })
    else { return nil }
    return (dotted(library[library.index(after: slash)...]), true)
  }

  private func tail(of file: String, after folder: String) -> Substring? {
    let bytes = Array(file.utf8)
    let needle = Array(folder.utf8)
    guard bytes.count >= needle.count else { return nil }
    var start = bytes.count - needle.count
    while start >= 0 {
      if bytes[start..<(start + needle.count)].elementsEqual(needle) {
        return Substring(String(decoding: bytes[(start + needle.count)...], as: UTF8.self))
      }
      start -= 1
    }
    return nil
  }

  private func dotted(_ path: Substring) -> String {
    var text = path.hasSuffix(".py") ? path.dropLast(3) : path
    if text.hasSuffix("/__init__") { text = text.dropLast(9) }
    return String(text.map { $0 == "/" ? "." : $0 })
  }
}
