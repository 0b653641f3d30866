import Language
import Store

/// The dotted module of a source file: its path below the folder that Python imports it from.
///
/// The deepest of these folders counts: those that the capture names (its search path, its
/// script's folder), those known by their names (standard libraries, `site-packages`, archives),
/// and for a program's own files elsewhere what `ProgramFolders` makes of them.
struct ModuleNames {
  /// Whose module it is.
  enum Home {
    case standardLibrary, installed, program
  }

  /// A module, and whose it is.
  struct Module: Equatable {
    var name: String
    var home: Home
    /// Whether only the frame's kind can tell that it is Python's: the file has no ending.
    var isProgram = false
  }

  private var folders: [String: Home] = [:]
  private let program: ProgramFolders

  /// The rules for a capture whose frames lie in `files`.
  init(info: CaptureInfo, files: some Sequence<String>) {
    func paths(_ text: String) -> [SourcePath] {
      text.split(separator: "\n").map { SourcePath(String($0)) }.filter { !$0.parts.isEmpty }
    }
    for path in paths(info.searchPath) {
      folders[path.folder] = PythonFolders.deepest(path, includesLast: true)?.home ?? .program
    }
    for path in paths(info.sitePackages) { folders[path.folder] = .installed }
    for path in paths(info.standardLibrary) { folders[path.folder] = .standardLibrary }
    // What the search path has below the standard library belongs to it.
    for (folder, home) in folders where home == .program {
      for path in paths(info.standardLibrary) where folder.hasPrefix(path.folder + "/") {
        folders[folder] = .standardLibrary
      }
    }
    program = ProgramFolders(files: files.filter { !$0.hasPrefix("<") }.map(SourcePath.init))
    // A search path holds the script's folder, if that is one that modules come from.
    if info.searchPath.isEmpty, let script = ScriptPath(commandLine: info.commandLine),
      !program.isPackage(script.folder), folders[script.folder] == nil
    {
      folders[script.folder] = .program
    }
  }

  /// Whether a file belongs to the standard library or to an installed package.
  func isLibrary(_ file: String) -> Bool {
    if file.hasPrefix("<") { return file.hasPrefix("<frozen ") }
    return root(of: SourcePath(file)).map { $0.home != .program } ?? false
  }

  /// The module of a file; nil when it is not Python's.
  func module(of file: String) -> Module? {
    if file.hasPrefix("<") {
      guard file.hasPrefix("<frozen "), file.hasSuffix(">") else { return nil }
      return Module(name: String(file.dropFirst(8).dropLast()), home: .standardLibrary)
    }
    let path = SourcePath(file)
    guard let last = path.parts.last, let name = SourceFileName(last) else { return nil }
    // Only where programs lie; elsewhere it may be of any language.
    if name.form == .program {
      let folder = path.parts.dropLast().last?.lowercased() ?? ""
      guard ["bin", "sbin", "scripts"].contains(folder) else { return nil }
    }
    let known = root(of: path)
    if name.form == .extension, known == nil, !name.isTagged { return nil }
    let root = known ?? (program.rootLength(of: path), .program)
    if name.form == .program {
      return Module(name: String(last), home: root.home, isProgram: true)
    }
    guard let dotted = Self.dotted(path, from: root.length, name) else { return nil }
    return Module(name: dotted, home: root.home)
  }

  /// The deepest known folder above a file: its number of parts, and whose it is.
  private func root(of path: SourcePath) -> (length: Int, home: Home)? {
    let usual = PythonFolders.deepest(path, includesLast: false)
    for length in stride(from: path.parts.count - 1, to: usual?.length ?? 0, by: -1) {
      if let home = folders[path.folder(length)] {
        return (length, home == .program ? usual?.home ?? home : home)
      }
    }
    return usual
  }

  /// The parts below the root; folders that no module can be in begin anew.
  private static func dotted(
    _ path: SourcePath, from root: Int, _ name: SourceFileName
  ) -> String? {
    var names = path.parts[root..<(path.parts.count - 1)].filter { $0 != "__pycache__" }
    if let strange = names.lastIndex(where: { !isIdentifier($0) }) {
      if name.form == .extension, names[strange] != "lib-dynload" { return nil }
      names.removeSubrange(...strange)
    }
    if name.stem != "__init__" { names.append(name.stem) }
    if names.isEmpty { names.append(path.parts.dropLast().last { !$0.isEmpty } ?? name.stem) }
    return names.joined(separator: ".")
  }

  private static func isIdentifier(_ name: Substring) -> Bool {
    guard let first = name.first, !first.isNumber else { return false }
    return name.allSatisfy { $0 == "_" || $0.isLetter || $0.isNumber }
  }

  /// The part of a dotted module before its first dot.
  static func package(_ module: String) -> String { String(module.prefix { $0 != "." }) }
}

/// Folders that every Python imports from, known by their names.
enum PythonFolders {
  /// The deepest such folder above a file, or of a path that is a folder itself: its number of
  /// parts, and whose it is.
  static func deepest(
    _ path: SourcePath, includesLast: Bool
  ) -> (length: Int, home: ModuleNames.Home)? {
    let parts = path.parts
    var found: (length: Int, home: ModuleNames.Home)?
    for index in parts.indices.dropLast(includesLast ? 0 : 1) {
      let part = parts[index]
      if part == "site-packages" || part == "dist-packages" {
        found = (index + 1, .installed)
      } else if isStandard(parts, index, path.isWindows) {
        found = (index + 1, .standardLibrary)
      } else if isArchive(part) {
        found = (index + 1, isStandardArchive(part) ? .standardLibrary : found?.home ?? .program)
      }
    }
    return found
  }

  /// `lib/python3.11`, `lib64/python3.13t`, `lib/pypy3.10`, `lib-python/3`; `Lib` and `DLLs` of
  /// Windows.
  private static func isStandard(_ parts: [Substring], _ index: Int, _ isWindows: Bool) -> Bool {
    guard index > 0 else { return false }
    let (before, part) = (parts[index - 1], parts[index])
    if ["lib", "lib64", "lib32"].contains(before) {
      return ["python", "pypy"].contains { isVersion(part, after: $0) }
    }
    if before == "lib-python" { return part.first?.isNumber == true }
    guard isWindows else { return false }
    if part == "Lib" || part == "DLLs" { return true }
    return part.lowercased() == "lib" && before.lowercased().hasPrefix("python")
  }

  private static func isVersion(_ part: Substring, after name: String) -> Bool {
    guard part.hasPrefix(name) else { return false }
    let version = part.dropFirst(name.count)
    return version.first?.isNumber == true
      && version.allSatisfy { $0.isNumber || $0 == "." || $0 == "t" }
  }

  private static func isArchive(_ part: Substring) -> Bool {
    guard let dot = part.lastIndex(of: "."), dot > part.startIndex else { return false }
    let endings = ["egg", "zip", "whl", "pyz", "pyzw", "pex"]
    return endings.contains(part[part.index(after: dot)...].lowercased())
  }

  private static func isStandardArchive(_ part: Substring) -> Bool {
    isVersion(part.dropLast(4), after: "python")
  }
}
