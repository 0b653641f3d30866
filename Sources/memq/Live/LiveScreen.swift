import Glibc
import Screen

/// What a screen shows: a capture that grows, from wherever.
protocol WatchedCapture: AnyObject {
  /// Its number in the store; nil while there is nothing to ask.
  var number: Int64? { get }
  /// What is known of the program now.
  var program: ScreenProgram { get }
  /// What the screen says until the first answer.
  var waitingText: String { get }
  /// Sets a mark at the present and says what came of it.
  func mark(_ name: String) -> String
  /// Ctrl-C was pressed: what was done for it; nil when the screen is to be left.
  func interrupt() -> String?
}

/// The screen of `memq live`: asks again and again, draws, and takes keys, until it is left.
final class LiveScreen {
  /// Why the screen was left.
  enum Ending: Equatable {
    case quit
    /// A signal that ends programs, by its number.
    case signal(Int32)
  }

  private let watched: any WatchedCapture
  private let questions: ScreenQuestions
  private var state: ScreenState
  private var decoder = KeyDecoder()
  private var drawn: [UInt8] = []
  private var size = (width: 0, height: 0)
  private var askedAt: ContinuousClock.Instant?
  /// Whether the last state of an ended recording was asked for.
  private var isSettled = false

  private static let period = Duration.seconds(1)
  private static let pollMilliseconds: Int32 = 40
  /// Longer than the bytes of one key are apart.
  private static let escapeMilliseconds: Int32 = 60

  /// A screen for a capture of a store.
  init(_ watched: any WatchedCapture, storePath: String, question: String?) {
    self.watched = watched
    questions = ScreenQuestions(path: storePath)
    state = ScreenState(question: question ?? CommonQuestion.first)
  }

  /// Shows it until it is left; nil where there is no terminal.
  func run() -> Ending? {
    let signals = HeldSignals()
    defer { signals.release() }
    guard let terminal = ScreenTerminal() else { return nil }
    defer { questions.giveUp() }
    while true {
      if let ending = pass(terminal, signals) { return ending }
    }
  }

  /// One turn: answers, drawing, keys, signals.
  private func pass(_ terminal: borrowing ScreenTerminal, _ signals: HeldSignals) -> Ending? {
    takeAnswer()
    askIfDue(terminal.size.width)
    draw(terminal)
    let patience = decoder.isWaiting ? Self.escapeMilliseconds : Self.pollMilliseconds
    guard let bytes = terminal.read(milliseconds: patience) else { return .signal(SIGHUP) }
    let keys = bytes.isEmpty && decoder.isWaiting ? decoder.flush() : decoder.take(bytes)
    for key in keys {
      switch state.press(key) {
      case .nothing: break
      case .ask: ask(terminal.size.width)
      case .mark(let name): state.message = watched.mark(name)
      case .redraw: drawn = []
      case .suspend:
        terminal.suspend()
        drawn = []
      case .interrupt:
        guard let message = watched.interrupt() else { return .quit }
        state.message = message
      case .quit: return .quit
      }
    }
    while let signal = signals.next(within: timespec(tv_sec: 0, tv_nsec: 0)) {
      if signal.number != SIGCHLD { return .signal(signal.number) }
    }
    return nil
  }

  private func takeAnswer() {
    if !state.isPaused { state.program = watched.program }
    guard let answer = questions.take() else { return }
    state.show(answer.body, of: answer.question)
  }

  /// Asks anew where the answer may be another by now.
  private func askIfDue(_ width: Int) {
    guard let number = watched.number else {
      state.show(.waiting(watched.waitingText), of: state.question)
      return
    }
    guard !questions.isAsking, !state.isPaused else { return }
    let now = ContinuousClock.now
    if let askedAt, width == size.width {
      guard !isSettled, now - askedAt >= Self.period else { return }
    }
    // What is asked after the end is the last state.
    isSettled = watched.program.phase != .recording
    askedAt = now
    questions.ask(state.question, of: number, width: width)
  }

  private func ask(_ width: Int) {
    guard let number = watched.number else { return }
    askedAt = .now
    questions.ask(state.question, of: number, width: width)
  }

  private func draw(_ terminal: borrowing ScreenTerminal) {
    let now = terminal.size
    if now != size { drawn = [] }
    size = now
    let layout = ScreenLayout(state, width: now.width, height: now.height)
    state.pageRows = max(1, layout.bodyRows - 1)
    let bytes = layout.frame.bytes(height: now.height, usesColor: Terminal.allowsColor)
    guard bytes != drawn else { return }
    drawn = bytes
    do { try DescriptorStream.standardOutput.write(bytes) } catch {}
  }
}
