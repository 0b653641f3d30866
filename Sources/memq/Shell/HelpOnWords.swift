/// `memq help TOPIC` for words of the language; those of commands are ArgumentParser's.
enum HelpOnWords {
  /// Prints the help that was asked for; false where it was another.
  static func print(_ arguments: [String]) throws -> Bool {
    guard arguments.count > 1, arguments[0] == "help",
      MemqCommand.generalOptions[arguments[1]] == nil, !arguments[1].hasPrefix("-")
    else { return false }
    let topic = arguments.dropFirst().joined(separator: " ")
    try DescriptorStream.standardOutput.write(try ShellCommand.help(on: topic))
    return true
  }
}
