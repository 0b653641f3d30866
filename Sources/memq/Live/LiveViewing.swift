import Interruption

/// `memq live` on a terminal: the screen, and what is said after it.
struct LiveViewing {
  let live: LiveCapture
  let storePath: String
  let question: String?

  /// Shows the screen until it is left, and completes the capture.
  ///
  /// - Returns: The exit status; nil where there is no terminal to show it on.
  func run() -> Int32? {
    let ending = LiveScreen(WatchedSession(live), storePath: storePath, question: question).run()
    guard let ending else { return nil }
    // From here on Ctrl-C ends: the store has what was published last.
    Interruption.forget()
    Interruption.set(.ends)
    if live.facts.phase == .recording { live.stop() }
    let end = live.finish()
    if let problem = end.facts.problem { report("memq: \(problem)") }
    report(LiveText.end(end, isInterrupted: false))
    if case .signal(let number) = ending { return 128 + number }
    return end.isAll ? ExitStatus.success.rawValue : ExitStatus.usage.rawValue
  }

  /// Whether there is a terminal that can show a screen.
  static var isPossible: Bool {
    Terminal.readsFromTerminal && Terminal.writesToTerminal
      && Terminal.environment("TERM") != "dumb"
  }
}
