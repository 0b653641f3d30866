import CaptureFormats
import CaptureModel
import Store

/// Names of captures by their files; children of a fork are named after their parent.
///
/// memray's `--follow-fork` writes `out.bin` and, for each child, `out.bin.PID`.
struct CaptureNaming {
  /// Names of captures by file, as far as this command knows them.
  private var names: [String: String] = [:]

  /// The files with those last whose parent is among them.
  static func parentsFirst(_ files: [String]) -> [String] {
    let all = Set(files)
    func hasParent(_ file: String) -> Bool { split(file).map { all.contains($0.parent) } ?? false }
    return files.filter { !hasParent($0) } + files.filter(hasParent)
  }

  /// Remembers what a file is called in the store.
  mutating func note(_ file: String, as name: String) { names[file] = name }

  /// The name of a capture that is given none.
  ///
  /// - Parameters:
  ///   - file: Its path.
  ///   - header: What it says of its process.
  ///   - format: Its format's name.
  ///   - store: Where its parent may be.
  /// - Returns: A name that a question can ask for.
  mutating func name(of file: String, header: CaptureHeader, format: String, in store: Store)
    -> String
  {
    let own = CaptureName.askable(Self.name(ofFile: file))
    guard format == "memray", let (parent, process) = Self.split(file),
      process == String(header.processID) || Self.hasExtension(parent)
    else { return own }
    let base =
      names[parent] ?? Self.known(parent, in: store)
      ?? CaptureName.askable(Self.name(ofFile: parent))
    names[parent] = base
    return CaptureName.child(of: base, process: process)
  }

  /// The parent's path and the process id of `out.bin.PID`.
  private static func split(_ file: String) -> (parent: String, process: String)? {
    let path = withoutWrapping(file)
    guard let dot = path.lastIndex(of: ".") else { return nil }
    let process = path[path.index(after: dot)...]
    let parent = path[..<dot]
    guard !process.isEmpty, process.allSatisfy({ ("0"..."9").contains($0) }),
      let last = parent.last, last != "/"
    else { return nil }
    return (String(parent), String(process))
  }

  private static func hasExtension(_ file: String) -> Bool {
    let name = file.split(separator: "/").last ?? ""
    return name.dropFirst().contains(".")
  }

  /// What the file beside a child is called in the store.
  private static func known(_ file: String, in store: Store) -> String? {
    guard InputFile.exists(file), let hash = try? FormatRegistry.contentHash(path: file).text else {
      return nil
    }
    return ((try? store.capture(hash: hash)) ?? nil)?.name
  }

  private static func withoutWrapping(_ file: String) -> String {
    for wrapping in [".gz", ".zst", ".zstd", ".bz2", ".xz"] where file.hasSuffix(wrapping) {
      return String(file.dropLast(wrapping.count))
    }
    return file
  }

  /// A file's name without folders and extension; `stdin` for what has no name of its own.
  static func name(ofFile path: String) -> String {
    let isNameless = ["/dev/", "/proc/"].contains { path.hasPrefix($0) }
    if isNameless && !path.hasPrefix("/dev/shm/") || path == CaptureSource.standardInput {
      return "stdin"
    }
    let file = withoutWrapping(String(path.split(separator: "/").last ?? "capture"))
    guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return file }
    return String(file[..<dot])
  }
}
