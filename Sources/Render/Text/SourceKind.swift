/// Which files lines may be read from: a capture names any file of the machine, and a page with a
/// line of it may be mailed.
enum SourceKind {
  /// Whether a file is source by its name, and does not look as if it kept a secret.
  ///
  /// - Parameter path: a path as a frame has it.
  /// - Returns: false also for names without an ending: programs, and `/etc/shadow`.
  static func mayBeRead(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    guard let name = parts.last, let dot = name.lastIndex(of: "."), dot > name.startIndex,
      endings.contains(name[name.index(after: dot)...].lowercased())
    else { return false }
    guard !["/proc/", "/sys/", "/dev/"].contains(where: { path.hasPrefix($0) }) else {
      return false
    }
    // A folder such as `.ssh` or `secrets` keeps them whatever the files are called.
    guard !parts.dropLast().contains(where: { closedFolders.contains($0.lowercased()) }) else {
      return false
    }
    // Python's own `secrets.py` and `token.py` are what everybody has.
    return ShortPath.isOfLibrary(path) || words(of: name[..<dot]).isDisjoint(with: secretWords)
  }

  private static let endings: Set<String> = [
    "py", "pyw", "pyi", "pyx", "pxd", "pxi",
    "c", "h", "cc", "cpp", "cxx", "hh", "hpp", "hxx", "inl", "ipp", "tcc", "cu", "cuh", "m", "mm",
    "rs", "go", "swift", "zig", "nim", "d", "s", "asm", "f", "for", "f90", "f95", "f03", "f08",
    "java", "kt", "scala", "groovy", "clj", "cs", "fs", "vb",
    "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "dart",
    "rb", "php", "pl", "pm", "lua", "jl", "r", "ex", "exs", "erl", "hs", "ml", "mli",
    "j2", "jinja", "jinja2", "mako",
  ]

  private static let closedFolders: Set<String> = [
    ".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".config", "secrets", ".secrets",
    "credentials",
  ]

  private static let secretWords: Set<String> = [
    "secret", "secrets", "credential", "credentials", "password", "passwords", "passwd", "token",
    "tokens", "apikey", "apikeys", "privatekey", "key", "keys",
  ]

  /// The words of a name: `db_passwords`, `API-keys` and `privateKey` say what they say.
  private static func words(of name: Substring) -> Set<String> {
    var words: Set<String> = []
    var word = ""
    var wasSmall = false
    for character in name {
      let isPart = character.isLetter || character.isNumber
      if !isPart || (wasSmall && character.isUppercase) {
        words.insert(word.lowercased())
        word = ""
      }
      if isPart { word.append(character) }
      wasSmall = character.isLowercase
    }
    words.insert(word.lowercased())
    return words
  }
}
