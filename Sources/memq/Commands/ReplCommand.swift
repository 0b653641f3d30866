import ArgumentParser

/// `memq repl`.
struct ReplCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repl", abstract: "Ask one question after another.",
    discussion: """
      Lines are edited with the usual keys, Tab completes words, and the history is kept in
      ~/.memq_history ($MEMQ_HISTORY). Standard input that is no terminal is read line by line.

      EXAMPLES:
        memq repl
        printf 'top 3 by lineno\\ntop 3 leaked\\n' | memq repl
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var display: DisplayOptions

  func run() throws {
    let session = QuerySession(path: store.path, delivery: display.delivery(store))
    try Repl(session: session).run().orExit()
  }
}
