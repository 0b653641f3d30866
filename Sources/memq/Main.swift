import ArgumentParser
import Glibc
import Interruption

/// The process: parses the command line, runs the command, words what goes wrong.
@main
enum Main {
  static func main() {
    // A reader that goes away is an error of write(), not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    // Questions only read: they end at once. Who writes says so.
    Interruption.catchSignal()
    MemoryLimit.catchEnd()
    LockWords.tellOfWaits()
    let typed = Array(CommandWords.all.dropFirst())
    let status = run(ErrorReport.taken(from: typed).arguments)
    Interruption.removeUnfinishedFiles()
    exit(status)
  }

  private static func run(_ arguments: [String]) -> Int32 {
    do {
      return try runCommand(arguments).rawValue
    } catch {
      return error.status
    }
  }

  private static func runCommand(_ arguments: [String]) throws(ProgramExit) -> ExitStatus {
    do {
      if try HelpOnWords.print(arguments) { return .success }
      // What shells ask for completions stays in its order.
      let ordered =
        arguments.first == "---completion"
        ? arguments
        : ArgumentOrder.commandFirst(arguments, commands: MemqCommand.generalOptions)
      var command = try MemqCommand.parseAsRoot(ordered)
      try command.run()
      return .success
    } catch let exit as ProgramExit {
      throw exit
    } catch let exit as SilentExit {
      return exit.status
    } catch OutputError.closedPipe {
      return .success
    } catch {
      // Whatever failed after Ctrl-C failed by it.
      if Interruption.hasCome { return .interrupted }
      guard let failure = DiagnosticPrinter.failure(for: error) else { return showUsage(error) }
      DiagnosticPrinter.report(failure)
      return failure.status
    }
  }

  /// Help and the version, which ArgumentParser asks for by throwing, or a wrong command line.
  private static func showUsage(_ error: any Error) -> ExitStatus {
    let text = MemqCommand.fullMessage(for: error)
    guard MemqCommand.exitCode(for: error) == .success else {
      DiagnosticPrinter.report(Failure(text), isWorded: true)
      return .usage
    }
    do { try DescriptorStream.standardOutput.write(text + "\n") } catch {}
    return .success
  }
}
