import Foundation
import TestSupport
import Testing

/// What programs that ask get: errors as JSON, the guide, the server of tools.
@Suite("Programs that ask")
struct ServerTests {
  // MARK: Errors as JSON

  @Test("a refused question is JSON: place, reason and proposals that can be asked")
  func refusal() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    _ = try place.memq("import", "leak_cache.bin")
    let outcome = try place.memq("--json", "top 5 by lineo where function = \"größer\"")
    #expect(outcome.status == 3 && outcome.output.isEmpty)
    let error = try #require(try Self.object(outcome.errors)["error"] as? [String: Any])
    #expect(error["kind"] as? String == "query")
    #expect(error["reason"] as? String == "`lineo` is not a key")
    #expect(error["range"] as? [String: Int] == ["start": 9, "end": 14])
    let proposals = try #require(error["proposals"] as? [String])
    #expect(proposals == ["top 5 by lineno where function = \"größer\""])
    for proposal in proposals { #expect(try place.memq("--json", proposal).status == 0) }
  }

  @Test(
    "every command's errors are one line of JSON",
    arguments: [
      (["import", "missing.bin"], 2, "usage"), (["rm", "nothing"], 2, "usage"),
      (["rename", "nothing", "new"], 2, "usage"), (["sql", "SELECT x"], 3, "query"),
      (["query", "--width", "x", "stats"], 2, "usage"), (["top 5 by lineo"], 3, "query"),
      (["completions", "dash"], 2, "usage"), (["check", "--db", "missing.db"], 2, "usage"),
    ])
  func everyCommand(arguments: [String], status: Int32, kind: String) throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    _ = try place.memq("import", "leak_cache.bin")
    let line = (arguments + ["--json"]).map { "'\($0)'" }.joined(separator: " ")
    let outcome = try place.shell("memq \(line)")
    #expect(outcome.status == status, "\(outcome.output)")
    #expect(outcome.output.split(separator: "\n").count == 1, "\(outcome.output)")
    let error = try #require(try Self.object(outcome.output)["error"] as? [String: Any])
    #expect(error["kind"] as? String == kind)
    #expect(error["reason"] is String && error["message"] is String)
  }

  @Test("--json after -- is a word of the question")
  func ended() throws {
    let place = try Workplace()
    #expect(try place.memq("query", "--", "--json").errors.hasPrefix("error: "))
  }

  // MARK: The guide

  @Test("every question of the guide is answered")
  func skill() throws {
    let place = try Workplace(captures: ["leak_cache.bin", "threads.bin"])
    _ = try place.memq("import", "leak_cache.bin", "--name", "before")
    _ = try place.memq("import", "threads.bin", "--name", "after")
    let text = try place.memq("skill").output
    let hunt =
      try #require(text.components(separatedBy: "## The order of a hunt").last)
      .components(separatedBy: "## How to read").first ?? ""
    let questions = hunt.components(separatedBy: "`").enumerated()
      .filter { $0.offset % 2 == 1 }.map(\.element)
    #expect(questions.count >= 10)
    for question in questions {
      let outcome = try place.memq(question)
      #expect([0, 1].contains(outcome.status), "\(question): \(outcome.errors)")
    }
    let words = text.components(separatedBy: "## The order").first ?? ""
    for word in ["lineno", "sizeclass", "survived", "temporary"] { #expect(words.contains(word)) }
  }

  // MARK: The server

  @Test("introduces itself, lists its tools, and refuses what it does not know")
  func introduction() throws {
    let place = try Workplace()
    let replies = try Self.talk(
      place,
      [
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2024-11-05"}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        #"{"jsonrpc":"2.0","id":"two","method":"tools/list"}"#,
        #"{"jsonrpc":"2.0","id":3,"method":"resources/list"}"#, "no JSON", "", "[1, 2",
        #"{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"rm"}}"#,
        #"{"jsonrpc":"2.0","id":5,"method":"ping"}"#,
        String(repeating: "[", count: 10_000),
      ])
    #expect(replies.count == 8)
    let server = try #require(replies[0]["result"] as? [String: Any])
    #expect(server["protocolVersion"] as? String == "2024-11-05")
    #expect((server["instructions"] as? String)?.contains("The order of a hunt") == true)
    #expect(replies[1]["id"] as? String == "two")
    let tools = try #require((replies[1]["result"] as? [String: Any])?["tools"] as? [[String: Any]])
    #expect(tools.compactMap { $0["name"] as? String } == ["import", "ask", "explain", "suspects"])
    #expect(
      replies[2...].map { ($0["error"] as? [String: Any])?["code"] as? Int }
        == [-32601, -32700, -32700, -32602, nil, -32700])
  }

  @Test("finds the leaks of the examples", arguments: ["cache", "global_list", "waiting_threads"])
  func hunt(example: String) throws {
    let capture = Project.root.appending(path: "examples/leaks/\(example).bin")
    let place = try Workplace()
    try FileManager.default.copyItem(at: capture, to: place.url.appending(path: "\(example).bin"))
    let replies = try Self.talk(
      place,
      [
        Self.call(1, "import", ["path": "\(example).bin"]), Self.call(2, "suspects", [:]),
        Self.call(3, "ask", ["question": "top 1 leaked by lineno", "format": "json"]),
        Self.call(4, "explain", ["question": "top 1 leaked by lineno"]),
      ])
    let texts = replies.map(Self.text)
    #expect(replies.allSatisfy { ($0["result"] as? [String: Any])?["isError"] as? Bool == false })
    #expect(texts[0].contains("imported"))
    #expect(texts[1].contains("\(example).py:"), "\(texts[1])")
    let rows = try #require(try Self.object(texts[2])["rows"] as? [[String: Any]])
    #expect((rows.first?["lineno"] as? String)?.contains("\(example).py:") == true)
    #expect(!texts[3].isEmpty)
  }

  @Test("writes nothing but imports, and takes only what it lists")
  func onlyReads() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    let replies = try Self.talk(
      place,
      [
        Self.call(1, "import", ["path": "leak_cache.bin", "name": "a \"b\""]),
        Self.call(2, "ask", ["question": "stats to out.csv"]),
        Self.call(3, "ask", ["question": "top 1; flame to \"x.html\""]),
        Self.call(4, "ask", ["question": "stats", "db": "other.db"]),
        Self.call(5, "ask", [:]), Self.call(6, "ask", ["question": "--version"]),
        Self.call(7, "suspects", ["capture": "a \"b\""]),
        Self.call(8, "import", ["path": "--help"]), Self.call(9, "import", ["path": "-"]),
        Self.call(10, "ask", ["question": "top 5 by lineo"]),
        Self.call(11, "ask", ["question": "assert peak size < 1B"]),
      ])
    let errors = replies.map { ($0["result"] as? [String: Any])?["isError"] as? Bool }
    #expect(
      errors == [false, true, true, true, true, true, false, true, true, true, false])
    #expect(Self.text(replies[9]).contains("did you mean `lineno`?"))
    #expect(try place.files == ["leak_cache.bin", "memq.db"])
  }

  @Test("answers are bounded")
  func bounds() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    let replies = try Self.talk(
      place,
      [
        Self.call(1, "import", ["path": "leak_cache.bin"]),
        Self.call(2, "ask", ["question": "list all allocated", "format": "csv"]),
      ])
    let text = Self.text(replies[1])
    #expect(text.utf8.count < 50_000)
    #expect(text.contains("bytes longer; ask for fewer rows"))
  }

  // MARK: Means

  private static func call(_ id: Int, _ tool: String, _ arguments: [String: String]) -> String {
    let message: [String: Any] = [
      "jsonrpc": "2.0", "id": id, "method": "tools/call",
      "params": ["name": tool, "arguments": arguments],
    ]
    let data = try? JSONSerialization.data(withJSONObject: message)
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  private static func talk(_ place: Workplace, _ lines: [String]) throws -> [[String: Any]] {
    let outcome = try place.memq("mcp", input: lines.joined(separator: "\n") + "\n")
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    return try outcome.output.split(separator: "\n").map { try object(String($0)) }
  }

  private static func text(_ reply: [String: Any]) -> String {
    let content = (reply["result"] as? [String: Any])?["content"] as? [[String: Any]]
    return content?.first?["text"] as? String ?? ""
  }

  private static func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }
}
