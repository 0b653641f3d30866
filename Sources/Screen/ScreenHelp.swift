/// What the keys do.
enum ScreenHelp {
  private static let keys: [(String, String)] =
    CommonQuestion.all.map { ("\($0.digit) or \($0.letter)", $0.question) } + [
      ("/", "type a question: Tab completes, ↑ ↓ bring earlier ones, Esc ends"),
      ("↑ ↓ PgUp PgDn", "select a row, or scroll"),
      ("↵ or →", "look below the frame of the row (from frame …)"),
      ("h", "hide the frame of the row; its callers get its memory (hide …)"),
      ("← or b", "back to the question before"),
      ("space", "hold what is shown, or go on; the recording never stops"),
      ("m", "set a mark now: `top live at mark(\"mark 1\")` asks of it"),
      ("q", "leave; the capture is kept, and memq says where it is"),
      ("Ctrl-L", "draw everything anew"),
    ]

  static func lines(width: Int) -> [ScreenLine] {
    let column = min(16, width / 3)
    return keys.map { key, what in
      var line = ScreenLine()
      line.add(key, .bold, within: width)
      line.add(String(repeating: " ", count: max(1, column - line.width)), within: width)
      line.add(what, within: width)
      return line
    }
  }
}
