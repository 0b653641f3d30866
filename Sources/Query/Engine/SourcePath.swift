import Language
/// A file's path taken apart, with slashes or backslashes.
struct SourcePath {
  /// Folders and the file; absolute paths begin with an empty one or a drive.
  let parts: [Substring]
  /// Whether it begins with a drive or a share, as on Windows.
  let isWindows: Bool

  /// Takes a path apart; `.` is left out and `..` takes the folder before it away.
  init(_ text: String) {
    let bytes = Array(text.utf8.prefix(3))
    let hasDrive =
      bytes.count == 3 && bytes[1] == UInt8(ascii: ":")
      && (bytes[2] == UInt8(ascii: "\\") || bytes[2] == UInt8(ascii: "/"))
    isWindows = hasDrive || text.hasPrefix("\\\\")
    let usesBackslashes = isWindows || !text.utf8.contains(UInt8(ascii: "/"))
    var parts: [Substring] = []
    for part in text.split(
      omittingEmptySubsequences: false,
      whereSeparator: { $0 == "/" || (usesBackslashes && $0 == "\\") })
    {
      switch part {
      case "" where !parts.isEmpty, ".": break
      case "..": if let last = parts.last, last != "" { parts.removeLast() }
      default: parts.append(part)
      }
    }
    self.parts = parts
  }

  /// Whether it begins at the root of the file system or of a drive.
  var isAbsolute: Bool { isWindows || parts.first == "" }

  /// The first folders as one text, the same for every way to write them.
  func folder(_ count: Int) -> String { parts.prefix(count).joined(separator: "/") }

  /// All of it as a folder's text.
  var folder: String { folder(parts.count) }
}

/// What the last part of a path says of the module in it.
struct SourceFileName {
  /// How the file came to be Python's.
  enum Form {
    case source
    /// Compiled from C, C++ or Cython.
    case `extension`
    /// A program without an ending.
    case program
  }

  /// The name without its endings.
  let stem: Substring
  let form: Form
  /// Whether an extension's name says which Python it is for.
  let isTagged: Bool

  private static let sources: Set<Substring> = [
    "py", "pyw", "pyx", "pxd", "pxi", "pyi", "pyc", "pyo",
  ]

  /// Nil for files of other languages and for libraries that are no modules.
  init?(_ name: Substring) {
    guard let dot = name.lastIndex(of: ".") else {
      guard !name.isEmpty else { return nil }
      (stem, form, isTagged) = (name, .program, false)
      return
    }
    guard dot > name.startIndex else { return nil }
    let ending = name[name.index(after: dot)...].lowercased()
    let whole = name[..<dot]
    if ending == "so" || ending == "pyd" {
      let first = whole.prefix { $0 != "." }
      let tag = whole.dropFirst(first.count + 1)
      (stem, form) = (first, .extension)
      isTagged =
        ending == "pyd" || ["cpython", "abi3", "pypy", "cp3"].contains(where: tag.hasPrefix)
      return
    }
    guard Self.sources.contains(Substring(ending)) else { return nil }
    // `decoder.cpython-311.pyc`
    let tag = whole.lastIndex(of: ".").map { whole[whole.index(after: $0)...] } ?? ""
    let isCompiled = ending.hasSuffix("c") && (tag.hasPrefix("cpython-") || tag.hasPrefix("pypy"))
    stem = isCompiled ? whole.dropLast(tag.count + 1) : whole
    (form, isTagged) = (.source, false)
  }
}
