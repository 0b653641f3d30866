import Render

/// Draws a state: the same state at the same size is always the same picture.
package struct ScreenLayout {
  private let state: ScreenState
  private let width: Int
  private let height: Int

  /// A layout for a terminal of a size in cells.
  package init(_ state: ScreenState, width: Int, height: Int) {
    self.state = state
    self.width = max(1, width)
    self.height = max(1, height)
  }

  /// Lines of the body that fit.
  package var bodyRows: Int { max(0, height - head.count - 1) }

  /// The picture.
  package var frame: ScreenFrame {
    var lines = head
    lines += bodyLines(bodyRows).prefix(bodyRows)
    while lines.count < height - 1 { lines.append(ScreenLine()) }
    lines = Array(lines.prefix(height - 1))
    let (last, column) = foot
    lines.append(last)
    return ScreenFrame(
      lines: lines, cursor: column.map { (row: lines.count - 1, column: $0) })
  }

  // MARK: Head

  private var head: [ScreenLine] {
    height < 6 ? [titleLine] : [titleLine, memoryLine, questionLine] + subjectLines
  }

  private var titleLine: ScreenLine {
    let program = state.program
    var line = ScreenLine()
    let (phase, ink): (String, ScreenInk) =
      switch program.phase {
      case _ where state.isPaused: ("paused", .note)
      case .recording: ("recording", .good)
      case .ended: ("ended, q leaves", .note)
      case .lost: ("connection lost", .bad)
      }
    let end = width - phase.count
    line.add("memq", .bold, within: end - 1)
    if program.processID > 0 { line.add("  pid \(program.processID)", .faint, within: end - 1) }
    line.add("  \(Humanize.duration(program.seconds))", within: end - 1)
    let command = SafeText.shown(program.command)
    let room = end - 3 - line.width
    if room >= 8, !command.isEmpty {
      line.add("  " + DisplayWidth.prefix(command, width: room, ellipsis: "…"), within: end - 1)
    }
    line.add(phase, ink, endingAt: width)
    return line
  }

  private var memoryLine: ScreenLine {
    let program = state.program
    var line = ScreenLine()
    line.add("heap ", .faint, within: width)
    line.add(Humanize.size(program.heapBytes), .bold, within: width)
    line.add("  peak ", .faint, within: width)
    line.add(Humanize.size(program.peakBytes), within: width)
    if let resident = program.residentBytes {
      line.add("  RSS ", .faint, within: width)
      line.add(Humanize.size(resident), within: width)
    }
    let room = min(width - line.width - 2, Self.widestCurve)
    if room >= Self.narrowestCurve, program.curve.count > 1 {
      line.add("  ", within: width)
      line.add(Curve.text(program.curve, cells: room), .bar, within: width)
    }
    return line
  }

  private static let narrowestCurve = 6
  private static let widestCurve = 120

  private var questionLine: ScreenLine {
    var line = ScreenLine()
    line.add("? ", .faint, within: width)
    line.add(SafeText.shown(state.question), .bold, within: width)
    return line
  }

  private var subjectLines: [ScreenLine] {
    guard case .rows(let rows) = state.body, !rows.subject.isEmpty else { return [] }
    return [ScreenLine(rows.subject, .faint, within: width)]
  }

  // MARK: Body

  private func bodyLines(_ room: Int) -> [ScreenLine] {
    if state.showsHelp { return ScreenHelp.lines(width: width) }
    switch state.body {
    case .waiting(let text): return [ScreenLine(text, .faint, within: width)]
    case .rows(let rows):
      return ScreenRowLayout(rows, selection: state.selection, width: width).lines(room)
    case .text(let lines): return shown(lines, .plain, room)
    case .failure(let lines): return shown(lines, .note, room)
    }
  }

  private func shown(_ lines: [String], _ ink: ScreenInk, _ room: Int) -> [ScreenLine] {
    let offset = max(0, min(state.offset, lines.count - room))
    return lines.dropFirst(offset).prefix(room).map { ScreenLine($0, ink, within: width) }
  }

  // MARK: Foot

  /// The last line, and where the cursor stands in it.
  private var foot: (line: ScreenLine, cursor: Int?) {
    if let field = state.field { return edited(field) }
    if let message = state.message { return (ScreenLine(message, .note, within: width), nil) }
    var line = ScreenLine()
    for (key, what) in keys {
      let separator = line.width == 0 ? "" : "  "
      guard line.width + separator.count + key.count + 1 + what.count <= width else { break }
      line.add(separator, within: width)
      line.add(key, .bold, within: width)
      line.add(" " + what, .faint, within: width)
    }
    return (line, nil)
  }

  private var keys: [(String, String)] {
    let always = [("q", "quit"), ("?", "help"), ("/", "ask")]
    let common = CommonQuestion.all.prefix(5).map { (String($0.digit), $0.title) }
    let back = state.canGoBack ? [("←", "back")] : []
    return always + back + common
      + [
        ("↵", "into"), ("h", "hide"), ("space", state.isPaused ? "go on" : "pause"), ("m", "mark"),
      ]
  }

  private func edited(_ field: LineField) -> (line: ScreenLine, cursor: Int?) {
    var line = ScreenLine()
    line.add("/ ", .bold, within: width)
    // The part around the cursor, when all of it does not fit.
    let characters = Array(field.text)
    let room = max(1, width - 3)
    var start = 0
    func cells(_ range: Range<Int>) -> Int {
      characters[range].reduce(0) { $0 + DisplayWidth.of($1) }
    }
    while start < field.cursor, cells(start..<field.cursor) > room { start += 1 }
    var end = field.cursor
    while end < characters.count, cells(start..<end + 1) <= room { end += 1 }
    line.add(String(characters[start..<end]), within: width)
    let cursor = 2 + cells(start..<field.cursor)
    if !field.candidates.isEmpty {
      line.add("   " + field.candidates.joined(separator: " "), .faint, within: width)
    }
    return (line, min(cursor, width - 1))
  }
}

/// A line of bars from nothing to the greatest value.
enum Curve {
  private static let bars = Array("▁▂▃▄▅▆▇█")

  /// As many cells as asked for at most; a cell shows the greatest of its values.
  static func text(_ values: [Double], cells: Int) -> String {
    let count = min(cells, values.count)
    guard count > 0, let top = values.max(), top > 0 else {
      return String(repeating: " ", count: max(0, count))
    }
    return String(
      (0..<count).map { cell in
        let part = values[
          values.count * cell
            / count..<max(
              values.count * cell / count + 1, values.count * (cell + 1) / count)]
        let share = max(0, (part.max() ?? 0) / top)
        return bars[min(bars.count - 1, Int(share * Double(bars.count)))]
      })
  }
}
