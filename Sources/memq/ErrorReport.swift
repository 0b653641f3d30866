import Language
import Render

/// Errors as JSON for programs that ask: one line on standard error, `{"error":{…}}`.
enum ErrorReport {
  /// The option that asks for it, of every command.
  static let option = "--json"

  /// Takes the option out of a command line.
  ///
  /// - Parameter arguments: what was typed after the program's name.
  /// - Returns: the arguments without it, and whether it was there before a `--`, or before the
  ///   `run` whose arguments belong to a program.
  static func taken(from arguments: [String]) -> (arguments: [String], isAsked: Bool) {
    let end = arguments.firstIndex { $0 == "--" || $0 == "run" } ?? arguments.count
    let kept = arguments[..<end].filter { $0 != option } + arguments[end...]
    return (Array(kept), kept.count < arguments.count)
  }

  /// A failure as one line of JSON, without a newline.
  static func line(for failure: Failure) -> String {
    var fields: [(String, String)] = [
      ("kind", JSON.string(kind(of: failure.status))),
      ("status", "\(failure.status.rawValue)"),
      ("message", JSON.string(failure.message)),
    ]
    if let refusal = failure.refusal {
      let range = refusal.error.characterRange(in: refusal.question)
      fields += [
        ("reason", JSON.string(refusal.error.message)),
        ("question", JSON.string(refusal.question)),
        ("range", range.map { "{\"start\":\($0.lowerBound),\"end\":\($0.upperBound)}" } ?? "null"),
        ("proposals", JSON.array(refusal.error.proposals(for: refusal.question))),
        ("hints", JSON.array(refusal.error.advice)),
      ]
    } else {
      fields.append(("reason", JSON.string(failure.message)))
    }
    return "{\"error\":\(JSON.object(fields))}"
  }

  private static func kind(of status: ExitStatus) -> String {
    switch status {
    case .success: "none"
    case .assertionFalse: "assertion"
    case .usage: "usage"
    case .query: "query"
    case .damaged: "damage"
    case .interrupted: "interrupted"
    }
  }
}

/// Pieces of JSON text.
enum JSON {
  /// A quoted string.
  static func string(_ text: String) -> String {
    var bytes: [UInt8] = []
    JSONText.append(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// An array of strings.
  static func array(_ texts: [String]) -> String {
    "[" + texts.map(string).joined(separator: ",") + "]"
  }

  /// An object of values that are JSON already.
  static func object(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\(string($0.0)):\($0.1)" }.joined(separator: ",") + "}"
  }
}
