import Language

/// The Model Context Protocol over lines of JSON: tools that import and ask.
///
/// Every tool runs this program once, so that what fails in one call fails there alone. Nothing but
/// `import` writes, and only to the store.
struct ToolServer {
  /// The store that is asked.
  let storePath: String

  /// Bytes of an answer that are given back.
  static let answerLimit = 48 << 10
  /// Revisions of the protocol that are spoken, newest first.
  static let revisions = ["2025-06-18", "2025-03-26", "2024-11-05"]

  /// The reply to one message; nil when it wants none.
  ///
  /// - Parameter line: one JSON-RPC message.
  /// - Returns: one line of JSON without a newline.
  func reply(to line: String) -> String? {
    guard let message = JSONValue(line) else {
      return Self.problem(.null, -32700, "this line is no JSON")
    }
    guard let method = message["method"]?.text else {
      // Replies to requests that this side never sends.
      if message["result"] != nil || message["error"] != nil { return nil }
      return Self.problem(message["id"] ?? .null, -32600, "a message needs a method")
    }
    // Without an identifier it is a notification.
    guard let id = message["id"], id != .null else { return nil }
    switch method {
    case "initialize": return Self.result(id, introduction(message["params"]))
    case "ping": return Self.result(id, "{}")
    case "tools/list":
      return Self.result(
        id, JSON.object([("tools", "[\(Tool.all.map(\.json).joined(separator: ","))]")]))
    case "tools/call": return call(id, message["params"] ?? .null)
    default: return Self.problem(id, -32601, "there is no method \(method)")
    }
  }

  private func introduction(_ params: JSONValue?) -> String {
    let wanted = params?["protocolVersion"]?.text ?? ""
    let revision = Self.revisions.contains(wanted) ? wanted : Self.revisions[0]
    let server = JSON.object([
      ("name", JSON.string("memq")), ("version", JSON.string(Version.number)),
    ])
    return JSON.object([
      ("protocolVersion", JSON.string(revision)), ("capabilities", "{\"tools\":{}}"),
      ("serverInfo", server), ("instructions", JSON.string(Skill.text)),
    ])
  }

  private func call(_ id: JSONValue, _ params: JSONValue) -> String {
    guard let tool = Tool.all.first(where: { $0.name == params["name"]?.text }) else {
      let names = Tool.all.map(\.name).joined(separator: ", ")
      return Self.problem(id, -32602, "there is no such tool; there is \(names)")
    }
    do throws(Failure) {
      let arguments = try tool.commandLine(params["arguments"] ?? .null, store: storePath)
      let outcome = try OwnProgram.run(arguments, limit: Self.answerLimit)
      return Self.result(id, Self.content(outcome))
    } catch {
      return Self.result(id, Self.content(error.message, isError: true))
    }
  }

  private static func content(_ outcome: OwnProgram.Outcome) -> String {
    // An assertion that is false is an answer.
    let isError = outcome.status != 0 && outcome.status != ExitStatus.assertionFalse.rawValue
    var text = String(decoding: outcome.output, as: UTF8.self)
    if outcome.omitted > 0 {
      text = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .joined(separator: "\n")
      text +=
        "\n… cut: the answer is \(outcome.omitted) bytes longer; ask for fewer rows, such as `top 10`\n"
    }
    let messages = String(decoding: outcome.messages, as: UTF8.self)
    return content(
      messages.isEmpty ? text : text + (text.isEmpty ? "" : "\n") + messages, isError: isError)
  }

  private static func content(_ text: String, isError: Bool) -> String {
    let part = JSON.object([("type", "\"text\""), ("text", JSON.string(text))])
    return JSON.object([("content", "[\(part)]"), ("isError", isError ? "true" : "false")])
  }

  private static func result(_ id: JSONValue, _ result: String) -> String {
    JSON.object([("jsonrpc", "\"2.0\""), ("id", id.json), ("result", result)])
  }

  private static func problem(_ id: JSONValue, _ code: Int, _ message: String) -> String {
    let error = JSON.object([("code", "\(code)"), ("message", JSON.string(message))])
    return JSON.object([("jsonrpc", "\"2.0\""), ("id", id.json), ("error", error)])
  }
}
