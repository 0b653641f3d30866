import Results
import Screen
import Testing

/// What keys do.
@Suite("Screen state")
struct ScreenStateTests {
  private func state() throws -> ScreenState {
    var state = ScreenState()
    state.show(.rows(try #require(SampleScreen.rows())), of: state.question)
    return state
  }

  @Test("digits and letters ask, and the way leads back")
  func common() throws {
    var state = try state()
    #expect(state.press(.character("4")) == .ask)
    #expect(state.question == "growth 20 by lineno")
    #expect(state.press(.character("p")) == .ask)
    #expect(state.question == "top 20 peak by lineno")
    #expect(state.press(.left) == .ask)
    #expect(state.question == "growth 20 by lineno")
    #expect(state.press(.escape) == .ask)
    #expect(state.question == CommonQuestion.first)
    #expect(state.press(.backspace) == .nothing)
    #expect(state.message != nil)
    #expect(state.press(.character("y")) == .nothing)
    #expect(state.message?.contains("? lists the keys") == true)
  }

  @Test("rows are selected and looked into")
  func drilling() throws {
    var state = try state()
    #expect(state.press(.up) == .nothing)
    #expect(state.selection == 0)
    _ = state.press(.down)
    #expect(state.selection == 1)
    #expect(state.press(.enter) == .ask)
    #expect(state.question == "top 20 live by lineno from frame \"/srv/app/models.py:88\"")
    #expect(state.selection == 0)
    state.show(.rows(try #require(SampleScreen.rows())), of: state.question)
    #expect(state.press(.character("h")) == .ask)
    #expect(state.question.contains("hide \"/srv/app/handlers.py:120\""))
    _ = state.press(.left)
    _ = state.press(.left)
    #expect(state.question == CommonQuestion.first)
    state.show(.text(["a line"]), of: state.question)
    #expect(state.press(.enter) == .nothing)
    #expect(state.message?.contains("of none") == true)
  }

  @Test("the selection stays with its group when the order changes")
  func selection() throws {
    var state = try state()
    _ = state.press(.down)
    state.show(.rows(try #require(SampleScreen.rows(reversed: true))), of: state.question)
    let last = state.selection
    #expect(SampleScreen.places.reversed()[last] == SampleScreen.places[1])
    _ = state.press(.home)
    #expect(state.selection == 0)
    _ = state.press(.end)
    #expect(state.selection == SampleScreen.places.count - 1)
  }

  @Test("an answer to another question is dropped")
  func late() throws {
    var state = try state()
    let body = state.body
    state.show(.text(["late"]), of: "growth")
    #expect(state.body == body)
  }

  @Test("a question is typed, and given up")
  func typing() throws {
    var state = try state()
    _ = state.press(.character("/"))
    for _ in 0..<40 { _ = state.press(.backspace) }
    for character in "top 3 q" { #expect(state.press(.character(character)) == .nothing) }
    #expect(state.press(.enter) == .ask)
    #expect(state.question == "top 3 q")
    #expect(state.field == nil)
    _ = state.press(.character("/"))
    _ = state.press(.character("x"))
    #expect(state.press(.control("c")) == .nothing)
    #expect(state.question == "top 3 q")
    #expect(state.press(.control("c")) == .interrupt)
  }

  @Test("other keys")
  func others() throws {
    var state = try state()
    #expect(state.press(.character(" ")) == .nothing)
    #expect(state.isPaused)
    #expect(state.press(.character(" ")) == .ask)
    #expect(!state.isPaused)
    #expect(state.press(.character("m")) == .mark("mark 1"))
    #expect(state.press(.character("m")) == .mark("mark 2"))
    #expect(state.press(.character("?")) == .nothing)
    #expect(state.showsHelp)
    #expect(state.press(.character("4")) == .nothing)
    #expect(!state.showsHelp)
    #expect(state.press(.control("l")) == .redraw)
    #expect(state.press(.control("z")) == .suspend)
    #expect(state.press(.character("q")) == .quit)
  }

  @Test("no row at all is no reason to fall over")
  func empty() throws {
    var state = ScreenState()
    let table = ResultTable(query: "top")
    #expect(ScreenRows(table) == nil)
    state.show(.rows(try #require(SampleScreen.rows(places: []))), of: state.question)
    for key in [.down, .up, .pageDown, .end, .enter, .character("h")] as [KeyPress] {
      _ = state.press(key)
      #expect(state.selection == 0)
    }
    _ = ScreenLayout(state, width: 60, height: 10).frame
  }
}
