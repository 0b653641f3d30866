import Foundation
import Render
import Screen
import TestSupport
import Testing

/// Pictures of the screen at the widths that people have.
///
/// Those in `Snapshots` were drawn by hand, so to speak: by another program, after the same rules.
@Suite("Screen layout")
struct ScreenLayoutTests {
  private static let widths = [60, 80, 120, 200]

  /// The lines, with a bar where the screen ends.
  private func picture(_ state: ScreenState, width: Int, height: Int = 16) -> String {
    let frame = ScreenLayout(state, width: width, height: height).frame
    let lines = frame.lines.map { line in
      line.text + String(repeating: " ", count: max(0, width - line.width)) + "|"
    }
    let cursor = frame.cursor.map { "cursor \($0.row),\($0.column)\n" } ?? ""
    return lines.joined(separator: "\n") + "\n" + cursor
  }

  @Test("the rows of a question", arguments: widths)
  func rows(width: Int) throws {
    try Snapshot.expect(picture(SampleScreen.state, width: width), "rows-\(width).txt")
  }

  @Test("a question being edited", arguments: [60, 120])
  func editing(width: Int) throws {
    var state = SampleScreen.state
    for key in [.character("/"), .character(" ")] as [KeyPress] { _ = state.press(key) }
    try Snapshot.expect(picture(state, width: width), "editing-\(width).txt")
  }

  @Test("the help", arguments: [60, 120])
  func help(width: Int) throws {
    var state = SampleScreen.state
    _ = state.press(.character("?"))
    try Snapshot.expect(picture(state, width: width, height: 24), "help-\(width).txt")
  }

  @Test("what is paused, lost, refused or not there yet says so")
  func states() throws {
    var state = ScreenState()
    var pictures = picture(state, width: 80, height: 8)
    state.show(.failure(["error: unknown word `tpo`", "  did you mean top?"]), of: state.question)
    state.program.phase = .lost
    pictures += picture(state, width: 80, height: 8)
    _ = state.press(.character(" "))
    state.message = "mark 1 is set at 12.0 s"
    pictures += picture(state, width: 80, height: 8)
    try Snapshot.expect(pictures, "states.txt")
  }

  @Test("where one line of an answer fits, it is the selected row")
  func lowest() {
    let lines = picture(SampleScreen.state, width: 80, height: 6).split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("> ") }, "\(lines)")
  }

  @Test("no line is ever wider than the screen, and the last is where the keys are")
  func everySize() {
    var states = [SampleScreen.state, ScreenState()]
    states.append(SampleScreen.state)
    _ = states[2].press(.character("/"))
    for _ in 0..<30 { _ = states[2].press(.character("日")) }
    states.append(SampleScreen.state)
    _ = states[3].press(.character("?"))
    states.append(SampleScreen.state)
    states[4].show(
      .text((0..<50).map { "line \($0) " + String(repeating: "x", count: 300) }),
      of: states[4].question)
    for state in states {
      for width in Array(1...100) + [200, 500] {
        for height in [1, 2, 3, 5, 8, 24, 60] {
          let frame = ScreenLayout(state, width: width, height: height).frame
          #expect(frame.lines.count == height)
          for line in frame.lines {
            #expect(DisplayWidth.of(line.text) <= width, "\(width)x\(height): \(line.text)")
          }
          if let cursor = frame.cursor { #expect(cursor.column < width && cursor.row < height) }
        }
      }
    }
  }

  @Test("the selected row is seen at every height")
  func scrolled() {
    var state = SampleScreen.state
    _ = state.press(.end)
    for height in 8...20 {
      let frame = ScreenLayout(state, width: 80, height: height).frame
      #expect(frame.lines.contains { $0.text.hasPrefix("> ") && $0.text.contains("日本語") })
    }
  }

  @Test("bytes for the terminal: colours only where they are welcome, each line cleared to its end")
  func bytes() {
    let frame = ScreenLayout(SampleScreen.state, width: 80, height: 16).frame
    let plain = String(decoding: frame.bytes(height: 16, usesColor: false), as: UTF8.self)
    let colored = String(decoding: frame.bytes(height: 16, usesColor: true), as: UTF8.self)
    #expect(colored.contains("\u{1B}[32m") && colored.contains("\u{1B}[36m"))
    #expect(!plain.contains("\u{1B}[3"))
    #expect(plain.contains("\u{1B}[7m> "))
    #expect(plain.components(separatedBy: "\u{1B}[K").count == 17)
    // The last line ends where it is: a line feed there would scroll.
    #expect(plain.components(separatedBy: "\r\n").count == 16)
  }

  @Test("texts of the program cannot write escape sequences")
  func hostile() {
    var state = SampleScreen.state
    state.program.command = "\u{1B}[2Jrm"
    let places = ["\u{1B}]0;title\u{7}.py:3"]
    if let rows = SampleScreen.rows(places: places) { state.show(.rows(rows), of: state.question) }
    for line in ScreenLayout(state, width: 120, height: 20).frame.lines {
      #expect(!line.text.contains("\u{1B}") && !line.text.contains("\u{7}"))
    }
  }
}
