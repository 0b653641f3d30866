/// Finds the text of a source line: file and line number to text, nil when not to be had.
package typealias SourceLookup = (_ file: String, _ line: Int) -> String?

/// Where a table goes, and what a person makes of it there.
package struct TerminalStyle {
  /// Cells to use; 0 is as many as the longest row takes.
  package var width: Int
  /// Whether a person looks at it: bars and box characters.
  package var isTerminal: Bool
  /// Whether to write colours.
  package var usesColor: Bool
  /// Source lines shown below the rows; nil shows none.
  package var sourceLines: SourceLookup?
  /// Whether texts of CSV that a spreadsheet would take for a formula get a mark in front.
  package var marksFormulas: Bool
  /// Whether block characters can be shown.
  package var drawsBlocks: Bool

  /// A style; the defaults are plain text as wide as it needs.
  package init(
    width: Int = 0, isTerminal: Bool = false, usesColor: Bool = false,
    sourceLines: SourceLookup? = nil, marksFormulas: Bool = false, drawsBlocks: Bool = true
  ) {
    self.width = width
    self.isTerminal = isTerminal
    self.usesColor = usesColor
    self.sourceLines = sourceLines
    self.marksFormulas = marksFormulas
    self.drawsBlocks = drawsBlocks
  }

  var ellipsis: String { isTerminal ? "\u{2026}" : "..." }

  /// `text` in the given colour when colours are used.
  func paint(_ text: String, _ ink: Ink) -> String {
    guard usesColor && !text.isEmpty else { return text }
    return "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m"
  }

  /// Select Graphic Rendition parameters (ECMA-48 8.3.117).
  enum Ink: String {
    case bold = "1"
    case faint = "2"
    case bar = "36"
    case note = "33"
  }
}
