/// Source lines as a table shows them.
enum SourceText {
  /// Without white space around it; tabs inside become spaces.
  static func trimmed(_ line: String) -> String {
    let text = line.drop { $0 == " " || $0 == "\t" }.map { $0 == "\t" ? " " : $0 }
    return withoutTrailingSpace(String(text))
  }

  /// Without spaces, tabs and line ends at the end.
  static func withoutTrailingSpace(_ text: String) -> String {
    var result = Substring(text)
    while let end = result.last, end.isWhitespace { result.removeLast() }
    return String(result)
  }
}
