import ArgumentParser
import CaptureModel
import Execution
import Ingest
import Interruption
import Language
import Render
import Store

/// `memq live PORT`.
struct LiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "Watch a program that runs under memray, and keep what was seen.",
    discussion: """
      Takes what the program sends at once and keeps it in NAME.bin; the capture is in the store from \
      the first second on, and other processes ask it as any other: peak so far, live and leaked are \
      what is alive now. With a question the answer is printed now and then, without one what the \
      heap is. Ctrl-C leaves; the program runs on, and what was recorded stays.

      EXAMPLES:
        memray run --live-remote --live-port 1234 app.py &
        memq live 1234
        memq live 1234 "top 10 live by lineno" --every 2s
        memq live 1234 "assert peak size < 1GB" --for 30s
        memq live [::1]:1234 "top 5 by function as jsonl" --name served
        memq live out.bin "show peak"
      """)

  @Argument(
    help: ArgumentHelp(
      "PORT, HOST:PORT (localhost or an address; no names are looked up), or a file that memray "
        + "is writing.", valueName: "target"), completion: .file())
  var target: String

  @Argument(help: "What to ask again and again; several words are joined by spaces.")
  var words: [String] = []

  @Option(help: ArgumentHelp("Time from one answer to the next (default: 1s).", valueName: "time"))
  var every: LiveDuration?

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("Leave after so long; the program runs on.", valueName: "time"))
  var length: LiveDuration?

  @Option(help: "Name of the capture and of its .bin (default: after the program).")
  var name: String?

  @Flag(help: "Keep no .bin: what the store has is all.")
  var discard = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var display: DisplayOptions

  func validate() throws {
    if let name, let problem = CaptureName.problem(with: name) {
      throw ValidationError("--name \(name.debugDescription): \(problem.reason)")
    }
  }

  func run() throws {
    let question = words.joined(separator: " ")
    if !words.isEmpty {
      // A typo is one before anything is recorded.
      let (statements, error) = Parser.parseStatements(question)
      if let error, statements.isEmpty {
        throw Failure(error.render(source: question), status: .query)
      }
    }
    let target = try LiveTarget(target)
    if discard, case .file(let path) = target {
      throw Failure("--discard is for streams; \(path) is its program's file")
    }
    var options = LiveCapture.Options(store: store.path)
    options.name = name
    options.discards = discard
    Interruption.set(.notes)
    let live = try LiveCapture.open(target, options) { report(Self.waitingText(for: target)) }
    guard let live else { throw SilentExit(status: .interrupted) }
    if every == nil, length == nil, LiveViewing.isPossible {
      let viewing = LiveViewing(
        live: live, storePath: store.path, question: words.isEmpty ? nil : question)
      if let status = viewing.run() {
        if status != 0 { throw ProgramExit(status: status) }
        return
      }
    }
    let watch = LiveWatch(
      live, question: words.isEmpty ? nil : question, every: every?.duration ?? .seconds(1),
      length: length?.duration, store: store.path, delivery: display.delivery(store))
    try watch.run().orExit()
  }

  private static func waitingText(for target: LiveTarget) -> String {
    switch target {
    case .stream(_, let name):
      "memq: nobody listens at \(name) yet, or somebody else is connected; waiting, Ctrl-C leaves"
    case .file(let path): "memq: there is nothing in \(path) yet; waiting, Ctrl-C leaves"
    }
  }
}

/// A stretch of time as it is typed: `500ms`, `2s`, `1m30s`; a bare number is seconds.
struct LiveDuration: ExpressibleByArgument {
  var duration: Duration

  init?(argument: String) {
    var milliseconds = 0.0
    var number = ""
    var unit = ""
    for character in argument + " " {
      let isDigit = character.isASCII && (character.isNumber || character == ".")
      if !unit.isEmpty, isDigit || character == " " {
        guard let value = Double(number), let factor = Self.units[unit] else { return nil }
        milliseconds += value * factor
        (number, unit) = ("", "")
      }
      if isDigit { number.append(character) } else if character != " " { unit.append(character) }
    }
    if !number.isEmpty {
      guard milliseconds == 0, let seconds = Double(number) else { return nil }
      milliseconds = seconds * 1000
    }
    guard milliseconds >= 1, milliseconds < 1e12 else { return nil }
    duration = .milliseconds(Int64(milliseconds))
  }

  private static let units: [String: Double] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
}
