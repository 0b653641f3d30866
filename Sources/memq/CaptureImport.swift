import CaptureFormats
import CaptureModel
import Ingest
import Interruption
import Render
import Store

/// Brings captures into a store and says what came of each.
struct CaptureImport {
  /// The store's path.
  let storePath: String
  /// The name that one capture is given; nil for those of the files.
  var name: String?
  /// The format, when it is not to be guessed.
  var format: String?
  /// Whether cut and damaged captures are refused.
  var isStrict = false
  /// A file of marks for one capture.
  var marks: String?
  /// What `MB` divided by in text that programs printed.
  var megabyte = MegabyteMeaning.binary
  /// The unit of numbers in a text that name none.
  var unit: MemoryUnit?
  /// Most bytes of memory to take; nil for what the size of a file is worth.
  var mostMemory: UInt64?
  /// Where what was imported is said; nil for nowhere.
  var output: DescriptorStream? = .standardOutput
  /// What is in the store now of the files, in the order of import.
  private(set) var captures: [CaptureInfo] = []
  private var naming = CaptureNaming()
  private var families = ForkFamilies()

  /// An import into the store at a path.
  init(storePath: String) { self.storePath = storePath }

  /// Imports files one after another, parents before their children.
  ///
  /// One bad file keeps no other out; Ctrl-C ends it, having been told of.
  ///
  /// - Parameter files: Paths; `-` is standard input.
  /// - Returns: How the process ends for it: the first failure decides.
  /// - Throws: What is no failure of a file.
  mutating func run(_ files: [String]) throws -> ExitStatus {
    var status = ExitStatus.success
    for file in CaptureNaming.parentsFirst(files) {
      // How messages name it.
      let shown = file == CaptureSource.standardInput ? "standard input" : Message.name(file)
      do {
        try importFile(file, shown: shown)
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
        if status == .success { status = failure.status }
      }
    }
    if output != nil, let names = try? Store(path: storePath, mode: .read).captures().map(\.name) {
      for line in families.lines(among: names) { report(line) }
    }
    return status
  }

  private mutating func importFile(_ file: String, shown: String) throws {
    if let format, !FormatRegistry.formats.contains(where: { $0.name == format }) {
      let known = FormatRegistry.formats.map(\.name)
      throw Failure("there is no format \(format); there is \(known.joined(separator: ", "))")
    }
    let marks = try marks.map { try Self.marks(of: $0) }
    MemoryLimit.begin(most: mostMemory)
    // The capture first: a file that is none makes no store.
    var reading = ReadingOptions()
    reading.usesDecimalMegabytes = megabyte == .decimal
    reading.bareUnit = unit?.bytes(megabyte)
    var bar = ProgressBar(label: "importing \(shown)")
    defer { bar.clear() }
    let source = try CaptureSource(path: file, folders: copyFolders) { bar.update(done: $0) }
    let reader = try FormatRegistry.open(source, format: format, options: reading)
    // Another unit makes another capture of the same text.
    let content = try FormatRegistry.contentHash(of: source)
    let hash = content.text + (unit.map { "-\($0.rawValue)" } ?? "")
    let store = try Store(path: storePath, mode: .write)
    let usual = naming.name(
      of: file, header: reader.header, format: reader.header.format, in: store)
    let part = Part(store: store, source: source, content: content, shown: shown)
    let result: ImportReport
    do {
      try importSiblings(of: reader, part, name: name ?? usual, hash: hash, &bar)
      let own = options((name ?? usual) + Self.suffix(of: reader), hash)
      result = try importPart(reader, part, own, &bar)
    } catch {
      store.removeIfNew()
      // Readers of text find out at the end that there is nothing.
      if let known = error as? StoreError, known == .nothingRecorded, let format,
        let fitting = try? FormatRegistry.format(of: file), fitting != format
      {
        throw CaptureError.misnamed(path: file, format: format, fitting: fitting)
      }
      throw error
    }
    naming.note(file, as: result.info.name)
    if !result.wasKnown { tellWhereItIs(store) }
    if let marks { try add(marks, to: result.info, of: store) }
  }

