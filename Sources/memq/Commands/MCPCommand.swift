import ArgumentParser

/// `memq mcp`: serves the tools over standard input and output.
struct MCPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcp",
    abstract: "Serve import, ask, explain and suspects to assistants over standard input.",
    discussion: """
      Speaks the Model Context Protocol, one JSON message a line. It reads only, but for imports \
      into the store; answers are cut at 48 kB.

      EXAMPLES:
        memq mcp --db study.db
      """)

  @OptionGroup var store: StoreOptions

  func run() throws {
    let server = ToolServer(storePath: store.path)
    while let line = readLine() {
      if line.allSatisfy(\.isWhitespace) { continue }
      guard let reply = server.reply(to: line) else { continue }
      try DescriptorStream.standardOutput.write(reply + "\n")
    }
  }
}
