import ArgumentParser
import Language
import Execution

/// Words that were meant as a command but are read as a question.
enum MistypedCommand {
  /// What to type instead; nil when it does look like a question.
  ///
  /// - Parameter words: The command line's words.
  /// - Returns: A sentence, or nil.
  static func advice(for words: [String]) -> String? {
    guard let first = words.first, !first.contains(" "), first.utf8.count > 2 else { return nil }
    if first.hasSuffix(".py"), InputFile.exists(first) {
      return "\(first) is a program, not a question; did you mean: memq run "
        + words.joined(separator: " ")
    }
    if words.allSatisfy(InputFile.exists) {
      return "\(first) is a file, not a question; did you mean: memq import "
        + words.joined(separator: " ")
    }
    let commands = MemqCommand.configuration.subcommands.map { $0._commandName }
    guard let near = NearestWord.matches(for: first, in: commands).first else { return nil }
    let rest = words.dropFirst().map { " \($0)" }.joined()
    return "there is no command \(first); did you mean: memq \(near)\(rest)"
  }
}
