import Results

/// Text and numbers of a picture, and the frame around it.
///
/// Classes all stand below `.memq`, and rules are plain ones: editors that know no variables and no
/// media queries show the light picture.
enum SVGText {
  /// About how wide proportional text is, for wide fonts; pictures cannot measure.
  static func width(_ text: String, size: Double = 13) -> Double {
    var units = 0.0
    for character in text {
      switch character {
      case "i", "j", "l", "t", "f", "r", "I", " ", ".", ",", ":", ";", "'", "|", "!", "(", ")",
        "[", "]", "/", "\\", "-":
        units += 0.4
      case "m", "w", "M", "W", "@", "%", "—", "…": units += 0.98
      case "<", ">", "+", "=", "~": units += 0.84
      default:
        let isUpper = character.isUppercase
        units += (isUpper ? 0.72 : 0.63) * Double(max(1, DisplayWidth.of(character)))
      }
    }
    return units * size
  }

  /// Appends the opening tag, the title that a screen reader says first, the numbers in words,
  /// style and background.
  static func open(
    width: Double, height: Double, title: String, description: String, style: String,
    to bytes: inout [UInt8]
  ) {
    let (wide, high) = (pixels(width), pixels(height))
    bytes.append(
      """
      <svg xmlns="http://www.w3.org/2000/svg" class="memq" width="\(wide)" height="\(high)" \
      viewBox="0 0 \(wide) \(high)" role="img" aria-labelledby="memq-title memq-desc">
      <title id="memq-title">\(escaped(title))</title>
      <desc id="memq-desc">\(escaped(description))</desc>
      <style>
      \(baseStyle)\(style)</style>
      <rect class="back" width="\(wide)" height="\(high)"/>

      """)
  }

  /// Appends the end of the picture.
  static func close(to bytes: inout [UInt8]) { bytes.append("</svg>\n") }

  /// A number of pixels with at most two decimals.
  static func pixels(_ value: Double) -> String {
    let hundredths = (value * 100).rounded()
    guard hundredths.magnitude < 1e15 else { return "0" }
    let whole = Int64(hundredths)
    let (units, rest) = (whole.magnitude / 100, whole.magnitude % 100)
    let sign = whole < 0 ? "-" : ""
    if rest == 0 { return sign + String(units) }
    if rest % 10 == 0 { return "\(sign)\(units).\(rest / 10)" }
    return "\(sign)\(units).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// Text as content or quoted attribute value; XML has no place for two of Unicode's characters.
  static func escaped(_ text: String) -> String {
    let safe = HTMLPage.escaped(text)
    guard safe.unicodeScalars.contains(where: { $0.value & 0xFFFE == 0xFFFE }) else { return safe }
    var result = ""
    for scalar in safe.unicodeScalars {
      result.unicodeScalars.append(scalar.value & 0xFFFE == 0xFFFE ? "\u{FFFD}" : scalar)
    }
    return result
  }

  /// A line of text; `y` is its base line.
  static func line(_ text: String, x: Double, y: Double, _ names: String) -> String {
    "<text class=\"\(names)\" x=\"\(pixels(x))\" y=\"\(pixels(y))\">\(escaped(text))</text>\n"
  }

  private static let baseStyle = """
    .memq text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#1c2024;\
    unicode-bidi:isolate;direction:ltr}
    .memq .h{font-size:16px;font-weight:600}
    .memq .s{fill:#59626c}
    .memq .n{font-size:12px;fill:#7a4d00}
    .memq .back{fill:#fff}
    @media (prefers-color-scheme:dark){.memq text{fill:#e6e9ec}.memq .s{fill:#9ba5af}
    .memq .n{fill:#e3b341}.memq .back{fill:#14171a}}

    """
}

/// What stands above and below a picture: question, subject, remarks.
struct PictureHead {
  var query: String
  var lines: [String]
  var notes: [String]
  var width: Double

  private static let margin = 16.0
  private static let longest = 600

  /// Where the picture begins.
  var bottom: Double {
    14 + Double(queryLines.count) * 21 + Double(subLines.count) * 18 + 8
  }

  /// Height of the remarks.
  var notesHeight: Double { noteLines.isEmpty ? 0 : Double(noteLines.count) * 16 + 8 }

  private var queryLines: [String] { wrapped(query, cell: 8.9, most: 4) }
  private var subLines: [String] { lines.flatMap { wrapped($0, cell: 7.9, most: 3) } }
  private var noteLines: [String] { notes.flatMap { wrapped($0, cell: 7.3, most: 6) } }

  private func wrapped(_ text: String, cell: Double, most: Int) -> [String] {
    guard !text.isEmpty else { return [] }
    let cells = max(10, Int((width - 2 * Self.margin) / cell))
    let short = DisplayWidth.prefix(
      SafeText.shown(Self.head(text)), width: min(Self.longest, cells * most), ellipsis: "…")
    let found = TextWrap.lines(short, width: cells).flatMap { line in
      DisplayWidth.of(line) > cells
        ? [DisplayWidth.middle(line, width: cells, ellipsis: "…")] : [line]
    }
    return Array(found.prefix(most))
  }

  /// The beginning of a text that may be a megabyte long.
  static func head(_ text: String) -> String {
    text.utf8.count > 4 * longest ? String(text.unicodeScalars.prefix(longest + 1)) : text
  }

  /// Appends the question and what it speaks of.
  func append(to bytes: inout [UInt8]) {
    var y = 14.0
    for line in queryLines {
      y += 21
      bytes.append(SVGText.line(line, x: Self.margin, y: y - 5, "h"))
    }
    for line in subLines {
      y += 18
      bytes.append(SVGText.line(line, x: Self.margin, y: y - 4, "s"))
    }
  }

  /// Appends the remarks below `top`.
  func appendNotes(below top: Double, to bytes: inout [UInt8]) {
    for (index, line) in noteLines.enumerated() {
      bytes.append(SVGText.line(line, x: Self.margin, y: top + 14 + Double(index) * 16, "n"))
    }
  }
}
