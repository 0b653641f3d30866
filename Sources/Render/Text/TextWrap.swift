/// Breaks text into lines at spaces.
enum TextWrap {
  /// Lines of at most `width` cells.
  ///
  /// A word that is longer is broken; width 0 breaks nothing.
  static func lines(_ text: String, width: Int) -> [String] {
    guard width > 0 && DisplayWidth.of(text) > width else { return [text] }
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      let cells = DisplayWidth.of(String(word))
      if used > 0 && used + 1 + cells > width {
        lines.append(line)
        line = ""
        used = 0
      }
      if used > 0 {
        line += " "
        used += 1
      }
      for character in word {
        let cell = DisplayWidth.of(character)
        if used + cell > width && used > 0 {
          lines.append(line)
          line = ""
          used = 0
        }
        line.append(character)
        used += cell
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}
