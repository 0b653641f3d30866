import ArgumentParser

/// `memq completions SHELL`.
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Write a completion script for bash, zsh or fish.",
    discussion: """
      EXAMPLES:
        memq completions bash > ~/.local/share/bash-completion/completions/memq
        memq completions fish > ~/.config/fish/completions/memq.fish
      """)

  @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"]))
  var shell: String

  func run() throws {
    guard let shell = CompletionShell(rawValue: shell) else {
      throw Failure("no completions for \(shell); there is bash, zsh, fish")
    }
    try DescriptorStream.standardOutput.write(MemqCommand.completionScript(for: shell) + "\n")
  }
}
