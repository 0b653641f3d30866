import ArgumentParser
import Interruption
import Store

/// `memq run SCRIPT`: records a program with memray, imports and shows what there is to see.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Record a Python program with memray, and say what took memory.",
    usage: """
      memq run [OPTIONS] SCRIPT [ARGUMENTS]
      memq run [OPTIONS] -m MODULE [ARGUMENTS]
      """,
    discussion: """
      The program has the terminal, its streams and Ctrl-C for itself; its exit status is memq's, \
      128 and the number for a signal. What memq says goes to standard error. The capture is kept \
      where memray run keeps it: in -o FILE, else memray-SCRIPT.PID.bin beside the script. What was \
      recorded until Ctrl-C is imported too.

      OPTIONS:
        --db STORE        the store (default: $MEMQ_DB or memq.db)
        --name NAME       name to ask for the capture by (default: the file's)
        --python PYTHON   the Python whose memray records (default: that of $VIRTUAL_ENV,
                          else python3 in $PATH)
        --live            show what is alive while the program runs; what it prints comes after
        -q                say nothing but errors
        and those of memray run: -o FILE, -f, -m, -c, --native, --follow-fork, --aggregate,
        --trace-python-allocators, --no-compress, --buffered-file-io

      EXAMPLES:
        memq run app.py --verbose
        memq run -o out.bin --native -m package
        memq run --follow-fork server.py
        memq run --live server.py
      """)

  @Argument(parsing: .captureForPassthrough, help: .hidden)
  var words: [String] = []

  func run() throws {
    let arguments = try RunArguments(words)
    guard !arguments.wantsHelp else { throw CleanExit.helpRequest(Self.self) }
    let storePath = arguments.database ?? Terminal.environment("MEMQ_DB") ?? "memq.db"
    let status = try Recording(arguments: arguments, storePath: storePath).run()
    if status != 0 { throw ProgramExit(status: status) }
  }
}

/// The process ends as the program did that it ran.
struct ProgramExit: Error {
  /// As a shell counts.
  var status: Int32
}
