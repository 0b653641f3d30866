import ArgumentParser

/// The command line as a whole.
struct MemqCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memq",
    abstract: "Ask questions about a program's memory.",
    usage: """
      memq import FILE...
      memq "QUERY"
      memq <subcommand>
      """,
    discussion: """
      memq import reads a profiler's capture into columns in one SQLite file, once; after that \
      every question is one line and takes milliseconds.

      EXAMPLES:
        memq import out.bin
        memq "top 10 by lineno where size>1MB"
        memq "top 20 leaked by function as csv to leaks.csv"
        memq "list 5 live at 50% where stack has json.*"
        memq "flame peak to peak.html"
        memq "show captures"
        memq repl

      EXIT STATUS:
        0 fine, 1 assertion false, 2 usage or I/O, 3 query error,
        4 damaged capture under --strict, or a store that check found damaged,
        130 stopped by Ctrl-C
      """,
    version: Version.current,
    subcommands: [
      ImportCommand.self, QueryCommand.self, ReplCommand.self, CapturesCommand.self,
      FormatsCommand.self, RenameCommand.self, RemoveCommand.self, CheckCommand.self,
      SQLCommand.self,
      CompletionsCommand.self,
    ],
    defaultSubcommand: QueryCommand.self)
}

/// The release.
enum Version {
  static let current = "memq 0.1.0"
}

/// Which store to use.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .customLong("db"),
    help: ArgumentHelp("The store (default: $MEMQ_DB or memq.db).", valueName: "store"),
    completion: .file(extensions: ["db"]))
  var database: String?

  /// The store's path: `--db`, else `MEMQ_DB`, else `memq.db`.
  var path: String { database ?? Terminal.environment("MEMQ_DB") ?? "memq.db" }
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
