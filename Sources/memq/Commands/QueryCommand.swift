import ArgumentParser
import Query

/// `memq "QUERY"`: the default.
struct QueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Ask a question; the word query may be left out.",
    discussion: """
      EXAMPLES:
        memq "top 10 by lineno where size>1MB"
        memq "top 10 leaked size, count by function of before"
        memq "flame peak to peak.html"
        memq query -f questions.memq
      """)

  @Argument(help: "The question; several words are joined by spaces.")
  var words: [String] = []

  @Option(
    name: [.customShort("f"), .long],
    help: "Read the question from a file; - is standard input.", completion: .file())
  var file: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var display: DisplayOptions

  func run() throws {
    let text = try question()
    // Before the store is opened: a typo is a typo also where there is no store.
    let (statements, error) = Parser.parseStatements(text)
    if let error, statements.isEmpty {
      if let advice = MistypedCommand.advice(for: words) { throw Failure(advice) }
      throw Failure(error.render(source: text), status: .query)
    }
    try QuerySession(path: store.path, delivery: display.delivery).ask(text).orExit()
  }

  private func question() throws -> String {
    if let file {
      guard words.isEmpty else {
        throw Failure("a question on the command line and one in \(file): which?")
      }
      return try InputFile.text(of: file)
    }
    guard !words.isEmpty else {
      throw Failure("ask something, such as: memq \"top 10 by lineno\" (or: memq --help)")
    }
    return words.joined(separator: " ")
  }
}
