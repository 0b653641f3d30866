/// Words as a shell takes them.
enum ShellWord {
  /// A text as one word: in quotes when it has any character that could mean something else.
  static func quoted(_ text: String) -> String {
    let isPlain: (Character) -> Bool = {
      $0.isASCII && ($0.isLetter || $0.isNumber || "._-@/:".contains($0))
    }
    guard text.isEmpty || !text.allSatisfy(isPlain) else { return text }
    return "'"
      + text.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
