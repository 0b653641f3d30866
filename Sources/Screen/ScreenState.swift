import Language

/// What the header says of the program that is watched.
package struct ScreenProgram: Sendable, Equatable {
  /// How the recording goes.
  package enum Phase: Sendable, Equatable {
    case recording
    /// The program ended, or its recording did.
    case ended
    /// The connection broke before the end.
    case lost
  }

  /// The command line.
  package var command = ""
  /// The process; 0 when not known.
  package var processID: Int64 = 0
  /// How long it is recorded.
  package var seconds = 0.0
  /// Bytes alive, as of now.
  package var heapBytes: Int64 = 0
  /// The most that was alive so far.
  package var peakBytes: Int64 = 0
  /// The resident size; nil where it is not recorded.
  package var residentBytes: Int64?
  /// Bytes alive over time.
  package var curve: [Double] = []
  /// How the recording goes.
  package var phase = Phase.recording

  /// A program of which nothing is known yet.
  package init() {}
}

/// What stands below the question.
package enum ScreenBody: Sendable, Equatable {
  /// Nothing yet, and why.
  case waiting(String)
  /// Groups, of which one is selected.
  case rows(ScreenRows)
  /// Lines to read.
  case text([String])
  /// Why there is no answer.
  case failure([String])
}

/// What a key asks of the one who drives the screen.
package enum ScreenAction: Sendable, Equatable {
  case nothing
  /// Ask `state.question` now.
  case ask
  /// Set a mark of this name at the present.
  case mark(String)
  /// Leave.
  case quit
  /// Ctrl-C was pressed.
  case interrupt
  /// Stop memq as Ctrl-Z does.
  case suspend
  /// Draw everything anew.
  case redraw
}

/// Everything that the screen shows: a value that keys and answers change.
package struct ScreenState: Sendable {
  /// The program.
  package var program = ScreenProgram()
  /// What is asked, again and again.
  package private(set) var question: String
  /// The answer.
  package private(set) var body = ScreenBody.waiting("waiting for the first answer")
  /// A sentence for the person, until the next key.
  package var message: String?
  /// Whether answers come no more until the next press of the space bar.
  package private(set) var isPaused = false
  /// Whether the help is shown.
  package private(set) var showsHelp = false
  /// The row that is selected.
  package private(set) var selection = 0
  /// Lines that are scrolled away above.
  package var offset = 0
  /// The line being edited.
  package private(set) var field: LineField?
  /// How many marks were set.
  private var marks = 0
  /// What was asked before, to come back to.
  private var trail: [String] = []
  /// What was typed.
  private var typed: [String] = []
  /// Rows that fit, as of the last drawing.
  package var pageRows = 10

  /// A screen that asks a question.
  package init(question: String = CommonQuestion.first) { self.question = question }

  /// Whether there is a question to go back to.
  package var canGoBack: Bool { !trail.isEmpty }

  /// Takes an answer to a question; one to a question that is not asked any more is dropped.
  package mutating func show(_ body: ScreenBody, of question: String) {
    guard question == self.question else { return }
    let name = selectedName
    self.body = body
    guard case .rows(let rows) = body else {
      selection = 0
      return
    }
    // The selection stays with what it is of, wherever that goes; the first row stays the first.
    if selection > 0, let name, let row = rows.names.firstIndex(of: name) { selection = row }
    selection = max(0, min(selection, rows.names.count - 1))
  }

  private var selectedName: String? {
    guard case .rows(let rows) = body, rows.names.indices.contains(selection) else { return nil }
    return rows.names[selection]
  }

  private var selectedPattern: String? {
    guard case .rows(let rows) = body, rows.patterns.indices.contains(selection) else { return nil }
    return rows.patterns[selection]
  }

  // MARK: Keys

  /// Takes a key.
  ///
  /// - Returns: What is to be done for it.
  package mutating func press(_ key: KeyPress) -> ScreenAction {
    message = nil
    if field != nil { return edit(key) }
    if showsHelp, key != .control("c"), key != .character("q") {
      showsHelp = false
      return .nothing
    }
    switch key {
    case .character("q"): return .quit
    case .control("c"): return .interrupt
    case .control("z"): return .suspend
    case .control("l"): return .redraw
    case .character("?"): showsHelp = true
    case .character("/"): field = LineField(question, earlier: typed)
    case .character(" "): return pause()
    case .character("m"):
      marks += 1
      return .mark("mark \(marks)")
    case .character("h"): return hide()
    case .enter, .right: return descend()
    case .backspace, .left, .character("b"), .escape: return goBack()
    case .character(let character): return askCommon(character)
    default: move(key)
    }
    return .nothing
  }

  private mutating func edit(_ key: KeyPress) -> ScreenAction {
    switch key {
    case .escape, .control("c"): field = nil
    case .enter:
      let text = field?.text.split(whereSeparator: \.isWhitespace).joined(separator: " ") ?? ""
      field = nil
      guard !text.isEmpty else { return .nothing }
      if typed.last != text { typed.append(text) }
      return ask(text)
    default: field?.press(key)
    }
    return .nothing
  }

  private mutating func pause() -> ScreenAction {
    isPaused.toggle()
    return isPaused ? .nothing : .ask
  }

  private mutating func askCommon(_ character: Character) -> ScreenAction {
    let common = CommonQuestion.all.first { $0.digit == character || $0.letter == character }
    guard let common else {
      message = "\(character) does nothing here; ? lists the keys"
      return .nothing
    }
    return ask(common.question)
  }

  /// Asks another question, to come back from.
  private mutating func ask(_ text: String) -> ScreenAction {
    if text != question {
      trail.append(question)
      question = text
      reset()
    }
    return .ask
  }

  private mutating func goBack() -> ScreenAction {
    guard let last = trail.popLast() else {
      message = "this is the first question; q leaves"
      return .nothing
    }
    question = last
    reset()
    return .ask
  }

  private mutating func reset() {
    body = .waiting("asking")
    selection = 0
    offset = 0
  }

  private mutating func descend() -> ScreenAction {
    guard let pattern = selectedPattern,
      let text = QuestionChange.descending(into: pattern, of: question)
    else { return refuse("looks below a frame") }
    return ask(text)
  }

  private mutating func hide() -> ScreenAction {
    guard let pattern = selectedPattern, let text = QuestionChange.hiding(pattern, in: question)
    else { return refuse("hides a frame") }
    return ask(text)
  }

  private mutating func refuse(_ what: String) -> ScreenAction {
    message = "this \(what), and the selected row is of none"
    return .nothing
  }

  private mutating func move(_ key: KeyPress) {
    let step =
      switch key {
      case .up: -1
      case .down: 1
      case .pageUp: -pageRows
      case .pageDown: pageRows
      case .home: -1_000_000
      case .end: 1_000_000
      default: 0
      }
    switch body {
    case .rows(let rows): selection = max(0, min(rows.names.count - 1, selection + step))
    case .text(let lines), .failure(let lines):
      offset = max(0, min(lines.count - pageRows, offset + step))
    case .waiting: break
    }
  }
}
