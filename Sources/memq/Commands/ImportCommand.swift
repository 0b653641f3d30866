import ArgumentParser
import CaptureFormats
import CaptureModel
import Ingest
import Interruption
import Render
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

      EXAMPLES:
        memq import out.bin
        memq import out.bin --name before --db study.db
        memq import run-*.bin --strict
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
    // One bad file keeps no other out; the first failure decides the exit status.
    var status: ExitStatus?
    Interruption.set(.stops)
    var naming = CaptureNaming()
    for file in CaptureNaming.parentsFirst(files) {
      // How messages name it.
      let shown = file == CaptureSource.standardInput ? "standard input" : file
      do {
        try importFile(file, shown: shown, &naming)
      } catch {
        if Interruption.hasCome {
          // Below the line on which the terminal shows ^C.
          report(
            (Terminal.reportsToTerminal ? "\n" : "")
              + "memq: stopped; what was not reported as imported is not in the store")
          break
        }
        let known =
          MemoryLimit.stop.map { stopped(by: $0, shown) }
          ?? DiagnosticPrinter.failure(for: error, about: shown)
        guard let failure = known else { throw error }
        DiagnosticPrinter.report(failure)
        status = status ?? failure.status
      }
    }
    if Interruption.hasCome { throw SilentExit(status: .interrupted) }
    if let status { throw SilentExit(status: status) }
  }

  private func importFile(
    _ file: String, shown: String, _ naming: inout CaptureNaming
  ) throws {
    if let format, !FormatRegistry.formats.contains(where: { $0.name == format }) {
      let known = FormatRegistry.formats.map(\.name)
      throw Failure("there is no format \(format); there is \(known.joined(separator: ", "))")
    }
    let marks = try marks.map { try Self.marks(of: $0) }
    MemoryLimit.begin(most: maxMemory?.bytes)
    // The capture first: a file that is none makes no store.
    var reading = ReadingOptions()
    reading.usesDecimalMegabytes = mb == .decimal
    reading.bareUnit = unit?.bytes(mb)
    var bar = ProgressBar(label: "importing \(shown)")
    defer { bar.clear() }
    let source = try CaptureSource(path: file, folders: copyFolders) { bar.update(done: $0) }
    let reader = try FormatRegistry.open(source, format: format, options: reading)
    // Another unit makes another capture of the same text.
    let content = try FormatRegistry.contentHash(of: source)
    let hash = content.text + (unit.map { "-\($0.rawValue)" } ?? "")
    let store = try Store(path: store.path, mode: .write)
    let usual = naming.name(
      of: file, header: reader.header, format: reader.header.format, in: store)
    var options = ImportOptions(name: name ?? usual, hash: hash)
    options.isNameGiven = name != nil
    options.isStrict = strict
    options.refusesNothing = true
    options.now = Terminal.now
    var isUnchanged = true
    options.isUnchanged = {
      isUnchanged = !source.hasChanged(since: content)
      return isUnchanged
    }

    let importer = Importer(store: store)
    let result: ImportReport
    do {
      result = try importer.run(reader: reader, options: options) { done, total in
        bar.update(done: done, total: total)
      }
    } catch {
      store.removeIfNew()
      if !isUnchanged {
        throw Failure(
          "\(shown) changed while it was read; nothing was imported. Import it again when nothing "
            + "writes to it")
      }
      // Readers of text find out at the end that there is nothing.
      if error == .nothingRecorded, let format,
        let fitting = try? FormatRegistry.format(of: file), fitting != format
      {
        throw CaptureError.misnamed(path: file, format: format, fitting: fitting)
      }
      throw error
    }
    bar.clear()
    naming.note(file, as: result.info.name)
    try tell(result, shown)
    if let marks { try add(marks, to: result.info, of: store) }
  }

  /// What to say of a file that takes more memory than it may.
  private func stopped(by stop: MemoryLimit.Stop, _ file: String) -> Failure {
    let allowed = stop.allowed.map { Humanize.size(Int64(clamping: $0)) }
    let reason =
      if let allowed {
        stop.isOfMachine
          ? "takes more memory than there is for it (\(allowed))"
          : maxMemory == nil
            ? "takes more memory than what is in it is worth (over \(allowed))"
            : "takes more memory than --max-memory allows (\(allowed))"
      } else {
        "inflates to over \(MemoryLimit.bombInflation) times its size, as no capture does"
      }
    let more = max(stop.used, stop.allowed ?? 0) / 1_000_000_000 * 2 + 2
    let way =
      stop.isOfMachine && stop.allowed != nil
      ? "" : "; to read on: memq import --max-memory \(more)GB"
    return Failure(
      "\(file) \(reason); after \(Humanize.size(Int64(clamping: stop.content))) of content reading "
        + "stopped, and nothing was imported\(way)")
  }

  /// Where the copy of what comes through a pipe may lie: the folder of the store has room for a
  /// capture sooner than one that may be kept in memory.
  private var copyFolders: [String] {
    let folder = store.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let besideStore = folder.isEmpty ? "." : folder.joined(separator: "/") + "/"
    return [Terminal.environment("TMPDIR"), besideStore, "/tmp"].compactMap { $0 }
  }

  private static func marks(of file: String) throws -> [TimedMark] {
    let text = try InputFile.text(of: file)
    do throws(MarksFile.Problem) {
      return try MarksFile.marks(in: text)
    } catch {
      throw Failure("\(file), line \(error.line): \(error.reason)")
    }
  }

  /// Adds marks and says what came of them.
  private func add(_ marks: [TimedMark], to info: CaptureInfo, of store: Store) throws {
    let report = try MarkImport(store: store).replace(marks, of: info)
    if report.outside > 0 {
      memq.report(
        "memq: \(Humanize.count(Int64(report.outside))) of \(Humanize.count(Int64(marks.count))) "
          + "marks lie outside of \(info.name) and are left out; `show capture` says when it "
          + "started, and dates without a zone are UTC")
    }
    try DescriptorStream.standardOutput.write(
      "\(info.name) has \(Humanize.count(Int64(report.kept))) marks\n")
  }

  /// Says what came of it: the capture on standard output, damage on standard error.
  private func tell(_ result: ImportReport, _ file: String) throws {
    let info = result.info
    guard !result.wasKnown else {
      var text = "\(file) is already there as \(info.name)"
      if let name, name != info.name {
        text += "; to rename it: memq rename \(Self.quoted(info.name)) \(Self.quoted(name))"
      }
      try DescriptorStream.standardOutput.write(text + "\n")
      return
    }
    for record in result.quality where record.severity == .error {
      report("memq: \(file): \(record.detail); what came before is kept")
    }
    let content =
      if let profile = result.profile {
        ImportSummary(info: info, profile: profile).text
      } else if info.holdsEvents {
        "\(Humanize.count(info.rows)) allocations, \(Humanize.count(info.deallocations)) frees, "
          + "peak \(Humanize.size(info.peakBytes))"
      } else {
        "totals per stack, peak \(Humanize.size(info.peakBytes))"
      }
    try DescriptorStream.standardOutput.write(
      "imported \(file) as \(info.name): \(content)\n")
  }

  /// A name as a shell takes it.
  private static func quoted(_ name: String) -> String {
    let isPlain: (Character) -> Bool = {
      $0.isASCII && ($0.isLetter || $0.isNumber || "._-@/:".contains($0))
    }
    guard !name.allSatisfy(isPlain) else { return name }
    return "'"
      + name.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
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
