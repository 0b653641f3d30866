import Glibc
import Interruption

/// `memq run --live`: the program under memray's live port, and the screen while it runs.
struct LiveRecording {
  let arguments: RunArguments
  let storePath: String

  /// Options of memray that its live port does not have.
  private static let unfit = ["--follow-fork", "--aggregate", "--buffered-file-io"]

  /// Runs the program to its end, showing it until the screen is left.
  ///
  /// - Parameter python: Has memray.
  /// - Returns: The program's exit status; memq's own where the program's is 0 and memq's is not.
  /// - Throws: Why nothing was recorded.
  func run(_ python: PythonProgram) throws -> Int32 {
    try check()
    guard let port = FreePort.find() else {
      throw Failure("there is no free port on 127.0.0.1 for --live")
    }
    let streams = try ScreenedStreams()
    let words = [python.path, "-m", "memray"] + arguments.liveArguments(port: port)
    Interruption.set(.notes)
    let program = try StartedProgram(words, streams: streams.replaced)
    var options = LiveCapture.Options(store: storePath)
    options.name = arguments.name
    let live: LiveCapture?
    do {
      live = try LiveCapture.open(
        .stream(LiveAddress.local(port), name: "127.0.0.1:\(port)"), options,
        while: { program.ending == nil })
    } catch {
      program.send(SIGTERM)
      _ = program.wait()
      throw error
    }
    guard let live else {
      let ending = program.wait()
      streams.pass()
      report("memq: nothing was recorded: \(arguments.title) \(ending.words) before it was watched")
      return ending.status == 0 ? ExitStatus.usage.rawValue : ending.status
    }
    return try show(live, of: program, streams)
  }

  private func check() throws(Failure) {
    guard LiveViewing.isPossible else {
      throw Failure(
        "--live shows a screen, and there is no terminal; without --live all is recorded")
    }
    for option in arguments.options where Self.unfit.contains(where: { $0.hasPrefix(option) }) {
      throw Failure("memray has no \(option) together with --live")
    }
    guard arguments.output == nil else {
      throw Failure("--live keeps the capture in NAME.bin: give --name NAME instead of -o")
    }
  }

  private func show(
    _ live: LiveCapture, of program: StartedProgram, _ streams: ScreenedStreams
  ) throws -> Int32 {
    // Ctrl-C is the program's, as without a screen.
    let watched = WatchedSession(live) {
      guard program.ending == nil else { return nil }
      program.send(SIGINT)
      return "Ctrl-C was passed on to the program; q leaves the screen"
    }
    let ending = LiveScreen(watched, storePath: storePath, question: nil).run()
    if case .signal(let number)? = ending { program.send(number) }
    if program.ending == nil, live.facts.phase == .recording {
      report("memq: \(arguments.title) runs on without being recorded; waiting for its end")
      live.stop()
    }
    let status = program.wait { streams.pass() }
    streams.pass()
    Interruption.forget()
    Interruption.set(.ends)
    let end = live.finish()
    if let problem = end.facts.problem { report("memq: \(problem)") }
    if !arguments.isQuiet {
      report("memq: \(arguments.title) \(status.words)")
      report(LiveText.end(end, isInterrupted: false))
    }
    if status.status != 0 { return status.status }
    return end.isAll ? ExitStatus.success.rawValue : ExitStatus.usage.rawValue
  }
}
