/// Paths as people read them: from the package on.
package enum ShortPath {
  /// Folders that are kept of a path without a package, with the file's name.
  private static let mostParts = 3

  /// What a path is called: below `site-packages` or a library of Python, else its last parts.
  ///
  /// - Parameter path: A path as a frame has it; a relative one stays.
  /// - Returns: The path or its end, after `…/` when what is cut is no package's folder.
  package static func text(_ path: String) -> String {
    let parts = path.split(separator: "/")
    guard path.hasPrefix("/"), parts.count > 1 else { return path }
    if let folder = libraryFolder(parts) { return parts[(folder + 1)...].joined(separator: "/") }
    guard parts.count > mostParts else { return path }
    return "…/" + parts.suffix(mostParts).joined(separator: "/")
  }

  /// A name with the path in it shortened, as in `load (/srv/app/io.py:12)`.
  ///
  /// - Returns: The name itself when there is nothing to shorten.
  package static func shortened(_ name: String, path: String?) -> String {
    guard let path, !path.isEmpty, path.hasPrefix("/"), let range = name.firstRange(of: path) else {
      return name
    }
    return name[..<range.lowerBound] + text(path) + name[range.upperBound...]
  }

  /// Whether a path is of an installed package or of Python's own library.
  static func isOfLibrary(_ path: String) -> Bool {
    libraryFolder(path.split(separator: "/")) != nil
  }

  /// The place of the innermost folder that packages or modules of Python's library lie in.
  private static func libraryFolder(_ parts: [Substring]) -> Int? {
    let folders = parts.dropLast()
    return folders.lastIndex { $0.hasSuffix("-packages") } ?? folders.lastIndex(where: isLibrary)
  }

  /// `python3.11`, the folder of a standard library.
  private static func isLibrary(_ part: Substring) -> Bool {
    let digits = part.dropFirst("python".count)
    return part.hasPrefix("python") && !digits.isEmpty
      && digits.allSatisfy { $0.isASCII && $0.isNumber || $0 == "." }
  }
}
