import Render

/// How a piece of a line looks.
package enum ScreenInk: Sendable, Equatable {
  case plain, bold, faint, bar, note, good, bad
  /// The selected row.
  case selected

  /// Select Graphic Rendition parameters (ECMA-48 8.3.117).
  ///
  /// - Parameter usesColor: Where not, weight and reversal alone tell pieces apart.
  /// - Returns: What stands between `ESC [` and `m`; nil for plain text.
  func parameters(usesColor: Bool) -> String? {
    switch self {
    case .plain: nil
    case .bold: "1"
    case .faint: "2"
    case .selected: "7"
    case .bar: usesColor ? "36" : nil
    case .note: usesColor ? "33" : "1"
    case .good: usesColor ? "32" : nil
    case .bad: usesColor ? "31" : "1"
    }
  }
}

/// A line of the screen: pieces of text, never wider than the screen.
package struct ScreenLine: Sendable, Equatable {
  /// A piece that looks alike.
  package struct Piece: Sendable, Equatable {
    /// What it says.
    package var text: String
    /// How it is drawn.
    package var ink: ScreenInk
  }

  /// From left to right.
  package private(set) var pieces: [Piece] = []
  /// Cells taken.
  package private(set) var width = 0

  /// An empty line.
  package init() {}

  /// A line of one piece, cut to a width.
  package init(_ text: String, _ ink: ScreenInk = .plain, within limit: Int) {
    add(text, ink, within: limit)
  }

  /// The text alone.
  package var text: String { pieces.map(\.text).joined() }

  /// Adds a piece, cut to what is left of a width.
  package mutating func add(_ text: String, _ ink: ScreenInk = .plain, within limit: Int) {
    let room = limit - width
    guard room > 0, !text.isEmpty else { return }
    let cells = DisplayWidth.of(text)
    let shown = cells <= room ? text : DisplayWidth.prefix(text, width: room, ellipsis: "…")
    pieces.append(Piece(text: shown, ink: ink))
    width += min(cells, DisplayWidth.of(shown))
  }

  /// Adds a text so that it ends at a column.
  package mutating func add(_ text: String, _ ink: ScreenInk = .plain, endingAt column: Int) {
    let gap = column - width - DisplayWidth.of(text)
    guard gap >= 0 else { return }
    add(String(repeating: " ", count: gap), within: column)
    add(text, ink, within: column)
  }

  /// The same line as one that is selected, to the end of a width.
  package func selected(to limit: Int) -> ScreenLine {
    let blanks = String(repeating: " ", count: max(0, limit - width))
    return ScreenLine(text + blanks, .selected, within: limit)
  }
}

/// A picture of the whole screen.
package struct ScreenFrame: Sendable, Equatable {
  /// From the top; as many as the screen has at most.
  package var lines: [ScreenLine]
  /// Where a line is edited, from 0; nil hides the cursor.
  package var cursor: (row: Int, column: Int)?

  /// Whether two pictures look the same.
  package static func == (left: ScreenFrame, right: ScreenFrame) -> Bool {
    left.lines == right.lines && left.cursor?.row == right.cursor?.row
      && left.cursor?.column == right.cursor?.column
  }

  /// What a terminal is sent to show it.
  ///
  /// - Parameters:
  ///   - height: Lines of the terminal.
  ///   - usesColor: Whether colours are welcome.
  /// - Returns: Bytes that draw over whatever stands there.
  package func bytes(height: Int, usesColor: Bool) -> [UInt8] {
    // Hidden while it is drawn, so that the cursor does not run about.
    var text = "\u{1B}[?25l\u{1B}[H"
    for (row, line) in lines.prefix(height).enumerated() {
      if row > 0 { text += "\r\n" }
      // Cleared first: behind the last column the cursor still stands on it, and would clear it.
      text += "\u{1B}[K"
      for piece in line.pieces {
        if let parameters = piece.ink.parameters(usesColor: usesColor) {
          text += "\u{1B}[\(parameters)m\(piece.text)\u{1B}[0m"
        } else {
          text += piece.text
        }
      }
    }
    // What is below the last line; that one may end in the last column.
    if lines.count < height { text += "\r\n\u{1B}[J" }
    if let cursor { text += "\u{1B}[\(cursor.row + 1);\(cursor.column + 1)H\u{1B}[?25h" }
    return Array(text.utf8)
  }
}
