import Language

/// A tool of the server: what it is for, what it takes, and the command line it becomes.
struct Tool: Sendable {
  /// A text that a tool takes.
  struct Parameter: Sendable {
    var name: String
    var meaning: String
    var isRequired: Bool
  }

  var name: String
  var meaning: String
  var parameters: [Parameter]
  /// Whether it leaves the store as it is.
  var onlyReads: Bool
  /// The command's words, from the values of the parameters in their order.
  private let words: @Sendable ([String?]) throws(Failure) -> [String]

  /// All tools.
  static let all = [importing, asking, explaining, suspecting]

  private static let importing = Tool(
    name: "import",
    meaning: "Import a capture file (memray, tracemalloc, memory_profiler, pprof, massif, logs of "
      + "memory and more) into the store. Do this once a file; then ask.",
    parameters: [
      Parameter(name: "path", meaning: "The capture file's path.", isRequired: true),
      Parameter(name: "name", meaning: "What to call it in questions.", isRequired: false),
    ],
    onlyReads: false
  ) { values throws(Failure) in
    guard let path = values[0], path != "-" else {
      throw Failure("name a file, not standard input")
    }
    return ["import"] + (values[1].map { ["--name=\($0)"] } ?? []) + ["--", path]
  }

  private static let asking = Tool(
    name: "ask",
    meaning: "Ask one question of memq's language, such as `top 10 peak by lineno` or "
      + "`show captures`. An error names the place and what can be asked instead.",
    parameters: [
      Parameter(name: "question", meaning: "The question.", isRequired: true),
      Parameter(
        name: "format", meaning: "table (the default), csv, json, jsonl or markdown.",
        isRequired: false),
    ],
    onlyReads: true
  ) { values throws(Failure) in
    let question = try readable(values[0] ?? "")
    let format = values[1] ?? OutputFormat.table.rawValue
    return ["query", "--as=\(format)", "--width=160", "--", question]
  }

  private static let explaining = Tool(
    name: "explain",
    meaning: "The plan that would answer a question: what is read, filtered, grouped.",
    parameters: [Parameter(name: "question", meaning: "The question.", isRequired: true)],
    onlyReads: true
  ) { values throws(Failure) in
    ["query", "--width=160", "--", "explain " + (try readable(values[0] ?? ""))]
  }

  private static let suspecting = Tool(
    name: "suspects",
    meaning: "The leak hunt: what grows for good, told from warm-ups, with the line, the rate and "
      + "the evidence; each with a question to ask next.",
    parameters: [
      Parameter(
        name: "capture", meaning: "The capture's name; the newest without it.", isRequired: false)
    ],
    onlyReads: true
  ) { values throws(Failure) in
    let of = values[0].map { " of \(Self.quoted($0))" } ?? ""
    return ["query", "--as=table", "--width=160", "--", "suspects" + of]
  }

  /// A question that writes no file.
  ///
  /// - Throws: A failure that says so, for one that does.
  private static func readable(_ question: String) throws(Failure) -> String {
    for statement in Parser.parseStatements(question).statements
    where Self.path(of: statement.statement) != nil {
      throw Failure("`to` writes a file, which this server does not; ask without it")
    }
    return question
  }

  /// The file that a statement writes to.
  private static func path(of statement: Statement) -> String? {
    switch statement {
    case .query(let query): query.output.path?.value
    case .assert(let assertion): assertion.query.output.path?.value
    case .explain(let explained, _): path(of: explained)
    case .show(let show): show.output.path?.value
    case .letDefinition, .markOnFrame: nil
    }
  }

  private static func quoted(_ name: String) -> String {
    var text = "\""
    for character in name {
      if character == "\"" || character == "\\" { text += "\\" }
      text.append(character)
    }
    return text + "\""
  }

  /// The command line for a call.
  ///
  /// - Parameters:
  ///   - arguments: what the call gives, an object of texts.
  ///   - store: the store's path.
  /// - Returns: the arguments after the program's name.
  /// - Throws: A failure when something is missing, of another type, or unknown.
  func commandLine(_ arguments: JSONValue, store: String) throws(Failure) -> [String] {
    if case .object(let members) = arguments {
      for name in members.keys where !parameters.contains(where: { $0.name == name }) {
        let known = parameters.map(\.name).joined(separator: ", ")
        throw Failure("\(self.name) takes no \(name); it takes \(known)")
      }
    }
    var values: [String?] = []
    for parameter in parameters {
      let value = arguments[parameter.name]
      if let value, value != .null, value.text == nil {
        throw Failure("\(parameter.name) must be a text")
      }
      if parameter.isRequired, value?.text?.isEmpty != false {
        throw Failure("\(name) needs \(parameter.name)")
      }
      values.append(value?.text)
    }
    let command = try words(values)
    return [command[0], "--db=\(store)"] + command.dropFirst()
  }

  /// The tool as the protocol lists it.
  var json: String {
    let properties = parameters.map { parameter in
      (
        parameter.name,
        JSON.object([("type", "\"string\""), ("description", JSON.string(parameter.meaning))])
      )
    }
    let schema = JSON.object([
      ("type", "\"object\""), ("properties", JSON.object(properties)),
      ("required", JSON.array(parameters.filter(\.isRequired).map(\.name))),
      ("additionalProperties", "false"),
    ])
    return JSON.object([
      ("name", JSON.string(name)), ("description", JSON.string(meaning)), ("inputSchema", schema),
      ("annotations", JSON.object([("readOnlyHint", onlyReads ? "true" : "false")])),
    ])
  }
}
