import ArgumentParser

/// The command line as a whole.
struct MemqCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memq",
    abstract: "Ask questions about a program's memory.",
    usage: """
      memq import FILE...
      memq run SCRIPT [ARGUMENTS]
      memq "QUERY"
      memq <subcommand>
      """,
    discussion: """
      memq import reads a profiler's capture into columns in one SQLite file, once; after that \
      every question is one line and takes milliseconds.

      EXAMPLES:
        memq import out.bin
        memq run app.py
        memq "top 10 by lineno where size>1MB"
        memq "top 20 leaked by function as csv to leaks.csv"
        memq "list 5 live at 50% where stack has json.*"
        memq "flame peak to peak.html"
        memq "show captures"
        memq repl

      EXIT STATUS:
        0 fine, 1 assertion false, 2 usage or I/O, 3 query error,
        4 damaged capture under --strict, or a store that check found damaged,
        130 stopped by Ctrl-C; memq run ends as its program did
        With --json, errors are lines of JSON: reason, range, proposals.
      """,
    version: Version.full,
    subcommands: [
      ImportCommand.self, RunCommand.self, LiveCommand.self, DrainCommand.self,
      QueryCommand.self, ReplCommand.self, CapturesCommand.self,
      FormatsCommand.self, RenameCommand.self, RemoveCommand.self, CheckCommand.self,
      SQLCommand.self,
      CompletionsCommand.self, SkillCommand.self, MCPCommand.self,
    ],
    defaultSubcommand: QueryCommand.self)
}

/// Which store to use.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .customLong("db"),
    help: ArgumentHelp("The store (default: $MEMQ_DB or memq.db).", valueName: "store"),
    completion: .file(extensions: ["db"]))
  var database: String?

  /// The store's path: `--db`, else `MEMQ_DB`, else `memq.db`.
  ///
  /// Always a file: what libsqlite3 takes for no name of one gets its folder.
  var path: String {
    let name = database ?? Terminal.environment("MEMQ_DB") ?? "memq.db"
    return name.hasPrefix(":") || name.lowercased().hasPrefix("file:") ? "./" + name : name
  }

  func validate() throws {
    if path.isEmpty { throw ValidationError("--db and MEMQ_DB name a file, not nothing") }
  }
}

/// How to write tables and pages.
struct DisplayOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Width of tables (default: the terminal's).", valueName: "columns"))
  var width: Int?

  @Flag(help: "Never use a pager.")
  var noPager = false

  @Flag(help: "Write pages whole, however large: nothing is merged or thinned.")
  var full = false

  @Flag(help: "Let output replace files that memq did not write.")
  var force = false

  @Flag(help: "Show no source lines, neither of files nor those that captures carry.")
  var noSource = false

  @Flag(help: "In CSV, put ' before texts that a spreadsheet would run as a formula.")
  var safeCsv = false

  func validate() throws {
    if let width, width < 20 { throw ValidationError("--width must be at least 20") }
  }

  /// How answers from a store are written.
  func delivery(_ store: StoreOptions) -> Delivery {
    Delivery(
      width: width, usesPager: !noPager, isWhole: full, showsSource: !noSource,
      marksFormulas: safeCsv,
      guarding: OutputGuard(storePath: store.path, isForced: force))
  }
}
