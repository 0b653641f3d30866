import Language

/// What `memq run` was asked for: its own options, and those that go on to `memray run` with the
/// program and its arguments.
struct RunArguments {
  /// What is run, which decides what memray calls the capture.
  enum Kind {
    case script, module, command
  }

  /// The store, by `--db`.
  private(set) var database: String?
  /// The interpreter, by `--python`.
  private(set) var python: String?
  /// The capture's name, by `--name`.
  private(set) var name: String?
  /// Whether the help is asked for.
  private(set) var wantsHelp = false
  /// Whether the screen is to show the program while it runs, by `--live`.
  private(set) var isLive = false
  /// Whether nothing is said but errors, by `-q`.
  private(set) var isQuiet = false
  /// The capture's file, by `-o`.
  private(set) var output: String?
  /// Whether a file that is there may be replaced, by `-f`.
  private(set) var replaces = false
  /// What is run.
  private(set) var kind = Kind.script
  /// Options for memray, as typed, without those above that memq answers itself.
  private(set) var options: [String] = []
  /// The script, module or command; then its arguments.
  private(set) var program: [String] = []

  /// Splits a command line.
  ///
  /// - Parameter words: What follows `memq run`.
  /// - Throws: What is missing or cannot be.
  init(_ words: [String]) throws(Failure) {
    var rest = words[...]
    while let word = rest.first, word.hasPrefix("-"), word != "-" {
      rest.removeFirst()
      if word == "--" { break }
      if word.hasPrefix("--") {
        try takeLong(word, &rest)
      } else {
        try takeShort(word, &rest)
      }
      if wantsHelp { return }
    }
    program = Array(rest)
    guard !program.isEmpty else {
      throw Failure("run what? such as: memq run app.py (or: memq run -m package)")
    }
  }

  /// Long options that a value follows; all others of memray are flags.
  private static let valued = ["--output", "--live-port", "--db", "--python", "--name"]
  private static let flags = [
    "--help", "--live", "--live-remote", "--aggregate", "--native", "--follow-fork",
    "--trace-python-allocators", "--quiet", "--force", "--buffered-file-io", "--compress-on-exit",
    "--no-compress",
  ]

  private mutating func takeLong(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(Failure) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let typed = String(parts[0])
    // Python's parsers take what only one option begins with.
    let known = Self.valued + Self.flags
    let near = known.contains(typed) ? [typed] : known.filter { $0.hasPrefix(typed) }
    let option = near.count == 1 ? near[0] : typed
    guard Self.valued.contains(option) else { return try take(flag: option, typed: word) }
    let value = parts.count > 1 ? String(parts[1]) : rest.popFirst()
    guard let value, !value.isEmpty else { throw Failure("\(option) needs a value") }
    try take(option, value)
  }

  private mutating func take(flag option: String, typed: String) throws(Failure) {
    switch option {
    case "--help": wantsHelp = true
    case "--live": isLive = true
    case "--quiet": isQuiet = true
    case "--live-remote":
      throw Failure(
        "memq run --live shows the program while it runs; for a program of another terminal: "
          + "memray run --live-remote …, then memq live PORT")
    case "--force":
      replaces = true
      options.append(typed)
    default: options.append(typed)
    }
  }

  private mutating func take(_ option: String, _ value: String) throws(Failure) {
    switch option {
    case "--db": database = value
    case "--python": python = value
    case "--name": name = value
    case "--output": output = value
    default: throw Failure("\(option) is of memray run --live-remote; memq run --live finds a port")
    }
  }

  /// Takes letters behind one dash, such as `-qfo out.bin`.
  private mutating func takeShort(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(Failure) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      switch letter {
      case "h": wantsHelp = true
      case "q": isQuiet = true
      case "m": kind = .module
      case "c": kind = .command
      case "f": try take(flag: "--force", typed: "-f")
      case "o", "p":
        let attached = letters.hasPrefix("=") ? letters.dropFirst() : letters
        let value = attached.isEmpty ? rest.popFirst() : String(attached)
        guard let value else { throw Failure("-\(letter) needs a value") }
        try take(letter == "o" ? "--output" : "--live-port", value)
        return
      default: throw Failure("there is no option -\(letter); see: memq run --help")
      }
    }
  }
}

extension RunArguments {
  /// What memray is called with, after `python -m memray`.
  ///
  /// memray says nothing of its own, so that the program's output is the program's.
  var memrayArguments: [String] {
    ["run", "-q"] + options + (output.map { ["-o", $0] } ?? []) + programWords
  }

  /// The same for a program that waits at a port until it is watched.
  func liveArguments(port: UInt16) -> [String] {
    ["run", "-q"] + options + ["--live-remote", "--live-port", "\(port)"] + programWords
  }

  private var programWords: [String] {
    var words: [String] = []
    switch kind {
    case .script: break
    case .module: words.append("-m")
    case .command: words.append("-c")
    }
    return words + (program[0].hasPrefix("-") ? ["--"] : []) + program
  }

  /// Where memray writes the capture.
  ///
  /// - Parameter processID: Of the program, which is part of the name that is given none.
  /// - Returns: A path from the folder in which it runs.
  func capturePath(processID: Int32) -> String {
    if let output { return output }
    guard kind != .command else { return "memray-string.\(processID).bin" }
    let path = program[0]
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    return path[..<slash] + "memray-\(path[slash...]).\(processID).bin"
  }

  /// What messages call the program.
  var title: String {
    switch kind {
    case .script: program[0]
    case .module: "-m \(program[0])"
    case .command: "-c"
    }
  }
}
