import Language
import Execution

/// A command of the shell: a dot and a word, or one of those that need no dot.
struct ShellCommand {
  private let name: String
  private let rest: String

  /// What each command does, in the order of the help.
  private static let meanings: [(usage: String, meaning: String)] = [
    (".help [TOPIC]", "this text, or what a verb, key, clause … means (help, ?)"),
    (".captures", "list the captures"),
    (".tables", "list the tables of .sql"),
    (".use [CAPTURE]", "ask this capture where a question names none"),
    (".focus [CONDITION]", "add a condition to every question: .focus render"),
    (".hide [FRAMES]", "hide frames in every question: .hide libraries"),
    (".explain QUESTION", "how a question is answered"),
    (".sql SELECT …", "ask in SQL"),
    (".import FILE …", "import captures"),
    (".read FILE", "answer the questions of a file"),
    (".output [FILE]", "write answers to a file; without one, here again"),
    (".mode [FORMAT]", "write answers as table, csv, json, jsonl, markdown"),
    (".timer [on|off]", "say how long each answer took"),
    (".quit", "leave (exit, quit, or Ctrl-D)"),
  ]

  /// The commands' names.
  static let names: [String] =
    meanings.map { String($0.usage.prefix { $0 != " " }) } + [".exit"]

  /// The command on a line; nil for a question.
  init?(_ text: String) {
    let first = String(text.prefix { $0 != " " })
    rest = String(text.dropFirst(first.count)).trimmingBlanks()
    let bare = ["help": ".help", "?": ".help", "exit": ".quit", "quit": ".quit"]
    if first.hasPrefix(".") {
      name = first == ".exit" ? ".quit" : first
    } else if let command = bare[first.lowercased()] {
      name = command
    } else {
      return nil
    }
  }

  /// Whether it leaves the shell.
  var isEnd: Bool { name == ".quit" && rest.isEmpty }

  /// Does it.
  func run(in shell: Repl) throws {
    switch name {
    case ".help": try help()
    case ".captures": shell.ask("show captures")
    case ".tables": try own(["sql"], shell)
    case ".use": try shell.session.use(rest.isEmpty ? nil : rest)
    case ".focus": try shell.sticky.focus(rest)
    case ".hide": try shell.sticky.hide(rest)
    case ".explain": shell.ask("explain " + (try needed("a question")))
    case ".sql": try own(["sql", try needed("a SELECT")], shell)
    case ".import": try own(["import"] + words(try needed("a file")), shell)
    case ".read": try read(shell)
    case ".output": try output(shell)
    case ".mode": try mode(shell)
    case ".timer":
      guard ["", "on", "off"].contains(rest) else {
        throw Failure("write: .timer on, or .timer off")
      }
      shell.tellsTime = rest.isEmpty ? !shell.tellsTime : rest == "on"
      report("timer \(shell.tellsTime ? "on" : "off")")
    default: throw Self.unknown(name)
    }
  }

  private func needed(_ what: String) throws -> String {
    guard !rest.isEmpty else {
      throw Failure("\(name) needs \(what); see .help")
    }
    return rest
  }

  private func words(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }

  /// Runs the program itself: what it does is the same as on the command line.
  private func own(_ arguments: [String], _ shell: Repl) throws {
    let outcome = try OwnProgram.run(
      ["--db=\(shell.session.path)"] + arguments, limit: 64 << 20)
    try shell.session.delivery.stream.write(outcome.output)
    try DescriptorStream.standardError.write(outcome.messages)
    if let status = ExitStatus(rawValue: outcome.status), status != .success { shell.note(status) }
  }

  private func help() throws {
    guard rest.isEmpty else {
      return try DescriptorStream.standardOutput.write(try Self.help(on: rest))
    }
    let width = Self.meanings.map(\.usage.count).max() ?? 0
    func line(_ usage: String, _ meaning: String) -> String {
      usage + String(repeating: " ", count: width - usage.count + 2) + meaning
    }
    let lines =
      [line("QUESTION", "such as: top 10 by lineno where size > 1MB")]
      + Self.meanings.map { line($0.usage, $0.meaning) }
      + ["", "Topics: " + Help.groups.map(\.title).joined(separator: ", ")]
    try DescriptorStream.standardOutput.write(lines.joined(separator: "\n") + "\n")
  }

  /// The help of a word of the language.
  ///
  /// - Throws: a failure with the nearest words where there is none.
  static func help(on topic: String) throws(Failure) -> String {
    if let text = Help.text(of: topic) { return text }
    let near = Help.near(topic)
    throw Failure(
      "there is no help on \(topic)"
        + (near.isEmpty
          ? "; topics are " + Help.groups.map(\.title).joined(separator: ", ")
          : "; did you mean \(near.joined(separator: " or "))?"))
  }

  private func read(_ shell: Repl) throws {
    let text = try InputFile.text(of: try needed("a file"))
    for line in StatementLines.joined(text).split(separator: "\n") where !shell.isDone {
      shell.answer(String(line))
    }
  }

  private func output(_ shell: Repl) throws {
    if shell.output != nil { shell.output = nil }
    shell.session.delivery.stream = .standardOutput
    guard !rest.isEmpty else { return }
    guard !shell.session.delivery.guarding.isStore(rest) else {
      throw Failure("\(rest) is the store; it is left as it is, choose another file")
    }
    if InputFile.exists(rest) {
      throw Failure("\(rest) is there already; choose another name, or remove it first")
    }
    let file = try AnswersFile(path: rest)
    shell.output = file
    shell.session.delivery.stream = file.stream
  }

  private func mode(_ shell: Repl) throws {
    guard !rest.isEmpty else {
      return report("mode \((shell.session.delivery.preferred ?? .table).rawValue)")
    }
    guard let mode = OutputFormat(rawValue: rest) else {
      let near = NearestWord.matches(for: rest, in: OutputFormat.allCases.map(\.rawValue)).first
      throw Failure("there is no mode \(rest)" + (near.map { "; did you mean \($0)?" } ?? ""))
    }
    shell.session.delivery.preferred = mode
  }

  private static func unknown(_ word: String) -> Failure {
    let near = NearestWord.matches(for: word, in: names).first
    return Failure(
      "there is no \(word); " + (near.map { "did you mean \($0)?" } ?? "see .help"))
  }
}
