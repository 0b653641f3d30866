import ArgumentParser
import CaptureFormats
import Interruption
import Store

/// `memq import FILE…`.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Read captures into the store.",
    discussion: """
      A capture that was imported before is recognised by its content and left alone.
      Cut and damaged captures are kept up to their last whole record, with a warning.
      Pipes are read to their end; - is standard input. Ctrl-C leaves the store as it was.
      Captures of forked children, such as out.bin.14859 of memray's --follow-fork, are named after
      their parent, out@14859: `of out` asks the parent, `of out*` all, `by pid` tells them apart.

      EXAMPLES:
        memq import out.bin
        memq import out.bin --name before --db study.db
        memq import run-*.bin --strict
        memq import out.bin*
        memq import out.bin --marks requests.log
        ssh server cat out.bin | memq import - --name server

      MARKS:
        One a line, a time and a name: `12.5 request 7` (seconds from the start; also 1m30s,
        150ms), `1769862600.25 request 7` (seconds since 1970), `2026-01-31T12:30:00Z request 7`
        (UTC unless it names a zone), {"time": 12.5, "name": "request 7"}. Log lines that begin
        with a date will do. They replace the marks of a capture that is there already.
      """)

  @Argument(help: "Captures; - is standard input.", completion: .file())
  var files: [String]

  @Option(
    help: "Name to ask for it by (default: the file's, without extension; stdin for pipes).")
  var name: String?

  @Option(help: "Format, when it is not to be guessed; see: memq formats.")
  var format: String?

  @Flag(help: "Refuse cut and damaged captures (exit status 4).")
  var strict = false

  @Option(
    help: ArgumentHelp("Marks in time, such as requests; see below.", valueName: "file"),
    completion: .file())
  var marks: String?

  @Option(help: "What kB, MB and GB mean in text that Python printed: binary or decimal.")
  var mb = MegabyteMeaning.binary

  @Option(
    help: "Unit of numbers of memory in a text that name none: bytes, KiB, MiB, GiB, kB, MB, GB.")
  var unit: MemoryUnit?

  @Option(
    help: ArgumentHelp(
      "Most memory to take, such as 2GB (default: what the size of a file is worth).",
      valueName: "size"))
  var maxMemory: MemoryAmount?

  @OptionGroup var store: StoreOptions

  func validate() throws {
    if let name, let problem = CaptureName.problem(with: name) {
      throw ValidationError("--name \(name.debugDescription): \(problem.reason)")
    }
    if name != nil, files.count > 1 {
      throw ValidationError("--name names one capture, but \(files.count) files are given")
    }
    if marks != nil, files.count > 1 {
      throw ValidationError("--marks belong to one capture, but \(files.count) files are given")
    }
    if marks == CaptureSource.standardInput, files.contains(CaptureSource.standardInput) {
      throw ValidationError("standard input is either the capture or the marks")
    }
  }

  func run() throws {
    Interruption.set(.stops)
    var work = CaptureImport(storePath: store.path)
    work.name = name
    work.format = format
    work.isStrict = strict
    work.marks = marks
    work.megabyte = mb
    work.unit = unit
    work.mostMemory = maxMemory?.bytes
    let status = try work.run(files)
    if Interruption.hasCome { throw SilentExit(status: .interrupted) }
    try status.orExit()
  }
}

/// What a program that printed `12.5 MB` divided by.
enum MegabyteMeaning: String, ExpressibleByArgument, CaseIterable {
  /// 1024 × 1024, as nearly all programs in Python do.
  case binary
  /// 1,000,000.
  case decimal
}

/// What a bare number of memory is counted in.
enum MemoryUnit: String, ExpressibleByArgument, CaseIterable {
  case bytes
  case kibibytes = "KiB"
  case mebibytes = "MiB"
  case gibibytes = "GiB"
  case kilobytes = "kB"
  case megabytes = "MB"
  case gigabytes = "GB"

  /// Bytes of one; kB, MB and GB are what `--mb` says of the text.
  func bytes(_ megabyte: MegabyteMeaning) -> Double {
    let thousand: Double = megabyte == .decimal ? 1000 : 1024
    return switch self {
    case .bytes: 1
    case .kibibytes: 1024
    case .mebibytes: 1_048_576
    case .gibibytes: 1_073_741_824
    case .kilobytes: thousand
    case .megabytes: thousand * thousand
    case .gigabytes: thousand * thousand * thousand
    }
  }
}
