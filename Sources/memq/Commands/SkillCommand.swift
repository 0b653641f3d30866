import ArgumentParser

/// `memq skill`: a guide for whoever asks by program.
struct SkillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "skill",
    abstract: "Print a short guide to the language, for an assistant or a script.")

  func run() throws {
    try DescriptorStream.standardOutput.write(Skill.text)
  }
}
