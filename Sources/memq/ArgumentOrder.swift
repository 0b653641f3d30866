import ArgumentParser

/// Lets options stand before the command's word: `memq --db study.db import out.bin`.
enum ArgumentOrder {
  /// Options that a value follows, of all commands.
  static let valued: Set<String> = [
    "--db", "--width", "--name", "--format", "--marks", "--mb", "--as", "--to", "-f", "--file",
    "--junit", "--report", "--unit", "--python", "--every", "--for", "--max-memory",
  ]
  /// Options that may be given to the program as a whole: a command they say nothing to goes
  /// without.
  static let general: Set<String> = ["--db", "--width", "--no-pager", "--full"]

  /// The arguments with the command's word first, if one stands after options only.
  ///
  /// - Parameters:
  ///   - arguments: what was typed.
  ///   - commands: names of the commands, and the general options that each takes.
  /// - Returns: the same arguments in the order that the commands understand.
  static func commandFirst(
    _ arguments: [String], commands: [String: Set<String>]
  ) -> [String] {
    var options: [[String]] = []
    var index = 0
    while index < arguments.count, isOption(arguments[index]) {
      let option = arguments[index]
      let takesNext = valued.contains(option) && index + 1 < arguments.count
      options.append(takesNext ? [option, arguments[index + 1]] : [option])
      index += takesNext ? 2 : 1
    }
    guard !options.isEmpty, index < arguments.count, let taken = commands[arguments[index]]
    else { return arguments }
    let kept = options.filter { option in
      let name = option[0].split(separator: "=").first.map(String.init) ?? ""
      return !general.contains(name) || taken.contains(name)
    }
    return [arguments[index]] + kept.flatMap { $0 } + arguments[(index + 1)...]
  }

  private static func isOption(_ argument: String) -> Bool {
    argument.hasPrefix("-") && argument != "-" && argument != "--"
  }
}

extension MemqCommand {
  /// The commands by name, and the general options that each takes.
  static var generalOptions: [String: Set<String>] {
    let store: Set<String> = ["--db"]
    return [
      "import": store, "run": store, "rm": store, "rename": store, "check": store,
      "query": ArgumentOrder.general,
      "repl": ArgumentOrder.general, "captures": ArgumentOrder.general,
      "sql": ArgumentOrder.general, "live": ArgumentOrder.general, "formats": [],
      "completions": [], "skill": [], "mcp": store, "help": [],
    ]
  }
}
