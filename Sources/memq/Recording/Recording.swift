import Interruption
import Render
import Store

/// One run of `memq run`: the program, its capture, the import and the report.
struct Recording {
  let arguments: RunArguments
  let storePath: String

  /// Records the program to its end and reports.
  ///
  /// - Returns: The program's exit status; memq's own where the program's is 0 and memq's is not.
  /// - Throws: Why nothing was recorded.
  func run() throws -> Int32 {
    let python = try PythonProgram(named: arguments.python)
    try check()
    try python.checkMemray()
    if arguments.isLive {
      return try LiveRecording(arguments: arguments, storePath: storePath).run(python)
    }
    tell("recording \(arguments.title) with the memray of \(python.path)")
    let files = RecordedFiles(before: arguments.output)
    let start = ContinuousClock.now
    let program = try StartedProgram([python.path, "-m", "memray"] + arguments.memrayArguments)
    let ending = program.wait()
    let path = arguments.capturePath(processID: program.processID)
    let found = files.written(at: path)
    guard let capture = found.capture else {
      report("memq: nothing was recorded: there is no new file \(path)")
      return ending.status == 0 ? ExitStatus.usage.rawValue : ending.status
    }
    let seconds = Humanize.duration((ContinuousClock.now - start).seconds)
    tell("\(arguments.title) \(ending.words) after \(seconds); the capture is \(capture)")
    let status = try importAndReport(capture, children: found.children)
    return ending.status == 0 ? status.rawValue : ending.status
  }

  /// Finds out before the program runs what would be in vain after it.
  private func check() throws {
    if arguments.kind == .script, !InputFile.exists(arguments.program[0]) {
      throw Failure("there is no script \(arguments.program[0])")
    }
    if let output = arguments.output, InputFile.exists(output), !arguments.replaces {
      throw Failure("\(output) is there already; -f lets the recording replace it")
    }
    guard let name = arguments.name else { return }
    if let problem = CaptureName.problem(with: name) {
      throw Failure("--name \(name.debugDescription): \(problem.reason)")
    }
    if InputFile.exists(storePath),
      try Store(path: storePath, mode: .read).captures().contains(where: { $0.name == name })
    {
      throw Failure(
        "a capture named \(name) is there already; give another --name, or: "
          + "memq rm \(ShellWord.quoted(name))")
    }
  }

  private func importAndReport(_ capture: String, children: [String]) throws -> ExitStatus {
    Interruption.set(.stops)
    var work = CaptureImport(storePath: storePath)
    work.output = arguments.isQuiet ? nil : .standardError
    work.name = arguments.name
    var status = try work.run([capture])
    let parent = work.captures.first
    work.name = nil
    if !Interruption.hasCome, !children.isEmpty {
      let ofChildren = try work.run(children)
      if status == .success { status = ofChildren }
    }
    if Interruption.hasCome { return .interrupted }
    Interruption.set(.ends)
    if let parent, !arguments.isQuiet {
      let hasChildren = work.captures.contains { CaptureName.parent(of: $0.name) == parent.name }
      RecordingReport(
        info: parent, arguments: arguments, hasChildren: hasChildren, storePath: storePath
      ).write()
    }
    return status
  }

  /// Says something on standard error, unless told to be quiet.
  private func tell(_ message: String) {
    if !arguments.isQuiet { report("memq: \(message)") }
  }
}

extension Duration {
  /// As seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
