import ArgumentParser
import Query
import Store

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
        memq "assert peak size < 1GB"
        memq query -f gate.memq --junit report.xml
      """)

  @Argument(help: "The question; several words are joined by spaces.")
  var words: [String] = []

  @Option(
    name: [.customShort("f"), .long],
    help: "Read the question from a file; - is standard input.", completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp("Write what became of each assert as JUnit XML.", valueName: "path"),
    completion: .file())
  var junit: String?

  @Option(
    help: ArgumentHelp("Write what became of each assert as JSON.", valueName: "path"),
    completion: .file())
  var report: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var display: DisplayOptions

  func run() throws {
    let text = try question()
    // Before the store is opened: a typo is a typo also where there is no store.
    let (statements, error) = Parser.parseStatements(text)
    if let error, statements.isEmpty {
      if let advice = MistypedCommand.advice(for: words) { throw Failure(advice) }
      // Captures may have words of their own: names of sample types.
      guard let known = try? Store(path: store.path, mode: .read), try known.captures().count > 0
      else { throw Failure(error.render(source: text), status: .query) }
    }
    let session = QuerySession(path: store.path, delivery: display.delivery)
    let outcomes = AssertionReport()
    let result = Result { try session.ask(text, report: outcomes) }
    // The reports are for machines, which want them of a failed run too.
    if let junit { try write(outcomes.junit(), to: junit) }
    if let report { try write(outcomes.json(), to: report) }
    try result.get().orExit()
  }

  private func write(_ text: String, to path: String) throws {
    let stream = try FileStream(path: path)
    try stream.write(Array(text.utf8))
    try stream.finish()
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
