import ArgumentParser
import Interruption
import Language
import Execution
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
        memq explain --sql "top 10 by lineno"
      """)

  @Argument(
    help: "The question; several words are joined by spaces.",
    completion: .custom { words, place, typed in
      CompletionSource.ofShell(words, place, typed)
    })
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

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Format of answers whose question names none.", valueName: "format"),
    completion: .list(OutputFormat.allCases.map(\.rawValue)))
  var format: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var display: DisplayOptions

  @Flag(help: "With explain: print the question as SQL for `memq sql`.")
  var sql = false

  @Flag(help: "Let assertions hold that name what no record of the capture has.")
  var allowAbsent = false

  func run() throws {
    let outcomes = AssertionReport()
    var reports = ReportFiles(
      junit: junit, report: report, guarding: display.delivery(store).guarding)
    if reports.prepare(outcomes) { ask(outcomes) }
    // The reports are for machines, which want them of a failed run too.
    reports.write(outcomes)
    try outcomes.status.orExit()
  }

  private func ask(_ outcomes: AssertionReport) {
    do throws(Failure) {
      let text = try checkedQuestion()
      // Whoever closes the store clears away what stands beside it.
      Interruption.set(.stops)
      var delivery = display.delivery(store)
      delivery.preferred = try format.map(FormatName.format)
      let session = QuerySession(path: store.path, delivery: delivery)
      if sql { return session.printSQL(of: try explained(text), noting: outcomes) }
      session.allowsAbsentNames = allowAbsent
      session.ask(text, noting: outcomes)
    } catch {
      DiagnosticPrinter.report(error)
      outcomes.note(error)
    }
  }

  private func explained(_ text: String) throws(Failure) -> String {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.contains(where: { $0.lowercased() == "explain" }) else {
      throw Failure("--sql belongs to explain: memq explain --sql \"\(text)\"", status: .query)
    }
    return text
  }

  private func checkedQuestion() throws(Failure) -> String {
    let text = try question()
    // Before the store is opened: a typo is a typo also where there is no store.
    let (statements, error) = Parser.parseStatements(text)
    if let error, statements.isEmpty {
      if let advice = MistypedCommand.advice(for: words) { throw Failure(advice) }
      if let advice = shellTookComparison() { throw Failure(advice, status: .query) }
      try captureInPlace(text)
      // Captures may have words of their own: names of sample types.
      guard let known = try? Store(path: store.path, mode: .read).captures(), !known.isEmpty
      else { throw Failure(error.meant(in: text, IntentionNames()), in: text) }
    }
    return text
  }

  /// `where size>1MB` without quotes: the shell wrote the answer to a file `1MB`.
  private func shellTookComparison() -> String? {
    guard words.count > 1, let file = Terminal.outputFile,
      let name = file.split(separator: "/").last, let first = name.first,
      first.isNumber || first == "="
    else { return nil }
    let question = words.joined(separator: " ")
    return "error: the shell took `>` for itself and made the file \(name): put the question in "
      + "quotes\n  write: memq \"\(question) > \(name)\"\n  and remove the file: rm \(name)"
  }

  /// `stats service.bin`: which capture that is, and the question of it.
  private func captureInPlace(_ text: String) throws(Failure) {
    let known = (try? Store(path: store.path, mode: .read).captures())?.map(\.name) ?? []
    for (place, word) in CaptureWords.words(of: text).enumerated() where place > 0 {
      guard let name = CaptureWords.name(of: word) else { continue }
      let isKnown = known.contains(name)
      if !isKnown, !InputFile.exists(word), word.hasSuffix(".bin") {
        throw Failure(
          "error: there is no file \(word) and no capture \(name); `show captures` lists those that "
            + "there are", status: .query)
      }
      guard isKnown || InputFile.exists(word) else { continue }
      guard let question = CaptureWords.question(text, without: place, of: name) else { continue }
      if isKnown {
        throw Failure(
          "error: \(word) is the capture \(name), which stands after `of`\n  write: \(question)",
          status: .query)
      }
      throw Failure(
        "error: \(word) is not imported yet\n  write: memq import \(word) && memq \"\(question)\"",
        status: .query)
    }
  }

  private func question() throws(Failure) -> String {
    if let file {
      guard words.isEmpty else {
        throw Failure("a question on the command line and one in \(file): which?")
      }
      return StatementLines.joined(try InputFile.text(of: file))
    }
    guard !words.isEmpty else {
      throw Failure("ask something, such as: memq \"top 10 by lineno\" (or: memq --help)")
    }
    return StatementLines.joined(words.joined(separator: " "))
  }
}