  /// A file that is imported, and where to.
  private struct Part {
    let store: Store
    let source: CaptureSource
    let content: ContentHash
    let shown: String
  }

  /// Imports what else a file holds, before its own capture: that is what questions ask that name
  /// none.
  private mutating func importSiblings(
    of reader: CaptureReader, _ part: Part, name: String, hash: String, _ bar: inout ProgressBar
  ) throws {
    for sibling in Self.siblings(of: reader) {
      do {
        _ = try importPart(
          .events(sibling.reader), part, options(name + sibling.suffix, hash + sibling.suffix),
          &bar)
      } catch StoreError.nothingRecorded {
        // Another device, which was not used.
        continue
      }
    }
  }

  /// Further captures of a file, the last one first.
  private static func siblings(
    of reader: CaptureReader
  ) -> [(suffix: String, reader: any EventReader)] {
    if case .events(let reader) = reader { reader.siblings.reversed() } else { [] }
  }

  private static func suffix(of reader: CaptureReader) -> String {
    if case .events(let reader) = reader { reader.suffix } else { "" }
  }

  private func options(_ name: String, _ hash: String) -> ImportOptions {
    var options = ImportOptions(name: name, hash: hash)
    options.isNameGiven = self.name != nil
    options.isStrict = isStrict
    options.refusesNothing = true
    options.now = Terminal.now
    return options
  }

  /// Imports one capture of a file and says so.
  private mutating func importPart(
    _ reader: CaptureReader, _ part: Part, _ options: ImportOptions, _ bar: inout ProgressBar
  ) throws -> ImportReport {
    var options = options
    var isUnchanged = true
    options.isUnchanged = {
      isUnchanged = !part.source.hasChanged(since: part.content)
      return isUnchanged
    }
    do {
      let result = try Importer(store: part.store).run(reader: reader, options: options) {
        bar.update(done: $0, total: $1)
      }
      bar.clear()
      captures.append(result.info)
      try tell(result, part.shown)
      return result
    } catch {
      if !isUnchanged {
        throw Failure(
          "\(part.shown) changed while it was read; nothing was imported. Import it again when nothing "
            + "writes to it")
      }
      throw error
    }
  }

  /// What to say of a file that takes more memory than it may.
  private func stopped(by stop: MemoryLimit.Stop, _ file: String) -> Failure {
    let allowed = stop.allowed.map { Humanize.size(Int64(clamping: $0)) }
    let reason =
      if let allowed {
        stop.isOfMachine
          ? "takes more memory than there is for it (\(allowed))"
          : mostMemory == nil
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

  /// Says that a full disk leaves what was imported in the log.
  private func tellWhereItIs(_ store: Store) {
    do throws(StoreError) {
      try store.settle()
    } catch {
      guard case .diskFull(let path) = error else { return }
      report(
        "memq: the disk is full: \(path)-wal holds what was imported until there is room in "
          + "\(path); do not remove it")
    }
  }

  /// Where the copy of what comes through a pipe may lie: the folder of the store has room for a
  /// capture sooner than one that may be kept in memory.
  private var copyFolders: [String] {
    let folder = storePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
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
    try output?.write("\(info.name) has \(Humanize.count(Int64(report.kept))) marks\n")
  }

  /// Says what came of it: the capture in the output, damage on standard error.
  private mutating func tell(_ result: ImportReport, _ file: String) throws {
    let info = result.info
    guard !result.wasKnown else {
      var text = "\(file) is already there as \(info.name)"
      if let name, name != info.name {
        text +=
          "; to rename it: memq rename \(ShellWord.quoted(info.name)) \(ShellWord.quoted(name))"
      }
      try output?.write(text + "\n")
      return
    }
    families.note(info)
    if !families.tells(endingOf: info) {
      for record in result.quality where record.severity == .error {
        report("memq: \(file): \(record.detail); what came before is kept")
      }
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
    try output?.write("imported \(file) as \(info.name): \(content)\n")
  }
}
