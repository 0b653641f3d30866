import Language
import Store

/// Where a program's own modules begin, told by the files themselves.
///
/// A relative path begins at the folder that the program ran in, an absolute one at the outermost
/// folder with a file of the program in it; `src` and what holds an `__init__.py` are no places
/// to begin at, the one because modules lie below it, the other because it is a package.
struct ProgramFolders {
  private var occupied: Set<String> = []
  private var packages: Set<String> = []

  /// Learns from the paths of a capture's files.
  init(files: [SourcePath]) {
    for path in files where PythonFolders.deepest(path, includesLast: false) == nil {
      guard let last = path.parts.last, SourceFileName(last)?.form == .source else { continue }
      let folder = path.folder(path.parts.count - 1)
      occupied.insert(folder)
      if last == "__init__.py" { packages.insert(folder) }
    }
  }

  /// Whether a folder is known to be a package.
  func isPackage(_ folder: String) -> Bool { packages.contains(folder) }

  /// The number of parts of the folder that a file's module begins below.
  func rootLength(of path: SourcePath) -> Int {
    let folders = path.parts.count - 1
    for length in stride(from: folders, to: 0, by: -1) where path.parts[length - 1] == "src" {
      if !packages.contains(path.folder(length)) { return length }
    }
    guard path.isAbsolute else { return 0 }
    // What lies at the root of the file system says nothing of the folders there.
    var root = folders < 2 ? folders : (2...folders).first { isOccupied(path, $0) } ?? folders
    while root > 1, packages.contains(path.folder(root)) { root -= 1 }
    return root
  }

  private func isOccupied(_ path: SourcePath, _ length: Int) -> Bool {
    occupied.contains(path.folder(length))
  }
}

/// The script that a command line names.
struct ScriptPath {
  /// Its folder, as the command line writes it.
  let folder: String

  /// Nil when it names none: `-m module`, `-c`, or another program.
  init?(commandLine: String) {
    var words = commandLine.split(separator: " ")[...]
    if let first = words.first, first.hasSuffix("memray/__main__.py") || first.hasSuffix("/memray")
    {
      words = words.dropFirst()
    }
    for (index, word) in zip(words.indices, words) {
      if word == "-m" || word == "-c" { return nil }
      guard word.hasSuffix(".py") || word.hasSuffix(".pyw") else { continue }
      if index > words.startIndex, ["-o", "--output"].contains(words[index - 1]) { continue }
      let path = SourcePath(String(word))
      // `-m package` shows as the package's `__main__.py`.
      guard path.parts.count > 1, path.parts.last != "__main__.py" else { return nil }
      folder = path.folder(path.parts.count - 1)
      return
    }
    return nil
  }
}

/// The modules of a capture's locations.
struct LocationModules {
  /// Dotted module of each location; nil where it has none.
  let names: [String?]
  /// Whether each location lies in the standard library or an installed package.
  let isLibrary: [Bool]

  /// Of no locations.
  init() { (names, isLibrary) = ([], []) }

  /// Looks at each distinct file once.
  init(_ locations: CaptureData.Locations, rules: ModuleNames) {
    var known: [String: (module: ModuleNames.Module?, isLibrary: Bool)] = [:]
    var names: [String?] = []
    var isLibrary: [Bool] = []
    names.reserveCapacity(locations.count)
    isLibrary.reserveCapacity(locations.count)
    for index in 0..<locations.count {
      let file = locations.files[index]
      let found = known[file] ?? (rules.module(of: file), rules.isLibrary(file))
      known[file] = found
      let isPython = found.module?.isProgram != true || locations.kind(index) == .python
      names.append(isPython ? found.module?.name : nil)
      isLibrary.append(found.isLibrary)
    }
    self.names = names
    self.isLibrary = isLibrary
  }
}
